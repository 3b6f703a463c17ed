"""Documents with nearly the same text: found by a sketch, and their passages answered once. Pure.

The same text often comes as PDF and as web page. Two documents are twins when the estimated
Jaccard similarity of their word shingles reaches `TWIN_SIMILARITY`; the estimate is the bottom-k
sketch of Broder 1997 ("On the resemblance and containment of documents").
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest

import numpy as np

from retrieval import analysis
from retrieval.records import DocumentRecord, Hit

SHINGLE_WORDS = 4
SKETCH = 128
TWIN_SIMILARITY = 0.5
"""Low, because head lines, menus and page furniture differ; passages are compared strictly."""
LEAST_SHINGLES = 20
"""Shorter texts have no fingerprint: they resemble each other by chance."""
COVERED = 0.97
"""Of a passage's shingles: one other word in a passage of usual length is too many."""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # Knuth's multiplicative hashing, 64 bits
_DIGIT, _DIGIT_BITS, _HALF = np.uint64(1), np.uint64(1), np.uint64(32)
_SPARE = np.uint64(11)  # 53 bits are left: JSON's whole numbers


@dataclass(frozen=True, slots=True)
class Shingles:
    """The hashed word shingles of a text; `numbered` are those that hold a digit."""

    every: frozenset[int]
    numbered: frozenset[int]

    def cover(self, others: Shingles) -> bool:
        """Tell whether nearly all shingles of `others` are here, and all that hold a number."""
        if not others.every or not others.numbered <= self.every:
            return False
        return len(others.every & self.every) >= COVERED * len(others.every)


def shingles(text: str) -> Shingles:
    """Return the shingles of `text`; misread umlauts, case and punctuation do not count."""
    numbers = np.fromiter(map(_word_hash, analysis.words(text)), dtype=np.uint64)
    if numbers.size < SHINGLE_WORDS:
        numbers = np.pad(numbers, (0, SHINGLE_WORDS - numbers.size))
    runs = np.lib.stride_tricks.sliding_window_view(numbers, SHINGLE_WORDS)
    mixed = np.zeros(len(runs), dtype=np.uint64)
    for column in runs.T:
        mixed = (mixed * _FACTOR) ^ (column >> _DIGIT_BITS)
    # The product of the last step is well mixed in its upper bits only.
    mixed = ((mixed ^ (mixed >> _HALF)) * _FACTOR) >> _SPARE
    numbered = mixed[(runs & _DIGIT).any(axis=1)]
    return Shingles(frozenset(mixed.tolist()), frozenset(numbered.tolist()))


@lru_cache(maxsize=100_000)
def _word_hash(word: str) -> int:
    """Return 64 bits of a folded word; the lowest one says whether it holds a digit."""
    digest = hashlib.blake2b(analysis.fold(word).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & ~1 | any(map(str.isdigit, word))


def fingerprint(text: str) -> tuple[int, ...]:
    """Return the sketch of a document, at most `SKETCH` numbers; empty for a short text."""
    found = shingles(text).every
    return tuple(nsmallest(SKETCH, found)) if len(found) >= LEAST_SHINGLES else ()


def similarity(a: Sequence[int], b: Sequence[int]) -> float:
    """Estimate the Jaccard similarity of two documents from their sketches, 0..1."""
    if not a or not b:
        return 0.0
    union = nsmallest(SKETCH, {*a, *b})
    both = set(a) & set(b)
    return sum(number in both for number in union) / len(union)


class Twins:
    """Which documents have nearly the same text. Not thread-safe; changed by the one writer."""

    def __init__(self) -> None:
        """Start empty."""
        self._sketches: dict[str, tuple[int, ...]] = {}
        self._holders: dict[int, set[str]] = {}
        self._links: dict[str, frozenset[str]] = {}

    def of(self, document_id: str) -> frozenset[str]:
        """Return the ids of the twins of a document."""
        return self._links.get(document_id, frozenset())

    def replace(self, document_id: str, sketch: tuple[int, ...]) -> None:
        """Compare a new or changed document with all others."""
        if self._sketches.get(document_id) == sketch:
            return
        self.forget(document_id)
        shared = Counter(other for number in sketch for other in self._holders.get(number, ()))
        # Who shares too few cannot be a twin: most pairs share only a phrase or two.
        twins = frozenset(
            other
            for other, count in shared.items()
            if count >= TWIN_SIMILARITY * len(sketch)
            and similarity(sketch, self._sketches[other]) >= TWIN_SIMILARITY
        )
        self._sketches[document_id] = sketch
        for number in sketch:
            self._holders.setdefault(number, set()).add(document_id)
        self._link(document_id, twins)

    def forget(self, document_id: str) -> None:
        """Take a document out; an unknown one is no error."""
        for number in self._sketches.pop(document_id, ()):
            holders = self._holders[number]
            holders.discard(document_id)
            if not holders:
                del self._holders[number]
        self._link(document_id, frozenset())
        self._links.pop(document_id, None)

    def _link(self, document_id: str, twins: frozenset[str]) -> None:
        old = self._links.get(document_id, frozenset())
        for other in old - twins:
            self._links[other] -= {document_id}
        for other in twins - old:
            self._links[other] = self._links.get(other, frozenset()) | {document_id}
        self._links[document_id] = twins


def collapse(
    hits: Iterable[Hit],
    twins: Callable[[str], frozenset[str]],
    shingles_of: Callable[[DocumentRecord], Shingles],
) -> list[Hit]:
    """Let each passage that twins share be heard once, from the one that ranks first.

    Args:
        hits: Best first.
        twins: Returns the ids of a document's twins.
        shingles_of: Returns the shingles of a whole document.

    Returns:
        The hits in their order; `Hit.also` names the documents whose same passage was left out.
    """
    kept: list[Hit] = []
    also: dict[int, list[DocumentRecord]] = {}
    first: dict[str, int] = {}
    for hit in hits:
        record = hit.document
        place = _said_by(hit, first, twins(record.document_id), kept, shingles_of)
        if place is None:
            first.setdefault(record.document_id, len(kept))
            kept.append(hit)
        elif all(other.document_id != record.document_id for other in also.get(place, ())):
            also.setdefault(place, []).append(record)
    return [replace(h, also=tuple(also[at])) if at in also else h for at, h in enumerate(kept)]


def _said_by(
    hit: Hit,
    first: Mapping[str, int],
    twins: frozenset[str],
    kept: Sequence[Hit],
    shingles_of: Callable[[DocumentRecord], Shingles],
) -> int | None:
    """Return the place of the first kept hit of a twin that says all that `hit` says."""
    heard = sorted(first[twin] for twin in twins if twin in first)
    if not heard:
        return None
    own = shingles(hit.passage.text)
    return next((at for at in heard if shingles_of(kept[at].document).cover(own)), None)
