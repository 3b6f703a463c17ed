"""Passages → the sentences in them that speak of what is asked, with their scores. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.coverage import Coverage, Matches
from assistant.lists import is_item, item_start
from assistant.question import INDISPENSABLE, VISIBLE, Expects, Question, shows
from retrieval import analysis
from retrieval.ports import Matrix, Vector
from retrieval.records import DocumentRecord, Hit, Outline

# Fitted as a softmax over the sentences of XQuAD passages (see ARCHITECTURE.md): coverage with
# its surroundings 1, hit 0.8, cosine 7.5 (cosines within a passage differ by hundredths).
COSINE_WEIGHT = 7.5
CONTEXT_SHARE = 0.4
LEANING_SHARE = 0.9
COUNTED_MATCH = 0.5
FADING = 0.8
HIT_WEIGHT = 0.8
SHOWN_BONUS = 0.3
INDISPENSABLE_BONUS = 1.0
LIST_BONUS = 0.3
QUESTION_MALUS = 1.0
FRAGMENT_MALUS = 0.35
HEADING_MALUS = 0.5
UNPINNED_MALUS = 0.3
SHORTEST = 25
EMBEDDED = 16
MOST_LINES_ABOVE = 2
PROMOTED_FROM = 5
PARAGRAPH_PIN = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence or list item of a passage, in document offsets.

    `section` is the path of headings above it. `item` marks a list item, `heading` the title or a
    heading, `announces` a line right above a list. `coverage` (0..1) says how much of the question
    the sentence speaks of, `around` the same with its title, headings and the lines before it,
    `unpinned` how many numbers and ordinals of it are missing, `uncounted` that it does not name
    what is to be counted, `cosine` how near it is in meaning, `score` how well it answers.
    """

    hit: Hit
    start: int
    end: int
    text: str
    item: bool
    section: str
    heading: bool
    announces: bool
    coverage: float
    around: float
    unpinned: int = 0
    uncounted: bool = False
    cosine: float = 0.0
    score: float = 0.0


# A line that names sources speaks of many things and says nothing about them.
_REFERENCE = re.compile(
    r"\W*(?:Quellen?|Quellenangaben?|Literatur\w*|Sources?|References)\b[^:]{0,20}:"
)
_ROW = re.compile(r" \| |: [^;]+; ")
# How a sentence begins that speaks of what the one before it named.
_LEANING = re.compile(
    r"(?:Sie|Er|Es|Dies\w*|Das|Dabei|Dafür|Davon|Dazu|Daran|Damit|Deshalb|Daher|Dort|Darin|Hierfür"
    r"|Ihr\w*|Sein\w*|It|They|This|These|He|She|There|Its|Their)\b"
)
_ORDINALS = frozenset(
    {"erst", "zweit", "dritt", "viert", "funft", "sechst", "siebt", "acht", "neunt", "zehnt"}
    | {"first", "second", "third", "fourth", "fifth"}
)


def _pin(unit: tuple[str, ...]) -> int:
    """Return how firmly a thing asked about is one of several by its number: § 7, 2017, second."""
    if unit[0].startswith("§"):
        return PARAGRAPH_PIN
    return int(unit[0] in _ORDINALS or unit[0].isdigit() or unit[0].startswith("#"))


def gather(
    question: Question,
    hits: Sequence[Hit],
    coverage: Coverage,
    outline: Callable[[DocumentRecord], Outline],
) -> list[Evidence]:
    """Return every sentence of the hits with its coverage, in order of hits and text.

    Args:
        question: What is asked.
        hits: The passages, best first.
        coverage: The weighed question.
        outline: Returns the headings of a document, under which each sentence is read.
    """
    found: dict[tuple[str, int, int], Evidence] = {}
    for hit in hits:
        for sentence in _sentences(question, hit, coverage, outline(hit.document)):
            found.setdefault((hit.passage.document_id, sentence.start, sentence.end), sentence)
    return list(found.values())


def _sentences(
    question: Question, hit: Hit, coverage: Coverage, headings: Outline
) -> Iterator[Evidence]:
    """Yield every sentence of a passage, read under its headings and after the lines before it."""
    previous: dict[tuple[str, ...], float] = {}
    for start, end in hit.passage.sentences:
        path = headings.path_at(start)
        text = _slice(hit, start, end)
        own = coverage.units(text, hit.document.metadata.language)
        context = _in_context(own, previous, _above(hit, path, coverage), text)
        # What a line of an address or a list is about stands some lines above it.
        previous = {unit: max(m, FADING * previous.get(unit, 0.0)) for unit, m in own.items()}
        yield Evidence(
            hit=hit,
            start=start,
            end=end,
            text=text,
            section=" › ".join(path),
            item=_is_item(hit, start),
            heading=text in path or text == hit.document.title,
            announces=_announces(hit, start, end),
            coverage=coverage.share(own),
            around=coverage.share(context),
            unpinned=sum(_pin(unit) for unit, match in context.items() if match < 1),
            uncounted=_is_uncounted(question, hit, text, own),
        )


