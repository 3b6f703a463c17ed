"""The next version of a document: its id, its facts and what editors corrected on it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from retrieval import build
from retrieval.build import Entry
from retrieval.corrections import corrected
from retrieval.identity import document_id_for
from retrieval.places import joined
from retrieval.records import DocumentRecord, Found, Visibility
from retrieval.registry import Registry


def versioned(
    entry: Entry, old: DocumentRecord | None, taken: Container[str], registry: Registry
) -> tuple[DocumentRecord, Found, Mapping[str, str]]:
    """Return the record that `entry` becomes, what it shows, and the corrections laid over that.

    Args:
        entry: A parsed document on its way in.
        old: The live document that it is a new reading of, None for a new one.
        taken: The ids that a new document may not have.
        registry: Holds the corrections.
    """
    if old is None:
        document_id = document_id_for(entry.source, entry.origin, taken)
        raw = build.raw_record(document_id, 1, entry)
        return raw, Found(raw.metadata, raw.visibility), {}
    raw = build.raw_record(old.document_id, old.generation + 1, entry)
    raw = replace(raw, places=joined(old, entry.origin, entry.places))
    if entry.origin == old.origin:
        raw = replace(raw, source=old.source)  # one place, reached by naming another folder
    corrections = registry.corrections(old.document_id)
    if entry.internal:
        corrections.pop("visibility", None)
        visibility = Visibility.INTERNAL
    else:
        visibility = registry.found(old.document_id).visibility
    found = Found(raw.metadata, visibility)
    return corrected(raw, found, corrections), found, corrections
