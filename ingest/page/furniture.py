"""Running heads, running feet and page numbers: found across pages and taken out. Pure.

What recurs at the same height in the margin of several pages (its digits aside) belongs to the
page and not to the text. Large type that recurs is a title as long as it does not stand on
most pages, for slides are often continued under one title.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.page.ground import Area
from ingest.page.segments import Segment, rows_of
from ingest.wording.pagenumbers import page_number

TOP_ZONE = 0.13
BOTTOM_ZONE = 0.13
EDGE_ROWS = 4
RECURRENCE = 3
_TITLE_SHARE = 0.6
_TITLE_SIZE = 1.15
_STEP = 3.0
_NUMBER_ZONE = 0.1

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxl]{1,7}$")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The segments of one page; `number` counts from 1, sizes are in points.

    `frames` are the rectangles that are filled or outlined on it, `hidden` counts the characters
    that were left out because nobody can see them.
    """

    number: int
    width: float
    height: float
    segments: tuple[Segment, ...]
    frames: tuple[Area, ...] = ()
    hidden: int = 0


def strip_furniture(sheets: Sequence[Sheet], body_size: float) -> list[list[Segment]]:
    """Return the segments of each page without what recurs in the margins.

    Args:
        sheets: All pages of a document in order.
        body_size: Size of its running text in points.
    """
    margins = [_margin(sheet) for sheet in sheets]
    places: dict[tuple[str, int], set[int]] = defaultdict(set)
    for sheet, margin in zip(sheets, margins, strict=True):
        for segment in margin:
            places[_place(segment)].add(sheet.number)
    counts = {
        (key, level): len(
            on | places.get((key, level - 1), set()) | places.get((key, level + 1), set())
        )
        for (key, level), on in places.items()
    }
    shifts = _numbering(sheets, margins)
    kept = []
    for sheet, margin in zip(sheets, margins, strict=True):
        drop = {
            id(segment)
            for segment in margin
            if _recurs(segment, counts[_place(segment)], len(sheets), body_size)
            or _is_page_number(segment, sheet, shifts)
        }
        kept.append([segment for segment in sheet.segments if id(segment) not in drop])
    return kept


def _margin(sheet: Sheet) -> list[Segment]:
    """Return what stands in the outermost rows of the top and the bottom zone of a page."""
    rows = rows_of(sheet.segments)
    top = [row for row in rows if row[0].y > sheet.height * (1 - TOP_ZONE)][:EDGE_ROWS]
    bottom = [row for row in rows if row[0].y < sheet.height * BOTTOM_ZONE][-EDGE_ROWS:]
    return [segment for row in (*top, *bottom) for segment in row]


def _place(segment: Segment) -> tuple[str, int]:
    """Return a segment's text without its digits, and its height in steps of `_STEP` points."""
    return _DIGITS.sub("#", "".join(segment.text.casefold().split())), round(segment.y / _STEP)


def _recurs(segment: Segment, on: int, pages: int, body_size: float) -> bool:
    """Whether a segment that stands on `on` of `pages` pages belongs to the page."""
    if not any(character.isalpha() for character in segment.text):
        return False
    if segment.size >= _TITLE_SIZE * body_size:
        return on >= max(RECURRENCE, _TITLE_SHARE * pages)
    few = pages < 2 * RECURRENCE and on > 1 and on * 2 >= pages and segment.size < body_size
    return on >= RECURRENCE or few


def _numbering(sheets: Sequence[Sheet], margins: Sequence[list[Segment]]) -> set[int]:
    """Return the differences between printed and counted page numbers that hold twice."""
    shifts: Counter[int] = Counter()
    for sheet, margin in zip(sheets, margins, strict=True):
        printed = {
            found.number
            for segment in margin
            if (found := page_number(segment.text)) and not found.marked
        }
        shifts.update({number - sheet.number for number in printed})
    return {shift for shift, count in shifts.items() if count > 1}


def _is_page_number(segment: Segment, sheet: Sheet, shifts: set[int]) -> bool:
    found = page_number(segment.text)
    if found is None:
        return _ROMAN.match(segment.text) is not None
    if found.marked:
        return True
    share = segment.y / sheet.height
    shift = found.number - sheet.number
    return shift in shifts or (shift == 0 and not _NUMBER_ZONE < share < 1 - _NUMBER_ZONE)
