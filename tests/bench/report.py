"""Makes the table of ratios, and the plot, from what bench_unfriend measured.

    python3 report.py RESULTS.json... [PLOT.svg]

Benchmarks that ran interleaved are compared repetition by repetition: a ratio is of two times taken next to each
other, so that what slows the whole machine for a while cancels out.
"""

import json
import statistics
import sys
from collections import namedtuple

# Times of `slow` over those of `fast`. `bound` is what the ratio has to be: at least, or at most.
Goal = namedtuple("Goal", "work slow fast at_least at_most", defaults=(None, None))

GOALS = [
    Goal("decode 1000, compact: times simdjson's speed", "decode/compact/1000/simdjson", "decode/compact/1000/unfriend", 3),
    Goal("decode 1000, compact: times RapidJSON SAX's", "decode/compact/1000/rapidjson_sax", "decode/compact/1000/unfriend", 15),
    Goal("decode 1000, mixed: times simdjson's", "decode/mixed/1000/simdjson", "decode/mixed/1000/unfriend", 2),
    Goal("decode 1000, pretty: times simdjson's", "decode/pretty/1000/simdjson", "decode/pretty/1000/unfriend", 1),
    Goal("decode 3, compact: times simdjson's", "decode/compact/3/simdjson", "decode/compact/3/unfriend", 1.5),
    Goal("decode 3, reordered: times RapidJSON SAX's", "decode/reordered/3/rapidjson_sax", "decode/reordered/3/unfriend", 1),
    Goal("decode 1000, reordered: times RapidJSON SAX's", "decode/reordered/1000/rapidjson_sax", "decode/reordered/1000/unfriend", 1),
    Goal("encode 1000: times RapidJSON Writer's", "encode/1000/rapidjson_writer", "encode/1000/unfriend", 8),
    Goal("encode 1000: times the cost of memcpy", "encode/1000/unfriend", "encode/1000/memcpy", None, 2),
    Goal("UserSig: times the official way's", "user_sig/as_official", "user_sig/unfriend", 8),
    Goal("UserSig, stored: times the official way's", "user_sig/as_official", "user_sig/unfriend_stored", 60),
]

# Cost of one account among 1000 over that of one among 100.
GROWTH = ["decode/compact", "decode/pretty", "decode/mixed", "decode/reordered", "encode"]
GROWTH_AT_MOST = 1.15
URL_AT_MOST = 100  # nanoseconds

SHAPES = ["compact", "pretty", "mixed", "reordered"]
READERS = ["unfriend", "simdjson", "rapidjson_sax", "rapidjson_dom", "nlohmann"]


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
        return [a / b for a, b in zip(self.times.get(slow, []), self.times.get(fast, []))]


def verdict(median, at_least, at_most):
    held = (at_least is None or median >= at_least) and (at_most is None or median <= at_most)
    return "holds" if held else "does not hold"


def row(work, values, at_least, at_most):
    bound = f">= {at_least:g}" if at_least is not None else f"<= {at_most:g}"
    if not values:
        return f"{work:52} {bound:>8}   (not measured)"
    median = statistics.median(values)
    figures = "".join(f"{value:9.2f}" for value in (min(values), median, max(values)))
    return f"{work:52} {bound:>8}{figures}   {verdict(median, at_least, at_most)}"


def print_table(results):
    print(f"{'work':52} {'goal':>8}{'min':>9}{'median':>9}{'max':>9}")
    for goal in GOALS:
        print(row(goal.work, results.ratios(goal.slow, goal.fast), goal.at_least, goal.at_most))
    for work in GROWTH:
        ratios = results.ratios(f"{work}/1000/unfriend", f"{work}/100/unfriend")
        print(row(f"growth, {work}: an account of 1000 to one of 100", [r / 10 for r in ratios], None, GROWTH_AT_MOST))
    print(row("URL, nanoseconds", results.times.get("url/unfriend", []), None, URL_AT_MOST))
    ours = {name: count for name, count in results.allocations.items() if "/unfriend" in name}
    most = max(ours.values(), default=0)
    print(row("heap allocations, the most in any of ours", [most], None, 0))
    for name in sorted(name for name, count in ours.items() if count):
        print(f"    {name}: {ours[name]:g}")


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

    figure, (decoding, encoding, signing) = pyplot.subplots(
        1, 3, figsize=(13, 4.6), gridspec_kw={"width_ratios": [3, 1.4, 1.3]}, constrained_layout=True)
    colors = {name: f"C{index}" for index, name in enumerate(READERS)}

    readers = [name for name in READERS if f"decode/compact/1000/{name}" in results.speeds]
    width = 0.8 / len(readers)
    for index, reader in enumerate(readers):
        speeds = [statistics.median(results.speeds[f"decode/{shape}/1000/{reader}"]) / 1e9 for shape in SHAPES]
        places = [place + (index - (len(readers) - 1) / 2) * width for place in range(len(SHAPES))]
        bars = decoding.bar(places, speeds, width, label=reader, color=colors[reader])
        decoding.bar_label(bars, fmt="%.2g", fontsize=6)
    decoding.set_xticks(range(len(SHAPES)), SHAPES)
    decoding.set_ylabel("GB/s (more is better)")
    decoding.set_title("Decoding 1000 results")
    decoding.legend()

    horizontal(encoding, results, "encode/1000/", ["unfriend", "memcpy", "rapidjson_writer", "nlohmann"], 1e3)
    encoding.set_xlabel("microseconds (less is better)")
    encoding.set_title("Encoding 1000 accounts")
    horizontal(signing, results, "user_sig/", ["unfriend_stored", "unfriend", "as_official"], 1e3)
    signing.set_xlabel("microseconds (less is better)")
    signing.set_title("A UserSig")

    figure.supxlabel("\n".join(conditions(results.context)) + "\nmedians of processor time", fontsize=8)
    figure.savefig(path, metadata={"Date": None})


def horizontal(axes, results, prefix, names, unit):
    names = [name for name in names if prefix + name in results.times]
    times = [statistics.median(results.times[prefix + name]) / unit for name in names]
    bars = axes.barh(names, times, color=["C0" if name.startswith("unfriend") else "C7" for name in names])
    axes.bar_label(bars, fmt="%.3g", fontsize=7, padding=2)
    axes.set_xmargin(0.2)
    axes.invert_yaxis()


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
