"""Every vector of a durable index once more in memory, compared with the question one by one.

Exact, the same every time, and what may be found is up to the caller: a filter costs nothing.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from retrieval.errors import StoreUnavailable
from retrieval.ports import (
    DurableIndex,
    Matrix,
    Places,
    Vector,
    VectorKey,
    VectorRecord,
)

_FIRST_ROWS = 1_024
_SPARE_SHARE = 0.5  # of dead rows before the table is written anew

_HIDDEN = re.compile("d-[0-9a-f]{32}")


class ExactIndex:
    """A `ComparedIndex` over another index that keeps the vectors. Thread-safe.

    The store below sees no ids of documents, only hashes of them: an id holds the name of a file,
    and a store may keep the rows of what was removed.
    """

    def __init__(self, durable: DurableIndex, known: Iterable[str] = ()) -> None:
        """Read every vector of `durable`, which nobody else may change from now on.

        Args:
            durable: The store below.
            known: The ids of the documents that it may hold. Vectors of others are kept under
                the hash, so that they can be removed.
        """
        self._durable = durable
        self._ids = {_hidden(document_id): document_id for document_id in known}
        self._lock = threading.RLock()
        self._epoch = 0
        self._load()

    def _load(self) -> None:
        self._forget_all()
        for batch in self._durable.everything():
            for stored in batch:
                held = stored.key
                name = self._ids.get(held.document_id, held.document_id)
                key = replace(held, document_id=name)
                self._put(key, stored.vector)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Read the durable index anew when a change of it fails half way."""
        with self._lock:
            try:
                yield
            except BaseException:
                self._load()
                raise

    @property
    def epoch(self) -> int:
        """A number that changes when places do."""
        return self._epoch

    def _forget_all(self) -> None:
        self._epoch += 1
        self._matrix: Matrix = np.zeros((0, 0), dtype=np.float32)
        self._keys: list[VectorKey] = []
        self._rows: dict[tuple[str, int], dict[int, int]] = {}
        self._dead = 0

    def add(self, records: Sequence[VectorRecord]) -> None:
        """Store `records`; a record with the same key is replaced."""
        with self._changing():
            self._ids |= {_hidden(r.document_id): r.document_id for r in records}
            self._durable.add([replace(r, document_id=_hidden(r.document_id)) for r in records])
            for record in records:
                key = VectorKey(record.document_id, record.generation, record.ordinal)
                self._put(key, record.vector)

    def _put(self, key: VectorKey, vector: Vector) -> None:
        rows = self._rows.setdefault((key.document_id, key.generation), {})
        if key.ordinal in rows:
            self._matrix[rows[key.ordinal]] = 0
            self._dead += 1
            self._epoch += 1
        row = len(self._keys)
        if row == len(self._matrix):
            self._grow(len(vector))
        self._matrix[row] = vector
        self._keys.append(key)
        rows[key.ordinal] = row

    def _grow(self, dimension: int) -> None:
        """Make room; readers keep the old array."""
        rows = max(_FIRST_ROWS, 2 * len(self._matrix))
        matrix = np.zeros((rows, dimension), dtype=np.float32)
        if self._keys:
            matrix[: len(self._matrix)] = self._matrix
        self._matrix = matrix

    def remove(self, document_id: str, generation: int) -> None:
        """Forget one generation of a document; unknown ones are no error."""
        with self._changing():
            # Vectors of nobody carry the hash as their name already.
            orphan = _HIDDEN.fullmatch(document_id) and document_id not in self._ids.values()
            hidden = document_id if orphan else _hidden(document_id)
            self._durable.remove(hidden, generation)
            rows = self._rows.pop((document_id, generation), {})
            self._matrix[list(rows.values())] = 0  # erased means erased
            self._dead += len(rows)
            if self._dead > max(_FIRST_ROWS, _SPARE_SHARE * len(self._keys)):
                self._compact()

    def _compact(self) -> None:
        """Write the live rows anew, in their order."""
        kept = [
            (row, VectorKey(document_id, generation, ordinal))
            for (document_id, generation), rows in self._rows.items()
            for ordinal, row in rows.items()
        ]
        matrix = self._matrix
        self._forget_all()
        for row, key in sorted(kept, key=lambda entry: entry[0]):
            self._put(key, matrix[row])

    def rows(self, keys: Sequence[VectorKey]) -> tuple[int, Places]:
        """Return the epoch and the place of each key's vector, -1 where there is none."""
        with self._lock:
            found = ((-1 if row is None else row) for row in map(self._row, keys))
            return self._epoch, np.fromiter(found, np.int32, len(keys))

    def compared(self, vector: Vector) -> tuple[int, Vector]:
        """Return the epoch and the cosine of `vector` with what is at each place, shape (n,)."""
        with self._lock:
            epoch, matrix = self._epoch, self._matrix[: len(self._keys)]
        if not len(matrix):
            return epoch, np.zeros(0, dtype=np.float32)
        _check(vector, matrix)
        return epoch, matrix @ vector

    def vectors(self, keys: Sequence[VectorKey]) -> dict[VectorKey, Vector]:
        """Return the stored vectors of those `keys` that exist."""
        with self._lock:
            rows = {key: row for key in keys if (row := self._row(key)) is not None}
            return {key: self._matrix[row].copy() for key, row in rows.items()}

    def _row(self, key: VectorKey) -> int | None:
        rows = self._rows.get((key.document_id, key.generation))
        return rows.get(key.ordinal) if rows else None

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a vector."""
        with self._lock:
            return set(self._rows)

    def count(self) -> int:
        """Return the number of stored vectors."""
        with self._lock:
            return sum(map(len, self._rows.values()))

    def close(self) -> None:
        """Release files and memory; the index cannot be used afterwards."""
        with self._lock:
            self._forget_all()
            self._durable.close()


def _hidden(document_id: str) -> str:
    """Return the name under which the store below keeps a document's vectors."""
    return "d-" + hashlib.sha256(document_id.encode()).hexdigest()[:32]


def _check(vector: Vector, matrix: Matrix) -> None:
    if vector.shape != matrix.shape[1:]:
        raise StoreUnavailable(
            f"Die Frage hat {len(vector)} Dimensionen, der Vektorspeicher {matrix.shape[1]}."
        )
