"""Where a document may be cut at all: pages, slides, units of statutes, sections. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.document import Document, Heading, PageUnit, Reference, repaired
from ingest.wording.sentences import Span, next_visible, trim

TINY_SECTION_CHARS = 200
SECTION_CHARS = 200
_PATH = " › "


def stretches(document: Document) -> Iterator[tuple[int | None, int, int]]:
    """Yield (page, start, end) of the parts of the text that no chunk may leave."""
    for page, start, end in _page_stretches(document):
        if document.unit is PageUnit.SLIDE:
            yield page, start, end
            continue
        for first, last in _parts(document, start, end):
            yield page, first, last


def _parts(document: Document, start: int, end: int) -> Iterator[Span]:
    """Yield the units of a statute as they are, and the sections of what stands between them."""
    at = start
    for first, last in _units(document, start, end):
        if first > at:
            yield from _sections(document, at, first)
        yield first, last
        at = last
    if at < end:
        yield from _sections(document, at, end)


def _units(document: Document, start: int, end: int) -> Iterator[Span]:
    """Yield each unit with the headings that lead to it and the white space behind it.

    A paragraph's own heading is cited as the paragraph: it leads to its first Absatz, and is a
    unit where no text follows.
    """
    text = document.text
    inside = _references_between(document, start, end)
    titles = {h.start: h.end for h in _headings_between(document.headings, start, end)}
    floor = start
    for reference, following in zip(inside, [*inside[1:], None], strict=False):
        stop = next_visible(text, min(reference.end, end), end)
        is_title = titles.get(reference.start) == reference.end
        if is_title and following and following.start == stop and _goes_on(reference, following):
            continue
        yield _lead(document, floor, max(reference.start, start)), stop
        floor = stop


def _goes_on(title: Reference, following: Reference) -> bool:
    """Tell whether two units in a row are one paragraph: "§ 2 X" and "§ 2 Abs. 1 X"."""
    return title.label.split()[:2] == following.label.split()[:2]


def _references_between(document: Document, start: int, end: int) -> Sequence[Reference]:
    first = bisect_right(document.references, start, key=lambda reference: reference.end)
    last = bisect_right(document.references, end - 1, key=lambda reference: reference.start)
    return document.references[first:last]


def _lead(document: Document, floor: int, start: int) -> int:
    """Return where the headings begin that stand, with nothing between, right before `start`."""
    for heading in reversed(_headings_between(document.headings, floor, start)):
        if document.text[heading.end : start].strip():
            break
        start = heading.start
    return start


def _sections(document: Document, start: int, end: int) -> Iterator[Span]:
    headings = _headings_between(document.headings, start, end)
    inside = [heading for heading in headings if heading.start > start]
    return _merge_tiny(document, start, end, inside)


def _page_stretches(document: Document) -> Iterator[tuple[int | None, int, int]]:
    at = 0
    number: int | None = None
    for page in document.pages:
        if page.start > at:
            yield number, at, page.start
        number = page.number
        yield number, page.start, page.end
        at = page.end
    if at < len(document.text):
        yield number, at, len(document.text)


def _headings_between(headings: Sequence[Heading], start: int, end: int) -> Sequence[Heading]:
    first = bisect_right(headings, start - 1, key=lambda heading: heading.start)
    return headings[first : bisect_right(headings, end - 1, key=lambda heading: heading.start)]


def _merge_tiny(
    document: Document, start: int, end: int, headings: Sequence[Heading]
) -> Iterator[Span]:
    """Yield sections; one of a few words joins what follows, or the one before a higher rank.

    A section that is nothing but its heading always counts as one of a few words.
    """
    own = _headings_between(document.headings, start, start + 1)
    titles = [own[0] if own else Heading(0, start, start), *headings]
    borders = [*(title.start for title in titles), end]
    merged: list[Span] = []
    first, level = start, titles[0].level
    for i, (begin, stop) in enumerate(pairwise(borders)):
        if begin == first:
            level = titles[i].level
        visible = trim(document.text, begin, stop)[1]
        tiny = visible - first < TINY_SECTION_CHARS or visible <= titles[i].end
        following = titles[i + 1].level if i + 1 < len(titles) else 0
        if tiny and following >= max(level, 1):
            continue
        if tiny and merged and level > 1:
            merged[-1] = merged[-1][0], stop
        else:
            merged.append((first, stop))
        first = stop
    yield from merged


def paths(document: Document) -> list[str]:
    """Return for each heading the path that holds below it, at most `SECTION_CHARS` long."""
    stack: list[tuple[int, str]] = []
    found = []
    for heading in document.headings:
        while stack and stack[-1][0] >= heading.level:
            stack.pop()
        start, end = heading.start, heading.end
        read = repaired(document.text[start:end], start, document.repairs_between(start, end))
        title = " ".join(read.split())
        if len(title) > SECTION_CHARS:
            title = title[: SECTION_CHARS - 1].rstrip() + "…"
        stack.append((heading.level, title))
        found.append(_join_innermost(stack))
    return found


def _join_innermost(stack: Sequence[tuple[int, str]]) -> str:
    path = stack[-1][1]
    for _, title in reversed(stack[-SECTION_CHARS:-1]):
        if len(title) + len(_PATH) + len(path) > SECTION_CHARS:
            break
        path = title + _PATH + path
    return path
