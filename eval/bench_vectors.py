"""What a filter costs in Chroma and in the exact index over it: ``python -m eval.bench_vectors``.

Fills one store with random unit vectors of the size the model makes, asks both in turn, with and
without a filter that one vector in five meets, and prints the median of each in milliseconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from ingest.document import Metadata
from retrieval.blas_threads import one_thread_per_product
from retrieval.build import facets_of
from retrieval.chroma import ChromaIndex
from retrieval.columns import Columns
from retrieval.exact import ExactIndex
from retrieval.ports import ComparedIndex, Matrix, Vector, VectorKey, VectorRecord
from retrieval.records import DocumentRecord, Filters, Visibility

DIMENSION = 384
A_DOCUMENT = 20
QUESTIONS = 100
LIMIT = 100
REGIONS = ("Bayern", "Hessen", "Berlin", "Sachsen", "Bremen")
PLAIN, FILTERED = Filters(), Filters(facets={"region": REGIONS[0]})
_MS = 1_000

Ask = Callable[[Vector, Filters], object]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_vectors", description=__doc__)
    parser.add_argument("--vectors", type=int, default=20_000)
    count = parser.parse_args(arguments).vectors
    one_thread_per_product()  # as the product does
    chance = np.random.default_rng(0)
    records = {made.document_id: made for made in map(document, range(count // A_DOCUMENT))}
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as folder:
        exact = ExactIndex(ChromaIndex(Path(folder)))
        for record in records.values():
            exact.add(vectors(record, _units(chance, A_DOCUMENT)))
        questions = _units(chance, QUESTIONS)
        _report("exact", nearest(exact, records), questions)
        exact.close()
        chroma = ChromaIndex(Path(folder))
        _report(
            "Chroma",
            lambda question, wanted: chroma.search(
                question, LIMIT, internal=False, facets=wanted.facets
            ),
            questions,
        )
        chroma.close()
    return 0


def nearest(
    index: ComparedIndex, records: dict[str, DocumentRecord]
) -> Callable[[Vector, Filters], list[VectorKey]]:
    """Return a search for the `LIMIT` nearest vectors, as the product masks and compares them."""
    columns = Columns(index)
    keys = [VectorKey(name, 1, ordinal) for name in records for ordinal in range(A_DOCUMENT)]

    def ask(question: Vector, wanted: Filters) -> list[VectorKey]:
        aligned = columns.at(keys, len(keys))
        _, cosines = index.compared(question)
        places = np.flatnonzero(columns.admitted(aligned, records, wanted))
        dense = cosines[aligned.rows[places]]
        first = np.argpartition(dense, max(len(dense) - LIMIT, 0))[-LIMIT:]
        return [keys[place] for place in places[first]]

    return ask


def document(number: int) -> DocumentRecord:
    """Return a document of the benchmark; every fifth is of the same Land."""
    facts = Metadata(region=REGIONS[number % len(REGIONS)], date=str(2010 + number % 15))
    name = f"document-{number}"
    return DocumentRecord(name, name, name, "", 1, Visibility.PUBLIC, facts, None, None, A_DOCUMENT)


def vectors(record: DocumentRecord, rows: Matrix) -> list[VectorRecord]:
    """Return one vector to keep for each row, shape (n, dimension)."""
    facets = facets_of(record)
    return [
        VectorRecord(record.document_id, 1, ordinal, row, False, facets)
        for ordinal, row in enumerate(rows)
    ]


def _units(chance: np.random.Generator, rows: int) -> Matrix:
    made = chance.normal(size=(rows, DIMENSION)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def _report(name: str, ask: Ask, questions: Matrix) -> None:
    plain, filtered = (_milliseconds(ask, questions, wanted) for wanted in (PLAIN, FILTERED))
    sys.stdout.write(
        f"{name:8} plain {plain:6.1f} ms, filtered {filtered:6.1f} ms, "
        f"{filtered / plain:.1f} times\n"
    )


def _milliseconds(ask: Ask, questions: Matrix, wanted: Filters) -> float:
    times = []
    for question in questions:
        begun = time.perf_counter()
        ask(question, wanted)
        times.append(time.perf_counter() - begun)
    return _MS * median(times)


if __name__ == "__main__":
    sys.exit(main())
