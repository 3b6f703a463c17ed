"""An inverted index in two parts, as Lucene's: an immutable segment and what came after it.

A posting is one number: the passage's slot times 256 plus twice the weighted frequency of the
term in it. So an index holds up to 2**24 passages, and a frequency counts up to 127.5. Terms that
stand in more than every eighth passage are kept as a row of frequencies, one for each slot.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval import vocabulary
from retrieval.vocabulary import Vocabulary

MOST = 255
DENSE_FROM = 8
"""A term that more than one passage in so many has is kept as a dense row."""
_SHIFT = np.uint32(8)
_LOW = np.uint32(255)
_AT_ONCE = 1 << 22
_ROWS_AT_ONCE = 1 << 14

Packed = NDArray[np.uint32]
Live = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Segment:
    """Immutable postings of slots 0..n-1; its arrays may lie in a mapped file.

    Attributes:
        vocabulary: The terms, one a row.
        offsets: Where the postings of each row begin, and the end; shape (terms + 1,), int64.
        postings: Packed postings, within a row by slot; uint32.
        dense_rows: The rows of the terms that `dense` holds, ascending; int64.
        dense: Twice their frequencies; shape (dense terms, slots), uint8.
        lengths: The number of terms of each slot, weighted; shape (slots,), float32.
    """

    vocabulary: Vocabulary
    offsets: NDArray[np.int64]
    postings: Packed
    dense_rows: NDArray[np.int64]
    dense: NDArray[np.uint8]
    lengths: NDArray[np.float32]

    def dense_of(self, row: int) -> NDArray[np.uint8] | None:
        """Return twice the frequencies of a frequent term, shape (slots,); else None."""
        at = int(np.searchsorted(self.dense_rows, row))
        held = at < len(self.dense_rows) and self.dense_rows[at] == row
        return self.dense[at] if held else None

    def of(self, row: int) -> Packed:
        """Return the packed postings of a row, in order of slot."""
        dense = self.dense_of(row)
        if dense is None:
            return self.postings[self.offsets[row] : self.offsets[row + 1]]
        slots = np.flatnonzero(dense).astype(np.uint32)
        return pack(slots, dense[slots])


@dataclass(slots=True)
class Growing:
    """The postings that came after a segment, in memory; slots count from 0 again."""

    postings: dict[str, array[int]] = field(default_factory=dict)
    lengths: array[float] = field(default_factory=lambda: array("f"))

    def append(self, terms: Mapping[str, float]) -> None:
        """Add one passage with the weighted frequencies of its terms (multiples of .5)."""
        slot = len(self.lengths) << 8
        postings = self.postings
        for term, frequency in terms.items():
            doubled = int(2 * frequency)
            posting = slot + (doubled if doubled < MOST else MOST)
            held = postings.get(term)
            if held is None:
                postings[term] = array("I", (posting,))
            else:
                held.append(posting)
        self.lengths.append(sum(terms.values()))

    def of(self, term: str) -> Packed:
        """Return a copy of the packed postings of a term, in order of slot."""
        held = self.postings.get(term)
        return _NONE if held is None else np.array(held, dtype=np.uint32)


def pack(slots: NDArray[np.uint32], doubled: NDArray[np.uint8]) -> Packed:
    """Return the postings of `slots` with twice their frequencies."""
    return slots << _SHIFT | doubled


def slots_of(packed: Packed) -> NDArray[np.intp]:
    """Return the slots of packed postings."""
    return (packed >> _SHIFT).astype(np.intp)


def shifted(packed: Packed, slots: int) -> Packed:
    """Return the postings with `slots` added to each slot."""
    return packed + np.uint32(slots << 8)


_NONE: Packed = np.zeros(0, dtype=np.uint32)
EMPTY = Segment(
    vocabulary.EMPTY,
    np.zeros(1, dtype=np.int64),
    _NONE,
    np.zeros(0, dtype=np.int64),
    np.zeros((0, 0), dtype=np.uint8),
    np.zeros(0, dtype=np.float32),
)


@dataclass(frozen=True, slots=True)
class _Run:
    """Postings of some rows, those of one row together: rows ascend, `counts` says how many."""

    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    packed: Packed


def merged(segment: Segment, growing: Growing, live: Live) -> Segment:
    """Return one segment of the live slots of both parts, numbered anew in the same order.

    A term without a live slot goes. Takes memory for the result and some 200 MB.

    Args:
        segment: The immutable part.
        growing: What came after; not changed meanwhile.
        live: Which slots stay, those of `segment` first; shape (slots of both,).
    """
    numbers = np.cumsum(live, dtype=np.int64) - 1
    lengths = np.concatenate((segment.lengths, np.frombuffer(growing.lengths, dtype=np.float32)))
    late = _late(segment, growing, live, numbers)
    counts = live_counts(segment, live[: len(segment.lengths)])
    new = late.rows_held < 0
    stays = counts > 0
    stays[late.rows_held[~new]] = True
    terms, of_held, of_added = vocabulary.union(segment.vocabulary, stays, late.added)
    rows = np.empty(len(late.rows_held), dtype=np.int64)
    rows[~new] = of_held[late.rows_held[~new]]
    rows[new] = of_added
    totals = np.zeros(len(terms), dtype=np.int64)
    totals[of_held[stays]] = counts[stays]
    totals[rows] += late.counts
    place = _Placing(totals, int(live.sum()))
    for run in _early(segment, live, numbers):
        place.put(_Run(of_held[run.rows], run.counts, run.packed))
    place.put(late.ordered(rows))
    return Segment(
        terms, place.offsets, place.postings, place.dense_rows, place.dense, lengths[live]
    )


def live_counts(segment: Segment, live: Live) -> NDArray[np.int64]:
    """Return in how many live slots each term of `segment` stands; shape (terms,)."""
    counts = np.diff(segment.offsets)
    if not live.all():
        for start in range(0, len(counts), _ROWS_AT_ONCE):
            ends = segment.offsets[start : start + _ROWS_AT_ONCE + 1]
            kept = live[slots_of(segment.postings[ends[0] : ends[-1]])]
            before = np.concatenate(([0], np.cumsum(kept, dtype=np.int64)))
            counts[start : start + _ROWS_AT_ONCE] = np.diff(before[ends - ends[0]])
    for at, row in enumerate(segment.dense_rows):
        counts[row] = np.count_nonzero(segment.dense[at][live])
    return counts


def _early(segment: Segment, live: Live, numbers: NDArray[np.int64]) -> Iterator[_Run]:
    """Yield the live postings of `segment`, renumbered, some million at a time."""
    ends = segment.offsets
    row = 0
    while row < len(segment.vocabulary):
        last = int(np.searchsorted(ends, ends[row] + _AT_ONCE, side="right")) - 1
        last = min(max(last, row + 1), len(segment.vocabulary))
        packed, kept = _renumbered(segment.postings[ends[row] : ends[last]], live, numbers)
        before = np.concatenate(([0], np.cumsum(kept, dtype=np.int64)))
        yield _run(np.arange(row, last), np.diff(before[ends[row : last + 1] - ends[row]]), packed)
        row = last
    for row in segment.dense_rows:
        packed, _ = _renumbered(segment.of(int(row)), live, numbers)
        yield _run(np.array([row]), np.array([len(packed)]), packed)


def _run(rows: NDArray[np.int64], counts: NDArray[np.int64], packed: Packed) -> _Run:
    some = counts > 0
    return _Run(rows[some], counts[some], packed)


def _renumbered(packed: Packed, live: Live, numbers: NDArray[np.int64]) -> tuple[Packed, Live]:
    slots = slots_of(packed)
    kept = live[slots]
    return pack(
        numbers[slots[kept]].astype(np.uint32), (packed[kept] & _LOW).astype(np.uint8)
    ), kept


@dataclass(frozen=True, slots=True)
class _Late:
    """The live postings of a growing part, term by term.

    `rows_held` gives the row of each term in the segment, -1 for one of `added`.
    """

    rows_held: NDArray[np.int64]
    added: list[str]
    counts: NDArray[np.int64]
    packed: Packed

    def ordered(self, rows: NDArray[np.int64]) -> _Run:
        """Return the postings in order of `rows`, the new row of each term."""
        order = np.argsort(rows)
        starts = (np.cumsum(self.counts) - self.counts)[order]
        counts = self.counts[order]
        ends = np.cumsum(counts)
        taken = np.repeat(starts - ends + counts, counts) + np.arange(len(self.packed))
        return _Run(rows[order], counts, self.packed[taken])


def _late(segment: Segment, growing: Growing, live: Live, numbers: NDArray[np.int64]) -> _Late:
    first = len(segment.lengths)
    terms = list(growing.postings)
    ends = np.cumsum([0, *(len(held) for held in growing.postings.values())])
    joined = b"".join(held.tobytes() for held in growing.postings.values())
    packed, kept = _renumbered(
        np.frombuffer(joined, dtype=np.uint32), live[first:], numbers[first:]
    )
    counts = np.diff(np.concatenate(([0], np.cumsum(kept, dtype=np.int64)))[ends])
    alive = np.flatnonzero(counts)
    terms = [terms[at] for at in alive]
    rows = np.array(segment.vocabulary.rows(terms), dtype=np.int64)
    return _Late(rows, [terms[at] for at in np.flatnonzero(rows < 0)], counts[alive], packed)


class _Placing:
    """Lays postings of known numbers into their places, run after run, early slots first."""

    def __init__(self, totals: NDArray[np.int64], slots: int) -> None:
        """Make room for `totals` postings in each row."""
        often = totals * DENSE_FROM > slots
        self.dense_rows = np.flatnonzero(often)
        self.dense = np.zeros((len(self.dense_rows), slots), dtype=np.uint8)
        self._dense_at = np.cumsum(often) - 1
        self._often = often
        sparse = np.where(often, 0, totals)
        self.offsets = np.concatenate(([0], np.cumsum(sparse))).astype(np.int64)
        self.postings: Packed = np.empty(int(self.offsets[-1]), dtype=np.uint32)
        self._next = self.offsets[:-1].copy()

    def put(self, run: _Run) -> None:
        """Put the postings of a run behind those that its rows have."""
        dense = np.repeat(self._often[run.rows], run.counts)
        rows = np.repeat(self._dense_at[run.rows], run.counts)[dense]
        packed = run.packed[dense]
        self.dense[rows, slots_of(packed)] = packed & _LOW
        first = np.cumsum(run.counts) - run.counts
        places = np.repeat(self._next[run.rows] - first, run.counts) + np.arange(len(run.packed))
        self.postings[places[~dense]] = run.packed[~dense]
        self._next[run.rows] += np.where(self._often[run.rows], 0, run.counts)
