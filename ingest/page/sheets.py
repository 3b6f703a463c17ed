"""All pages of a paged file → its blocks: furniture out, lines in order, paragraphs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from ingest.document import Block
from ingest.page.flow import blocks_of
from ingest.page.furniture import Sheet, strip_furniture
from ingest.page.layout import Line, lines
from ingest.page.pagebreaks import join_sentences, join_words
from ingest.page.segments import Segment
from ingest.page.typography import body_size, type_of

NAMED_PAGES = 20
_SCREENS = (4 / 3, 16 / 9, 16 / 10)
_SHAPE_TOLERANCE = 0.02
_WIDE = 1.2
_STAMP_LETTERS = 60
_MOST = 0.7  # of a text layer's letters; one that was misread may hold dirt as well
_FOOT = 0.3  # of a page's height
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
    """Return the blocks of all pages in reading order, words torn by page breaks whole.

    Sentences that page breaks part stand whole as well, but not on slides: each of them stands
    for itself.

    Args:
        sheets: Each page with the lines that stand turned on it, to be read last.
        slides: Whether the pages are a presentation.
    """
    size = body_size(piece for sheet, _ in sheets for piece in sheet.segments)
    kept = strip_furniture([sheet for sheet, _ in sheets], size)
    pages = [
        (sheet.number, [*lines(segments_, sheet.frames), *turned])
        for (sheet, turned), segments_ in zip(sheets, kept, strict=True)
    ]
    blocks = join_words(blocks_of(pages, type_of([page for _, page in pages], slides=slides)))
    return (
        blocks if slides else join_sentences(blocks, _filled([sheet for sheet, _ in sheets], kept))
    )


def _filled(sheets: Sequence[Sheet], kept: Sequence[Sequence[Segment]]) -> set[int]:
    """Return the numbers of the pages whose text goes down to the foot."""
    return {
        sheet.number
        for sheet, pieces in zip(sheets, kept, strict=True)
        if min((piece.y for piece in pieces), default=sheet.height) < _FOOT * sheet.height
    }


def with_recognised(
    sheets: Sequence[tuple[Sheet, list[Line]]],
    unread: Sequence[int],
    recognised: Mapping[int, Sheet],
) -> tuple[list[tuple[Sheet, list[Line]]], tuple[int, ...]]:
    """Put recognised pages in the place of unread ones; return all pages and those still unread.

    A page of which recognition saw hardly more than its own text says keeps its own.
    """
    pages = [
        (recognised[sheet.number], [])
        if sheet.number in recognised and _says_more(recognised[sheet.number], sheet)
        else (sheet, turned)
        for sheet, turned in sheets
    ]
    return pages, tuple(number for number in unread if number not in recognised)


def _says_more(recognised: Sheet, own: Sheet) -> bool:
    before = _letters(own)
    more = before + _STAMP_LETTERS / 2 if before <= _STAMP_LETTERS else _MOST * before
    return _letters(recognised) >= min(more, before * 2)


def _letters(sheet: Sheet) -> int:
    return sum(character.isalnum() for segment in sheet.segments for character in segment.text)


def page_warnings(
    blank: Sequence[int], failed: Sequence[int], unread: Sequence[int]
) -> Iterator[str]:
    """Name the pages without text and the unreadable ones (1-based) for the report.

    Pages that are still to be recognised are left out: what becomes of them is told elsewhere.
    """
    empty = [number for number in blank if number not in failed and number not in unread]
    if failed:
        yield f"Nicht lesbar wegen Beschädigung: {named(failed)}."
    if empty:
        yield f"Ohne Text: {named(empty)}."


def hidden_warnings(sheets: Sequence[Sheet]) -> list[str]:
    """Name the pages (1-based) with text that nobody can see, and how much of it was left out."""
    found = [sheet for sheet in sheets if sheet.hidden]
    said = [_hidden(sheet.number, sheet.hidden) for sheet in found[:NAMED_PAGES]]
    rest = found[NAMED_PAGES:]
    if rest:
        signs = sum(sheet.hidden for sheet in rest)
        said.append(f"{len(rest)} weitere Seiten: {signs} Zeichen unsichtbarer Text fehlen ebenso.")
    return said


def _hidden(number: int, signs: int) -> str:
    verb = "wurde" if signs == 1 else "wurden"
    return f"Seite {number}: {signs} Zeichen unsichtbarer Text {verb} nicht übernommen."


def named(numbers: Sequence[int]) -> str:
    """Return page numbers for people: ``Seiten 2, 5–7``; the first `NAMED_PAGES` stretches."""
    stretches: list[list[int]] = []
    for number in sorted(numbers):
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1][1] = number
        else:
            stretches.append([number, number])
    shown = ", ".join(_stretch(*stretch) for stretch in stretches[:NAMED_PAGES])
    rest = sum(last - first + 1 for first, last in stretches[NAMED_PAGES:])
    more = f" und {rest} weitere" if rest > 0 else ""
    return f"{'Seite' if len(numbers) == 1 else 'Seiten'} {shown}{more}"


def _stretch(first: int, last: int) -> str:
    joint = ", " if last == first + 1 else "–"
    return str(first) if first == last else f"{first}{joint}{last}"
