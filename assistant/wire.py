"""Our records → the JSON of the public contract. Pure; the same for command line and HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.answer import Answer, Citation, Link, Sentence
from assistant.highlight import highlights
from assistant.intake import Failure, IngestReport
from ingest.document import PageUnit, repaired
from retrieval.places import Placed
from retrieval.records import DocumentRecord, DocumentText, Hit
from retrieval.suggest import Phrase

Json = dict[str, Any]


def page_and_slide(record: DocumentRecord, number: int | None) -> tuple[int | None, int | None]:
    """Return (page, slide): the number in its place, None in the other."""
    if record.unit is PageUnit.SLIDE:
        return None, number
    return (number, None) if record.unit is PageUnit.PAGE else (None, None)


def document(record: DocumentRecord) -> Json:
    """One line of a list of documents."""
    return {
        "document_id": record.document_id,
        "source": record.source,
        "title": record.title,
        "type": record.metadata.type,
        "organisation": record.metadata.organisation,
        "region": record.metadata.region,
        "date": record.metadata.date,
        "language": record.metadata.language,
        "state": record.metadata.state,
        "target_group": list(record.metadata.target_group),
        "setting": list(record.metadata.setting),
        "keyword": list(record.metadata.keyword),
        "visibility": record.visibility.value,
        "unit": record.unit.value if record.unit else None,
        "pages": record.page_count,
        "chunks": record.chunk_count,
        "url": record.url,
        "parser": record.parser,
        "warnings": list(record.warnings),
        "link": f"/documents/{record.document_id}",
    }


def related(record: DocumentRecord) -> Json:
    """A document to look at."""
    link = f"/documents/{record.document_id}"
    return {
        "document_id": record.document_id,
        "title": record.title,
        "link": link,
        "language": record.metadata.language,
    }


def outside(link: Link, language: str | None = None) -> Json:
    """A place outside the sources to turn to; `language` is that of its title."""
    return {"document_id": None, "title": link.title, "link": link.link, "language": language}


def document_text(
    record: DocumentRecord, text: DocumentText, twins: Sequence[DocumentRecord] = ()
) -> Json:
    """A whole document; `pages` spans its pages or slides, `same_text` names near-duplicates."""
    pages = [{"number": p.number, "start": p.start, "end": p.end} for p in text.pages]
    contacts = [asdict(contact) for contact in text.contacts]
    references = [asdict(reference) for reference in text.references]
    return document(record) | {
        "page_count": record.page_count,
        "text": text.text,
        "display": display(text.text, repaired(text.text, 0, text.repairs)),
        "pages": pages,
        "references": references,
        "contacts": contacts,
        "same_text": [related(twin) for twin in twins],
    }


def display(text: str, shown: str) -> str | None:
    """Return what to show instead of `text`, None where it was read right."""
    return shown if shown != text else None


def hit(found: Hit, query: str) -> Json:
    """One ranked passage."""
    passage, record = found.passage, found.document
    page, slide = page_and_slide(record, passage.page)
    before, after = found.neighbours
    shown = {repair.start - passage.start: repair.text for repair in passage.repairs}
    return {
        "chunk_id": passage.chunk_id,
        "document_id": record.document_id,
        "title": record.title,
        "also": [related(other) for other in found.also],
        "section": passage.section,
        "reference": passage.reference or None,
        "before": before,
        "after": after,
        "page": page,
        "slide": slide,
        "text": passage.text,
        "display": display(passage.text, passage.display(passage.start, passage.end)),
        "score": round(found.score, 4),
        "highlights": highlights(passage.text, query, record.metadata.language, shown),
        "source": record.source,
        "url": record.url,
        "type": record.metadata.type,
        "region": record.metadata.region,
        "date": record.metadata.date,
        "organisation": record.metadata.organisation,
        "language": record.metadata.language,
        "target_group": list(record.metadata.target_group),
        "setting": list(record.metadata.setting),
        "keyword": list(record.metadata.keyword),
        "link": f"/documents/{record.document_id}?start={passage.start}&end={passage.end}#zitat",
    }


def grouped_hit(found: Hit, query: str) -> Json:
    """One document by its best passage; `passages` are further ones of it."""
    return hit(found, query) | {"passages": [hit(other, query) for other in found.passages]}


def suggestion(phrase: Phrase) -> Json:
    """One completion."""
    named = {"document_id": phrase.document_id} if phrase.document_id else {}
    return {"text": phrase.text, **named}


def facets(counts: Mapping[str, Mapping[str, int]]) -> Json:
    """How many of the found passages show each value of each facet, most frequent first."""
    return {
        name: [
            {"value": value, "count": count}
            for value, count in sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        for name, values in counts.items()
    }


def citation(cited: Citation) -> Json:
    """One proof."""
    record = cited.document
    page, slide = page_and_slide(record, cited.page)
    return {
        "id": cited.id,
        "document_id": record.document_id,
        "chunk_id": cited.chunk_id,
        "title": record.title,
        "section": cited.section,
        "reference": cited.reference or None,
        "page": page,
        "slide": slide,
        "organisation": record.metadata.organisation,
        "date": record.metadata.date,
        "state": record.metadata.state,
        "type": record.metadata.type,
        "language": record.metadata.language,
        "url": record.url,
        "source": record.source,
        "quote": cited.quote,
        "display": display(cited.quote, cited.display or cited.quote),
        "start": cited.start,
        "end": cited.end,
        "link": cited.link,
    }


def sentence(said: Sentence) -> Json:
    """One sentence of an answer."""
    return {
        "text": said.whole,
        "citations": list(said.citations),
        "supported": said.supported,
        "item": said.item,
        "lead": said.lead,
        "listed": [item.citation for item in said.listed],
    }


def answer(given: Answer, conversation_id: str | None, seconds: float) -> Json:
    """A whole answer."""
    return {
        "question": given.question,
        "answer": given.markdown,
        "kind": given.kind.value,
        "abstained": given.abstained,
        "confidence": round(given.confidence, 4),
        "language": given.language,
        "mode": given.mode,
        "sentences": [sentence(said) for said in given.sentences],
        "citations": [citation(cited) for cited in given.citations],
        "related": [
            *map(related, given.related),
            *(outside(link, given.language) for link in given.links),
        ],
        "follow_ups": list(given.follow_ups),
        "conversation_id": conversation_id,
        "seconds": round(seconds, 4),
    }


def failure(failed: Failure) -> Json:
    """One source that could not be read."""
    return {"source": failed.source, "reason": failed.reason.value, "message": failed.message}


def vanished(found: Placed) -> Json:
    """A document that is no longer where it came from."""
    return {"document_id": found.document_id, "source": found.source, "title": found.title}


def placed(found: Placed) -> Json:
    """A document by where it was found, for programs that may write."""
    return asdict(found)


def report(done: IngestReport) -> Json:
    """The result of an ingest run."""
    return {
        "added": done.added,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "removed": done.removed,
        "failed": [failure(failed) for failed in done.failed],
        "documents": [document(record) for record in done.documents],
        "vanished": [vanished(found) for found in done.vanished],
        "seconds": round(done.seconds, 3),
    }


def merged(reports: Sequence[Mapping[str, Any]]) -> Json:
    """Several ingest reports as one."""
    total: Json = {"added": 0, "updated": 0, "unchanged": 0, "removed": 0}
    total |= {"failed": [], "documents": [], "vanished": [], "seconds": 0.0}
    for part in reports:
        for name in total.keys() & part.keys():
            total[name] += part[name]
    total["seconds"] = round(total["seconds"], 3)
    return total
