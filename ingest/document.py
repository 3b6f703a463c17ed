"""The records that leave this package: what a reader saw, the document text, its chunks.

All offsets are counted in Unicode code points of `Document.text`, start inclusive, end
exclusive, so that ``text[start:end]`` is the passage. Pages and slides count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a piece of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    NOTE = "note"


class PageUnit(StrEnum):
    """What the numbers of a paged source count."""

    PAGE = "page"
    SLIDE = "slide"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document in reading order, as a reader saw it.

    `text` may hold line breaks where the source breaks lines on purpose (an address, a poem);
    bullets and numbering of list items stay in `text` as the source shows them, except that a
    plain bullet sign is left out (`assemble` writes it again, the same for all formats).
    `level` is the rank of a heading (1 = highest) and 0 for everything else.
    `page` is the 1-based page or slide, None where the source has none.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document shows about itself; None where it shows nothing (never guessed).

    `date` is ISO 8601 as exact as the source is: ``2023``, ``2023-10`` or ``2023-10-05``.
    `language` is an ISO 639-1 code. `region` is the name of a Bundesland.
    """

    title: str | None = None
    date: str | None = None
    organisation: str | None = None
    type: str | None = None
    region: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """What one reader got out of one file, before cleaning and assembling.

    `page_count` counts all pages or slides of the source, also those without text; None where
    the source has no pages. `metadata` holds only what the file's own properties say.
    `parser` names the library and its version; `warnings` are German sentences for the report.
    """

    blocks: tuple[Block, ...]
    parser: str
    unit: PageUnit | None = None
    page_count: int | None = None
    metadata: Metadata = field(default_factory=Metadata)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageSpan:
    """The stretch of the document text that stands on one page or slide."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's place in the document text and its rank (1 = highest)."""

    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One document as the product keeps it: the text and the maps from offsets to structure.

    `pages` is ordered, does not overlap, and is empty where the source has no pages; pages
    without text are missing from it. `headings` is ordered by `start`.
    """

    text: str
    metadata: Metadata
    parser: str
    unit: PageUnit | None = None
    page_count: int | None = None
    pages: tuple[PageSpan, ...] = ()
    headings: tuple[Heading, ...] = ()
    warnings: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page or slide that `offset` stands on, None without pages."""
        number = None
        for page in self.pages:
            if page.start > offset:
                break
            number = page.number
        return number


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage to search and to cite: ``document.text[start:end] == text``, always.

    `ordinal` counts the chunks of a document from 0. `page` is the 1-based page or slide of the
    chunk's first character. `section` is the path of the headings above it, joined by " › ".
    `sentences` are offsets into the document text, ordered, inside ``start..end``.
    """

    ordinal: int
    start: int
    end: int
    text: str
    page: int | None
    section: str
    sentences: tuple[tuple[int, int], ...] = ()
