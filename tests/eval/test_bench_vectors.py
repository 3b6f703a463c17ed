from __future__ import annotations

import re

import numpy as np
import pytest

from eval.bench_vectors import DIMENSION, FILTERED, PLAIN, document, main, nearest, vectors
from retrieval.memory import MemoryIndex


@pytest.mark.slow
def test_both_stores_are_asked_with_and_without_a_filter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--vectors", "400"]) == 0
    row = r"^(\w+) +plain +[\d.]+ ms, filtered +[\d.]+ ms, [\d.]+ times$"
    assert re.findall(row, capsys.readouterr().out, re.MULTILINE) == ["exact", "Chroma"]


def test_one_vector_in_five_meets_the_filter() -> None:
    stored = MemoryIndex()
    records = {made.document_id: made for made in map(document, range(10))}
    chance = np.random.default_rng(0)
    for record in records.values():
        stored.add(vectors(record, chance.normal(size=(20, DIMENSION)).astype(np.float32)))
    ask = nearest(stored, records)
    probe = np.ones(DIMENSION, dtype=np.float32)
    assert len(ask(probe, PLAIN)) == 100
    assert {key.document_id for key in ask(probe, FILTERED)} == {"document-0", "document-5"}
    everything = stored.search(probe, 200, internal=False, facets={})
    assert {key for key, _ in everything[:100]} == set(ask(probe, PLAIN))
    wanted = stored.search(probe, 100, internal=False, facets=FILTERED.facets)
    assert {key for key, _ in wanted} == set(ask(probe, FILTERED))
