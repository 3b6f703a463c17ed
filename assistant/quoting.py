"""Which stretch of a document to say and to quote for a sentence, what stands above it. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from assistant.evidence import ROW, Evidence, leans_back
from assistant.generation.planted import speaks_to_a_model
from assistant.question import Question
from retrieval import analysis
from retrieval.records import Passage

SHORT = 25
"""A sentence of fewer characters ("Nein.", "Am 3. Mai.") is quoted with its neighbour."""
SHORT_REPLY = 60
"""The same for a reply to the question above it ("Nein, in der Regel nicht.")."""
_REPLY = re.compile(r"(?:Ja|Nein|Doch|Yes|No)\b", re.IGNORECASE)
LONGEST_QUOTE = 700
MOST_LINES = 3
MOST_SENTENCES = 3
_ENDS = (".", "!", "?", ":", ";", ")")


def quoted(evidence: Evidence) -> tuple[int, int]:
    """Return the span to quote, in document offsets: one or two whole sentences.

    A sentence that points back ("Sie berät …") is quoted with the one before it, a heading or a
    very short sentence with the one after it, as far as they stand in the same passage. Of lines
    without an end that stand right below each other (date and place of an event, a name and its
    number) up to three are quoted together.
    """
    spans = list(evidence.hit.passage.sentences)
    own = (evidence.start, evidence.end)
    if own not in spans or evidence.item:
        return own
    at = spans.index(own)
    before = _neighbour(evidence.hit.passage, at - 1)
    after = _neighbour(evidence.hit.passage, at + 1)
    if leans_back(evidence.text) and before and _same_paragraph(evidence, before, own):
        return _within(before, own)
    lines = _lines_around(evidence, spans, at)
    if lines is not None:
        return lines
    brief = len(evidence.text) < (SHORT_REPLY if _REPLY.match(evidence.text) else SHORT)
    if after and (evidence.heading or (brief and _same_paragraph(evidence, own, after))):
        return _within(own, after)
    return own


def _neighbour(passage: Passage, at: int) -> tuple[int, int] | None:
    """Return the sentence number `at`, None where there is none or it was planted for a model.

    An order may take two sentences, see `evidence.gather`.
    """
    if not 0 <= at < len(passage.sentences):
        return None
    order = passage.sentences[max(0, at - 1) : at + 1]
    planted = any(speaks_to_a_model(_text(passage, span)) for span in order)
    return None if planted else passage.sentences[at]


def in_context(
    passage: Passage, said: tuple[int, int], free: Container[tuple[int, int]]
) -> tuple[int, int]:
    """Return what to quote for `said`: with the sentence before it and the one after it.

    Whoever checks an answer sees so what it is about. At most `MOST_SENTENCES` and `LONGEST_QUOTE`
    characters, of the same paragraph and passage.

    Args:
        passage: The passage that holds `said`.
        said: The span of the answer's words, in document offsets.
        free: The sentences that may be quoted with it, in document offsets.
    """
    spans = list(passage.sentences)
    inside = [at for at, span in enumerate(spans) if span[0] < said[1] and said[0] < span[1]]
    if not inside or ROW.search(_text(passage, said)):
        return said  # the row of a table says all it says by itself
    first, last = inside[0], inside[-1]
    if _joins(passage, first - 1, first, last, free):
        first -= 1
    if _joins(passage, last + 1, first, last, free):
        last += 1
    return min(spans[first][0], said[0]), max(spans[last][1], said[1])


def _joins(
    passage: Passage, at: int, first: int, last: int, free: Container[tuple[int, int]]
) -> bool:
    """Tell whether the sentence number `at` goes with those from `first` to `last` beside it."""
    spans = passage.sentences
    if not 0 <= at < len(spans) or last - first + 1 >= MOST_SENTENCES or spans[at] not in free:
        return False
    begin, end = spans[min(first, at)][0], spans[max(last, at)][1]
    gap = (spans[at][1], spans[first][0]) if at < first else (spans[last][1], spans[at][0])
    return end - begin <= LONGEST_QUOTE and "\n\n" not in _text(passage, gap)


def _text(passage: Passage, span: tuple[int, int]) -> str:
    return passage.text[span[0] - passage.start : span[1] - passage.start]


def _lines_around(
    evidence: Evidence, spans: Sequence[tuple[int, int]], at: int
) -> tuple[int, int] | None:
    """Return the block of lone lines that the line ``spans[at]`` is part of, None for a sentence.

    The lines below it come first: what is told of a thing stands under its name.
    """
    if evidence.heading or not _is_lone(evidence, spans[at]):
        return None
    first = last = at
    while last + 1 < len(spans) and last - first + 1 < MOST_LINES:
        if not _follows(evidence, spans[last], spans[last + 1]):
            break
        last += 1
    while first > 0 and last - first + 1 < MOST_LINES:
        if not _follows(evidence, spans[first - 1], spans[first]):
            break
        first -= 1
    return (spans[first][0], spans[last][1]) if last > first else None


def _is_lone(evidence: Evidence, span: tuple[int, int]) -> bool:
    offset, text = evidence.hit.passage.start, evidence.hit.passage.text
    begins = span[0] == offset or text[span[0] - offset - 1] == "\n"
    line = text[span[0] - offset : span[1] - offset]
    told = not line.endswith(_ENDS) and not ROW.search(line)
    return begins and told and not speaks_to_a_model(line)


def _follows(evidence: Evidence, above: tuple[int, int], below: tuple[int, int]) -> bool:
    """Tell whether two lone lines stand right below each other."""
    offset, text = evidence.hit.passage.start, evidence.hit.passage.text
    between = text[above[1] - offset : below[0] - offset]
    return between == "\n" and _is_lone(evidence, above) and _is_lone(evidence, below)


def _within(first: tuple[int, int], last: tuple[int, int]) -> tuple[int, int]:
    return (first[0], last[1]) if last[1] - first[0] <= LONGEST_QUOTE else last


def _same_paragraph(evidence: Evidence, first: tuple[int, int], second: tuple[int, int]) -> bool:
    offset = evidence.hit.passage.start
    between = evidence.hit.passage.text[first[1] - offset : second[0] - offset]
    return "\n\n" not in between


def heading_of(evidence: Evidence, question: Question) -> str:
    """Return the heading that a list item needs to be understood, else nothing.

    That is the nearest one, where it speaks of something in the question that the item does not.
    """
    nearest = evidence.section.rpartition(" › ")[2]
    if not evidence.item or not nearest or nearest.endswith("?"):
        return ""
    own, above = (set(analysis.content_stems(t, "de")) for t in (evidence.text, nearest))
    asked = {term for unit in question.units for term in unit}
    return nearest.rstrip(":") if (above & asked) - own else ""
