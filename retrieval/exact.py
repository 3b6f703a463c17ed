"""Every vector of a durable index once more in memory, compared with the question one by one.

Exact, the same ranking every time, and a filter costs nothing: at 100,000 passages one product of
a matrix and a vector takes some 13 ms, a filtered search in Chroma 60 ms at a fifth of that.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import StoreUnavailable
from retrieval.ports import (
    DurableIndex,
    Labels,
    Matrix,
    Places,
    Vector,
    VectorKey,
    VectorRecord,
    labels_of,
)

_FIRST_ROWS = 1_024
_SPARE_SHARE = 0.5  # of dead rows before the table is written anew
_MASKS = 64

_HIDDEN = re.compile("d-[0-9a-f]{32}")

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class _Held:
    """The rows of one generation of a document, and what they may be filtered by."""

    internal: bool
    labels: Labels
    rows: dict[int, int] = field(default_factory=dict)


class ExactIndex:
    """An `Index` over another one that keeps the vectors. Thread-safe.

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
                self._put(key, stored.vector, stored.internal, stored.labels)

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
        self._held: dict[tuple[str, int], list[_Held]] = {}
        self._dead = 0
        self._masks: dict[tuple[bool, frozenset[str]], Mask] = {}

    def add(self, records: Sequence[VectorRecord]) -> None:
        """Store `records`; a record with the same key is replaced."""
        with self._changing():
            self._ids |= {_hidden(r.document_id): r.document_id for r in records}
            self._durable.add([replace(r, document_id=_hidden(r.document_id)) for r in records])
            for record in records:
                key = VectorKey(record.document_id, record.generation, record.ordinal)
                self._put(key, record.vector, record.internal, labels_of(record.facets))

    def _put(self, key: VectorKey, vector: Vector, internal: bool, labels: Labels) -> None:
        self._drop(key)
        row = len(self._keys)
        if row == len(self._matrix):
            self._grow(len(vector))
        self._matrix[row] = vector
        self._keys.append(key)
        group = self._held.setdefault((key.document_id, key.generation), [])
        held = next((h for h in group if h.internal is internal and h.labels == labels), None)
        if held is None:
            held = _Held(internal, labels)
            group.append(held)
        held.rows[key.ordinal] = row
        self._masks.clear()

    def _grow(self, dimension: int) -> None:
        """Make room; readers keep the old array."""
        rows = max(_FIRST_ROWS, 2 * len(self._matrix))
        matrix = np.zeros((rows, dimension), dtype=np.float32)
        if self._keys:
            matrix[: len(self._matrix)] = self._matrix
        self._matrix = matrix

    def _drop(self, key: VectorKey) -> None:
        for held in self._held.get((key.document_id, key.generation), ()):
            row = held.rows.pop(key.ordinal, None)
            if row is not None:
                self._dead += 1
                self._epoch += 1
                self._masks.clear()

    def remove(self, document_id: str, generation: int) -> None:
        """Forget one generation of a document; unknown ones are no error."""
        with self._changing():
            # Vectors of nobody carry the hash as their name already.
            orphan = _HIDDEN.fullmatch(document_id) and document_id not in self._ids.values()
            hidden = document_id if orphan else _hidden(document_id)
            self._durable.remove(hidden, generation)
            for held in self._held.pop((document_id, generation), ()):
                self._matrix[list(held.rows.values())] = 0  # erased means erased
                self._dead += len(held.rows)
            self._masks.clear()
            if self._dead > max(_FIRST_ROWS, _SPARE_SHARE * len(self._keys)):
                self._compact()

    def _compact(self) -> None:
        """Write the live rows anew, in their order."""
        kept = [
            (row, VectorKey(document_id, generation, ordinal), held.internal, held.labels)
            for (document_id, generation), group in self._held.items()
            for held in group
            for ordinal, row in held.rows.items()
        ]
        matrix = self._matrix
        self._forget_all()
        for row, key, internal, labels in sorted(kept, key=lambda entry: entry[0]):
            self._put(key, matrix[row], internal, labels)

    def search(
        self, vector: Vector, limit: int, *, internal: bool, facets: Mapping[str, str]
    ) -> list[tuple[VectorKey, float]]:
        """Return up to `limit` nearest vectors that meet the filter, best first."""
        wanted = labels_of({name: (value,) for name, value in facets.items()})
        with self._lock:
            count = len(self._keys)
            matrix, keys = self._matrix[:count], self._keys
            mask = self._mask(internal, wanted)[:count]
        if limit < 1 or not mask.any():
            return []
        _check(vector, matrix)
        scores = np.where(mask, matrix @ vector, -np.inf)
        limit = min(limit, int(mask.sum()))
        # All that reach the last place's score: ties are then ordered by key.
        least = np.partition(scores, count - limit)[count - limit]
        found = [(keys[row], float(scores[row])) for row in np.flatnonzero(scores >= least)]
        found.sort(key=lambda pair: (-pair[1], pair[0].document_id, pair[0].ordinal))
        return found[:limit]

    def _mask(self, internal: bool, wanted: Labels) -> Mask:
        """Return which rows a search may find; kept until the next change."""
        mask = self._masks.get((internal, wanted))
        if mask is None:
            mask = np.zeros(len(self._matrix), dtype=np.bool_)
            for group in self._held.values():
                for held in group:
                    if (internal or not held.internal) and wanted <= held.labels:
                        mask[list(held.rows.values())] = True
            if len(self._masks) >= _MASKS:
                self._masks.clear()
            self._masks[internal, wanted] = mask
        return mask

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
        groups = self._held.get((key.document_id, key.generation), ())
        return next((h.rows[key.ordinal] for h in groups if key.ordinal in h.rows), None)

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a vector."""
        with self._lock:
            return {name for name, group in self._held.items() if any(h.rows for h in group)}

    def count(self) -> int:
        """Return the number of stored vectors."""
        with self._lock:
            return sum(len(held.rows) for group in self._held.values() for held in group)

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
