"""Finds contact cards that stand side by side without lines around them. Pure.

Cards look like a table and are none: a row holds the names of two people, the next one their
posts, the next one their numbers. What tells them from a table is that every stack has a call
number or a mail address of its own and begins with something else, and that the lines beside
each other are of one kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.page.segments import Segment, rows_of

_MIN_ROWS, _MAX_ROWS = 3, 9
_MOST_CARDS = 3
_ALIGNED = 3.0
_STEP = 2.0  # ems from line to line of a card at most
_CHARACTERS = 45
_MAIL = re.compile(r"\S@\S|\S\s?[(\[]at[)\]]\s?\S")
_CALL = re.compile(r"(?:\+49|\(?0\d)[\d ()/.–-]{4,}\d|(?:Tel|Fon|Fax|Mobil)\w*\.?:? ?[\d+(]")
_HEAD = re.compile(
    r"(?:Name|Tel\w*|Fax|Mobil\w*|(?:E-?)?Mail\S*|Adresse|Anschrift|Ansprech\w+|Kontakt\w*|"
    r"Funktion|Erreichbar\w*|Durchwahl)\.?:?",
    re.IGNORECASE,
)

Row = list[Segment]


@dataclass(frozen=True, slots=True)
class Cards:
    """Two or three cards from left to right and what stands above and below them.

    The cards' segments are plain: a name in bold type is a part of its card and no heading.
    """

    above: list[Segment]
    stacks: list[list[Segment]]
    below: list[Segment]


def cards_in(pieces: Sequence[Segment]) -> Cards | None:
    """Return the uppermost cards side by side among the segments of a page, None without any."""
    rows = rows_of(pieces)
    start = 0
    while start < len(rows):
        end = _end(rows, start)
        if _stands_alone(rows, start, end):
            stacks = _stacks(rows[start:end])
            if _are_cards(stacks):
                return Cards(_flat(rows[:start]), stacks, _flat(rows[end:]))
        start = end
    return None


def _end(rows: Sequence[Row], start: int) -> int:
    """Return the place behind the last row that stands in the columns of the row at `start`."""
    end = start + 1
    if not 1 < len(rows[start]) <= _MOST_CARDS:
        return end
    while end < len(rows) and _near(rows[end - 1], rows[end]) and _fits(rows[start], rows[end]):
        end += 1
    return end


def _near(above: Row, row: Row) -> bool:
    return above[0].y - row[0].y <= _STEP * max(above[0].size, row[0].size)


def _fits(head: Row, row: Row) -> bool:
    """Whether each segment of `row` stands in a column of its own that `head` begins."""
    ends = [*(piece.x0 for piece in head[1:]), float("inf")]
    taken = [
        next((i for i, top in enumerate(head) if abs(top.x0 - piece.x0) <= _ALIGNED), -1)
        for piece in row
    ]
    return -1 not in taken and all(
        piece.x1 < ends[place] for piece, place in zip(row, taken, strict=True)
    )


def _stands_alone(rows: Sequence[Row], start: int, end: int) -> bool:
    """Whether rows are enough for cards and not a part of longer columns of text."""
    if not _MIN_ROWS <= end - start <= _MAX_ROWS:
        return False
    above = start and _near(rows[start - 1], rows[start]) and len(rows[start - 1]) > 1
    return not above and not (end < len(rows) and _near(rows[end - 1], rows[end]))


def _stacks(rows: Sequence[Row]) -> list[list[Segment]]:
    return [
        [
            replace(piece, bold=False)
            for row in rows
            for piece in row
            if abs(piece.x0 - top.x0) <= _ALIGNED
        ]
        for top in rows[0]
    ]


def _are_cards(stacks: Sequence[Sequence[Segment]]) -> bool:
    kinds = [[_kind(piece.text) for piece in stack] for stack in stacks]
    if any(len(own) < _MIN_ROWS or own[0] or not any(own) for own in kinds):
        return False
    if any(_HEAD.fullmatch(stack[0].text) for stack in stacks):
        return False
    if any(len(piece.text) > _CHARACTERS for stack in stacks for piece in stack):
        return False
    # A column of a table says the same of each row: nothing but numbers below its head.
    alike = all(len(set(own[1:])) == 1 for own in kinds)
    return not alike and all(_beside(a, b) for a, b in pairwise(kinds))


def _beside(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether the kinds of ways to reach two people come in one order, as far as both have them."""
    own, other = ([kind for kind in dict.fromkeys(kinds) if kind] for kinds in (a, b))
    both = set(own) & set(other)
    return bool(both) and [k for k in own if k in both] == [k for k in other if k in both]


def _kind(text: str) -> str:
    if _MAIL.search(text):
        return "mail"
    return "call" if _CALL.search(text) else ""


def _flat(rows: Sequence[Row]) -> list[Segment]:
    return [piece for row in rows for piece in row]
