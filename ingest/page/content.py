"""What the content of a PDF page refers to: typefaces, forms, colours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.page.runs import IDENTITY, Matrix


@dataclass(frozen=True, slots=True)
class Shown:
    """What a typeface makes of a string: text, width in ems, number of codes and of blanks."""

    text: str
    width: float
    codes: int
    blanks: int


class Typeface(Protocol):
    """A font as far as reading needs it; `space` is the width of its blank in ems."""

    @property
    def bold(self) -> bool:
        """Whether the type is bold."""

    @property
    def space(self) -> float:
        """Width of a blank in ems."""

    def show(self, raw: bytes) -> Shown:
        """Decode and measure a string of the content stream."""


class Palette(Protocol):
    """What painting refers to by name."""

    def opacity(self, name: str) -> float | None:
        """Return the opacity (0..1) that a graphics state sets for areas, None if it sets none."""

    def components(self, name: str) -> int:
        """Return the number of components of a colour space (1, 3, 4), 0 where unknown."""


class Resources(Palette, Protocol):
    """What a content stream refers to by name."""

    def face(self, name: str) -> Typeface | None:
        """Return the font called `name`, None where there is none."""

    def form(self, name: str) -> Drawing | None:
        """Return the form called `name`, None for images and missing ones."""

    def furniture(self, properties: object) -> bool:
        """Whether marked content with `properties` (a name or a dictionary) is page furniture."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Operators with their operands, the resources they name and the matrix of a form."""

    operations: Iterable[tuple[Sequence[object], bytes]]
    resources: Resources
    matrix: Matrix = IDENTITY
