"""The tables of the registry and what their rows mean.

Change `VERSION` with every change that older code cannot read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ingest.document import Metadata, PageUnit
from retrieval.records import DocumentRecord, Passage, Visibility

VERSION = 1

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
    pages TEXT NOT NULL,
    headings TEXT NOT NULL
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
    PRIMARY KEY (document_id, generation, ordinal)
);
"""


def record_of(row: sqlite3.Row, corrections: Mapping[str, str]) -> DocumentRecord:
    """Build the record of a live document; `corrections` win over what was found."""
    found = json.loads(row["metadata"])
    facts = {name: corrections.get(name, value) or None for name, value in found.items()}
    return DocumentRecord(
        document_id=row["document_id"],
        source=row["source"],
        origin=row["origin"],
        sha256=row["sha256"],
        generation=row["generation"],
        visibility=Visibility(corrections.get("visibility", row["visibility"])),
        metadata=Metadata(**facts),
        unit=PageUnit(row["unit"]) if row["unit"] else None,
        page_count=row["page_count"],
        chunk_count=row["chunk_count"],
        url=row["url"],
        media_type=row["media_type"],
        parser=row["parser"],
        warnings=tuple(json.loads(row["warnings"])),
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
    )
