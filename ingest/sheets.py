"""All pages of a paged file → its blocks: furniture out, lines in order, paragraphs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from ingest.document import Block
from ingest.flow import blocks_of, type_of
from ingest.furniture import Sheet, strip_furniture
from ingest.layout import Line, lines

NAMED_PAGES = 20
_SCREENS = (4 / 3, 16 / 9, 16 / 10)
_SHAPE_TOLERANCE = 0.02
_WIDE = 1.2
_SCREEN_LETTERS, _PAPER_LETTERS = 1_500, 700


def looks_like_slides(sheets: Sequence[Sheet]) -> bool:
    """Whether the pages are a presentation: wide, and with little text or large type.

    A4 across also serves for tables and leaflets, so it has to hold less text than the shapes
    of screens (4:3, 16:9, 16:10) do.
    """
    ratio = median(sheet.width / max(sheet.height, 1.0) for sheet in sheets)
    letters = median(sum(len(s.text) for s in sheet.segments) for sheet in sheets)
    screen = any(abs(ratio - shape) < _SHAPE_TOLERANCE for shape in _SCREENS)
    return ratio > _WIDE and letters <= (_SCREEN_LETTERS if screen else _PAPER_LETTERS)


def blocks_of_sheets(
    sheets: Sequence[tuple[Sheet, Sequence[Line]]], *, slides: bool
) -> list[Block]:
    """Return the blocks of all pages in reading order.

    Args:
        sheets: Each page with the lines that stand turned on it, to be read last.
        slides: Whether the pages are a presentation.
    """
    sizes = type_of((lines(sheet.segments) for sheet, _ in sheets), slides=slides)
    kept = strip_furniture([sheet for sheet, _ in sheets], sizes.size)
    pages = [
        (sheet.number, [*lines(segments_), *turned])
        for (sheet, turned), segments_ in zip(sheets, kept, strict=True)
    ]
    return blocks_of(pages, type_of((page for _, page in pages), slides=slides))


def page_warnings(blank: Sequence[int], failed: Sequence[int]) -> Iterator[str]:
    """Name the pages without text and the unreadable ones (1-based) for the report."""
    scans = [number for number in blank if number not in failed]
    if failed:
        yield f"Nicht lesbar wegen Beschädigung: {_named(failed)}."
    if scans:
        yield f"Ohne Text (leer oder Bild ohne Texterkennung): {_named(scans)}."


def _named(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:NAMED_PAGES]))
    rest = len(numbers) - NAMED_PAGES
    more = f" und {rest} weitere" if rest > 0 else ""
    return f"{'Seite' if len(numbers) == 1 else 'Seiten'} {shown}{more}"
