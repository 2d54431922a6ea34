"""Makes the table of ratios, and the plot, from what bench_unfriend measured.

    python3 report.py RESULTS.json... [PLOT.svg]

Benchmarks that ran interleaved are compared repetition by repetition: a ratio is of two times taken next to each
other, so that what slows the whole machine for a while cancels out.
"""

import json
import statistics
import sys
from collections import namedtuple

SHAPES = ["compact", "pretty", "mixed5", "mixed30", "reordered"]
READERS = ["simdjson", "simdjson_iterate", "rapidjson_sax", "rapidjson_dom", "nlohmann"]
SIMDJSON = ["simdjson", "simdjson_iterate"]  # the better of the two counts

# Times of `slow` (the best of them) over those of `fast`. `bound` is what the ratio has to be: at least, or at most.
Goal = namedtuple("Goal", "work slow fast at_least at_most", defaults=(None, None))


def times_simdjson(kind, at_least):
    peers = [f"{kind}/{reader}" for reader in SIMDJSON]
    return Goal(f"{kind}: times the best simdjson", peers, f"{kind}/unfriend", at_least)


GOALS = [
    times_simdjson("decode/compact/1000", 1.7),
    times_simdjson("fixed/compact/1000", 2),
    times_simdjson("decode/reordered/1000", 1.3),
    times_simdjson("decode/mixed30/1000", 1.4),
    times_simdjson("decode/mixed5/1000", 1.4),
    times_simdjson("decode/pretty/1000", 1.3),
    times_simdjson("decode/compact/3", 1.3),
    times_simdjson("decode/mixed30/3", 1),
    times_simdjson("decode/reordered/3", 1),
    times_simdjson("decode/pretty/3", 1),
    Goal("encode/1000: times the memcpy of each account", ["encode/1000/unfriend"], "encode/1000/memcpy", None, 1.3),
    Goal("call/1000: times the sum of its parts", ["call/1000/unfriend"], "call/1000/parts", None, 1.4),
    Goal("call/1: times the sum of its parts", ["call/1/unfriend"], "call/1/parts", None, 1.5),
    Goal("user_sig/warm: times the official way's", ["user_sig/warm/as_official"], "user_sig/warm/unfriend", 1),
    Goal("user_sig/fresh: times the official way's", ["user_sig/fresh/as_official"], "user_sig/fresh/unfriend", 1),
]

# Cost of one account among 1000 over that of one among 100.
GROWTH = [f"decode/{shape}" for shape in SHAPES] + ["encode"]
GROWTH_AT_MOST = 1.15
URL_AT_MOST = 100  # nanoseconds


class Results:
    """The times of each benchmark, in nanoseconds, in the order of the repetitions; and its allocations."""

    def __init__(self, paths):
        self.context = {}
        self.times = {}
        self.speeds = {}
        self.allocations = {}
        for path in paths:
            with open(path, encoding="utf-8") as source:
                self.add(json.load(source))

    def add(self, document):
        self.context = document["context"]
        runs = [run for run in document["benchmarks"] if run["run_type"] == "iteration"]
        for run in sorted(runs, key=lambda run: run.get("repetition_index", 0)):
            name = run["run_name"]
            if run.get("error_occurred"):
                sys.exit(f"{name}: {run['error_message']}")
            self.times.setdefault(name, []).append(run["cpu_time"])
            self.speeds.setdefault(name, []).append(run.get("bytes_per_second", 0))
            self.allocations[name] = max(run["allocations"], self.allocations.get(name, 0))

    def ratios(self, slow, fast):
        """Repetition by repetition; `slow` is a list of names, of which the fastest counts."""
        fastest = [min(times) for times in zip(*(self.times[name] for name in slow if name in self.times))]
        return [a / b for a, b in zip(fastest, self.times.get(fast, []))]


def holds(median, at_least, at_most):
    return (at_least is None or median >= at_least) and (at_most is None or median <= at_most)


def row(work, values, at_least, at_most):
    """A row of the table, whose median is in bold where the goal is missed."""
    bound = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
    if not values:
        return f"| {work} | {bound} | | not measured | |"
    median = statistics.median(values)
    bold = "" if holds(median, at_least, at_most) else "**"
    return f"| {work} | {bound} | {min(values):.2f} | {bold}{median:.2f}{bold} | {max(values):.2f} |"


def print_table(results):
    print("| work | goal | min | median | max |\n|---|---|---|---|---|")
    for goal in GOALS:
        print(row(goal.work, results.ratios(goal.slow, goal.fast), goal.at_least, goal.at_most))
    for work in GROWTH:
        ratios = results.ratios([f"{work}/1000/unfriend"], f"{work}/100/unfriend")
        print(row(f"growth, {work}: an account of 1000 to one of 100", [r / 10 for r in ratios], None, GROWTH_AT_MOST))
    print(row("URL, nanoseconds", results.times.get("url/unfriend", []), None, URL_AT_MOST))
    ours = {name: count for name, count in results.allocations.items() if "/unfriend" in name}
    most = max(ours.values(), default=0)
    print(row("heap allocations, the most in any of ours", [most], None, 0))
    print()
    for name in sorted(name for name, count in ours.items() if count):
        print(f"{name}: {ours[name]:g} heap allocations")


def conditions(context):
    """The machine, the compiler and the versions, in a line or two."""
    machine = f"{processor()}, {context['num_cpus']} cores at {context['mhz_per_cpu']} MHz"
    known = ("compiler", "simdjson", "RapidJSON", "nlohmann", "OpenSSL", "zlib")
    versions = ", ".join(context[key] if key == "compiler" else f"{key} {context[key]}" for key in known if key in context)
    return machine, versions


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return "unknown processor"


def draw(results, path):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "unfriend"  # the same results give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 6.5), constrained_layout=True)
    rows = []
    for size in (1000, 3):
        for shape in SHAPES:
            kind = f"decode/{shape}/{size}"
            for reader in READERS:
                rows.append((f"{kind} / {reader}", results.ratios([f"{kind}/{reader}"], f"{kind}/unfriend"), reader))
    rows = [row for row in rows if row[1]]
    places = range(len(rows))
    medians = [statistics.median(ratios) for _, ratios, _ in rows]
    spread = [[median - min(ratios) for median, (_, ratios, _) in zip(medians, rows)],
              [max(ratios) - median for median, (_, ratios, _) in zip(medians, rows)]]
    axes.barh(places, medians, xerr=spread, color=[f"C{READERS.index(reader)}" for _, _, reader in rows],
              error_kw={"elinewidth": 0.8})
    axes.set_yticks(places, [label for label, _, _ in rows], fontsize=6)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xlabel("times as long as unfriend: median and range of the repetitions (left of 1: the peer is ahead)")
    figure.suptitle("Decoding different documents in rotation")
    figure.supxlabel("\n".join(conditions(results.context)), fontsize=7)
    figure.savefig(path, metadata={"Date": None})


def main(arguments):
    plots = [path for path in arguments if path.endswith(".svg")]
    paths = [path for path in arguments if path not in plots]
    if not paths or len(plots) > 1:
        sys.exit(__doc__)
    results = Results(paths)
    print_table(results)
    print("\n" + "\n".join(conditions(results.context)))
    for plot in plots:
        draw(results, plot)


if __name__ == "__main__":
    main(sys.argv[1:])
