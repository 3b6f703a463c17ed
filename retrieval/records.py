"""The records that leave this package. All offsets are code points of the document text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.document import (
    Contact,
    Heading,
    Metadata,
    PageSpan,
    PageUnit,
    Reference,
    Repair,
    repaired,
)

FACETS = (
    "type", "region", "year", "organisation", "language", "target_group", "setting", "keyword",
)  # fmt: skip


class Visibility(StrEnum):
    """Who may see a document."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Change(StrEnum):
    """What putting a document into the library did."""

    ADDED = "added"
    UPDATED = "updated"


class Mode(StrEnum):
    """Which legs of the search take part."""

    DENSE = "dense"
    LEXICAL = "lexical"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a passage must meet, all of them.

    `facets` maps a name of `FACETS` to the wanted value. Without `internal`, internal documents
    do not exist for the search.
    """

    internal: bool = False
    facets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What the registry knows of one live document (without its text).

    `origin` identifies where the document came from without naming a path of this machine;
    `generation` counts its versions from 1; `metadata` already holds the editors' corrections.
    `places` are the ids of the folders or lists it was found under; `reading` is the version of
    the readers that made its text; `validators` are what a web server gave to ask whether the
    page changed (ETag, Last-Modified); `fingerprint` is what near-duplicates are known by.
    """

    document_id: str
    source: str
    origin: str
    sha256: str
    generation: int
    visibility: Visibility
    metadata: Metadata
    unit: PageUnit | None
    page_count: int | None
    chunk_count: int
    url: str | None = None
    media_type: str = "application/octet-stream"
    parser: str = ""
    warnings: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    reading: int = 0
    validators: tuple[str, str] = ("", "")
    fingerprint: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """The title to show; the source where the document shows none."""
        return self.metadata.title or self.source

    @property
    def year(self) -> str | None:
        """The four digits of the year, None without a date."""
        return self.metadata.date[:4] if self.metadata.date else None

    def facet(self, name: str) -> tuple[str, ...]:
        """Return the values of facet `name`, empty where the document shows none."""
        value: str | tuple[str, ...] | None = (
            self.year if name == "year" else getattr(self.metadata, name)
        )
        if isinstance(value, tuple):
            return value
        return (value,) if value else ()

    def admits(self, filters: Filters) -> bool:
        """Tell whether a passage of this document meets `filters`."""
        if self.visibility is Visibility.INTERNAL and not filters.internal:
            return False
        return all(value in self.facet(name) for name, value in filters.facets.items())


@dataclass(frozen=True, slots=True)
class Found:
    """What a document shows about itself and how it was ingested, before corrections."""

    metadata: Metadata
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The whole text of a document with its maps, for the reading view."""

    text: str
    pages: tuple[PageSpan, ...]
    headings: tuple[Heading, ...]
    references: tuple[Reference, ...] = ()
    repairs: tuple[Repair, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def display(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` as it should have been read."""
        return repaired(self.text[start:end], start, self.repairs)

    def reference_at(self, offset: int) -> str:
        """Return how the statute's unit at `offset` is cited, empty where there is none."""
        inside = (r.label for r in self.references if r.start <= offset < r.end)
        return next(inside, "")


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings of a document: (start, level from 1 = highest, words), in order of start."""

    headings: tuple[tuple[int, int, str], ...]

    def path_at(self, offset: int) -> tuple[str, ...]:
        """Return the headings that the place `offset` stands under, the highest first."""
        path: list[tuple[int, str]] = []
        for start, level, words in self.headings:
            if start > offset:
                break
            while path and path[-1][0] >= level:
                path.pop()
            path.append((level, words))
        return tuple(words for _, words in path)


@dataclass(frozen=True, slots=True)
class Passage:
    """One stored chunk. `sentences` and `repairs` are spans in document offsets.

    `reference` is how the statute's unit that it lies in is cited, empty elsewhere.
    """

    document_id: str
    generation: int
    ordinal: int
    start: int
    end: int
    text: str
    page: int | None
    section: str
    sentences: tuple[tuple[int, int], ...]
    reference: str = ""
    repairs: tuple[Repair, ...] = ()

    def display(self, start: int, end: int) -> str:
        """Return the stretch ``start..end`` (document offsets) as it should have been read."""
        text = self.text[start - self.start : end - self.start]
        return repaired(text, start, self.repairs)

    @property
    def chunk_id(self) -> str:
        """The public id: the same over a re-ingest of the same text."""
        return f"{self.document_id}.{self.ordinal}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query. All scores: higher is better.

    `score` is the fused score (0..1 within one query), `dense` the cosine (-1..1) and `lexical`
    the mixed lexical score (0..1 within one query, 0 where no term occurs). `also` are documents
    that hold the same passage. `passages` are further ones of the same document, where each
    document is listed once.
    """

    passage: Passage
    document: DocumentRecord
    score: float
    dense: float
    lexical: float
    also: tuple[DocumentRecord, ...] = ()
    passages: tuple[Hit, ...] = ()

    @property
    def neighbours(self) -> tuple[str | None, str | None]:
        """The public ids of the passages before and after it in its document, None at an end."""
        ordinal, name = self.passage.ordinal, self.document.document_id
        before = f"{name}.{ordinal - 1}" if ordinal > 0 else None
        after = f"{name}.{ordinal + 1}" if ordinal + 1 < self.document.chunk_count else None
        return before, after


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what a search found.

    `hits` are the best passages, or documents by their best; `total` says how many of them were
    found, `facets` how many of the passages show each value of each facet.
    """

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Mapping[str, int]]
