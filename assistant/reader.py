"""Ranked evidence → the sentences of an answer and what they cite. Pure; nothing is reworded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Citation, Sentence
from assistant.evidence import Evidence, is_fragment
from assistant.lists import ListBlock, list_at, list_below
from assistant.question import Expects, Question
from retrieval import analysis
from retrieval.records import DocumentText

LONGEST_ANSWER = 1_200
SUPPORTING = 2
# How far below the best sentence another may score and still be worth saying.
NEARLY = 0.25
SAME_STATEMENT = 0.75
# The share of the best sentence's coverage that a supporting one must reach.
FITTING = 0.4
_ONE_SENTENCE = frozenset({Expects.PHONE, Expects.MAIL, Expects.CONTACT, Expects.MONEY})
ITEMS_A_CITATION = 3

_LEADS = {
    ("de", "en"): "In einer englischsprachigen Quelle steht: ",
    ("en", "de"): "A source in German says: ",
}

_DIGIT = re.compile(r"\d")


@dataclass(slots=True)
class _Draft:
    """The answer as it grows."""

    language: str
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(len(sentence.text) + len(sentence.lead) + 6 for sentence in self.sentences)

    def cite(self, evidence: Evidence, held: DocumentText, start: int, end: int) -> int:
        """Add a citation of ``held.text[start:end]`` and return its number."""
        passage = evidence.hit.passage
        number = len(self.citations) + 1
        self.citations.append(
            Citation(
                id=number,
                document=evidence.hit.document,
                chunk_id=passage.chunk_id,
                section=evidence.section,
                page=passage.page,
                start=start,
                end=end,
                quote=held.text[start:end],
                display=held.display(start, end),
                reference=held.reference_at(start),
            )
        )
        return number


def compose(
    question: Question, ranked: Sequence[Evidence], text_of: Callable[[str], DocumentText]
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Say what the best evidence says: the direct sentence first, lists whole, little else.

    Args:
        question: What is asked.
        ranked: The evidence, best first, at least one.
        text_of: Returns the whole text of a document.

    Returns:
        The sentences, verbatim, and the citations they refer to by number.
    """
    draft = _Draft(question.language)
    best = ranked[0]
    held = text_of(best.hit.document.document_id)
    block = _wanted_list(question, best, held.text)
    if block is not None:
        _say_list(draft, best, held, block)
        spoken = (block.start, block.end)
    else:
        _say(draft, best, held)
        spoken = (best.start, best.end)
    if block is None or len(block.items) == 1:
        _support(draft, question, ranked[1:], (best, spoken), text_of)
    return tuple(draft.sentences), tuple(draft.citations)


def _wanted_list(question: Question, best: Evidence, text: str) -> ListBlock | None:
    """Return the list to bring whole: the one announced, or the one the best item is part of."""
    if best.text.endswith(":") or (question.expects is Expects.LIST and not best.item):
        return list_below(text, best.start, best.end)
    if best.item and question.expects is Expects.LIST:
        return list_at(text, best.start)
    return None


def _say(draft: _Draft, evidence: Evidence, held: DocumentText) -> None:
    number = draft.cite(evidence, held, evidence.start, evidence.end)
    lead = _lead(draft, evidence)
    shown = held.display(evidence.start, evidence.end)
    draft.sentences.append(Sentence(shown, (number,), lead=lead))


def _lead(draft: _Draft, evidence: Evidence) -> str:
    language = evidence.hit.document.metadata.language
    lead = _LEADS.get((draft.language, language or ""), "")
    return lead if lead and all(s.lead != lead for s in draft.sentences) else ""


def _say_list(draft: _Draft, evidence: Evidence, held: DocumentText, block: ListBlock) -> None:
    if block.intro is not None:
        start, end = block.intro
        number = draft.cite(evidence, held, start, end)
        lead = _lead(draft, evidence)
        draft.sentences.append(Sentence(held.display(start, end), (number,), lead=lead))
    for at in range(0, len(block.items), ITEMS_A_CITATION):
        group = block.items[at : at + ITEMS_A_CITATION]
        number = draft.cite(evidence, held, group[0][0], group[-1][1])
        draft.sentences += [Sentence(held.display(*span), (number,), item=True) for span in group]


def _support(
    draft: _Draft,
    question: Question,
    others: Sequence[Evidence],
    best: tuple[Evidence, tuple[int, int]],
    text_of: Callable[[str], DocumentText],
) -> None:
    """Add up to `SUPPORTING` further sentences, and citations for a statement made twice."""
    first, (begin, finish) = best
    for evidence in others:
        same_document = evidence.hit.document.document_id == first.hit.document.document_id
        if same_document and begin <= evidence.start < finish:
            continue
        if evidence.text.endswith((":", "?")):
            continue
        held = text_of(evidence.hit.document.document_id)
        twin = _twin(draft, evidence)
        if twin is not None:
            if not same_document:
                number = draft.cite(evidence, held, evidence.start, evidence.end)
                old = draft.sentences[twin]
                draft.sentences[twin] = replace(old, citations=(*old.citations, number))
            continue
        if not _worth_saying(draft, evidence, first, question):
            continue
        _say(draft, evidence, held)


def _worth_saying(draft: _Draft, evidence: Evidence, best: Evidence, question: Question) -> bool:
    if len(draft.sentences) > SUPPORTING:
        return False
    if question.expects in _ONE_SENTENCE or evidence.score < best.score - NEARLY:
        return False
    if evidence.heading or is_fragment(evidence) or evidence.unpinned > best.unpinned:
        return False
    if evidence.coverage < best.around * FITTING:
        return False
    return draft.length + len(evidence.text) <= LONGEST_ANSWER


def _twin(draft: _Draft, evidence: Evidence) -> int | None:
    """Return the place of a sentence already said that makes the same statement.

    Much the same wording, and no other number or name: "jeden Montag" is not "jeden Freitag".
    """
    grams = set(analysis.grams(evidence.text))
    named = _named(evidence.text)
    for place, sentence in enumerate(draft.sentences):
        said = set(analysis.grams(sentence.text))
        union = len(grams | said)
        alike = union and len(grams & said) / union >= SAME_STATEMENT
        if alike and named == _named(sentence.text):
            return place
    return None


def _named(text: str) -> frozenset[str]:
    """Return the stems of what a sentence names: words with a digit or a capital letter."""
    telling = (word for word in analysis.words(text) if word[0].isupper() or _DIGIT.search(word))
    return frozenset(analysis.content_stems(" ".join(telling), "de"))
