"""Terms ↔ rows, as flat arrays that may lie in a mapped file: no object per term in memory.

The rows are in the order of the terms' checksums, so that a binary search in one array of numbers
finds a term, and many terms are found in one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct terms, one a row.

    Attributes:
        hashes: CRC-32 of each term's UTF-8 bytes, ascending; shape (terms,), uint32.
        bounds: Where each term begins in `letters`, and the end; shape (terms + 1,), int64.
        letters: The UTF-8 bytes of all terms; uint8.
    """

    hashes: NDArray[np.uint32]
    bounds: NDArray[np.int64]
    letters: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self.hashes)

    def rows(self, terms: Sequence[str]) -> list[int]:
        """Return the row of each of `terms`, -1 for an unknown one."""
        found = [-1] * len(terms)
        if not terms or not len(self):
            return found
        codes = [_encoded(term) for term in terms]
        hashes = np.array([crc32(code) for code in codes], dtype=np.uint32)
        first = np.searchsorted(self.hashes, hashes)
        candidates = self.hashes[np.minimum(first, len(self) - 1)] == hashes
        for at in np.flatnonzero(candidates):
            found[at] = self._row(codes[at], int(first[at]))
        return found

    def _row(self, code: bytes, first: int) -> int:
        # Two terms may have one checksum; their bytes decide.
        row = first
        while row < len(self) and self.hashes[row] == self.hashes[first]:
            if self.code(row) == code:
                return row
            row += 1
        return -1

    def code(self, row: int) -> bytes:
        """Return the UTF-8 bytes of the term in `row`."""
        return self.letters[self.bounds[row] : self.bounds[row + 1]].tobytes()


def _encoded(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def vocabulary(terms: Sequence[str]) -> Vocabulary:
    """Return the vocabulary of `terms`, which must be distinct."""
    codes = sorted((crc32(code), code) for code in map(_encoded, terms))
    lengths = np.array([len(code) for _, code in codes], dtype=np.int64)
    letters = b"".join(code for _, code in codes)
    return Vocabulary(
        np.array([number for number, _ in codes], dtype=np.uint32),
        np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        np.frombuffer(letters, dtype=np.uint8),
    )


def union(
    held: Vocabulary, kept: NDArray[np.bool_], added: Sequence[str]
) -> tuple[Vocabulary, Rows, Rows]:
    """Return the `kept` rows of one vocabulary with new terms among them.

    Args:
        held: The vocabulary so far.
        kept: Which of its rows stay; shape (terms,).
        added: Distinct terms, none of which is a row of `held` that stays.

    Returns:
        The new vocabulary, the new row of each old row (-1 where it went) and of each of `added`.
        Old rows keep their order.
    """
    news = vocabulary(added)
    old = np.flatnonzero(kept)
    hashes = np.concatenate((held.hashes[old], news.hashes))
    order = np.argsort(hashes, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    of_held = np.full(len(held), -1, dtype=np.int64)
    of_held[old] = place[: len(old)]
    starts = np.concatenate((held.bounds[old], len(held.letters) + news.bounds[:-1]))[order]
    lengths = np.concatenate((np.diff(held.bounds)[old], np.diff(news.bounds)))[order]
    bounds = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    letters = np.concatenate((held.letters, news.letters))
    taken = np.repeat(starts - bounds[:-1], lengths) + np.arange(bounds[-1])
    merged = Vocabulary(hashes[order], bounds, letters[taken])
    return merged, of_held, place[len(old) :][news.rows(added)]


EMPTY = vocabulary(())
