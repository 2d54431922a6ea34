#!/usr/bin/env python3
"""Draws a trace of the command: attempts, waits and rate over time.

    unfriend --trace-file trace.jsonl …
    python3 plot_trace.py trace.jsonl trace.svg

The picture's format is that of its name: .svg, .png, .pdf. Needs matplotlib.
"""

import json
import sys
from collections import Counter
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

Event = Dict[str, Any]

# How an attempt ended, in the order of the legend: colours that people with any colour vision can tell apart.
KINDS = {"answered": "#0072B2", "throttled": "#E69F00", "refused or failed there": "#CC79A7", "no response": "#D55E00",
         "not usable": "#8C6D31"}
WAITS = {"pace": "#56B4E9", "backoff": "#009E73", "retry_after": "#F0E442"}
THROTTLED = (60007, 60011, 60018, 60019, 31707)


class Wait(NamedTuple):
    begin: float
    end: float
    kind: str


def read(lines: Iterable[str]) -> List[Event]:
    """The events. A last line that was cut off is left out."""
    events = []
    for line in lines:
        if not line.endswith("\n"):
            break
        events.append(json.loads(line))
    if not events or events[0].get("event") != "run_start":
        raise ValueError("this is no trace: it does not begin with a run_start")
    return events


def attempts(events: List[Event]) -> List[Event]:
    """The ends of the attempts that were sent."""
    return [event for event in events if event["event"] == "attempt_end" and not event.get("withdrawn")]


def kind_of(attempt: Event) -> str:
    if "http_status" not in attempt:
        return "no response"
    if attempt["http_status"] == 429 or attempt.get("error_code") in THROTTLED:
        return "throttled"
    if "error" in attempt:
        return "not usable"
    return "answered" if attempt.get("error_code") == 0 else "refused or failed there"


def waits(events: List[Event]) -> List[Wait]:
    """A wait lasts until the next event of its call that ends one."""
    found = []
    waiting: Dict[int, Tuple[float, str]] = {}
    for event in events:
        if event["event"] not in ("wait_start", "attempt_start", "call_end"):
            continue
        begun = waiting.pop(event["call"], None)
        if begun is not None:
            found.append(Wait(begun[0], event["time"], begun[1]))
        if event["event"] == "wait_start":
            waiting[event["call"]] = (event["time"], event["kind"])
    found.extend(Wait(begin, events[-1]["time"], kind) for begin, kind in waiting.values())
    return found


def waiting_over_time(all_waits: List[Wait], kind: str) -> Tuple[List[float], List[int]]:
    """Times, and how many calls wait from each on."""
    changes: Counter = Counter()
    for wait in all_waits:
        if wait.kind == kind and wait.end > wait.begin:
            changes[wait.begin] += 1
            changes[wait.end] -= 1
    times, counts, count = [0.0], [0], 0
    for time in sorted(changes):
        count += changes[time]
        times.append(time)
        counts.append(count)
    return times, counts


def avoided(events: List[Event]) -> List[Tuple[str, float, float]]:
    """When the circuit of a host was not closed: host, begin, end."""
    found = []
    since: Dict[str, float] = {}
    for event in events:
        if event["event"] != "circuit_change":
            continue
        if event["state"] == "closed":
            begin: Optional[float] = since.pop(event["host"], None)
            if begin is not None:
                found.append((event["host"], begin, event["time"]))
        else:
            since.setdefault(event["host"], event["time"])
    return found + [(host, begin, events[-1]["time"]) for host, begin in since.items()]


def draw(events: List[Event], path: str) -> None:
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["svg.hashsalt"] = "trace"
    from matplotlib import pyplot

    end = max(events[-1]["time"], 1e-3)
    figure, (top, middle, bottom) = pyplot.subplots(3, 1, sharex=True, figsize=(11, 7), layout="constrained")

    sent = attempts(events)
    for kind, colour in KINDS.items():
        for is_backup, marker in ((False, "o"), (True, "^")):
            these = [event for event in sent if kind_of(event) == kind and event["backup"] == is_backup]
            if these:
                top.scatter([event["time"] for event in these], [1000 * event["duration"] for event in these], s=14,
                            color=colour, marker=marker, linewidths=0,
                            label=f"{kind}{', at the backup' if is_backup else ''} ({len(these)})")
    top.set_yscale("log")
    top.set_ylabel("attempts: duration, ms")

    all_waits = waits(events)
    for kind, colour in WAITS.items():
        times, counts = waiting_over_time(all_waits, kind)
        if any(counts):
            middle.step(times + [end], counts + [counts[-1]], where="post", color=colour, label=kind)
            middle.fill_between(times + [end], counts + [counts[-1]], step="post", color=colour, alpha=0.4)
    middle.set_ylabel("calls that wait")

    changes = [event for event in events if event["event"] == "rate_change"]
    rates = [events[0]["rate"]] + [event["rate"] for event in changes]
    bottom.step([0.0] + [event["time"] for event in changes] + [end], rates + [rates[-1]], where="post", color="black",
                label="allowed by the pacer")
    starts = [event["time"] for event in events if event["event"] == "attempt_start"]
    width = max(end / 100, 0.1)
    bins = Counter(int(start / width) for start in starts)
    bottom.bar([(number + 0.5) * width for number in bins], [count / width for count in bins.values()], width=width,
               color="#999999", alpha=0.6, label="attempts")
    bottom.set_ylabel("calls a second")
    bottom.set_xlabel("seconds")

    for axes in (top, middle, bottom):
        for number, (host, begin, until) in enumerate(avoided(events)):
            which = "backup" if host == events[0].get("backup_host") else "primary"
            label = f"the {which} is avoided" if axes is top and number == 0 else None
            axes.axvspan(begin, until, color="#D55E00", alpha=0.12, linewidth=0, label=label)
        axes.set_xlim(0, end)
        axes.grid(alpha=0.3)
        handles, _ = axes.get_legend_handles_labels()
        if handles:
            axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", frameon=False)
    middle.set_ylim(bottom=0)
    figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)
    pyplot.close(figure)


def main(arguments: List[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="ascii") as lines:
            events = read(lines)
    except (OSError, ValueError) as error:
        print(f"plot_trace: {error}", file=sys.stderr)
        return 1
    draw(events, arguments[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
