"""One question → one answer with proof. No framework, no input or output of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant import abstain, evidence, reader
from assistant.answer import Answer, Kind
from assistant.coverage import Coverage
from assistant.errors import QuestionInvalid
from assistant.followup import standalone
from assistant.people import own_contact
from assistant.question import LONGEST, Expects, Question, read_question
from assistant.smalltalk import fixed_reply
from retrieval.concepts import regions
from retrieval.library import Library
from retrieval.records import DocumentRecord, Filters, Hit

HITS = 8
RELATED = 3
_RELATED_FROM = 0.4
# The least coverage of a question by a passage that makes its document worth naming.
_NEAR = 0.3

_REFUSALS = {
    "empty": {
        "de": "Es sind noch keine Dokumente eingelesen. Mit „kgc ingest ORDNER“ kommen welche "
        "dazu.",
        "en": "No documents are indexed yet. Add some with “kgc ingest FOLDER”.",
    },
    "unknown": {
        "de": "Dazu steht nichts in den Quellen. Fragen Sie gern anders oder genauer, oder wenden "
        "Sie sich an die Koordinierungsstelle Gesundheitliche Chancengleichheit Ihres Landes.",
        "en": "The sources say nothing about this. Try other or more precise words, or ask the "
        "coordination office for health equity of your Land.",
    },
    "near": {
        "de": "Dazu steht nichts in den Quellen. Am nächsten kommen die unten genannten Dokumente. "
        "Fragen Sie gern anders oder genauer, oder wenden Sie sich an die Koordinierungsstelle "
        "Gesundheitliche Chancengleichheit Ihres Landes.",
        "en": "The sources say nothing about this. The documents named below come nearest. Try "
        "other or more precise words, or ask the coordination office for health equity of your "
        "Land.",
    },
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation; `role` is ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, after what, within which limits."""

    question: str
    history: Sequence[Turn] = ()
    internal: bool = False
    facets: Mapping[str, str] = field(default_factory=dict)


def ask(request: Request, library: Library) -> Answer:
    """Answer `request` from `library`, or say that it cannot be answered.

    Raises:
        QuestionInvalid: The question is empty or longer than 1,000 characters.
    """
    text = checked(request.question)
    question = read_question(text)
    fixed = fixed_reply(text, question.language)
    if fixed is not None:
        kind, reply = fixed
        return Answer(text, kind, question.language, confidence=1.0, text=reply)
    question, searched = _in_context(question, request.history)
    filters = Filters(internal=request.internal, facets=request.facets)
    query = library.query(searched, question.language)
    hits = library.search(query, filters, HITS)
    if not hits:
        return _refusal(question, 0.0, (), empty=not library.documents(internal=request.internal))
    weighed = Coverage(question, library.rarity)
    gathered = evidence.gather(question, hits, weighed, library.outline)
    found = evidence.shortlist(gathered, question)
    vectors = library.sentence_vectors([(e.text, e.hit.document.metadata.language) for e in found])
    ranked = evidence.rank(found, question, query.vector, vectors)
    if not ranked:
        return _refusal(question, 0.0, hits)
    own = own_contact(
        question, hits, ranked, lambda name: library.text(name, internal=request.internal)
    )
    ranked = [own, *ranked] if own else ranked
    return _decide(question, hits, ranked, weighed, library, request.internal)


def _in_context(question: Question, history: Sequence[Turn]) -> tuple[Question, str]:
    """Return the question with the things of what it refers to, and the text to search with."""
    earlier = [turn.content for turn in history if turn.role == "user"]
    searched = standalone(question.text, earlier)
    if searched == question.text:
        return question, searched
    whole = read_question(searched)
    own = question.expects is not Expects.STATEMENT
    expects = question.expects if own else whole.expects
    return replace(question, units=whole.units, expects=expects), searched


def _decide(
    question: Question,
    hits: Sequence[Hit],
    ranked: Sequence[evidence.Evidence],
    weighed: Coverage,
    library: Library,
    internal: bool,
) -> Answer:
    signals = abstain.signals(question, hits, ranked, weighed)
    model = abstain.models()["foreign" if abstain.foreign(question, ranked) else "same"]
    probability = model.probability(signals)
    demanded = abstain.missing_demand(question, ranked, weighed, regions())
    if demanded or probability < model.threshold:
        near = hits if signals["passage"] >= _NEAR else ()
        return _refusal(question, min(probability, model.threshold), near)
    sentences, citations = reader.compose(
        question, ranked, lambda name: library.text(name, internal=internal)
    )
    return Answer(
        question=question.text,
        kind=Kind.ANSWER,
        language=question.language,
        confidence=probability,
        sentences=sentences,
        citations=citations,
        related=_related(hits, {c.document.document_id for c in citations}),
    )


def checked(question: str) -> str:
    """Return the question without outer white space.

    Raises:
        QuestionInvalid: It is empty or too long.
    """
    text = question.strip()
    if not any(char.isalnum() for char in text):
        raise QuestionInvalid("Die Frage ist leer. Bitte stellen Sie eine Frage.")
    if len(text) > LONGEST:
        raise QuestionInvalid(
            f"Die Frage hat {len(text)} Zeichen, erlaubt sind {LONGEST}. Bitte kürzer fragen."
        )
    return text


def _refusal(
    question: Question, probability: float, hits: Sequence[Hit], *, empty: bool = False
) -> Answer:
    related = _related(hits, set())
    reason = "empty" if empty else "near" if related else "unknown"
    return Answer(
        question=question.text,
        kind=Kind.REFUSAL,
        language=question.language,
        confidence=probability,
        related=related,
        text=_REFUSALS[reason][question.language],
    )


def _related(hits: Sequence[Hit], cited: set[str]) -> tuple[DocumentRecord, ...]:
    """Return other documents near the question, best first."""
    found: dict[str, DocumentRecord] = {}
    for hit in hits:
        document = hit.document
        if document.document_id in cited or hit.lexical < _RELATED_FROM:
            continue
        found.setdefault(document.document_id, document)
    return tuple(found.values())[:RELATED]
