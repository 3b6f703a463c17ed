"""Passages for the checks, made by the product's own splitter."""

from __future__ import annotations

from dataclasses import replace

from ingest.document import Metadata, Repair
from ingest.split import split
from retrieval.records import DocumentRecord, Hit, Passage, Visibility
from tests.fakes import document


def hit(
    *paragraphs: str, title: str = "Bericht", language: str = "de", facts: Metadata | None = None
) -> Hit:
    """The only passage of a document that consists of `paragraphs`."""
    held = facts or Metadata(title=title, language=language)
    (chunk,) = split(document(*paragraphs, facts=held))
    passage = Passage(
        "a.md", 1, chunk.ordinal, chunk.start, chunk.end, chunk.text, chunk.page, chunk.section,
        chunk.sentences, chunk.reference, chunk.repairs,
    )  # fmt: skip
    record = DocumentRecord(
        document_id="a.md", source="a.md", origin="a.md", sha256="", generation=1,
        visibility=Visibility.PUBLIC, metadata=held, unit=None, page_count=None, chunk_count=1,
    )  # fmt: skip
    return Hit(passage, record, 1.0, 1.0, 1.0)


def misread(made: Hit, read: str, right: str) -> Hit:
    """The same passage with a repair of the word `read`."""
    at = made.passage.start + made.passage.text.index(read)
    repair = Repair(at, at + len(read), right)
    return replace(made, passage=replace(made.passage, repairs=(repair,)))


def even(_: str) -> float:
    """Every stem is as rare as any other."""
    return 2.0
