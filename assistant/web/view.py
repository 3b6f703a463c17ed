"""A stored document → what the reading view shows. Pure."""

from __future__ import annotations

from assistant.web.reading import DocumentView
from ingest.document import PageUnit
from retrieval.records import DocumentRecord, DocumentText

_LANGUAGES = {"de": "Deutsch", "en": "Englisch", "fr": "Französisch", "tr": "Türkisch"}


def document_view(
    record: DocumentRecord, text: DocumentText, highlight: tuple[int, int] | None
) -> DocumentView:
    """Join the facts, the text and the place to highlight."""
    return DocumentView(
        document_id=record.document_id,
        title=record.title,
        metadata=_facts(record),
        text=text.text,
        pages=[(page.number, page.start, page.end) for page in text.pages],
        unit=record.unit.value if record.unit else None,
        headings=[(heading.level, heading.start, heading.end) for heading in text.headings],
        highlight=highlight,
        original_url=f"/documents/{record.document_id}/original",
        language=record.metadata.language,
    )


def _facts(record: DocumentRecord) -> list[tuple[str, str]]:
    facts = record.metadata
    counted = "Folien" if record.unit is PageUnit.SLIDE else "Seiten"
    rows = [
        ("Art", facts.type),
        ("Herausgeber", facts.organisation),
        ("Stand", facts.date),
        ("Land", facts.region),
        ("Sprache", _LANGUAGES.get(facts.language or "", facts.language)),
        (counted, str(record.page_count) if record.page_count else None),
        ("Quelle", record.source),
    ]
    return [(label, value) for label, value in rows if value]
