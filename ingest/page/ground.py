"""The ground that text stands on: areas, their colours, and whether people see what is on them.

Text in the colour of its ground is not seen by people and still read by programs, which is how
instructions are smuggled into documents. Only plain rectangles are taken at their word: where
the ground is a picture, a pattern or a shape of another form, its colour counts as unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

Colour = tuple[float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)
NEARLY = 0.1
MAX_AREAS = 5_000
RULE = 3.0
"""Frames that are not as high as this many points are horizontal lines."""
GRAY, RGB, CMYK = 1, 3, 4
"""Numbers of components."""
_MAX_LOOKUPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Area:
    """An upright rectangle of the viewed page in points; `colour` None where it is unknown."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: Colour | None = None

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the area."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def within(self, other: Area | None) -> Area:
        """Return the part that lies in `other`; nothing lies in an empty part."""
        if other is None:
            return self
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        return Area(x0, y0, min(self.x1, other.x1), min(self.y1, other.y1), self.colour)


@dataclass(slots=True)
class Ground:
    """What has been painted on a page so far."""

    areas: list[Area] = field(default_factory=list)
    pictures: list[Area] = field(default_factory=list)
    frames: list[Area] = field(default_factory=list)
    colours: set[Colour] = field(default_factory=set)
    lookups: int = 0

    def add(self, area: Area) -> None:
        """Paint an area over what is there; what comes after `MAX_AREAS` makes all unknown."""
        if area.x1 <= area.x0 or area.y1 <= area.y0:
            return
        if area.colour is not None:
            self.colours.add(area.colour)
        self.areas.append(area if len(self.areas) < MAX_AREAS else replace(area, colour=None))
        if len(self.areas) > MAX_AREAS:
            del self.areas[:MAX_AREAS]

    def same_colour(self, colour: Colour, x: float, y: float) -> bool:
        """Whether a sign of `colour` at a point is (nearly) the colour of its ground."""
        suspicious = near(colour, WHITE)
        if not suspicious and not any(near(colour, other) for other in self.colours):
            return False
        for area in reversed(self.areas):
            self.lookups += 1
            if self.lookups > _MAX_LOOKUPS:
                return False
            if area.holds(x, y):
                return area.colour is not None and near(colour, area.colour)
        return suspicious


def near(a: Colour, b: Colour) -> bool:
    """Whether two colours can hardly be told apart."""
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) < NEARLY


def around(points: Sequence[tuple[float, float]]) -> Area:
    """Return the smallest area that holds all points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Area(min(xs), min(ys), max(xs), max(ys))


def colour(operands: Sequence[object]) -> Colour | None:
    """Return the colour of one, three or four components, None of any other number."""
    values = [min(max(number(value), 0.0), 1.0) for value in operands]
    if len(values) == GRAY:
        return (values[0], values[0], values[0])
    if len(values) == RGB:
        return (values[0], values[1], values[2])
    if len(values) == CMYK:
        black = 1 - values[3]
        return ((1 - values[0]) * black, (1 - values[1]) * black, (1 - values[2]) * black)
    return None


def number(value: object) -> float:
    """Return an operand as a number.

    Raises:
        TypeError: It is none.
    """
    if isinstance(value, (int, float)):
        return float(value)
    raise TypeError(value)
