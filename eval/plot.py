"""Small charts as SVG: lines with error bars, bars with intervals. Pure, without a library.

They read without colour (each line has its own marker and dashes), carry a title and a description
for screen readers, and have no script and no font of their own. Colours: Okabe & Ito 2008.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

WIDTH = 760
LINES_HEIGHT = 420
BAR_HEIGHT = 26
TOP, RIGHT, BOTTOM, LEFT = 48, 190, 60, 76
LETTER = 7.2
"""Pixels that a letter of a bar's name takes, about."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
DASHES = ("", "8 4", "2 4", "10 3 2 3", "5 5", "1 3")
MARKERS = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "M-4 -4h8v8h-8z", "M0 -5l5 9h-10z",
    "M0 -5l5 5l-5 5l-5 -5z", "M-5 -4h10l-5 9z", "M-4 -4l8 8m0 -8l-8 8",
)  # fmt: skip
_STEPS = (1, 2, 5, 10)
_TICKS = 6
_THOUSAND = 1_000
_LARGE = 10 * _THOUSAND

Scale = Callable[[float], float]
"""Value → pixels."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Title and names of the axes with their units; `log` makes both of a line chart logarithmic.

    For bars, `x` names the values.
    """

    title: str
    x: str = ""
    y: str = ""
    log: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement; ``low..high`` is its interval if it has one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name in the legend, its points in order of x."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Bar:
    """One value, also a negative one; ``low..high`` is its interval if it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


def lines(axes: Axes, series: Sequence[Series], *, description: str) -> str:
    """Return a line chart as an SVG document.

    Args:
        axes: Title and axes.
        series: At least one line with at least one point.
        description: What the chart shows, in a sentence, for those who cannot see it.

    Raises:
        ValueError: There is nothing to draw, or a value ≤ 0 on a logarithmic axis.
    """
    points = [point for line in series for point in line.points]
    across = [point.x for point in points]
    up = [value for point in points for value in _reached(point.y, point.low, point.high)]
    bottom, right = LINES_HEIGHT - BOTTOM, WIDTH - RIGHT
    x_ticks, y_ticks = _ticks(across, log=axes.log), _ticks(up, log=axes.log)
    x = _scale(x_ticks, LEFT, right, log=axes.log)
    y = _scale(y_ticks, bottom, TOP, log=axes.log)
    parts = [
        *(_rule(x(t), TOP, x(t), bottom) + _text(x(t), bottom + 18, _figure(t)) for t in x_ticks),
        *(
            _rule(LEFT, y(t), right, y(t)) + _text(LEFT - 8, y(t) + 4, _figure(t), "end")
            for t in y_ticks
        ),
        _text((LEFT + right) / 2, LINES_HEIGHT - 16, axes.x),
        _text(LEFT, TOP - 12, axes.y, "start"),
        *chain.from_iterable(_line(at, line, x, y) for at, line in enumerate(series)),
    ]
    return _document(axes.title, description, LINES_HEIGHT, parts)


def bars(axes: Axes, entries: Sequence[Bar], *, description: str) -> str:
    """Return horizontal bars from a zero line, each with its value, as an SVG document.

    Args:
        axes: Title and the name of the values (`x`).
        entries: At least one bar, drawn from top to bottom.
        description: What the chart shows, in a sentence, for those who cannot see it.

    Raises:
        ValueError: There is nothing to draw.
    """
    reached = [value for bar in entries for value in _reached(bar.value, bar.low, bar.high)]
    ticks = _ticks([0.0, *reached] if entries else [], log=False)
    left = 16 + LETTER * max(len(bar.name) for bar in entries)
    height = TOP + BAR_HEIGHT * len(entries) + BOTTOM
    x = _scale(ticks, left, WIDTH - 70, log=False)
    parts = [
        _rule(x(t), TOP, x(t), height - BOTTOM) + _text(x(t), height - BOTTOM + 18, _figure(t))
        for t in ticks
    ]
    parts += [_bar(TOP + BAR_HEIGHT * (at + 0.5), bar, x) for at, bar in enumerate(entries)]
    parts += [
        f'<path class="axis" d="M{x(0):.1f} {TOP}V{height - BOTTOM}"/>',
        _text((left + WIDTH - 70) / 2, height - 16, axes.x),
    ]
    return _document(axes.title, description, height, parts)


def _line(at: int, line: Series, x: Scale, y: Scale) -> Iterator[str]:
    colour, marker = COLOURS[at % len(COLOURS)], MARKERS[at % len(MARKERS)]
    style = f'stroke="{colour}" fill="none" stroke-width="2"'
    dashes = f'stroke-dasharray="{DASHES[at % len(DASHES)]}"'
    path = "L".join(f"{x(p.x):.1f} {y(p.y):.1f}" for p in line.points)
    yield f'<path {style} {dashes} d="M{path}"/>'
    for p in line.points:
        if p.low is not None and p.high is not None:
            yield _whisker(f"M{x(p.x):.1f} {y(p.low):.1f}V{y(p.high):.1f}")
        said = escape(f"{line.name}: {_figure(p.x)} → {_figure(p.y)}")
        place = f'transform="translate({x(p.x):.1f} {y(p.y):.1f})"'
        yield f'<path {style} {place} d="{marker}"><title>{said}</title></path>'
    left, height = WIDTH - RIGHT + 16, TOP + 8 + 22 * at
    yield f'<path {style} {dashes} d="M{left} {height}h34"/>'
    yield f'<path {style} transform="translate({left + 17} {height})" d="{marker}"/>'
    yield _text(left + 42, height + 4, line.name, "start")


def _bar(middle: float, bar: Bar, x: Scale) -> str:
    begin, end = sorted((x(0), x(bar.value)))
    top, thick = middle - BAR_HEIGHT * 0.32, BAR_HEIGHT * 0.64
    drawn = (
        f'<rect fill="{COLOURS[4]}" stroke="{COLOURS[0]}" x="{begin:.1f}" y="{top:.1f}" '
        f'width="{end - begin:.1f}" height="{thick:.1f}"/>'
    )
    if bar.low is not None and bar.high is not None:
        drawn += _whisker(f"M{x(bar.low):.1f} {middle:.1f}H{x(bar.high):.1f}")
    return (
        drawn
        + _text(8, middle + 4, bar.name, "start")
        + _text(WIDTH - 8, middle + 4, _figure(bar.value), "end")
    )


def _reached(value: float, low: float | None, high: float | None) -> list[float]:
    return [value, *(end for end in (low, high) if end is not None)]


def _ticks(values: Sequence[float], *, log: bool) -> list[float]:
    """Return round values, the first and last of which enclose `values`."""
    if not values or not all(map(math.isfinite, values)):
        raise ValueError("a chart needs at least one value, and finite ones")
    low, high = min(values), max(values)
    if log:
        if low <= 0:
            raise ValueError(f"{low} has no place on a logarithmic axis")
        powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
        every = [factor * 10.0**power for power in powers for factor in (1, 3)]
        begin = max(at for at, tick in enumerate(every) if tick <= low)
        end = min(at for at, tick in enumerate(every) if tick >= high)
        return every[begin : max(end, begin + 1) + 1]
    rough = (high - low or abs(high) or 1.0) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in _STEPS if power * factor >= rough)
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    return [step * n for n in range(first, last + 1)]


def _scale(ticks: Sequence[float], begin: float, end: float, *, log: bool) -> Scale:
    """Place the first tick at pixel `begin`, the last at pixel `end`."""
    place: Scale = math.log10 if log else float
    first = place(ticks[0])
    spread = (place(ticks[-1]) - first) or 1.0
    return lambda value: begin + (end - begin) * (place(value) - first) / spread


def _figure(value: float) -> str:
    """Write a value with three digits at most, thousands with a k."""
    if abs(value) >= _LARGE:
        return f"{value / _THOUSAND:.4g}k"
    return f"{value:.3g}" if abs(value) < _THOUSAND else f"{value:.0f}"


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="rule" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def _whisker(path: str) -> str:
    return f'<path class="axis" d="{path}"/>'


def _document(title: str, description: str, height: int, parts: Sequence[str]) -> str:
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1a1a1a}.title{font-weight:600;font-size:15px}"
        ".rule{stroke:#dcdcdc}.axis{stroke:#1a1a1a;stroke-width:1.5}"
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">'
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>'
        f'<text class="title" x="12" y="22">{escape(title)}</text>'
    )
    return "\n".join([head, *parts, "</svg>\n"])
