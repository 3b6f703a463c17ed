"""Lets a check read its dictionaries before the first question, which takes seconds."""

from __future__ import annotations

from assistant.generation.ports import Check
from ingest.document import Metadata
from retrieval.records import DocumentRecord, Hit, Passage, Visibility

_TEXT = "Das Netzwerk trifft sich im Rathaus."
_SENTENCE = "Das Netz trifft sich zweimal im Jahr in Altdorf."


def warm(check: Check) -> None:
    """Check a sentence that is not quite the passage's, so that every dictionary is asked."""
    record = DocumentRecord(
        document_id="probe",
        source="probe",
        origin="probe",
        sha256="",
        generation=1,
        visibility=Visibility.INTERNAL,
        metadata=Metadata(language="de"),
        unit=None,
        page_count=None,
        chunk_count=1,
    )
    end = len(_TEXT)
    passage = Passage("probe", 1, 0, 0, end, _TEXT, None, "", ((0, end),))
    check(_SENTENCE, "de", [Hit(passage, record, 1.0, 1.0, 1.0)], lambda _: 1.0)
