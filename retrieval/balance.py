"""Takes the language out of embeddings, so that a passage is found from either language.

Multilingual embedders place texts of one language near each other whatever they say. The mean
vector of a language, measured on sentences that say the same in every language, is that common
part. What distinguishes it from the mean over all languages is subtracted, and the vector
normalised again; the part common to all languages stays (removing it too was measured worse).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval.ports import Embedder, Matrix, Vector


@cache
def parallel_sentences() -> dict[str, tuple[str, ...]]:
    """Return sentences by language; the same place in each list says the same."""
    table = files("retrieval").joinpath("data/parallel.json").read_text(encoding="utf-8")
    return {language: tuple(sentences) for language, sentences in json.loads(table).items()}


@dataclass(frozen=True, slots=True)
class LanguageBalance:
    """What sets each language apart, for passages and for questions, shape (dimension,) each.

    A language that was not measured is left as it is.
    """

    passages: Mapping[str, Vector]
    queries: Mapping[str, Vector]

    @classmethod
    def measured(cls, embedder: Embedder) -> LanguageBalance:
        """Measure the means with `embedder` on the parallel sentences."""
        passages: dict[str, Vector] = {}
        queries: dict[str, Vector] = {}
        for language, sentences in parallel_sentences().items():
            passages[language] = embedder.embed_passages(sentences).mean(axis=0)
            queries[language] = np.stack([embedder.embed_query(s) for s in sentences]).mean(axis=0)
        return cls(_centred(passages), _centred(queries))

    @classmethod
    def from_json(cls, text: str) -> LanguageBalance:
        """Read what `to_json` wrote."""
        held = json.loads(text)
        return cls(*({k: np.array(v, np.float32) for k, v in held[part].items()} for part in held))

    def to_json(self) -> str:
        """Write the means, to be kept with the index they were used for."""
        return json.dumps(
            {
                "passages": {k: v.tolist() for k, v in self.passages.items()},
                "queries": {k: v.tolist() for k, v in self.queries.items()},
            }
        )

    def passage(self, vectors: Matrix, language: str | None) -> Matrix:
        """Return `vectors`, shape (..., dimension), without their language, of unit length."""
        return _without(vectors, self.passages.get(language or ""))

    def query(self, vector: Vector, language: str | None) -> Vector:
        """Return the vector of a question without its language, of unit length."""
        return _without(vector, self.queries.get(language or ""))


def _centred(means: Mapping[str, Vector]) -> dict[str, Vector]:
    centre = np.mean(list(means.values()), axis=0, dtype=np.float32)
    return {language: mean - centre for language, mean in means.items()}


def _without(vectors: Matrix, offset: Vector | None) -> Matrix:
    if offset is None:
        return vectors
    moved = vectors - offset
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    balanced: Matrix = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return balanced
