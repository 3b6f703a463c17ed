"""Questions to go on with: the ones that the documents near the answer ask and answer. Pure.

Nothing is made up: a heading that is a question stands above the text that answers it, an
abbreviation is offered where a document spells it out, a person where a number or mail is given.
Whether the place answers is checked in the text; whether the whole product answers with it is
measured by ``python -m eval conversations`` (`follow_ups_answered`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.coverage import Coverage
from assistant.followup import leans
from assistant.question import Question, read_question
from assistant.signs import INDISPENSABLE, can_answer
from retrieval import analysis
from retrieval.records import DocumentRecord, DocumentText, Hit, Outline

MOST = 3
LONGEST = 120
SHORTEST_SECTION = 40
"""Letters and digits that must stand below a heading for it to be answered there."""
_LOOKED_AT = 4
"""Documents whose texts are read for one answer."""
_SAME = 0.75
_SPOKEN = 0.45
"""The least share of a heading (0..1) that the text below must speak of."""
_ABBREVIATION = re.compile(r"\b[A-ZÄÖÜ][A-Za-zÄÖÜäöü]{0,5}[A-ZÄÖÜ]\b")
_KNOWN = frozenset({"SGB", "EU", "USA", "EUR"})
_CONTENT = re.compile(r"[^\W_]")
_MEANS = {"de": "Was bedeutet {it}?", "en": "What does {it} mean?"}
_REACH = {"de": "Wie erreiche ich {it}?", "en": "How can I contact {it}?"}


@dataclass(frozen=True, slots=True)
class Sources:
    """What may be read: a document's headings, its text by id; `rarity` is the idf of a term."""

    outline: Callable[[DocumentRecord], Outline]
    text_of: Callable[[str], DocumentText]
    rarity: Callable[[str], float]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The documents looked at: (outline, text) by id."""

    held: Mapping[str, tuple[Outline, DocumentText]]
    rarity: Callable[[str], float]
    language: str

    def above(self, name: str, offset: int) -> int | None:
        """Return the place of the last heading before `offset` in the document's outline."""
        if name not in self.held:
            return None
        starts = [start for start, _, _ in self.held[name][0].headings]
        before = [at for at, start in enumerate(starts) if start <= offset]
        return before[-1] if before else None

    def within(self, name: str, start: int, end: int) -> Iterator[int]:
        """Yield the places of the headings that ``start..end`` stands under or holds."""
        above = self.above(name, start)
        headings = self.held[name][0].headings if name in self.held else ()
        for at, (begin, _, _) in enumerate(headings):
            if at == above or start < begin < end:
                yield at

    def asking(self, name: str, at: int) -> Iterator[str]:
        """Yield the heading at place `at` if it is a question with an answer below."""
        outline, text = self.held[name]
        if not 0 <= at < len(outline.headings):
            return
        start, _, raw = outline.headings[at]
        words = " ".join(text.display(start, start + len(raw)).split())
        if not words.endswith("?") or len(words) > LONGEST or words.isupper() or leans(words):
            return
        following = outline.headings[at + 1 : at + 2]
        end = following[0][0] if following else len(text.text)
        if self._answers(read_question(words), text.text[start + len(raw) : end]):
            yield words

    def _answers(self, question: Question, below: str) -> bool:
        """Tell whether the text speaks of what its heading asks, and shows what that asks for."""
        if len(_CONTENT.findall(below)) < SHORTEST_SECTION:
            return False
        if question.expects in INDISPENSABLE and not can_answer(question.expects, below):
            return False
        weighed = Coverage(question, self.rarity)
        return weighed.share(weighed.units(below, self.language)) >= _SPOKEN


def follow_ups(
    asked: Sequence[str],
    language: str,
    hits: Sequence[Hit],
    citations: Sequence[Citation],
    sources: Sources,
) -> tuple[str, ...]:
    """Return up to `MOST` questions near the answer that the documents answer.

    Args:
        asked: All questions of the conversation, as typed and as understood; none is offered again.
        language: The language of the answer; only documents in it are read.
        hits: The passages found, best first; only their documents are read.
        citations: Those of the answer, none for a refusal.
        sources: What the asker may see.
    """
    records = {hit.document.document_id: hit.document for hit in hits}
    spoken = [r for r in records.values() if (r.metadata.language or language) == language]
    texts = {r.document_id: sources.text_of(r.document_id) for r in spoken[:_LOOKED_AT]}
    shelf = _Shelf(
        {name: (sources.outline(records[name]), text) for name, text in texts.items()},
        sources.rarity,
        language,
    )
    taken = [_things(question) for question in asked]
    found: list[str] = []
    for candidate in _candidates(hits, citations, shelf):
        things = _things(candidate)
        if things and not any(_alike(things, other) for other in taken):
            taken.append(things)
            found.append(candidate)
        if len(found) == MOST:
            break
    return tuple(found)


def _candidates(hits: Sequence[Hit], citations: Sequence[Citation], shelf: _Shelf) -> Iterator[str]:
    cited = [(c.document.document_id, c.start) for c in citations]
    answered = dict.fromkeys((name, shelf.above(name, start)) for name, start in cited)
    for hit in hits if citations else hits[:_LOOKED_AT]:
        name = hit.document.document_id
        for at in shelf.within(name, hit.passage.start, hit.passage.end):
            if (name, at) not in answered:
                yield from shelf.asking(name, at)
    for name, place in answered:
        if place is not None:
            for step in (1, -1, 2, -2, 3):
                if (name, place + step) not in answered:
                    yield from shelf.asking(name, place + step)
    yield from _meanings(citations, shelf)
    yield from _people(citations, shelf)


def _meanings(citations: Sequence[Citation], shelf: _Shelf) -> Iterator[str]:
    for citation in citations:
        for short in dict.fromkeys(_ABBREVIATION.findall(citation.quote)):
            means = re.compile(
                rf"\b{short}\b\W{{0,4}}(?:steht für|bedeutet|ist die Abkürzung|stands for|means)\b"
                rf"|^\W*(?:Eine?|Der|Die|Das|An?|The) {short} (?:ist|is)\b",
                re.MULTILINE,
            )
            if short not in _KNOWN and any(
                means.search(text.text) for _, text in shelf.held.values()
            ):
                yield _MEANS[shelf.language].format(it=short)


def _people(citations: Sequence[Citation], shelf: _Shelf) -> Iterator[str]:
    for citation in citations:
        _, text = shelf.held.get(citation.document.document_id, (None, None))
        for contact in text.contacts if text else ():
            if contact.name and (contact.phone or contact.mail):
                yield _REACH[shelf.language].format(it=contact.name)


def _things(question: str) -> frozenset[str]:
    return frozenset(analysis.content_stems(question, "de"))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _SAME * len(one | other)
