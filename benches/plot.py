"""Draws how time and memory grow with the number of events: `plot.py FIGURES SVG`, from what `publish.sh --log` wrote."""
import json
import sys
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import LogLocator, NullFormatter  # noqa: E402

# The same figures give the same bytes.
matplotlib.rcParams["svg.hashsalt"] = "letterpress"
matplotlib.rcParams["svg.fonttype"] = "none"

STYLES = {"letterpress": ("#b3261e", "o", "-"), "DuckDB": ("#5f6368", "s", "--"), "Polars": ("#1a73e8", "^", ":")}


def series(figures, measure):
    """Points of each program by number of events; a size measured again replaces what was measured before."""
    points = {}
    for line in figures:
        points.setdefault(line["program"], {})[line["events"]] = measure(line)
    return {name: sorted(of_program.items()) for name, of_program in points.items()}


def draw(axes, title, unit, lines):
    for name, points in lines.items():
        color, marker, dash = STYLES[name.split()[0]]
        axes.loglog(*zip(*points), color=color, marker=marker, linestyle=dash, label=name)
    axes.set_title(title)
    axes.set_xlabel("events")
    axes.set_ylabel(unit)
    sizes = sorted({size for points in lines.values() for size, _ in points})
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    axes.grid(True, which="major", linewidth=0.4)


def main():
    figures = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    figures = [line for line in figures if line["task"] == "build" and line["memory"] is None]
    plot, (time, memory) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    draw(time, "Time to publish", "seconds", series(figures, lambda line: median(line["seconds"])))
    draw(memory, "Peak memory", "MiB", series(figures, lambda line: max(line["peak_bytes"]) / 2**20))
    time.legend(frameon=False)
    plot.savefig(sys.argv[2], metadata={"Date": None})


main()
