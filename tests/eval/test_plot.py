from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.plot import DASHES, MARKERS, WIDTH, Axes, Bar, Point, Series, bars, lines

SVG = "{http://www.w3.org/2000/svg}"
AXES = Axes("Kosten <je> Suche", "Passagen", "ms")
FINITE = st.floats(-1e9, 1e9, allow_subnormal=False)


def marks(svg: str) -> list[tuple[float, float, str]]:
    """The places of the points in pixels, with what each says."""
    found = []
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        said = path.find(f"{SVG}title")
        if said is not None and said.text:
            x, y = path.attrib["transform"].removeprefix("translate(").rstrip(")").split()
            found.append((float(x), float(y), said.text))
    return found


def rectangles(svg: str) -> list[tuple[float, float]]:
    """Begin and width of each bar in pixels; the first rectangle is the paper."""
    _, *drawn = ET.fromstring(svg).iter(f"{SVG}rect")
    return [(float(r.attrib["x"]), float(r.attrib["width"])) for r in drawn]


def words(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_chart_has_a_title_and_a_description_for_screen_readers() -> None:
    svg = lines(AXES, [Series("a & b", [Point(1, 1)])], description="Eine Linie & ein Punkt.")
    root = ET.fromstring(svg)
    named = root.attrib["aria-labelledby"].split()
    said = {e.attrib["id"]: e.text for e in root.iter() if "id" in e.attrib}
    assert [said[name] for name in named] == ["Kosten <je> Suche", "Eine Linie & ein Punkt."]
    assert root.attrib["role"] == "img"
    assert {"a & b", "Passagen", "ms"} <= set(words(svg))


def test_points_lie_where_their_values_are() -> None:
    svg = lines(AXES, [Series("p50", [Point(0, 0), Point(5, 5), Point(10, 20)])], description="")
    (x0, y0, _), (x1, y1, _), (x2, y2, said) = marks(svg)
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y0 - y1 == pytest.approx((y1 - y2) / 3, abs=0.2)
    assert said == "p50: 10 → 20"


def test_equal_factors_are_equal_distances_on_logarithmic_axes() -> None:
    points = [Point(10.0**n, 3.0 * 10**n) for n in range(3)]
    svg = lines(Axes("t", log=True), [Series("p50", points)], description="")
    (x0, y0, _), (x1, y1, _), (x2, y2, _) = marks(svg)
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.2)


def test_lines_differ_without_colour() -> None:
    series = [Series(str(n), [Point(0, n), Point(1, n)]) for n in range(5)]
    root = ET.fromstring(lines(AXES, series, description=""))
    dashed = {
        p.attrib["stroke-dasharray"]
        for p in root.iter(f"{SVG}path")
        if "stroke-dasharray" in p.attrib
    }
    shapes = {p.attrib["d"] for p in root.iter(f"{SVG}path") if p.find(f"{SVG}title") is not None}
    assert len(dashed) == len(shapes) == 5
    assert len(set(DASHES)) == len(set(MARKERS)) == 6


def test_intervals_are_drawn_from_their_lower_to_their_upper_end() -> None:
    svg = lines(AXES, [Series("a", [Point(0, 5, 0, 10), Point(1, 5)])], description="")
    (_, middle, _), _ = marks(svg)
    whiskers = [
        p.attrib["d"] for p in ET.fromstring(svg).iter(f"{SVG}path") if p.get("class") == "axis"
    ]
    assert len(whiskers) == 1
    low, high = (float(end) for end in whiskers[0].split(" ")[1].split("V"))
    assert (low + high) / 2 == pytest.approx(middle, abs=0.2)
    assert low > middle > high  # pixels count downwards


def test_bars_start_at_zero_in_both_directions() -> None:
    svg = bars(
        Axes("Gewinn", "Punkte"),
        [Bar("mehr", 2), Bar("weniger", -1), Bar("gleich", 0)],
        description="",
    )
    (zero, plus), (begin, minus), (nothing, width) = rectangles(svg)
    assert plus == pytest.approx(2 * minus, abs=0.2)
    assert begin + minus == pytest.approx(zero, abs=0.2)
    assert (nothing, width) == (zero, 0)
    assert {"mehr", "weniger", "gleich", "2", "-1", "0", "Punkte"} <= set(words(svg))


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=8))
def test_every_point_is_on_the_paper(pairs: list[tuple[float, float]]) -> None:
    svg = lines(AXES, [Series("a", [Point(x, y) for x, y in pairs])], description="")
    for x, y, _ in marks(svg):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= 420
    assert len(ET.fromstring(svg).findall(f"{SVG}text")) < 40


@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=8))
def test_every_point_is_on_logarithmic_paper(values: list[float]) -> None:
    svg = lines(Axes("t", log=True), [Series("a", [Point(v, v) for v in values])], description="")
    assert all(0 <= x <= WIDTH and 0 <= y <= 420 for x, y, _ in marks(svg))


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_every_bar_is_on_the_paper(values: list[float]) -> None:
    svg = bars(AXES, [Bar("b", value, value - 1, value + 1) for value in values], description="")
    assert all(x >= 0 and x + width <= WIDTH for x, width in rectangles(svg))


@pytest.mark.parametrize("points", [[], [Point(0, 1)], [Point(1, -1)], [Point(1, math.nan)]])
def test_what_cannot_be_drawn_is_refused(points: list[Point]) -> None:
    with pytest.raises(ValueError, match=r"chart needs|logarithmic"):
        lines(Axes("t", log=True), [Series("a", points)], description="")
    with pytest.raises(ValueError, match="chart needs"):
        bars(AXES, [], description="")
