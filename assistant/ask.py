"""One question → one answer with proof. No framework, no input or output of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant import abstain, again, evidence
from assistant.answer import Answer, Citation, Kind
from assistant.composition import compose
from assistant.coverage import Coverage
from assistant.errors import QuestionInvalid
from assistant.evidence import Evidence
from assistant.fitted import fitted
from assistant.followup import Exchange, Meant, exchanges, meant
from assistant.further import Sources, follow_ups
from assistant.lands import land_told
from assistant.named import Known, known, names
from assistant.people import own_contact
from assistant.question import LONGEST, Expects, Question, read_question
from assistant.ranking import rank
from assistant.refusal import Reason, Refused, offices, refusal
from assistant.smalltalk import fixed_reply
from retrieval.library import Library
from retrieval.records import DocumentRecord, DocumentText, Filters, Hit
from retrieval.search import Query

HITS = 8
HITS_TO_NAME = 40
"""Of so many passages those are read first whose documents know a name of the question."""
RELATED = 3
_RELATED_FROM = 0.4
# The least coverage of a question by a passage that makes its document worth naming.
_NEAR = 0.3
# The least match of the new thing in a follow-up with the passage that answers it.
_SPOKEN = 0.5


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation; `role` is ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, after what, within which limits; `simple` asks for plain words."""

    question: str
    history: Sequence[Turn] = ()
    internal: bool = False
    facets: Mapping[str, str] = field(default_factory=dict)
    simple: bool = False


@dataclass(frozen=True, slots=True)
class _Task:
    """A question as understood in its conversation, and where to look for its answer."""

    question: Question
    meant: Meant
    earlier: Sequence[Exchange]
    internal: bool
    facets: Mapping[str, str]
    library: Library
    texts: dict[str, DocumentText] = field(default_factory=dict)

    def text_of(self, name: str) -> DocumentText:
        """Return a document's text, read once an answer: that of a statute takes 20 ms."""
        if name not in self.texts:
            self.texts[name] = self.library.text(name, internal=self.internal)
        return self.texts[name]


@dataclass(frozen=True, slots=True)
class Considered:
    """An answer with what it was made from.

    `question` is the question as understood in its conversation, `hits` are the passages that were
    read for it, best first; none where the reply is fixed or nothing is indexed.
    """

    answer: Answer
    question: Question
    hits: tuple[Hit, ...] = ()


def ask(request: Request, library: Library) -> Answer:
    """Answer `request` from `library`, or say that it cannot be answered.

    Raises:
        QuestionInvalid: The question is empty or longer than 1,000 characters.
    """
    return consider(request, library).answer


def consider(request: Request, library: Library) -> Considered:
    """Answer `request` as `ask` does, and tell what the answer was made from.

    Raises:
        QuestionInvalid: The question is empty or longer than 1,000 characters.
    """
    text = checked(request.question)
    question = read_question(text)
    fixed = fixed_reply(text, question.language, simple=request.simple)
    if fixed is not None:
        kind, reply, links = fixed
        answer = Answer(text, kind, question.language, confidence=1.0, text=reply, links=links)
        return Considered(answer, question)
    earlier = exchanges((turn.role, turn.content) for turn in request.history)
    now = meant(text, earlier)
    question = _understood(question, now)
    task = _Task(question, now, earlier, request.internal, request.facets, library)
    if not now.text:
        return Considered(_refused(task, Reason.ALONE), question)
    if now.language is not None and "language" not in request.facets:
        facets = {**request.facets, "language": now.language}
        considered = _considered(replace(task, facets=facets))
        if considered.answer.kind is Kind.ANSWER:
            return considered
    return _considered(task)


def _understood(question: Question, now: Meant) -> Question:
    """Return the question with the things of what it means in its conversation."""
    language = now.language or question.language
    if not now.leans:
        return replace(question, language=language)
    whole = read_question(now.text)
    added = read_question(now.added).expects if now.added else whole.expects
    expects = added if added is not Expects.STATEMENT else whole.expects
    if now.more or now.short or now.listed:
        language = now.language or whole.language
    return Question(question.text, language, expects, whole.units, whole.counted)


