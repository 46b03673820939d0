#!/usr/bin/env python3
"""Draws the charts of docs/performance.md and docs/soak.md from the figures of the last run.

    ./build/bench.sh && ./build/charts.py
    ./build/soak.sh 60 && ./build/charts.py

Reads artifacts/bench/*.csv (series,x,y; written by the benchmarks) and writes docs/performance/*.svg; reads
artifacts/soak/samples.csv (a row a sample; written by the soak) and writes docs/soak/*.svg. A chart whose figures are
not there is left as it is. Only the standard library; the pictures load nothing and follow the reader's
light or dark theme.
"""

import csv
import math
import pathlib
import sys
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIGURES = ROOT / "artifacts" / "bench"
OUTPUT = ROOT / "docs" / "performance"
SAMPLES = ROOT / "artifacts" / "soak" / "samples.csv"
SOAK_OUTPUT = ROOT / "docs" / "soak"

WIDTH, HEIGHT = 820, 430
LEFT, RIGHT, TOP, BOTTOM = 78, 240, 46, 58

# Legible on white and on black, and told apart by shape as well as by colour.
COLOURS = ["#2f81f7", "#d9730d", "#3fa34d", "#a86bd6", "#c9485b", "#8a8f98"]
MARKS = ["circle", "square", "diamond", "triangle", "cross", "circle"]

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #8a8f98; stroke-opacity: .28 }
  .axis { stroke: #57606a }
  .back { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .axis { stroke: #8d96a0 }
    .back { fill: #0d1117 }
  }
"""


class Log:
    """A logarithmic axis; its ticks are given, or the powers of ten."""

    def __init__(self, low, high, ticks=None, text=None):
        self.low, self.high = math.log(low), math.log(high)
        self.ticks = ticks or decades(low, high)
        self.text = text or short

    def at(self, value):
        return (math.log(value) - self.low) / (self.high - self.low)


class Linear:
    """An axis from zero, or from where it is told to begin."""

    def __init__(self, high, low=0, text=None):
        self.low = low
        step = nice((high - low) / 5)
        self.high = low + math.ceil((high - low) / step) * step
        self.ticks = [low + i * step for i in range(int(round((self.high - low) / step)) + 1)]
        self.text = text or short

    def at(self, value):
        return (value - self.low) / (self.high - self.low)


class Tail:
    """An axis of percentiles that gives each further nine as much room as the one before."""

    ticks = [50, 90, 99, 99.9]

    def text(self, value):
        return f"{value:g} %"

    def at(self, value):
        return math.log10(100 / (100 - value)) / 3


def nice(step):
    power = 10 ** math.floor(math.log10(step))
    return next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= step * 0.999)


def decades(low, high):
    ticks = []
    power = 10 ** math.floor(math.log10(low))
    while power <= high * 1.001:
        ticks += [power * m for m in (1, 2, 5) if low * 0.999 <= power * m <= high * 1.001]
        power *= 10
    if len(ticks) > 9:
        ticks = [t for t in ticks if math.log10(t) % 1 < 1e-9]
    return ticks


def short(value):
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:g} {unit}"
    return f"{value:g}"


def size(value):
    return f"{value / 1024:g} KiB" if value >= 1024 else f"{value:g} B"


def mark(shape, x, y, colour):
    if shape == "square":
        return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'
    if shape == "diamond":
        return f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 5.5-5.5 5.5-5.5-5.5z" fill="{colour}"/>'
    if shape == "triangle":
        return f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 10h-11z" fill="{colour}"/>'
    if shape == "cross":
        return f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0-8l-8 8" stroke="{colour}" stroke-width="2.4"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.3" fill="{colour}"/>'


def draw(name, title, x_axis, y_axis, x_label, y_label, series, output=OUTPUT, marked=lambda label: True):
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    place = lambda x, y: (LEFT + x_axis.at(x) * width, TOP + (1 - y_axis.at(y)) * height)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        f'<text class="title" x="{LEFT}" y="26">{escape(title)}</text>',
    ]
    for tick in y_axis.ticks:
        y = TOP + (1 - y_axis.at(tick)) * height
        out.append(f'<path class="grid" d="M{LEFT} {y:.1f}h{width}"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{y_axis.text(tick)}</text>')
    for tick in x_axis.ticks:
        x = LEFT + x_axis.at(tick) * width
        out.append(f'<path class="grid" d="M{x:.1f} {TOP}v{height}"/>')
        out.append(f'<text x="{x:.1f}" y="{TOP + height + 20}" text-anchor="middle">{x_axis.text(tick)}</text>')
    out.append(f'<path class="axis" fill="none" d="M{LEFT} {TOP}v{height}h{width}"/>')
    out.append(f'<text x="{LEFT + width / 2}" y="{HEIGHT - 14}" text-anchor="middle">{escape(x_label)}</text>')
    out.append(f'<text transform="translate(18 {TOP + height / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>')
    for i, (label, points) in enumerate(series.items()):
        colour, shape = COLOURS[i % len(COLOURS)], MARKS[i % len(MARKS)]
        places = [place(x, y) for x, y in points]
        line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        out.append(f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if marked(label):
            out += [mark(shape, x, y, colour) for x, y in places]
        y = TOP + 8 + 22 * i
        out.append(mark(shape, LEFT + width + 18, y, colour))
        out.append(f'<text x="{LEFT + width + 30}" y="{y + 4}">{escape(label)}</text>')
    out.append("</svg>")
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"{name}.svg"
    path.write_text("\n".join(out) + "\n")
    print(path.relative_to(ROOT))


def read(chart):
    path = FIGURES / f"{chart}.csv"
    series = {}
    if not path.exists():
        return series
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            series.setdefault(row["series"], []).append((float(row["x"]), float(row["y"])))
    return series


def values(series):
    return [y for points in series.values() for _, y in points]


def throughput():
    series = read("throughput")
    if not series:
        return
    sizes = sorted({x for points in series.values() for x, _ in points})
    x_axis = lambda: Log(sizes[0] / 1.3, sizes[-1] * 1.3, sizes, size)
    lines = {label: points for label, points in series.items() if len(points) > 1}
    rates = values(lines)
    draw("throughput-messages", "One-way messages a second", x_axis(), Log(min(rates) / 1.4, max(rates) * 1.4),
         "message, bytes (log)", "messages/s (log)", lines)
    speeds = {label: [(x, x * y / 1e6) for x, y in points] for label, points in lines.items()}
    draw("throughput-bytes", "One-way messages, payload a second", x_axis(), Linear(max(values(speeds))),
         "message, bytes (log)", "MB/s", speeds)


def tail(chart, title, unit="µs"):
    series = read(chart)
    if not series:
        return
    series = {label: [p for p in points if p[0] >= 1] for label, points in series.items()}
    all_values = values(series)
    draw(chart, title, Tail(), Log(min(all_values) / 1.15, max(all_values) * 1.15), "share of all that are faster", f"{unit} (log)", series)


def memory():
    series = read("memory")
    if series:
        most = max(x for points in series.values() for x, _ in points)
        draw("memory", "Memory of a process with idle connections", Linear(most), Linear(max(values(series))),
             "connections", "resident, MiB", series)


def fairness():
    series = read("fairness")
    if series:
        most = max(x for points in series.values() for x, _ in points)
        draw("fairness", "Streams at once: what each of them brought, in order", Linear(most), Linear(max(values(series))),
             "stream, from the slowest to the fastest", "MB/s of one stream", series)


def soak():
    if not SAMPLES.exists():
        return
    with SAMPLES.open(newline="") as file:
        rows = list(csv.DictReader(file))
    most = float(rows[-1]["seconds"]) / 60

    def curve(column):
        return [(float(row["seconds"]) / 60, float(row[column])) for row in rows if row[column]]

    def picture(name, title, y_label, columns):
        series = {label: curve(column) for column, label in columns.items()}
        draw(name, title, Linear(most), Linear(max(values(series))), "minutes", y_label, series, SOAK_OUTPUT, lambda label: False)

    picture("live", "What is alive on the heap, after a full collection", "MB",
            {"live_mb": "the node", "crowd_live_mb": "its peers, together"})
    picture("memory", "Memory of the node's process", "MB",
            {"resident_mb": "resident", "committed_mb": "committed by the heap", "live_mb": "alive"})
    picture("handles", "What belongs to connections", "at this moment",
            {"handles": "open handles", "tasks": "tasks of the node", "connections": "connections", "open_streams": "open streams"})
    picture("tables", "Tables", "entries",
            {"rows": "peer rows", "address_buckets": "addresses, at most 256", "backoff": "backoff, at most 256",
             "attempts": "dials, at most 256", "bans": "bans"})


def main():
    soak()
    if not FIGURES.is_dir():
        if SAMPLES.exists():
            return
        sys.exit("There are no figures: run ./build/bench.sh or ./build/soak.sh first.")
    throughput()
    tail("roundtrip-one-process", "Round trip of 32 bytes, both ends in one process")
    tail("roundtrip-two-processes", "Round trip of 32 bytes, two processes")
    tail("stalled", "Delay of a broadcast to the others, with and without one that reads nothing")
    tail("control", "GET status, with and without messages at full speed")
    memory()
    fairness()


main()
