"""Blocks in reading order → one document text with its page and heading maps. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.document import Block, BlockKind, Heading, PageSpan, Reference

BULLET = "- "
NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]\s")
"""How a list item begins that shows its own number; it gets no bullet."""
_COMPACT = {BlockKind.ITEM, BlockKind.ROW}


@dataclass(frozen=True, slots=True)
class Assembled:
    """A document text and the maps into it, all in its code points, each in order."""

    text: str
    pages: tuple[PageSpan, ...] = ()
    headings: tuple[Heading, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(slots=True)
class _Text:
    """The growing text and the maps into it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    pages: list[PageSpan] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def append(self, text: str) -> int:
        """Add `text` and return the offset at which it starts."""
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start

    def mark_page(self, number: int, start: int) -> None:
        """Stretch the span of page `number` to the present end, opening it at `start`."""
        if self.pages and self.pages[-1].number == number:
            start = self.pages.pop().start
        self.pages.append(PageSpan(number, start, self.length))

    def mark_reference(self, label: str, start: int) -> None:
        """Stretch the unit `label` to the present end, opening it at `start`."""
        if self.references and self.references[-1].label == label:
            start = self.references.pop().start
        self.references.append(Reference(start, self.length, label))


def assemble(blocks: Iterable[Block]) -> Assembled:
    """Join `blocks` into a document text.

    Neighbouring list items and table rows stand on consecutive lines, everything else is set
    apart by an empty line. Blocks without visible text are left out.
    """
    out = _Text()
    previous: Block | None = None
    for block in blocks:
        text = block.text.strip()
        if not text:
            continue
        if previous is not None:
            out.append(_gap(previous, block))
        start = out.length
        if block.kind is BlockKind.ITEM and not NUMBERED.match(text):
            out.append(BULLET)
        begin = out.append(text)
        if block.kind is BlockKind.HEADING:
            out.headings.append(Heading(max(1, block.level), begin, out.length))
        if block.page is not None:
            out.mark_page(block.page, start)
        if block.reference:
            out.mark_reference(block.reference, start)
        previous = block
    return Assembled(
        "".join(out.parts), tuple(out.pages), tuple(out.headings), tuple(out.references)
    )


def _gap(previous: Block, block: Block) -> str:
    same = previous.kind is block.kind and block.kind in _COMPACT
    return "\n" if same and previous.page == block.page else "\n\n"
