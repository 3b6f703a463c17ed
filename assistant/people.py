"""A question for somebody's telephone or mail → the contact of just this person. Pure.

Sentences alone do not tell whose number stands in a line of an address; the contacts that were
found when the document was read do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.evidence import Evidence
from assistant.question import Expects, Question
from ingest.document import Contact
from retrieval import analysis
from retrieval.records import DocumentText, Hit

_ASKED = frozenset({Expects.PHONE, Expects.MAIL, Expects.CONTACT, Expects.ADDRESS})
_SHORTEST_NAME = 3
_ABOVE = 1.0  # how far a person's own contact ranks above the best sentence


def own_contact(
    question: Question,
    hits: Sequence[Hit],
    ranked: Sequence[Evidence],
    text_of: Callable[[str], DocumentText],
) -> Evidence | None:
    """Return the contact of the person that the question names, as the best evidence.

    Args:
        question: What is asked.
        hits: The passages, best first.
        ranked: The sentences, best first, at least one.
        text_of: Returns a document's text with its contacts.

    Returns:
        None where no way to reach somebody is asked for, or nobody of that name stands in `hits`.
        A contact without what is asked for is better than that of somebody else: it is refused.
    """
    if question.expects not in _ASKED:
        return None
    asked = {analysis.fold(word) for word in analysis.words(question.text)}
    found = [
        (_shared(contact, asked), _tells(contact, question.expects), -place, hit, contact)
        for place, hit in enumerate(hits)
        for contact in text_of(hit.document.document_id).contacts
        if hit.passage.start <= contact.start and contact.end <= hit.passage.end
    ]
    best = max(found, key=lambda entry: entry[:3], default=None)
    if best is None or not best[0]:
        return None
    *_, hit, contact = best
    return _evidence(hit, contact, ranked[0])


def _shared(contact: Contact, asked: set[str]) -> int:
    """Return how many parts of the person's name the question holds; the last one must be there."""
    parts = [analysis.fold(word) for word in analysis.words(contact.name or "")]
    parts = [part for part in parts if len(part) >= _SHORTEST_NAME]
    if not parts or parts[-1] not in asked:
        return 0
    return sum(part in asked for part in parts)


def _tells(contact: Contact, expects: Expects) -> bool:
    if expects is Expects.PHONE:
        return contact.phone is not None
    if expects is Expects.MAIL:
        return contact.mail is not None
    return contact.phone is not None or contact.mail is not None


def _evidence(hit: Hit, contact: Contact, best: Evidence) -> Evidence:
    start = hit.passage.start
    return Evidence(
        hit=hit,
        start=contact.start,
        end=contact.end,
        text=hit.passage.text[contact.start - start : contact.end - start],
        item=False,
        section=hit.passage.section,
        heading=False,
        announces=False,
        coverage=1.0,
        around=1.0,
        read=best.read,
        score=best.score + _ABOVE,
    )
