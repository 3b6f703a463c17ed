"""A stored document → what the reading view shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.web.dates import german_date
from assistant.web.reading import DocumentView
from ingest.document import PageUnit
from retrieval.records import DocumentRecord, DocumentText

_LANGUAGES = {"de": "Deutsch", "en": "Englisch", "fr": "Französisch", "tr": "Türkisch"}
_MOST_CONTACTS = 6


def document_view(
    record: DocumentRecord,
    text: DocumentText,
    highlight: tuple[int, int] | None,
    *,
    shows_repairs: bool = False,
    twins: Sequence[DocumentRecord] = (),
) -> DocumentView:
    """Join the facts, the text, the place to highlight, and documents with the same text."""
    return DocumentView(
        document_id=record.document_id,
        title=record.title,
        metadata=[*_cited(text, highlight), *_facts(record), *_contacts(text)],
        text=text.text,
        pages=[(page.number, page.start, page.end) for page in text.pages],
        unit=record.unit.value if record.unit else None,
        headings=[(heading.level, heading.start, heading.end) for heading in text.headings],
        highlight=highlight,
        original_url=f"/documents/{record.document_id}/original",
        language=record.metadata.language,
        repairs=[(repair.start, repair.end, repair.text) for repair in text.repairs],
        shows_repairs=shows_repairs,
        twins=[(twin.title, f"/documents/{twin.document_id}") for twin in twins],
    )


def _cited(text: DocumentText, highlight: tuple[int, int] | None) -> list[tuple[str, str]]:
    """Return how the cited unit of a statute is called."""
    label = text.reference_at(highlight[0]) if highlight else ""
    return [("Zitierte Stelle", label)] if label else []


def _facts(record: DocumentRecord) -> list[tuple[str, str]]:
    facts = record.metadata
    counted = "Folien" if record.unit is PageUnit.SLIDE else "Seiten"
    rows = [
        ("Art", facts.type),
        ("Herausgeber", facts.organisation),
        ("Stand", ", ".join(filter(None, (german_date(facts.date), facts.state)))),
        ("Land", facts.region),
        ("Zielgruppe", ", ".join(facts.target_group)),
        ("Lebenswelt", ", ".join(facts.setting)),
        ("Schlagwörter", ", ".join(facts.keyword)),
        ("Sprache", _LANGUAGES.get(facts.language or "", facts.language)),
        (counted, str(record.page_count) if record.page_count else None),
        ("Quelle", record.source),
    ]
    return [(label, value) for label, value in rows if value]


def _contacts(text: DocumentText) -> list[tuple[str, str]]:
    """Return a row for each contact, at most `_MOST_CONTACTS`; who has a name comes first."""
    told = sorted(text.contacts, key=lambda contact: contact.name is None)
    rows = []
    for contact in told[:_MOST_CONTACTS]:
        parts = (contact.name, contact.role, contact.organisation, contact.phone, contact.mail)
        label = "Ansprechperson" if contact.name else "Kontakt"
        rows.append((label, ", ".join(part for part in parts if part)))
    return rows