def _considered(task: _Task) -> Considered:
    read = read_question(task.meant.text)
    query = task.library.query(read.text, read.language)
    filters = Filters(internal=task.internal, facets=task.facets)
    understood = replace(task.question, text=task.meant.text)
    about = names(read.text)
    hits = task.library.search(query, filters, HITS_TO_NAME if about else HITS)
    found = known(about, read.language, hits, task.text_of)
    found = replace(found, hits=found.hits[:HITS])
    return Considered(_read(task, query, hits[:HITS], found), understood, found.hits)


def _read(task: _Task, query: Query, nearest: Sequence[Hit], found: Known) -> Answer:
    """Answer from the hits of `found`; `nearest` are those whatever name they know."""
    hits = found.hits
    question, library = task.question, task.library
    if not hits:
        empty = not library.documents(internal=task.internal)
        return _refused(task, Reason.EMPTY if empty else Reason.NOTHING)
    weighed = Coverage(question, library.rarity)
    read = library.read(query.text, hits)
    gathered = evidence.gather(question, hits, weighed, library.outline, read)
    ranked = rank(gathered, question, read=read is not None)
    if not ranked:
        return _refused(task, Reason.NOTHING, hits, hits)
    named = replace(question, text=task.meant.text)
    own = own_contact(named, hits, ranked, task.text_of)
    ranked = [own, *ranked] if own else ranked
    measured = abstain.signals(
        question,
        nearest,
        ranked,
        weighed,
        unknown=bool(found.unknown),
        told=land_told(question, task.text_of(ranked[0].hit.document.document_id).text),
    )
    verdict = abstain.judge(measured, fitted().refusal["words" if read is None else "read"])
    if not verdict.answers or _misses(weighed, ranked[0], task.meant.focus):
        near = hits if verdict.coverage >= _NEAR else ()
        return _refused(task, Reason.NOTHING, hits, near, verdict.probability, found.unknown)
    if task.meant.more:
        ranked = again.unsaid(ranked, [exchange.answer for exchange in task.earlier])
        if not ranked:
            return _refused(task, Reason.NO_MORE, hits, hits)
    composed = compose(question, ranked, task.text_of)
    composed = again.shortened(composed) if task.meant.short else composed
    sentences, citations = again.listed(composed) if task.meant.listed else composed
    return Answer(
        question=question.text,
        kind=Kind.ANSWER,
        language=question.language,
        confidence=verdict.probability,
        sentences=sentences,
        citations=citations,
        related=_related(hits, {c.document.document_id for c in citations}),
        follow_ups=_follow_ups(task, hits, citations),
    )


def _misses(weighed: Coverage, best: Evidence, focus: str) -> bool:
    """Tell whether the best evidence says nothing of the new thing in "Und auf Rügen?"."""
    units = read_question(focus).units if focus else ()
    if not units:
        return False
    hit = best.hit
    held = (hit.document.title, best.section, hit.passage.section, hit.passage.text)
    spoken = weighed.units("\n".join(held), hit.document.metadata.language)
    return all(spoken.get(unit, 1.0) < _SPOKEN for unit in units)


def _follow_ups(
    task: _Task, hits: Sequence[Hit], citations: Sequence[Citation] = ()
) -> tuple[str, ...]:
    asked = [task.question.text, task.meant.text, *(one.question for one in task.earlier)]
    sources = Sources(task.library.outline, task.text_of, task.library.rarity)
    return follow_ups(asked, task.question.language, hits, citations, sources)


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


def _refused(
    task: _Task,
    reason: Reason,
    hits: Sequence[Hit] = (),
    near: Sequence[Hit] = (),
    probability: float = 0.0,
    unknown: Sequence[str] = (),
) -> Answer:
    """Say why there is no answer; `near` are the passages worth naming among `hits`.

    `unknown` are names of the question that no document knows.
    """
    question, related = task.question, _related(near, set())
    told = {record.document_id for record in related}
    named = [hit for hit in near if hit.document.document_id in told]
    asked = task.meant.text
    refused = Refused(reason, asked, question.language, hits, named, task.facets, unknown)
    return Answer(
        question=question.text,
        kind=Kind.REFUSAL,
        language=question.language,
        confidence=probability,
        related=related,
        follow_ups=_follow_ups(task, named) if named else (),
        text=refusal(refused),
        links=offices(refused),
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
