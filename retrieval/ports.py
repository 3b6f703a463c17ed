"""What the search asks of its parts. Implementations: `embed`, `chroma`, `memory`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
Places = NDArray[np.int32]


class Embedder(Protocol):
    """Turns text into unit vectors."""

    @property
    def name(self) -> str:
        """Identify the model and its weights; an index keeps it and refuses any other."""

    @property
    def dimension(self) -> int:
        """The length of every vector."""

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, shape (n, dimension)."""

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape (dimension,)."""

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question, shape (n, dimension).

        Each is the vector that the question has alone, up to rounding.
        """


@dataclass(frozen=True, slots=True)
class VectorRecord:
    """One vector to keep, with what it may be filtered by.

    `facets` maps a name to its values, one or more; a filter meets any of them.
    """

    document_id: str
    generation: int
    ordinal: int
    vector: Vector
    internal: bool
    facets: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class VectorKey:
    """Names one stored vector."""

    document_id: str
    generation: int
    ordinal: int


Labels = frozenset[str]
"""What a vector may be filtered by, one opaque token for each value of each facet."""


def labels_of(facets: Mapping[str, Sequence[str]]) -> Labels:
    """Return the labels of `facets`; a value cannot be read off its label.

    A facet can be the name of a person or a place, and a store's file may keep deleted rows.
    """
    return frozenset(
        f"facet_{name}_{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
        for name, values in facets.items()
        for value in values
    )


@dataclass(frozen=True, slots=True)
class StoredVector:
    """One vector as it is kept."""

    key: VectorKey
    vector: Vector


class Index(Protocol):
    """Keeps vectors. Scores are cosine similarities: -1..1, higher is better."""

    def add(self, records: Sequence[VectorRecord]) -> None:
        """Store `records`; a record with the same key is replaced."""

    def remove(self, document_id: str, generation: int) -> None:
        """Forget one generation of a document; unknown ones are no error."""

    def vectors(self, keys: Sequence[VectorKey]) -> dict[VectorKey, Vector]:
        """Return the stored vectors of those `keys` that exist."""

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a vector."""

    def count(self) -> int:
        """Return the number of stored vectors."""

    def close(self) -> None:
        """Release files and memory; the index cannot be used afterwards."""


class SearchedIndex(Index, Protocol):
    """A vector store that finds the nearest vectors itself, among those that meet a filter."""

    def search(
        self, vector: Vector, limit: int, *, internal: bool, facets: Mapping[str, str]
    ) -> list[tuple[VectorKey, float]]:
        """Return up to `limit` nearest vectors that meet the filter, best first."""


class ComparedIndex(Index, Protocol):
    """A vector store that compares a question with everything it holds, exactly.

    Vectors have places, 0..n-1, which hold for one `epoch`: within it they are only appended.
    """

    @property
    def epoch(self) -> int:
        """A number that changes when places do."""

    def rows(self, keys: Sequence[VectorKey]) -> tuple[int, Places]:
        """Return the epoch and the place of each key's vector, -1 where there is none."""

    def compared(self, vector: Vector) -> tuple[int, Vector]:
        """Return the epoch and the cosine of `vector` with what is at each place, shape (n,)."""


class DurableIndex(Index, Protocol):
    """A vector store that outlives the process and can give back all it holds."""

    def everything(self) -> Iterator[Sequence[StoredVector]]:
        """Yield all vectors in batches, in no particular order."""
