"""The tables of the registry and what their rows mean.

Change `VERSION` with every change that older code cannot read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, astuple
from typing import Any

from ingest.document import Contact, Heading, Metadata, PageSpan, PageUnit, Reference, Repair
from retrieval.corrections import corrected_metadata
from retrieval.records import DocumentRecord, DocumentText, Found, Passage, Visibility

VERSION = 2

SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS documents (
    document_id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    origin TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    generation INTEGER NOT NULL,
    visibility TEXT NOT NULL,
    metadata TEXT NOT NULL,
    unit TEXT,
    page_count INTEGER,
    chunk_count INTEGER NOT NULL,
    url TEXT,
    media_type TEXT NOT NULL,
    parser TEXT NOT NULL,
    warnings TEXT NOT NULL,
    text TEXT NOT NULL,
    maps TEXT NOT NULL,
    places TEXT NOT NULL,
    reading INTEGER NOT NULL,
    validators TEXT NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_origin ON documents (origin);
CREATE INDEX IF NOT EXISTS documents_source ON documents (source);

-- Outlives the document's row, so that a correction survives a re-ingest.
CREATE TABLE IF NOT EXISTS corrections (
    document_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (document_id, key)
);

CREATE TABLE IF NOT EXISTS passages (
    document_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    page INTEGER,
    section TEXT NOT NULL,
    sentences TEXT NOT NULL,
    reference TEXT NOT NULL,
    repairs TEXT NOT NULL,
    PRIMARY KEY (document_id, generation, ordinal)
);
"""


def record_of(row: sqlite3.Row, corrections: Mapping[str, str]) -> DocumentRecord:
    """Build the record of a live document; `corrections` win over what was found."""
    found = metadata_of(row["metadata"])
    return DocumentRecord(
        document_id=row["document_id"],
        source=row["source"],
        origin=row["origin"],
        sha256=row["sha256"],
        generation=row["generation"],
        visibility=Visibility(corrections.get("visibility", row["visibility"])),
        metadata=corrected_metadata(found, corrections),
        unit=PageUnit(row["unit"]) if row["unit"] else None,
        page_count=row["page_count"],
        chunk_count=row["chunk_count"],
        url=row["url"],
        media_type=row["media_type"],
        parser=row["parser"],
        warnings=tuple(json.loads(row["warnings"])),
        places=tuple(json.loads(row["places"])),
        reading=row["reading"],
        validators=tuple(json.loads(row["validators"])),
        fingerprint=tuple(json.loads(row["fingerprint"])),
    )


def metadata_of(held: str) -> Metadata:
    """Build the facts from their JSON."""
    values: dict[str, Any] = json.loads(held)
    facts: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Metadata(**facts)


def row_of(record: DocumentRecord, text: DocumentText, found: Found) -> dict[str, Any]:
    """Return the row of a document: column → value."""
    maps = {
        "pages": [(p.number, p.start, p.end) for p in text.pages],
        "headings": [(h.level, h.start, h.end) for h in text.headings],
        "references": list(map(astuple, text.references)),
        "repairs": list(map(astuple, text.repairs)),
        "contacts": list(map(astuple, text.contacts)),
    }
    return {
        "document_id": record.document_id,
        "source": record.source,
        "origin": record.origin,
        "sha256": record.sha256,
        "generation": record.generation,
        "visibility": found.visibility.value,
        "metadata": json.dumps(asdict(found.metadata)),
        "unit": record.unit,
        "page_count": record.page_count,
        "chunk_count": record.chunk_count,
        "url": record.url,
        "media_type": record.media_type,
        "parser": record.parser,
        "warnings": json.dumps(record.warnings),
        "text": text.text,
        "maps": json.dumps(maps),
        "places": json.dumps(record.places),
        "reading": record.reading,
        "validators": json.dumps(record.validators),
        "fingerprint": json.dumps(record.fingerprint),
    }


def text_of(row: sqlite3.Row) -> DocumentText:
    """Build a document's text with its maps from its row."""
    maps = json.loads(row["maps"])
    return DocumentText(
        row["text"],
        tuple(PageSpan(*span) for span in maps["pages"]),
        tuple(Heading(*span) for span in maps["headings"]),
        tuple(Reference(*span) for span in maps["references"]),
        tuple(Repair(*span) for span in maps["repairs"]),
        tuple(Contact(*entry) for entry in maps["contacts"]),
    )


def passage_row(passage: Passage) -> tuple[Any, ...]:
    """Return the row of a passage, in the order of the table's columns."""
    return (
        passage.document_id,
        passage.generation,
        passage.ordinal,
        passage.start,
        passage.end,
        passage.text,
        passage.page,
        passage.section,
        json.dumps(passage.sentences),
        passage.reference,
        json.dumps([astuple(repair) for repair in passage.repairs]),
    )


def passage_of(row: sqlite3.Row) -> Passage:
    """Build a passage from its row."""
    return Passage(
        document_id=row["document_id"],
        generation=row["generation"],
        ordinal=row["ordinal"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        page=row["page"],
        section=row["section"],
        sentences=tuple((start, end) for start, end in json.loads(row["sentences"])),
        reference=row["reference"],
        repairs=tuple(Repair(*entry) for entry in json.loads(row["repairs"])),
    )
