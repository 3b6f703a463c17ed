"""What a filter costs in Chroma and in the exact index over it: ``python -m eval.bench_vectors``.

Fills one store with random unit vectors of the size the model makes, asks both in turn, with and
without a filter that one vector in five meets, and prints the median of each in milliseconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from retrieval.blas_threads import one_thread_per_product
from retrieval.chroma import ChromaIndex
from retrieval.exact import ExactIndex
from retrieval.ports import Index, Matrix, VectorRecord

DIMENSION = 384
A_DOCUMENT = 20
QUESTIONS = 100
LIMIT = 100
REGIONS = ("Bayern", "Hessen", "Berlin", "Sachsen", "Bremen")
FILTER = {"region": REGIONS[0]}
_MS = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_vectors", description=__doc__)
    parser.add_argument("--vectors", type=int, default=20_000)
    count = parser.parse_args(arguments).vectors
    one_thread_per_product()  # as the product does
    chance = np.random.default_rng(0)
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as folder:
        chroma = ChromaIndex(Path(folder))
        exact = ExactIndex(chroma)
        for number in range(count // A_DOCUMENT):
            exact.add(_document(number, _units(chance, A_DOCUMENT)))
        questions = _units(chance, QUESTIONS)
        # The labels are the same in both; only the names of the documents differ.
        for name, index in (("Chroma", chroma), ("exact", exact)):
            plain, filtered = (
                _milliseconds(index, questions, {}),
                _milliseconds(index, questions, FILTER),
            )
            sys.stdout.write(
                f"{name:8} plain {plain:6.1f} ms, filtered {filtered:6.1f} ms, "
                f"{filtered / plain:.1f} times\n"
            )
        exact.close()
    return 0


def _units(chance: np.random.Generator, rows: int) -> Matrix:
    vectors = chance.normal(size=(rows, DIMENSION)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _document(number: int, vectors: Matrix) -> list[VectorRecord]:
    facets = {"region": (REGIONS[number % len(REGIONS)],), "year": (str(2010 + number % 15),)}
    return [
        VectorRecord(f"document-{number}", 1, ordinal, vector, False, facets)
        for ordinal, vector in enumerate(vectors)
    ]


def _milliseconds(index: Index, questions: Matrix, facets: Mapping[str, str]) -> float:
    times = []
    for question in questions:
        begun = time.perf_counter()
        index.search(question, LIMIT, internal=False, facets=facets)
        times.append(time.perf_counter() - begun)
    return _MS * median(times)


if __name__ == "__main__":
    sys.exit(main())
