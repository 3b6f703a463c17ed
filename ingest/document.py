"""The records that leave this package: what a reader saw, the document text, its chunks.

All offsets are counted in Unicode code points of `Document.text`, start inclusive, end
exclusive, so that ``text[start:end]`` is the passage. Pages and slides count from 1.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

READING = 2
"""Version of what the readers make of a file; raise it when they make something else of it."""


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
    `page` is the 1-based page or slide, None where the source has none. `reference` is how a
    statute's unit is cited ("§ 20a Abs. 1 SGB V"), empty everywhere else.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document shows about itself; None where it shows nothing (never guessed).

    `date` is ISO 8601 as exact as the source is: ``2023``, ``2023-10`` or ``2023-10-05``.
    `language` is an ISO 639-1 code. `region` is the name of a Bundesland. `state` says up to
    which change a statute's text goes ("Art. 14 G v. 10.12.2021 I 5162"). `target_group`,
    `setting` and `keyword` may hold several values, empty where nothing is shown.
    """

    title: str | None = None
    date: str | None = None
    organisation: str | None = None
    type: str | None = None
    region: str | None = None
    language: str | None = None
    state: str | None = None
    target_group: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """What one reader got out of one file, before cleaning and assembling.

    `page_count` counts all pages or slides of the source, also those without text; None where
    the source has no pages. `metadata` holds only what the file's own properties say.
    `parser` names the library and its version; `warnings` are German sentences for the report.
    `unread` are the pages (1-based) that show a picture of text but have no usable text layer.
    """

    blocks: tuple[Block, ...]
    parser: str
    unit: PageUnit | None = None
    page_count: int | None = None
    metadata: Metadata = field(default_factory=Metadata)
    warnings: tuple[str, ...] = ()
    unread: tuple[int, ...] = ()


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
class Reference:
    """A unit of a statute: its place in the document text and how it is cited."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Repair:
    """Words that recognition misread: their place in the document text and what to show instead.

    The document text keeps the words as read; a repair never changes a number, a § or a name.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to turn to, as the document shows it; None for what it does not show.

    `start`..`end` is the stretch of the document text that the facts stand in.
    """

    start: int
    end: int
    name: str | None = None
    role: str | None = None
    organisation: str | None = None
    phone: str | None = None
    mail: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document as the product keeps it: the text and the maps from offsets to structure.

    `pages` is ordered, does not overlap, and is empty where the source has no pages; pages
    without text are missing from it. `headings`, `references`, `repairs` and `contacts` are
    ordered by `start`; references and repairs do not overlap. `unread` as in `Extract`.
    """

    text: str
    metadata: Metadata
    parser: str
    unit: PageUnit | None = None
    page_count: int | None = None
    pages: tuple[PageSpan, ...] = ()
    headings: tuple[Heading, ...] = ()
    warnings: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    repairs: tuple[Repair, ...] = ()
    contacts: tuple[Contact, ...] = ()
    unread: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page or slide that `offset` stands on, None without pages."""
        number = None
        for page in self.pages:
            if page.start > offset:
                break
            number = page.number
        return number

    def reference_at(self, offset: int) -> str:
        """Return how the statute's unit at `offset` is cited, empty where there is none."""
        at = bisect_right(self.references, offset, key=lambda reference: reference.start) - 1
        inside = at >= 0 and offset < self.references[at].end
        return self.references[at].label if inside else ""

    def repairs_between(self, start: int, end: int) -> tuple[Repair, ...]:
        """Return the repairs that lie inside ``start..end`` as a whole."""
        first = bisect_left(self.repairs, start, key=lambda repair: repair.start)
        last = bisect_right(self.repairs, end, key=lambda repair: repair.end)
        return self.repairs[first:last]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage to search and to cite: ``document.text[start:end] == text``, always.

    `ordinal` counts the chunks of a document from 0. `page` is the 1-based page or slide of the
    chunk's first character. `section` is the path of the headings above it, joined by " › ".
    `sentences` are offsets into the document text, ordered, inside ``start..end``. `reference`
    is how the statute's unit that the chunk lies in is cited, empty elsewhere. `repairs` are
    those of the document that lie inside, in document offsets.
    """

    ordinal: int
    start: int
    end: int
    text: str
    page: int | None
    section: str
    sentences: tuple[tuple[int, int], ...] = ()
    reference: str = ""
    repairs: tuple[Repair, ...] = ()

    @property
    def display(self) -> str:
        """The text as it should have been read."""
        return repaired(self.text, self.start, self.repairs)


def repaired(text: str, start: int, repairs: Iterable[Repair]) -> str:
    """Return `text`, which stands at offset `start` of its document, with `repairs` made.

    Repairs that do not lie inside the text as a whole are left out.
    """
    parts: list[str] = []
    at = 0
    for repair in repairs:
        first, last = repair.start - start, repair.end - start
        if at <= first and last <= len(text):
            parts += (text[at:first], repair.text)
            at = last
    return "".join((*parts, text[at:]))
