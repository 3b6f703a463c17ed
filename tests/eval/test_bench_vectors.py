from __future__ import annotations

import re

import numpy as np
import pytest

from eval.bench_vectors import DIMENSION, FILTER, _document, main
from retrieval.memory import MemoryIndex


@pytest.mark.slow
def test_both_stores_are_asked_with_and_without_a_filter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--vectors", "400"]) == 0
    row = r"^(\w+) +plain +[\d.]+ ms, filtered +[\d.]+ ms, [\d.]+ times$"
    assert re.findall(row, capsys.readouterr().out, re.MULTILINE) == ["Chroma", "exact"]


def test_one_vector_in_five_meets_the_filter() -> None:
    stored = MemoryIndex()
    for number in range(10):
        stored.add(_document(number, np.eye(DIMENSION, dtype=np.float32)[:2]))
    probe = np.ones(DIMENSION, dtype=np.float32)
    assert len(stored.search(probe, 100, internal=False, facets={})) == 20
    assert len(stored.search(probe, 100, internal=False, facets=FILTER)) == 4
