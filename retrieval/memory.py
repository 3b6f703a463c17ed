"""An exact index in memory: the reference that `chroma` is held against, and for small tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from retrieval.ports import Places, StoredVector, Vector, VectorKey, VectorRecord


class MemoryIndex:
    """An `Index` that compares the query with every vector."""

    def __init__(self) -> None:
        """Start empty."""
        self._records: dict[VectorKey, VectorRecord] = {}
        self._lock = threading.Lock()
        self._epoch = 0

    def add(self, records: Sequence[VectorRecord]) -> None:
        """Store `records`; a record with the same key is replaced."""
        for record in records:
            key = VectorKey(record.document_id, record.generation, record.ordinal)
            with self._lock:
                self._epoch += key in self._records
                self._records[key] = record

    def remove(self, document_id: str, generation: int) -> None:
        """Forget one generation of a document; unknown ones are no error."""
        with self._lock:
            gone = [key for key in self._records if _belongs(key, document_id, generation)]
            self._epoch += bool(gone)
            for key in gone:
                del self._records[key]

    def search(
        self, vector: Vector, limit: int, *, internal: bool, facets: Mapping[str, str]
    ) -> list[tuple[VectorKey, float]]:
        """Return up to `limit` nearest vectors that meet the filter, best first."""
        with self._lock:
            held = list(self._records.items())
        found = [
            (key, float(record.vector @ vector))
            for key, record in held
            if (internal or not record.internal)
            and all(value in record.facets.get(name, ()) for name, value in facets.items())
        ]
        found.sort(key=lambda pair: (-pair[1], pair[0].document_id, pair[0].ordinal))
        return found[: max(limit, 0)]

    @property
    def epoch(self) -> int:
        """A number that changes when places do."""
        return self._epoch

    def rows(self, keys: Sequence[VectorKey]) -> tuple[int, Places]:
        """Return the epoch and the place of each key's vector, -1 where there is none."""
        with self._lock:
            places = {key: place for place, key in enumerate(self._records)}
            found = (places.get(key, -1) for key in keys)
            return self._epoch, np.fromiter(found, np.int32, len(keys))

    def compared(self, vector: Vector) -> tuple[int, Vector]:
        """Return the epoch and the cosine of `vector` with what is at each place, shape (n,)."""
        with self._lock:
            held = [float(record.vector @ vector) for record in self._records.values()]
            return self._epoch, np.array(held, dtype=np.float32)

    def vectors(self, keys: Sequence[VectorKey]) -> dict[VectorKey, Vector]:
        """Return the stored vectors of those `keys` that exist."""
        return {key: self._records[key].vector for key in keys if key in self._records}

    def everything(self) -> Iterator[Sequence[StoredVector]]:
        """Yield all vectors in one batch."""
        with self._lock:
            held = list(self._records.items())
        yield [StoredVector(key, record.vector) for key, record in held]

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a vector."""
        with self._lock:
            return {(key.document_id, key.generation) for key in self._records}

    def count(self) -> int:
        """Return the number of stored vectors."""
        return len(self._records)

    def close(self) -> None:
        """Forget everything."""
        self._records = {}


def _belongs(key: VectorKey, document_id: str, generation: int) -> bool:
    return key.document_id == document_id and key.generation == generation
