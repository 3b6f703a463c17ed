"""Questions of one meaning → one group. Pure and deterministic.

Two signals: the cosine of the questions' vectors and, weighed lightly, the stems they share. A
question joins the group it is nearest to on average (average linkage, in the order of frequency),
unless something tells it apart from a member: another Land, another §, an amount asked for on one
side only, or the same sentence with another noun ("Wer fördert Schulgärten?" and "Wer fördert
Schulfrühstück?" have a cosine of .93).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.feedback.scrub import without_marks
from assistant.question import Expects, read_question
from retrieval import analysis
from retrieval.concepts import regions
from retrieval.ports import Matrix

THRESHOLD = 0.9
"""Least mean similarity to a group. Fitted on 57 questions in 33 groups of our own."""
SHARED_WORDS = 0.05
"""What equal stems add to the cosine at most."""

_AMOUNTS = (Expects.NUMBER, Expects.DURATION, Expects.MONEY)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """One question as it was worded, with what sets it apart from others.

    `terms` are its content stems, `words` its words as they stand.
    """

    text: str
    words: tuple[str, ...]
    terms: frozenset[str]
    regions: frozenset[str]
    references: frozenset[str]
    amount: bool


def wording(text: str, language: str) -> Wording:
    """Read one question; marks such as "[Name]" are no words of it."""
    plain = without_marks(text)
    terms = frozenset(analysis.content_stems(plain, language))
    return Wording(
        text=text,
        words=tuple(_WORD.findall(plain)),
        terms=terms,
        regions=terms & regions(),
        references=frozenset(t for t in analysis.references(plain) if t.startswith("§")),
        amount=read_question(plain).expects in _AMOUNTS,
    )


def same_key(text: str) -> str:
    """Return what two wordings have in common that differ only in case, spaces and marks."""
    return " ".join(_WORD.findall(without_marks(text).casefold()))


def groups(
    wordings: Sequence[Wording], vectors: Matrix, rarity: Callable[[str], float]
) -> list[list[int]]:
    """Group questions by meaning.

    Args:
        wordings: The questions; the first ones are the first to found a group.
        vectors: A unit row for each, shape (n, dimension).
        rarity: How telling a stem is (idf).

    Returns:
        The places of each group's members, in the order of their first.
    """
    shared = _Shared(wordings, rarity)
    label = np.zeros(len(wordings), dtype=np.int64)
    found: list[list[int]] = []
    for place, one in enumerate(wordings):
        near = vectors[:place] @ vectors[place] + SHARED_WORDS * shared.with_earlier(place)
        sums = np.bincount(label[:place], weights=near, minlength=len(found))
        means = np.round(sums / np.maximum([len(members) for members in found] or [1], 1), 4)
        label[place] = len(found)
        for group in np.argsort(-means[: len(found)], kind="stable"):
            if means[group] < THRESHOLD:
                break
            if all(alike(one, wordings[member]) for member in found[group]):
                label[place] = group
                break
        if label[place] == len(found):
            found.append([])
        found[label[place]].append(place)
    return found


def alike(one: Wording, other: Wording) -> bool:
    """Tell whether nothing sets two questions apart for sure."""
    if one.regions != other.regions or one.amount != other.amount:
        return False
    if one.references and other.references and not one.references & other.references:
        return False
    return not _other_noun(one.words, other.words)


def _other_noun(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two questions are the same but for one noun, and no synonym of it."""
    if len(one) != len(other):
        return False
    differing = [pair for pair in zip(one, other, strict=True) if _fold(pair[0]) != _fold(pair[1])]
    if len(differing) != 1:
        return False
    first, second = differing[0]
    if not (first[0].isupper() and second[0].isupper()) or one[0] in differing[0]:
        return False
    terms = (set(analysis.content_stems(word, "de")) for word in (first, second))
    return not set.intersection(*terms)


def _fold(word: str) -> str:
    return analysis.fold(word.lower())


class _Shared:
    """How many of their stems two questions share, weighed by rarity: a cosine, 0..1."""

    def __init__(self, wordings: Sequence[Wording], rarity: Callable[[str], float]) -> None:
        self._weights: list[dict[str, float]] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(wordings):
            weights = {term: max(0.1, rarity(term)) for term in sorted(one.terms)}
            length = float(np.sqrt(sum(weight**2 for weight in weights.values()))) or 1.0
            self._weights.append({term: weight / length for term, weight in weights.items()})
            for term in weights:
                self._postings[term].append(place)

    def with_earlier(self, place: int) -> NDArray[np.float64]:
        """Return what question `place` shares with each one before it, shape (place,)."""
        shared = np.zeros(place, dtype=np.float64)
        for term, weight in self._weights[place].items():
            for other in self._postings[term]:
                if other >= place:
                    break
                shared[other] += weight * self._weights[other][term]
        return shared


def typical(members: Sequence[int], counts: Sequence[int], vectors: Matrix) -> int:
    """Return the member that is nearest to all others, each counted as often as it was asked."""
    rows = vectors[list(members)]
    weights = np.asarray([counts[member] for member in members], dtype=np.float32)
    nearness = np.round(rows @ (weights @ rows), 4)
    return members[int(np.argmax(nearness))]
