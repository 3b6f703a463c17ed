"""How a document is set: the size of its text, its leading, what bold type means. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.page.layout import Line
from ingest.page.segments import Segment

_SAME_SIZE = 0.12
_FIRST_LEADING = 1.2
_MAX_LEADING = 2.2
_BOLD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Type:
    """How a document is set: body size in points, usual leading in ems, use of bold, slides."""

    size: float
    leading: float
    bold_means_heading: bool
    slides: bool


def body_size(pieces: Iterable[Line | Segment]) -> float:
    """Return the size in points, in halves, that most letters are set in; 10 without any."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[half(piece.size)] += len(piece.text)
    return max(sizes, key=lambda s: (sizes[s], -s), default=10.0)


def type_of(pages: Sequence[Sequence[Line]], *, slides: bool) -> Type:
    """Measure the type of a document over the lines of all its pages."""
    steps: list[float] = []
    bold = letters = 0
    for lines in pages:
        for line in lines:
            letters += len(line.text)
            bold += len(line.text) * line.bold
        steps.extend(
            (a.y - b.y) / a.size
            for a, b in pairwise(lines)
            if a.column == b.column and same_size(a, b) and 0 < a.y - b.y < _MAX_LEADING * a.size
        )
    size = body_size(line for lines in pages for line in lines)
    leading = median(steps) if steps else _FIRST_LEADING
    return Type(size, leading, bold < _BOLD_SHARE * letters, slides)


def half(size: float) -> float:
    """Round a size to half points."""
    return round(size * 2) / 2


def same_size(a: Line, b: Line) -> bool:
    """Whether two lines are set in type of about the same size."""
    return abs(a.size - b.size) <= _SAME_SIZE * max(a.size, b.size)
