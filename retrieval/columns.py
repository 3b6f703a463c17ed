"""The passages as columns: for each row of the lexical index its document and its vector's row.

Both legs number passages in their own way. To fuse their scores for all passages at once, each
lexical row knows where its vector stands and which edition of which document it belongs to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.ports import ComparedIndex, VectorKey
from retrieval.records import DocumentRecord, Filters

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int32]
Edition = tuple[str, int]
"""A document's id and generation."""

_FIRST_ROWS = 1_024
_MASKS = 64


@dataclass(frozen=True, slots=True)
class Aligned:
    """The columns of the first n passages of the lexical index.

    `edition_of` holds places in `editions`, `rows` places among the vectors (-1: there is none),
    shape (n,) each; `rows` hold for the `epoch` of the vectors only.
    """

    editions: Sequence[Edition]
    edition_of: Numbers
    rows: Numbers
    epoch: int


class Columns:
    """Keeps the columns in step with both legs. Thread-safe."""

    def __init__(self, index: ComparedIndex) -> None:
        """Align with the vectors of `index`."""
        self._index = index
        self._lock = threading.Lock()
        self._start(())

    def _start(self, keys: Sequence[VectorKey]) -> None:
        self._keys = keys
        self._epoch = -1
        self._count = 0
        self._numbers: dict[Edition, int] = {}
        self._editions: list[Edition] = []
        self._edition_of = np.zeros(_FIRST_ROWS, dtype=np.int32)
        self._rows = np.zeros(_FIRST_ROWS, dtype=np.int32)
        self._held: dict[Hashable, tuple[object, object, Mask]] = {}

    def at(self, keys: Sequence[VectorKey], count: int) -> Aligned:
        """Return the columns of the first `count` of `keys`.

        Args:
            keys: The lexical index's own list; it may only grow. Another list begins anew.
            count: How many of them count.
        """
        with self._lock:
            if keys is not self._keys:
                self._start(keys)
            if self._count < count:
                self._extend(count)
            if self._index.epoch != self._epoch:
                self._epoch, self._rows = self._index.rows(keys[: self._count])
            return Aligned(
                self._editions, self._edition_of[:count], self._rows[:count], self._epoch
            )

    def _extend(self, count: int) -> None:
        new = self._keys[self._count : count]
        # New arrays where the old ones are full: columns handed out before stay as they are.
        self._edition_of = _with_room(self._edition_of, count)
        self._rows = _with_room(self._rows, count)
        for place, key in enumerate(new, start=self._count):
            edition = (key.document_id, key.generation)
            number = self._numbers.get(edition)
            if number is None:
                number = self._numbers[edition] = len(self._editions)
                self._editions.append(edition)
            self._edition_of[place] = number
        epoch, rows = self._index.rows(new)
        self._rows[self._count : count] = rows
        if self._count and epoch != self._epoch:
            epoch = -1  # the rows before are of another epoch: all are looked up anew
        self._epoch, self._count = epoch, count

    def admitted(
        self, aligned: Aligned, records: Mapping[str, DocumentRecord], filters: Filters
    ) -> Mask:
        """Return which passages belong to live documents that meet `filters`, shape (n,)."""
        wanted = (filters.internal, frozenset(filters.facets.items()))
        return self._mask(aligned, records, wanted, lambda record: record.admits(filters))

    def foreign(
        self, aligned: Aligned, records: Mapping[str, DocumentRecord], language: str
    ) -> Mask:
        """Return which passages are known to be in another language, shape (n,)."""
        return self._mask(
            aligned, records, language, lambda r: r.metadata.language not in (None, language)
        )

    def _mask(
        self,
        aligned: Aligned,
        records: Mapping[str, DocumentRecord],
        name: Hashable,
        holds: Callable[[DocumentRecord], bool],
    ) -> Mask:
        """Ask each live edition once; the answers are kept until the documents change."""
        held = self._held.get(name)
        # A reader may still hold columns of an older numbering: an answer counts for its own only.
        known = held is not None and held[0] is records and held[1] is aligned.editions
        if held is None or not known or len(held[2]) < len(aligned.editions):
            editions = ((records.get(name), number) for name, number in list(aligned.editions))
            answers = (
                record is not None and record.generation == number and holds(record)
                for record, number in editions
            )
            held = (records, aligned.editions, np.fromiter(answers, np.bool_))
            with self._lock:
                if len(self._held) >= _MASKS:
                    self._held.clear()
                self._held[name] = held
        mask: Mask = held[2][aligned.edition_of]
        return mask


def _with_room(numbers: Numbers, count: int) -> Numbers:
    if count <= len(numbers):
        return numbers
    larger = np.zeros(max(count, 2 * len(numbers)), dtype=np.int32)
    larger[: len(numbers)] = numbers
    return larger
