"""Which pages show a picture of text and have no text layer that could be used for it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import PageSpan
from ingest.page.furniture import Sheet, strip_furniture
from ingest.page.runs import Matrix
from ingest.wording.misread import misread_stretches

COVERING = 0.6  # of the page; the text of a scan is rarely cut to less
STAMP_LETTERS = 60  # a stamp, the mark of a scanning program, the line of a fax
_UNDECODED_SHARE = 0.3
_UNDECODED = 20
_GARBAGE_SHARE = 0.2
_UNASSIGNED = {"Co", "Cn", "Cs"}  # private use, not assigned, surrogates
_REPLACEMENT = "\ufffd"


@dataclass(slots=True)
class Painted:
    """What a page shows beside text that was decoded, collected while it is replayed.

    `area` are the square points that pictures cover, `paths` whether lines or areas are drawn,
    `glyphs` how many glyphs were shown, `undecoded` those that nobody knows the characters of.
    """

    area: float = 0.0
    paths: bool = False
    glyphs: int = 0
    undecoded: int = 0

    def picture(self, matrix: Matrix) -> None:
        """Count a picture; `matrix` takes the unit square to where it stands."""
        self.area += abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])

    def path(self) -> None:
        """Count a line or an area."""
        self.paths = True

    def text(self, decoded: str, glyphs: int) -> None:
        """Count a string that is shown with `glyphs` glyphs and means `decoded`."""
        self.glyphs += glyphs
        if not decoded:
            self.undecoded += glyphs

    def covers(self, sheet: Sheet) -> bool:
        """Whether pictures cover most of the page."""
        return self.area >= COVERING * sheet.width * sheet.height

    def anything(self) -> bool:
        """Whether the page shows anything at all."""
        return self.paths or self.area > 0 or self.glyphs > 0

    def mostly_undecoded(self) -> bool:
        """Whether much of the text is glyphs without characters."""
        return self.undecoded >= max(_UNDECODED, _UNDECODED_SHARE * self.glyphs)


def unread_pages(sheets: Sequence[Sheet], painted: Sequence[Painted]) -> tuple[int, ...]:
    """Return the numbers of the pages that ought to be recognised.

    Args:
        sheets: The pages with the text that could be decoded.
        painted: What each of them shows beside it.

    Returns:
        Pages that show something but no text; whose text cannot be decoded or is garbage; that
        a picture covers and that have no more text than a stamp; that a picture covers and whose
        text layer was recognised with a model for another language.
    """
    own = strip_furniture(sheets, 0.0)
    covered = {s.number for s, paint in zip(sheets, painted, strict=True) if paint.covers(s)}
    misread = _misread(sheets) if covered else set()
    found = []
    for sheet, paint, segments in zip(sheets, painted, own, strict=True):
        letters = sum(c.isalnum() for segment in segments for c in segment.text)
        silent = not sheet.segments and paint.anything()
        stamped = sheet.number in covered and letters <= STAMP_LETTERS
        again = sheet.number in covered and sheet.number in misread
        if silent or stamped or again or paint.mostly_undecoded() or is_garbage(_text(sheet)):
            found.append(sheet.number)
    return tuple(found)


def is_garbage(text: str) -> bool:
    """Whether much of a text is characters that mean nothing to anybody."""
    ink = [character for character in text if not character.isspace()]
    strange = sum(c == _REPLACEMENT or unicodedata.category(c) in _UNASSIGNED for c in ink)
    return bool(ink) and strange >= _GARBAGE_SHARE * len(ink)


def _misread(sheets: Sequence[Sheet]) -> set[int]:
    text, pages = "", []
    for sheet in sheets:
        start = len(text)
        text += _text(sheet) + "\n"
        pages.append(PageSpan(sheet.number, start, len(text)))
    stretches = set(misread_stretches(text, pages))
    return {page.number for page in pages if (page.start, page.end) in stretches}


def _text(sheet: Sheet) -> str:
    return "\n".join(segment.text for segment in sheet.segments)
