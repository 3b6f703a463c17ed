"""The table in memory answers as the store below it, also when the store fails half way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.chroma import ChromaIndex
from retrieval.errors import StoreUnavailable
from retrieval.exact import ExactIndex
from retrieval.memory import MemoryIndex
from retrieval.ports import ComparedIndex, Vector, VectorKey, VectorRecord
from tests.contracts.index_contract import DIMENSION, ComparedIndexContract, record, unit


def cosines(index: ExactIndex, keys: list[VectorKey], vector: Vector) -> list[float]:
    epoch, rows = index.rows(keys)
    again, compared = index.compared(vector)
    assert epoch == again
    assert (rows >= 0).all()
    return [float(compared[row]) for row in rows]


class TestExactIndexOnChroma(ComparedIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[ComparedIndex]:
        made = ExactIndex(ChromaIndex(tmp_path / "chroma"))
        yield made
        made.close()


class TestExactIndexOnMemory(ComparedIndexContract):
    @pytest.fixture
    def index(self) -> ComparedIndex:
        return ExactIndex(MemoryIndex())


def test_a_second_start_finds_what_the_first_one_stored(tmp_path: Path) -> None:
    first = ExactIndex(ChromaIndex(tmp_path))
    first.add([record("a", n, vector=unit(n)) for n in range(3_000)])
    first.add([record("b", 0, vector=unit(7), internal=True)])
    keys = [VectorKey("a", 1, n) for n in range(3_000)] + [VectorKey("b", 1, 0)]
    expected = cosines(first, keys, unit(7))
    first.close()
    second = ExactIndex(ChromaIndex(tmp_path), ["a", "b", "fehlt"])
    assert second.count() == 3_001
    assert cosines(second, keys, unit(7)) == pytest.approx(expected, abs=1e-6)
    second.close()


def test_what_comes_and_goes_leaves_no_dead_weight() -> None:
    index = ExactIndex(MemoryIndex())
    index.add([record("bleibt", n, vector=unit(n)) for n in range(10)])
    for turn in range(5):
        index.add([record("geht", n, vector=unit(50 + n), generation=turn) for n in range(900)])
        index.remove("geht", turn)
    assert len(index._keys) < 2_500
    assert cosines(index, [VectorKey("bleibt", 1, 3)], unit(3)) == pytest.approx([1.0])
    assert index.count() == 10


class Failing(MemoryIndex):
    """Keeps half of what it is given and then fails."""

    broken = False

    def add(self, records: Sequence[VectorRecord]) -> None:
        if not self.broken:
            return super().add(records)
        super().add(records[: len(records) // 2])
        raise StoreUnavailable("voll")

    def remove(self, document_id: str, generation: int) -> None:
        if self.broken:
            raise StoreUnavailable("voll")
        super().remove(document_id, generation)


def test_a_failed_change_shows_what_the_store_really_holds() -> None:
    store = Failing()
    index = ExactIndex(store)
    index.add([record("a", n) for n in range(4)])
    store.broken = True
    with pytest.raises(StoreUnavailable):
        index.add([record("b", n) for n in range(4)])
    assert index.generations() == {("a", 1), ("b", 1)}
    assert index.count() == store.count() == 6
    with pytest.raises(StoreUnavailable):
        index.remove("a", 1)
    assert index.count() == 6
    store.broken = False
    index.remove("b", 1)
    assert index.generations() == {("a", 1)}


def test_the_store_below_sees_no_name_and_orphans_can_be_removed() -> None:
    store = MemoryIndex()
    ExactIndex(store).add([record("meier-kuendigung", n) for n in range(3)])
    assert "meier" not in repr(store.generations())
    later = ExactIndex(store, known=["anderes"])
    ((orphan, generation),) = later.generations()
    assert cosines(later, [VectorKey(orphan, 1, 0)], unit(0)) == pytest.approx([1.0])
    later.remove(orphan, generation)
    assert store.count() == later.count() == 0


def test_a_question_of_another_length_is_refused() -> None:
    index = ExactIndex(MemoryIndex())
    index.add([record("a", 0)])
    with pytest.raises(StoreUnavailable, match=f"{DIMENSION + 1}"):
        index.compared(np.ones(DIMENSION + 1, np.float32))
