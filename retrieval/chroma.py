"""The vector store in Chroma, embedded. The only file that knows chromadb.

Vectors of public and of internal documents live in two collections, so that a search without
the right to internal documents cannot reach them. No text is stored here: Chroma keeps deleted
records in its own log for a while, and erasing a document must erase its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError

from retrieval.errors import StoreUnavailable
from retrieval.heap import zeroed
from retrieval.ports import StoredVector, Vector, VectorKey, VectorRecord, labels_of

FOREIGN = (ChromaError, OSError, ValueError, RuntimeError)
"""Everything that Chroma is known to raise for a broken folder or an argument it refuses."""
_COLLECTIONS = {False: "public", True: "internal"}
_BATCH = 2_000
# Any: Chroma declares its own dictionary type, but documents and takes a plain one.
_CONFIGURATION: Any = {
    # A small threshold writes the log into the index early, which also empties the log.
    "hnsw": {"space": "cosine", "ef_search": 200, "max_neighbors": 32, "sync_threshold": 200}
}


@contextmanager
def _mapped(action: str) -> Iterator[None]:
    """Turn Chroma's errors into ours; `action` says in German what was tried.

    Chroma 1.5.9 writes index files from memory that it never set, so it gets none that was used.
    """
    try:
        with zeroed():
            yield
    except FOREIGN as exc:
        raise StoreUnavailable(f"Der Vektorspeicher konnte nicht {action}: {exc}") from exc


class ChromaIndex:
    """An `Index` in one folder. One process at a time may own the folder (chroma#3792)."""

    def __init__(self, folder: Path) -> None:
        """Open or create the store in `folder`.

        Raises:
            StoreUnavailable: The folder cannot be opened.
        """
        with _mapped("geöffnet werden"):
            # Any: Chroma's declared client type lacks close() and wants enums for our settings.
            self._client: Any = chromadb.PersistentClient(
                str(folder), settings=Settings(anonymized_telemetry=False)
            )
            self._collections: dict[bool, Any] = {
                internal: self._client.get_or_create_collection(
                    name, embedding_function=None, configuration=_CONFIGURATION
                )
                for internal, name in _COLLECTIONS.items()
            }

    def add(self, records: Sequence[VectorRecord]) -> None:
        """Store `records`; a record with the same key is replaced."""
        for internal, collection in self._collections.items():
            # An upsert alone would keep those old facets that the new record does not have.
            self._withdraw(records, collection)
            chosen = [record for record in records if record.internal is internal]
            for at in range(0, len(chosen), _BATCH):
                batch = chosen[at : at + _BATCH]
                with _mapped("beschrieben werden"):
                    collection.upsert(
                        ids=[_id(r.document_id, r.generation, r.ordinal) for r in batch],
                        embeddings=np.stack([r.vector for r in batch]),
                        metadatas=list(map(_metadata, batch)),
                    )

    def _withdraw(self, records: Sequence[VectorRecord], collection: chromadb.Collection) -> None:
        """Take out of `collection` what is about to be replaced."""
        names = [_id(r.document_id, r.generation, r.ordinal) for r in records]
        for at in range(0, len(names), _BATCH):
            with _mapped("bereinigt werden"):
                held = collection.get(ids=names[at : at + _BATCH], include=[])["ids"]
                if held:
                    collection.delete(ids=held)

    def remove(self, document_id: str, generation: int) -> None:
        """Forget one generation of a document; unknown ones are no error."""
        for collection in self._collections.values():
            with _mapped("bereinigt werden"):
                collection.delete(where=_generation(document_id, generation))

    def search(
        self, vector: Vector, limit: int, *, internal: bool, facets: Mapping[str, str]
    ) -> list[tuple[VectorKey, float]]:
        """Return up to `limit` nearest vectors that meet the filter, best first."""
        found: list[tuple[VectorKey, float]] = []
        if limit < 1:  # Chroma refuses to be asked for nothing
            return found
        for held_internally, collection in self._collections.items():
            if held_internally and not internal:
                continue
            with _mapped("durchsucht werden"):
                answer = collection.query(
                    query_embeddings=vector[np.newaxis, :],
                    n_results=limit,
                    where=_where(facets),
                    include=["distances"],
                )
            # Chroma returns cosine distance (lower is better); similarity = 1 - distance.
            found += [
                (_key(name), 1.0 - float(distance))
                for name, distance in zip(answer["ids"][0], answer["distances"][0], strict=True)
            ]
        found.sort(key=lambda pair: (-pair[1], pair[0].document_id, pair[0].ordinal))
        return found[:limit]

    def vectors(self, keys: Sequence[VectorKey]) -> dict[VectorKey, Vector]:
        """Return the stored vectors of those `keys` that exist."""
        found: dict[VectorKey, Vector] = {}
        if not keys:
            return found
        names = [_id(key.document_id, key.generation, key.ordinal) for key in keys]
        for collection in self._collections.values():
            with _mapped("gelesen werden"):
                held = collection.get(ids=names, include=["embeddings"])
            for name, vector in zip(held["ids"], held["embeddings"], strict=True):
                found[_key(name)] = np.asarray(vector, dtype=np.float32)
        return found

    def everything(self) -> Iterator[Sequence[StoredVector]]:
        """Yield all vectors in batches."""
        for collection in self._collections.values():
            at = 0
            while True:
                with _mapped("gelesen werden"):
                    held = collection.get(limit=_BATCH, offset=at, include=["embeddings"])
                if not held["ids"]:
                    break
                rows = zip(held["ids"], held["embeddings"], strict=True)
                yield [
                    StoredVector(_key(name), np.asarray(vector, dtype=np.float32))
                    for name, vector in rows
                ]
                at += len(held["ids"])

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a vector."""
        seen: set[tuple[str, int]] = set()
        for collection in self._collections.values():
            with _mapped("gelesen werden"):
                names = collection.get(include=[])["ids"]
            seen |= {(key.document_id, key.generation) for key in map(_key, names)}
        return seen

    def count(self) -> int:
        """Return the number of stored vectors."""
        with _mapped("gezählt werden"):
            return sum(collection.count() for collection in self._collections.values())

    def close(self) -> None:
        """Release the folder; the index cannot be used afterwards."""
        self._collections = {}
        with _mapped("geschlossen werden"):
            self._client.close()


def _id(document_id: str, generation: int, ordinal: int) -> str:
    return f"{document_id}:{generation}:{ordinal}"


def _key(name: str) -> VectorKey:
    document_id, generation, ordinal = name.rsplit(":", 2)
    return VectorKey(document_id, int(generation), int(ordinal))


def _metadata(record: VectorRecord) -> dict[str, str | int]:
    # One key for each value: a facet may have several, and Chroma compares single values only.
    named: dict[str, str | int] = dict.fromkeys(labels_of(record.facets), 1)
    return named | {"document_id": record.document_id, "generation": record.generation}


def _generation(document_id: str, generation: int) -> dict[str, Any]:
    return {"$and": [{"document_id": document_id}, {"generation": generation}]}


def _where(facets: Mapping[str, str]) -> dict[str, Any] | None:
    labels = sorted(labels_of({name: (value,) for name, value in facets.items()}))
    terms: list[dict[str, Any]] = [{label: 1} for label in labels]
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else {"$and": terms}