def _above(hit: Hit, path: Sequence[str], coverage: Coverage) -> dict[tuple[str, ...], float]:
    title = "\n".join((hit.document.title, *path, hit.passage.reference))
    return coverage.units(title, hit.document.metadata.language)


def _in_context(
    own: Matches, previous: Matches, above: Matches, text: str
) -> dict[tuple[str, ...], float]:
    """Add to what a sentence says itself what its headings and the lines before it say."""
    share = LEANING_SHARE if _LEANING.match(text) else CONTEXT_SHARE
    return {
        unit: max(match, above[unit], share * previous.get(unit, 0.0))
        for unit, match in own.items()
    }


def _is_uncounted(question: Question, hit: Hit, text: str, own: Matches) -> bool:
    """Tell whether the sentence does not speak itself of what is to be counted."""
    if question.counted is None or hit.document.metadata.language not in (None, question.language):
        return False
    if _ROW.search(text) or own.get(question.counted, 1.0) >= COUNTED_MATCH:
        return False  # in a table the heads of its columns say what the numbers count
    folded = analysis.fold(text)
    return not any(term in folded for term in question.counted)


def _slice(hit: Hit, start: int, end: int) -> str:
    offset = hit.passage.start
    return hit.passage.text[start - offset : end - offset]


def _is_item(hit: Hit, start: int) -> bool:
    text = hit.passage.text
    at = start - hit.passage.start
    line = text.rfind("\n", 0, at) + 1
    return is_item(text, line) and item_start(text, line) == at


def _announces(hit: Hit, start: int, end: int) -> bool:
    text = hit.passage.text
    at = end - hit.passage.start
    below = len(text) - len(text[at:].lstrip())
    return (
        0 < text.count("\n", at, below) <= MOST_LINES_ABOVE
        and is_item(text, below)
        and not _is_item(hit, start)
    )


def shortlist(evidence: Sequence[Evidence], question: Question) -> list[Evidence]:
    """Return the sentences worth embedding, at most `EMBEDDED`, best first.

    Where the lexical match cannot tell (a text in the other language) the order of the hits
    decides, so that the best passages are always read.
    """
    ranked = sorted(
        evidence,
        key=lambda e: (-_prior(e, question), e.hit.passage.document_id, e.start),
    )
    return ranked[:EMBEDDED]


def _prior(evidence: Evidence, question: Question) -> float:
    score = evidence.around + HIT_WEIGHT * evidence.hit.score
    shown = question.expects in VISIBLE and shows(question.expects, evidence.text)
    if shown:
        score += SHOWN_BONUS if question.expects not in INDISPENSABLE else INDISPENSABLE_BONUS
    if question.expects is Expects.LIST and evidence.announces:
        score += LIST_BONUS
    if evidence.text.rstrip('"“”»«)').endswith("?"):
        score -= QUESTION_MALUS
    score -= UNPINNED_MALUS * (evidence.unpinned + evidence.uncounted)
    announcing = question.expects is Expects.LIST and evidence.announces
    if evidence.heading and not announcing and (not shown or question.expects is not Expects.DATE):
        score -= HEADING_MALUS
    if not shown and not announcing and is_fragment(evidence):
        score -= FRAGMENT_MALUS
    return score


def is_fragment(evidence: Evidence) -> bool:
    """Tell whether the text is no statement: a heading, a lone line, a scrap of a reference."""
    if evidence.item:
        return evidence.text.endswith((",", ";"))
    if evidence.section.endswith("?") and not evidence.heading:
        return False  # what stands below a question answers it, however short
    if _REFERENCE.match(evidence.text):
        return True
    ends = evidence.text.rstrip("\"“”»«’'").endswith((".", "!", ":", ")"))
    return not ends or len(evidence.text) < SHORTEST


def rank(
    evidence: Sequence[Evidence], question: Question, query: Vector, vectors: Matrix
) -> list[Evidence]:
    """Score and order `evidence`, best first.

    Args:
        evidence: The shortlist, n sentences.
        question: What is asked.
        query: The question's vector, shape (dimension,).
        vectors: The sentences' vectors, shape (n, dimension).
    """
    if not evidence:
        return []
    cosines = vectors @ query
    best = float(np.max(cosines))
    scored = [
        replace(
            e,
            cosine=float(cosine),
            score=_prior(e, question) + COSINE_WEIGHT * (float(cosine) - best),
        )
        for e, cosine in zip(evidence, cosines, strict=True)
    ]
    ordered = sorted(scored, key=lambda e: (-e.score, e.hit.passage.document_id, e.start))
    return _answering_first(ordered, question)


def _answering_first(ranked: list[Evidence], question: Question) -> list[Evidence]:
    """Move the best sentence to the front that shows what the answer must show.

    Only among the `PROMOTED_FROM` best: one from further below speaks of something else.
    """
    if question.expects not in INDISPENSABLE:
        return ranked
    for place, e in enumerate(ranked[:PROMOTED_FROM]):
        if shows(question.expects, e.text) and not e.uncounted:
            return [e, *ranked[:place], *ranked[place + 1 :]]
    return ranked
