"""BM25 over one inverted index, or over the same passages joined to sections. Pure.

Scores follow Robertson & Zaragoza 2009 ("The Probabilistic Relevance Framework: BM25 and
Beyond") with k1 = 1.2 and b = 0.75 and the idf that is never negative. A passage's score is a sum
of 32-bit numbers in 64 bits, so it does not depend on the order in which terms are added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.postings import Live, Packed, slots_of

K1 = 1.2
B = 0.75

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked for, and where it occurs: in a dense part, a sparse part, or both.

    Attributes:
        weight: What it counts in the question.
        dense: Twice its frequencies in the first slots; shape (≤ slots,).
        sparse: Packed postings of other slots.
    """

    weight: float
    dense: NDArray[np.uint8] | None
    sparse: Packed


@dataclass(frozen=True, slots=True)
class Texts:
    """What BM25 needs to know of the texts: which count, and twice their length norms.

    Attributes:
        live: Which slots count; shape (slots,).
        count: How many do.
        whole: Whether all do.
        norms: Twice the length-dependent term of the denominator; shape (slots,), float32.
    """

    live: Live
    count: int
    whole: bool
    norms: Scores


def texts(lengths: NDArray[np.float32], live: Live) -> Texts:
    """Return what BM25 needs of texts with these weighted numbers of terms, shape (slots,)."""
    count = int(np.count_nonzero(live))
    # Lengths are multiples of .5: in 64 bits their sum is exact, whatever their order.
    total = float(np.sum(lengths, where=live, dtype=np.float64))
    norms = 2 * K1 * (1 - B + B * lengths / max(total / max(count, 1), 1e-9))
    return Texts(live, count, count == len(live), norms.astype(np.float32))


def rarity(held: int, count: int) -> float:
    """Return the idf of a term that `held` of `count` texts have (natural logarithm, > 0)."""
    return math.log(1 + (count - held + 0.5) / (held + 0.5))


def frequency(asked: Asked, held: Texts) -> int:
    """Return how many live texts have what is asked for."""
    found = 0
    if asked.dense is not None:
        there = asked.dense != 0
        found = int(np.count_nonzero(there if held.whole else there & held.live[: len(there)]))
    if held.whole:
        return found + len(asked.sparse)
    return found + int(np.count_nonzero(held.live[slots_of(asked.sparse)]))


def score(asked: Sequence[Asked], held: Texts) -> Scores:
    """Return the score of every slot, shape (slots,); dead slots score 0."""
    total = np.zeros(len(held.live), dtype=np.float64)
    factors = _factors(asked, held)
    for each, factor in zip(asked, factors, strict=True):
        if each.dense is not None:
            norms = held.norms[: len(each.dense)]
            total[: len(norms)] += _gains(each.dense.astype(np.float32), norms, factor)
    sparse = np.concatenate([each.sparse for each in asked]) if asked else _NOTHING
    if len(sparse):
        slots = slots_of(sparse)
        each_factor = np.repeat(factors, [len(each.sparse) for each in asked])
        gains = _gains(_doubled(sparse), held.norms[slots], each_factor)
        total += np.bincount(slots, weights=gains, minlength=len(total))
    if not held.whole:
        total[~held.live] = 0
    return total.astype(np.float32)


def _factors(asked: Sequence[Asked], held: Texts) -> NDArray[np.float32]:
    found = (each.weight * rarity(frequency(each, held), held.count) for each in asked)
    return np.array([(K1 + 1) * factor for factor in found], dtype=np.float32)


def _gains(doubled: Scores, norms: Scores, factor: np.float32 | NDArray[np.float32]) -> Scores:
    # Frequencies and norms both stand doubled, which cancels out.
    gains = doubled + norms
    np.divide(doubled, gains, out=gains)
    gains *= factor
    return gains


def _doubled(packed: Packed) -> Scores:
    return (packed & np.uint32(255)).astype(np.float32)


_NOTHING: Packed = np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Sections:
    """Which slots belong together.

    Attributes:
        of_slot: The number of each slot's section; shape (slots,), int32.
        starts: Where each run of slots of one section begins; shape (runs,).
        of_run: The section of each run; shape (runs,).
        held: What BM25 needs of the sections; a section counts while a slot of it is live.
    """

    of_slot: NDArray[np.int32]
    starts: NDArray[np.intp]
    of_run: NDArray[np.int32]
    held: Texts


def sections(
    of_slot: NDArray[np.int32], count: int, lengths: NDArray[np.float32], live: Live
) -> Sections:
    """Return the `count` sections of slots with these lengths."""
    starts = np.flatnonzero(np.diff(of_slot, prepend=-1))
    sums = np.bincount(of_slot, weights=np.where(live, lengths, 0), minlength=count)
    alive = np.bincount(of_slot[live], minlength=count) > 0
    return Sections(of_slot, starts, of_slot[starts], texts(sums.astype(np.float32), alive))


def score_sections(asked: Sequence[Asked], slots: Texts, joined: Sections) -> Scores:
    """Return the score of every section, shape (sections,), as if it were one text."""
    held = joined.held
    total = np.zeros(len(held.live), dtype=np.float64)
    for each in asked:
        doubled = _sums(each, slots, joined)
        found = int(np.count_nonzero(doubled))
        factor = np.float32((K1 + 1) * each.weight * rarity(found, held.count))
        total += _gains(doubled, held.norms, factor)
    return total.astype(np.float32)


def _sums(asked: Asked, slots: Texts, joined: Sections) -> Scores:
    """Return twice the frequencies in all sections; shape (sections,)."""
    count = len(joined.held.live)
    sums = np.zeros(count, dtype=np.float64)
    if asked.dense is not None and len(asked.dense):
        dense = asked.dense
        if not slots.whole:
            dense = dense * slots.live[: len(dense)]
        runs = int(np.searchsorted(joined.starts, len(dense)))
        per_run = np.add.reduceat(dense, joined.starts[:runs], dtype=np.float32)
        sums += np.bincount(joined.of_run[:runs], weights=per_run, minlength=count)
    if len(asked.sparse):
        at = slots_of(asked.sparse)
        doubled = _doubled(asked.sparse)
        if not slots.whole:
            doubled *= slots.live[at]
        sums += np.bincount(joined.of_slot[at], weights=doubled, minlength=count)
    return sums.astype(np.float32)
