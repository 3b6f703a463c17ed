"""Ranked evidence → the sentences of an answer and what they cite. Pure; nothing is reworded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Citation, Item, Sentence, cite, widened
from assistant.contradiction import contradicts
from assistant.evidence import Evidence, is_fragment
from assistant.list_choice import item_first, list_of_best, list_of_support
from assistant.lists import ListBlock, goes_on
from assistant.question import Expects, Question
from assistant.quoting import heading_of, in_context, quoted
from retrieval import analysis
from retrieval.records import DocumentText, Passage

LONGEST_ANSWER = 1_200
SUPPORTING = 2
# How far below the best sentence another may score and still be worth saying.
NEARLY = 4.0
# The same for a list, and beside one: it is long.
CLOSELY = 2.0
# The logit of the reading model below which another sentence is no support, unless it speaks of
# more of the question than the best one; 0 is "none answers".
AT_LEAST = -2.5
SAME_STATEMENT = 0.75
_ONE_SENTENCE = frozenset({Expects.PHONE, Expects.MAIL})
PARTS_A_CITATION = 3

_LEADS = {
    ("de", "en"): "In einer englischsprachigen Quelle steht: ",
    ("en", "de"): "A source in German says: ",
}
_DIFFERING = {
    "de": "Die Quellen nennen Verschiedenes. ",
    "en": "The sources differ. ",
}

_DIGIT = re.compile(r"\d")


@dataclass(slots=True)
class _Draft:
    """The answer as it grows."""

    question: Question
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(len(sentence.whole) + len(sentence.lead) + 6 for sentence in self.sentences)

    def quotes(self, evidence: Evidence, offset: int) -> bool:
        """Tell whether a citation quotes the place `offset` of the document already."""
        name = evidence.hit.document.document_id
        return any(
            c.document.document_id == name and c.start <= offset < c.end for c in self.citations
        )

    def told(self, evidence: Evidence, block: ListBlock) -> bool:
        """Tell whether the announcement or an item of a list is quoted already."""
        places = (block.start, *(start for start, _ in block.items))
        return any(self.quotes(evidence, place) for place in places)

    def cite(self, evidence: Evidence, held: DocumentText, start: int, end: int) -> int:
        """Add a citation of ``held.text[start:end]`` and return its number."""
        number = len(self.citations) + 1
        self.citations.append(cite(evidence.hit, held, (start, end), evidence.section, number))
        self.passages.append(evidence.hit.passage)
        return number

    def cited_in_context(
        self, known: Sequence[Evidence], text_of: Callable[[str], DocumentText]
    ) -> tuple[Citation, ...]:
        """Return the citations, each quoting what its sentence stands between; lists are whole.

        Only sentences that are `known` are quoted so, and none twice.
        """
        lists = {number for s in self.sentences if len(s.listed) > 1 for number in s.citations}
        told = list(self.citations)
        for at, (cited, passage) in enumerate(zip(self.citations, self.passages, strict=True)):
            if cited.id in lists:
                continue
            name = cited.document.document_id
            beside = [c for c in told if c.document.document_id == name]
            free = {
                (e.start, e.end)
                for e in known
                if e.hit.document.document_id == name
                and all(e.end <= c.start or c.end <= e.start for c in beside)
            }
            start, end = in_context(passage, (cited.start, cited.end), free)
            told[at] = widened(cited, text_of(name), start, end)
        return tuple(told)


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
    draft = _Draft(question)
    held = text_of(ranked[0].hit.document.document_id)
    ranked = item_first(question, ranked, held.text)
    best = ranked[0]
    block = list_of_best(question, ranked, held.text, best.read - NEARLY, LONGEST_ANSWER)
    if block is not None:
        _say_list(draft, best, held, block)
        spoken = (block.start, block.end)
    else:
        rival = next((e for e in ranked[1:] if contradicts(best, e, question)), None)
        _say(draft, best, held, _named_source(best) if rival else "")
        if rival is not None:
            _say(draft, rival, text_of(rival.hit.document.document_id), _named_source(rival))
            first = draft.sentences[0]
            draft.sentences[0] = replace(first, lead=_DIFFERING[question.language] + first.lead)
        spoken = quoted(best)
    if block is None or len(block.items) == 1 or question.expects is not Expects.LIST:
        _support(draft, ranked[1:], (best, spoken), text_of)
    return tuple(draft.sentences), draft.cited_in_context(ranked, text_of)


def _say(draft: _Draft, evidence: Evidence, held: DocumentText, source: str = "") -> None:
    start, end = quoted(evidence)
    if draft.quotes(evidence, start):  # what it points back at has been said
        start = evidence.start
    number = draft.cite(evidence, held, start, end)
    heading = heading_of(evidence, draft.question)
    lead = _lead(draft, evidence) + source + (f"{heading}: " if heading else "")
    draft.sentences.append(Sentence(held.display(start, end), (number,), lead=lead))


def _named_source(evidence: Evidence) -> str:
    """Return what tells a source from another: its title and date."""
    document = evidence.hit.document
    date = document.metadata.date
    dated = f" ({'.'.join(reversed(date.split('-')))})" if date else ""
    return f"„{document.title}“{dated}: "


def _lead(draft: _Draft, evidence: Evidence) -> str:
    language = evidence.hit.document.metadata.language
    lead = _LEADS.get((draft.question.language, language or ""), "")
    return lead if lead and all(lead not in s.lead for s in draft.sentences) else ""


def _say_list(draft: _Draft, evidence: Evidence, held: DocumentText, block: ListBlock) -> None:
    """Say a list whole, as one sentence, cited three parts at a time.

    Its announcement is the first part: "Es helfen:" is no sentence without what follows.
    """
    parts = ([] if block.intro is None else [block.intro]) + list(block.items)
    lead, listed, numbers = _lead(draft, evidence), [], []
    for at in range(0, len(parts), PARTS_A_CITATION):
        group = parts[at : at + PARTS_A_CITATION]
        number = draft.cite(evidence, held, group[0][0], group[-1][1])
        numbers.append(number)
        listed += [Item(held.display(*span), number) for span in group if span != block.intro]
    announced = "" if block.intro is None else held.display(*block.intro)
    draft.sentences.append(Sentence(announced, tuple(numbers), lead=lead, listed=tuple(listed)))


def _support(
    draft: _Draft,
    others: Sequence[Evidence],
    best: tuple[Evidence, tuple[int, int]],
    text_of: Callable[[str], DocumentText],
) -> None:
    """Add up to `SUPPORTING` further sentences, and citations for a statement made twice."""
    first, (begin, finish) = best
    for place, evidence in enumerate(others):
        same_document = evidence.hit.document.document_id == first.hit.document.document_id
        said = (same_document and begin <= evidence.start < finish) or draft.quotes(
            evidence, evidence.start
        )
        if said or evidence.text.endswith("?"):
            continue
        held = text_of(evidence.hit.document.document_id)
        twin = _twin(draft, evidence)
        if twin is not None:
            if not same_document:
                number = draft.cite(evidence, held, evidence.start, evidence.end)
                old = draft.sentences[twin]
                draft.sentences[twin] = replace(old, citations=(*old.citations, number))
        elif _worth_saying(draft, evidence, first):
            _say_beside(draft, others[place:], held, first)


def _say_beside(
    draft: _Draft, others: Sequence[Evidence], held: DocumentText, best: Evidence
) -> None:
    """Say the first of `others`, with its list if that is close and has room; no fragment."""
    evidence, room = others[0], LONGEST_ANSWER - draft.length
    least = max(evidence.read - NEARLY, AT_LEAST)
    whole = evidence.score >= best.score - CLOSELY
    block = list_of_support(draft.question, others, held.text, least, room, whole=whole)
    if block is not None and not draft.told(evidence, block):
        _say_list(draft, evidence, held, block)
    elif not is_fragment(evidence) and (evidence.item or not goes_on(evidence.text)):
        start, end = quoted(evidence)
        if end - start <= room:
            _say(draft, evidence, held)


def _worth_saying(draft: _Draft, evidence: Evidence, best: Evidence) -> bool:
    if len(draft.sentences) > SUPPORTING:
        return False
    within = CLOSELY if len(draft.sentences[0].listed) > 1 else NEARLY
    if draft.question.expects in _ONE_SENTENCE or evidence.score < best.score - within:
        return False
    if evidence.heading or evidence.unpinned > best.unpinned:
        return False
    return evidence.read >= min(best.read, AT_LEAST) or evidence.coverage > best.coverage


def _twin(draft: _Draft, evidence: Evidence) -> int | None:
    """Return the place of a sentence already said that makes the same statement.

    Much the same wording, and no other number or name: "jeden Montag" is not "jeden Freitag".
    """
    grams = set(analysis.grams(evidence.text))
    named = _named(evidence.text)
    for place, sentence in enumerate(draft.sentences):
        said = set(analysis.grams(sentence.whole))
        union = len(grams | said)
        alike = union and len(grams & said) / union >= SAME_STATEMENT
        if alike and named == _named(sentence.whole):
            return place
    return None


def _named(text: str) -> frozenset[str]:
    """Return the stems of what a sentence names: words with a digit or a capital letter."""
    telling = (word for word in analysis.words(text) if word[0].isupper() or _DIGIT.search(word))
    return frozenset(analysis.content_stems(" ".join(telling), "de"))
