"""What a reading model is asked for, and how question and passage become one row of tokens. Pure.

The model reads both together, as in Devlin et al. 2019 (BERT, SQuAD), but gives one score for each
sentence of the passage instead of a span, and the score of "no answer here" is fixed at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.records import Hit, Outline

Scores = NDArray[np.float32]
Offsets = Sequence[tuple[int, int]]

MOST_QUESTION_TOKENS: Final = 96
MOST_TOKENS: Final = 512
LONGEST_ABOVE: Final = 300
MOST_SPECIFIC: Final = 3
"""Of title, headings and reference so many stay with the title, which goes first beyond that."""
_BETWEEN: Final = " › "
ENOUGH_TOKENS: Final = 8
"""Of a sentence that the window cuts, so many tokens must be inside for it to be judged."""
QUESTION_PROMPT: Final = "query: "
PASSAGE_PROMPT: Final = "passage: "


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage to read: what stands above it, its text, and (start, end) of its sentences."""

    above: str
    text: str
    sentences: tuple[tuple[int, int], ...]


class SentenceReader(Protocol):
    """Reads passages with a question in mind."""

    @property
    def name(self) -> str:
        """Identify the model and its weights."""

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[Scores]:
        """Return for each excerpt how well each of its sentences answers, shape (sentences,).

        A score is a logit against "nothing here answers", which has 0; a sentence that did not fit
        into the model's window has -inf.
        """


@dataclass(frozen=True, slots=True)
class Encoding:
    """Token ids with the (start, end) of each in the text that was encoded."""

    ids: Sequence[int]
    offsets: Offsets


@dataclass(frozen=True, slots=True)
class Joined:
    """One row for the model: the question's tokens, then the passage's from `passage_at` on.

    `spans` are the token ranges of the sentences, (0, 0) where one was cut off.
    """

    ids: list[int]
    passage_at: int
    spans: list[tuple[int, int]]


def excerpt(hit: Hit, outline: Outline) -> Excerpt:
    """Return what to read of a hit: its text under its title, headings and reference."""
    passage = hit.passage
    path = outline.path_at(passage.start)
    above = _fitting([hit.document.title, *path, passage.reference or ""])
    spans = tuple((start - passage.start, end - passage.start) for start, end in passage.sentences)
    return Excerpt(above, passage.text, spans)


def _fitting(above: Sequence[str]) -> str:
    """Return title, headings and reference in a line of at most `LONGEST_ABOVE` characters.

    The nearest heading says most of what follows: outer ones are left out first, the title next.
    """
    parts = list(dict.fromkeys(filter(None, above)))
    while len(parts) > 1 and len(_BETWEEN.join(parts)) > LONGEST_ABOVE:
        del parts[1 if len(parts) > MOST_SPECIFIC else 0]
    return _BETWEEN.join(parts)[:LONGEST_ABOVE]


def passage_input(excerpt: Excerpt) -> tuple[str, int]:
    """Return the text to encode for an excerpt and where the excerpt's own text begins in it."""
    head = PASSAGE_PROMPT + (f"{excerpt.above}\n" if excerpt.above else "")
    return head + excerpt.text, len(head)


def join(question: Encoding, passage: Encoding, own_from: int, sentences: Offsets) -> Joined:
    """Put a question and a passage into one row.

    Args:
        question: The encoded question with its first and last special token.
        passage: The encoded `passage_input`, likewise.
        own_from: Where the excerpt's own text begins in that input.
        sentences: (start, end) of each sentence in the excerpt's own text.
    """
    asked = list(question.ids)
    if len(asked) > MOST_QUESTION_TOKENS:
        asked = [*asked[: MOST_QUESTION_TOKENS - 1], asked[-1]]
    ids = [*asked, *passage.ids[1:]]
    if len(ids) > MOST_TOKENS:
        ids = [*ids[: MOST_TOKENS - 1], passage.ids[-1]]
    starts = np.array([start for start, _ in passage.offsets[1:]], dtype=np.int64)
    ends = np.array([end for _, end in passage.offsets[1:]], dtype=np.int64)
    visible = len(ids) - len(asked) - 1
    spans = []
    for begin, finish in sentences:
        inside = (ends > own_from + begin) & (starts < own_from + finish) & (ends > starts)
        places = np.flatnonzero(inside[:visible])
        whole = len(places) > 0 and bool(
            inside[visible:].sum() == 0 or len(places) >= ENOUGH_TOKENS
        )
        first, last = (places[0], places[-1] + 1) if whole else (-len(asked), -len(asked))
        spans.append((int(len(asked) + first), int(len(asked) + last)))
    return Joined(ids, len(asked), spans)
