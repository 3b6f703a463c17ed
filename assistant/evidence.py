"""Passages → the sentences in them that speak of what is asked, with their scores. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.coverage import Coverage, Matches
from assistant.generation.planted import speaks_to_a_model
from assistant.imprint import of_imprint
from assistant.letterhead import of_another
from assistant.lists import is_item, item_start
from assistant.question import Question
from retrieval import analysis
from retrieval.joint_reading import Scores
from retrieval.records import DocumentRecord, Hit, Outline

# What a sentence may borrow from the lines before it, see `_in_context`.
CONTEXT_SHARE = 0.4
LEANING_SHARE = 0.9
FADING = 0.8
COUNTED_MATCH = 0.5
SHORTEST_HEAD = 4
SHORTEST = 25
MOST_LINES_ABOVE = 2
PARAGRAPH_PIN = 3
SAME_QUESTION = 0.6
SAME_LENGTH = 1.6
LEAST_READ = -12.0
"""For a sentence that did not fit into the reading model's window."""
READ_RANGE = 8.0
"""Logits of the reading model beyond this say no more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence or list item of a passage, in document offsets.

    `section` is the path of headings above it. `item` marks a list item, `heading` the title or a
    heading, `announces` a line right above a list, `block` where in the document the list begins
    that the sentence announces or is part of. `coverage` (0..1) says how much of the question the
    sentence speaks of, `around` the same with its title, headings and the lines before it,
    `unpinned` how many numbers and ordinals of it are missing, `uncounted` that it does not name
    what is to be counted. `read` is what a reading model makes of it (a logit, 0 where none is
    there), `score` how well it answers.
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
    block: int | None = None
    read: float = 0.0
    together: float = 0.0
    score: float = 0.0


# A line that names sources speaks of many things and says nothing about them.
_REFERENCE = re.compile(
    r"\W*(?:Quellen?|Quellenangaben?|Literatur\w*|Sources?|References)\b[^:]{0,20}:"
)
# A line of the imprint. It names what the question names by chance, and answers nothing.
ROW = re.compile(r" \| |: [^;]+; ")
"""Found in the row of a table, as readers write it."""
_CLOSING = "\"“”«»’') "
_FOR_QUESTIONS = re.compile(r"frage|question", re.IGNORECASE)
# How a sentence begins that speaks of what the one before it named.
_LEANING = re.compile(
    r"(?:Sie|Er|Es|Dies\w*|Das(?!\s+[A-ZÄÖÜ])|Dabei|Dafür|Davon|Dazu|Daran|Damit|Deshalb|Daher|Dort|Darin|Hierfür"
    r"|Ihr\w*|Sein\w*|It|They|This|These|He|She|There|Its|Their)\b"
)
_POINTING = re.compile(
    r"(?:\S+\s+){1,4}(?:dort|darin|davon|dafür|dazu|daran|dabei|hierfür|hierzu|there)\b"
)
_ORDINALS = frozenset(
    {"erst", "zweit", "dritt", "viert", "funft", "sechst", "siebt", "acht", "neunt", "zehnt"}
    | {"first", "second", "third", "fourth", "fifth"}
)


def bounded(logit: float) -> float:
    """Return a logit of the reading model within the range in which it says something."""
    return max(-READ_RANGE, min(READ_RANGE, logit))


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
    read: Sequence[Scores] | None = None,
) -> list[Evidence]:
    """Return every sentence of the hits with its coverage, in order of hits and text.

    Args:
        question: What is asked.
        hits: The passages, best first.
        coverage: The weighed question.
        outline: Returns the headings of a document, under which each sentence is read.
        read: For each hit what a reading model makes of its sentences, see `Library.read`.
    """
    found: dict[tuple[str, int, int], Evidence] = {}
    for place, hit in enumerate(hits):
        logits = read[place] if read is not None else [0.0] * len(hit.passage.sentences)
        sentences = _sentences(question, hit, coverage, outline(hit.document))
        planted = False
        for sentence, logit in zip(sentences, logits, strict=True):
            # Planted by somebody, and said to nobody who reads; an order may take two sentences.
            before, planted = planted, speaks_to_a_model(sentence.text)
            if before or planted or _answers_nothing(question, sentence):
                continue
            key = (hit.passage.document_id, sentence.start, sentence.end)
            judged = replace(sentence, read=max(float(logit), LEAST_READ))
            if key not in found or judged.read > found[key].read:
                found[key] = judged
    return list(_with_their_lists(found.values()))


def _with_their_lists(found: Collection[Evidence]) -> Iterator[Evidence]:
    """Yield the evidence, each with the logit that its list as a whole answers."""
    of_list: dict[tuple[str, int], float] = {}
    for e in found:
        if e.block is not None:
            key = (e.hit.passage.document_id, e.block)
            of_list[key] = of_list.get(key, 0.0) + math.exp(e.read)
    for e in found:
        if e.block is None:
            yield replace(e, together=e.read)
        else:
            yield replace(e, together=math.log(of_list[e.hit.passage.document_id, e.block]))


def with_list(evidence: Evidence, known: Collection[Evidence]) -> str:
    """Return the words of `evidence` with those of `known` that a list makes one sentence with it.

    An item's announcement, all items of an announcement.
    """
    if evidence.block is None:
        return evidence.text
    place = (evidence.hit.passage.document_id, evidence.block)
    of_list = [e for e in known if (e.hit.passage.document_id, e.block) == place]
    if evidence.announces:
        return "\n".join([evidence.text, *(e.text for e in of_list if e.item)])
    return "\n".join([*(e.text for e in of_list if e.announces), evidence.text])


def _sentences(
    question: Question, hit: Hit, coverage: Coverage, headings: Outline
) -> Iterator[Evidence]:
    """Yield every sentence of a passage, read under its headings and after the lines before it."""
    previous: dict[tuple[str, ...], float] = {}
    block: int | None = None
    for start, end in hit.passage.sentences:
        path = headings.path_at(start)
        text = _slice(hit, start, end)
        own = coverage.units(text, hit.document.metadata.language)
        context = _in_context(own, previous, _above(hit, path, coverage), text)
        # What a line of an address or a list is about stands some lines above it.
        previous = {unit: max(m, FADING * previous.get(unit, 0.0)) for unit, m in own.items()}
        announces = _announces(hit, start, end)
        in_list = announces or is_item(hit.passage.text, _line(hit, start))
        block = (start if announces or block is None else block) if in_list else None
        yield Evidence(
            hit=hit,
            start=start,
            end=end,
            text=text,
            section=" › ".join(path),
            item=_is_item(hit, start),
            heading=text in path or text == hit.document.title,
            announces=announces,
            block=block,
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
    if ROW.search(text) or own.get(question.counted, 1.0) >= COUNTED_MATCH:
        return False  # in a table the heads of its columns say what the numbers count
    folded = analysis.fold(text)
    if any(term in folded for term in question.counted):
        return False
    # Of "Hausbesuche" a text may say "Besuche" alone.
    heads = [stem for stem in analysis.stems(text, question.language) if len(stem) >= SHORTEST_HEAD]
    return not any(term.endswith(head) for term in question.counted for head in heads)


def _answers_nothing(question: Question, sentence: Evidence) -> bool:
    return (
        _asks_back(question, sentence)
        or (of_imprint(sentence.text, question.text) and not ROW.search(sentence.text))
        or of_another(question, sentence.hit, sentence.start, sentence.text)
    )


def _asks_back(question: Question, sentence: Evidence) -> bool:
    """Tell whether the sentence asks itself, and answers nothing.

    That is no matter where questions are asked for; a heading that asks stands above its answer,
    and what a list asks may be a check list, unless it asks the very same and says no more.
    """
    if not sentence.text.rstrip(_CLOSING).endswith("?") or _FOR_QUESTIONS.search(question.text):
        return False
    if sentence.heading:
        return False
    longer = len(sentence.text) > SAME_LENGTH * len(question.text)
    return not sentence.item or (sentence.coverage >= SAME_QUESTION and not longer)


def _slice(hit: Hit, start: int, end: int) -> str:
    offset = hit.passage.start
    return hit.passage.text[start - offset : end - offset]


def _is_item(hit: Hit, start: int) -> bool:
    text, line = hit.passage.text, _line(hit, start)
    return is_item(text, line) and item_start(text, line) == start - hit.passage.start


def _line(hit: Hit, start: int) -> int:
    """Return where in the passage the line begins that holds the place `start`."""
    return hit.passage.text.rfind("\n", 0, start - hit.passage.start) + 1


def _announces(hit: Hit, start: int, end: int) -> bool:
    text = hit.passage.text
    at = end - hit.passage.start
    below = len(text) - len(text[at:].lstrip())
    return (
        0 < text.count("\n", at, below) <= MOST_LINES_ABOVE
        and is_item(text, below)
        and not _is_item(hit, start)
    )


def leans_back(text: str) -> bool:
    """Tell whether a sentence points near its beginning at what the one before it named."""
    return bool(_LEANING.match(text) or _POINTING.match(text))


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
