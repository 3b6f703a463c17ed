"""What every vector store must do, run against each implementation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from retrieval.ports import ComparedIndex, Index, SearchedIndex, Vector, VectorKey, VectorRecord

DIMENSION = 8


def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def axis(number: int, towards: int = 0, share: float = 0.0) -> Vector:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[number] = 1.0 - share
    vector[towards] += share
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def record(
    document_id: str,
    ordinal: int = 0,
    *,
    vector: Vector | None = None,
    generation: int = 1,
    internal: bool = False,
    facets: Mapping[str, str | tuple[str, ...]] | None = None,
) -> VectorRecord:
    chosen = unit(ordinal) if vector is None else vector
    held = {n: (v,) if isinstance(v, str) else v for n, v in (facets or {}).items()}
    return VectorRecord(document_id, generation, ordinal, chosen, internal, held)


def found(index: SearchedIndex, vector: Vector, **options: object) -> list[VectorKey]:
    internal = bool(options.get("internal", False))
    facets = options.get("facets") or {}
    assert isinstance(facets, Mapping)
    limit = options.get("limit", 10)
    assert isinstance(limit, int)
    return [key for key, _ in index.search(vector, limit, internal=internal, facets=facets)]


class IndexContract:
    """Inherit and override `index` with a fixture that yields an empty store."""

    @pytest.fixture
    def index(self) -> Index:
        raise NotImplementedError

    def test_an_empty_store_answers_everything_with_nothing(self, index: Index) -> None:
        assert index.count() == 0
        assert index.generations() == set()
        assert index.vectors([VectorKey("a", 1, 0)]) == {}
        assert index.vectors([]) == {}
        index.add([])
        index.remove("a", 1)
        assert index.count() == 0

    def test_generations_live_side_by_side_and_go_alone(self, index: Index) -> None:
        index.add([record("a", n, generation=1) for n in range(3)])
        index.add([record("a", n, generation=2, internal=True) for n in range(2)])
        index.add([record("ab", 0)])
        assert index.generations() == {("a", 1), ("a", 2), ("ab", 1)}
        index.remove("a", 1)
        assert index.generations() == {("a", 2), ("ab", 1)}
        assert index.count() == 3
        index.remove("a", 1)
        index.remove("a", 2)
        assert index.generations() == {("ab", 1)}

    def test_vectors_come_back_as_they_were_for_keys_that_exist(self, index: Index) -> None:
        index.add([record("a", n) for n in range(20)])
        index.add([record("b", n, vector=unit(100 + n), internal=True) for n in range(20)])
        keys = [VectorKey("b", 1, 7), VectorKey("a", 1, 3), VectorKey("a", 2, 3)]
        held = index.vectors(keys)
        assert set(held) == set(keys[:2])
        np.testing.assert_allclose(held[keys[0]], unit(107), atol=1e-6)
        np.testing.assert_allclose(held[keys[1]], unit(3), atol=1e-6)
        assert held[keys[0]].dtype == np.float32

    def test_names_with_separators_keep_apart(self, index: Index) -> None:
        index.add([record("a-1_2", 0), record("a-1", 2)])
        assert index.generations() == {("a-1_2", 1), ("a-1", 1)}
        index.remove("a-1", 1)
        assert index.generations() == {("a-1_2", 1)}

    def test_a_large_document_goes_in_and_out(self, index: Index) -> None:
        vectors = np.random.default_rng(1).normal(size=(6_000, DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        index.add([record("gross", n, vector=vector) for n, vector in enumerate(vectors)])
        keys = [VectorKey("gross", 1, n) for n in range(6_000)]
        assert index.count() == len(index.vectors(keys)) == 6_000
        index.remove("gross", 1)
        assert index.count() == 0
        assert index.vectors(keys) == {}

    def test_a_vector_with_the_same_key_is_replaced(self, index: Index) -> None:
        index.add([record("a", 0, vector=axis(0))])
        index.add([record("a", 0, vector=axis(1))])
        key = VectorKey("a", 1, 0)
        assert index.count() == 1
        np.testing.assert_allclose(index.vectors([key])[key], axis(1), atol=1e-6)


class SearchedIndexContract(IndexContract):
    """What a vector store that searches by itself must do besides; `index` yields an empty one."""

    @pytest.fixture
    def index(self) -> SearchedIndex:
        raise NotImplementedError

    def test_scores_are_cosines_best_first(self, index: SearchedIndex) -> None:
        index.add(
            [
                record("a", 0, vector=axis(0)),
                record("a", 1, vector=axis(1, 0, 0.4)),
                record("a", 2, vector=axis(1)),
                record("a", 3, vector=-axis(0)),
            ]
        )
        answer = index.search(axis(0), 10, internal=False, facets={})
        assert [key.ordinal for key, _ in answer] == [0, 1, 2, 3]
        cosines = [1.0, float(axis(1, 0, 0.4) @ axis(0)), 0.0, -1.0]
        assert [score for _, score in answer] == pytest.approx(cosines, abs=1e-5)

    def test_ties_are_ordered_by_document_and_ordinal(self, index: SearchedIndex) -> None:
        same = unit(3)
        for name, ordinal in (("b", 2), ("a", 11), ("b", 1), ("a", 2)):
            index.add([record(name, ordinal, vector=same)])
        assert [(key.document_id, key.ordinal) for key in found(index, same)] == [
            ("a", 2),
            ("a", 11),
            ("b", 1),
            ("b", 2),
        ]

    @pytest.mark.parametrize(("limit", "expected"), [(0, 0), (2, 2), (5, 5), (1000, 5)])
    def test_the_limit_is_kept_also_beyond_the_size(
        self, index: SearchedIndex, limit: int, expected: int
    ) -> None:
        index.add([record("a", n) for n in range(3)])
        index.add([record("b", n, internal=True) for n in range(2)])
        assert len(found(index, unit(0), limit=limit, internal=True)) == expected

    def test_a_record_with_the_same_key_is_replaced(self, index: SearchedIndex) -> None:
        index.add([record("a", 0, vector=axis(0), facets={"type": "Bericht"})])
        index.add([record("a", 0, vector=axis(1), facets={"type": "Gesetz"})])
        assert index.count() == 1
        key = VectorKey("a", 1, 0)
        np.testing.assert_allclose(index.vectors([key])[key], axis(1), atol=1e-6)
        assert found(index, axis(1), facets={"type": "Bericht"}) == []
        assert found(index, axis(1), facets={"type": "Gesetz"}) == [key]

    def test_any_of_several_values_meets_a_filter(self, index: SearchedIndex) -> None:
        index.add([record("a", 0, facets={"setting": ("Kita", "Schule"), "type": "Flyer"})])
        index.add([record("b", 0, facets={"setting": "Schule"})])
        assert found(index, unit(0), facets={"setting": "Kita"}) == [VectorKey("a", 1, 0)]
        assert len(found(index, unit(0), facets={"setting": "Schule"})) == 2
        assert found(index, unit(0), facets={"setting": "Schule", "type": "Kita"}) == []

    def test_a_replaced_record_keeps_no_facet_of_the_old_one(self, index: SearchedIndex) -> None:
        index.add([record("a", 0, facets={"type": "Bericht", "year": "2023"})])
        index.add([record("a", 0, facets={"year": "2024"})])
        assert found(index, unit(0), facets={"type": "Bericht"}) == []
        assert found(index, unit(0), facets={"year": "2024"}) == [VectorKey("a", 1, 0)]

    @pytest.mark.parametrize("first", [True, False])
    def test_a_record_may_change_between_public_and_internal(
        self, index: SearchedIndex, first: bool
    ) -> None:
        index.add([record("a", 0, internal=first)])
        index.add([record("a", 0, internal=not first)])
        assert index.count() == 1
        assert found(index, unit(0), internal=True) == [VectorKey("a", 1, 0)]
        assert bool(found(index, unit(0))) is first

    def test_internal_records_are_only_found_on_request(self, index: SearchedIndex) -> None:
        near, far = axis(0), axis(0, 1, 0.3)
        index.add([record("geheim", 0, vector=near, internal=True)])
        index.add([record("offen", 0, vector=far)])
        assert found(index, near) == [VectorKey("offen", 1, 0)]
        assert [key.document_id for key in found(index, near, internal=True)] == ["geheim", "offen"]
        assert [key.document_id for key in found(index, near, internal=True, limit=1)] == ["geheim"]

    def test_every_facet_of_a_filter_must_match_exactly(self, index: SearchedIndex) -> None:
        index.add(
            [
                record("a", 0, facets={"type": "Bericht", "region": "Bremen"}),
                record("b", 0, facets={"type": "Bericht", "region": "Hessen"}),
                record("c", 0, facets={"type": "Bericht"}),
                record("d", 0, facets={"region": "Bremen", "document_id": "a"}),
            ]
        )

        def names(**facets: str) -> list[str]:
            return [key.document_id for key in found(index, unit(0), facets=facets)]

        assert names() == ["a", "b", "c", "d"]
        assert names(type="Bericht") == ["a", "b", "c"]
        assert names(region="Bremen") == ["a", "d"]
        assert names(type="Bericht", region="Bremen") == ["a"]
        assert names(type="bericht") == []
        assert names(year="2023") == []
        assert names(document_id="a") == ["d"]

    def test_filters_do_not_use_up_the_limit(self, index: SearchedIndex) -> None:
        index.add([record("nah", n, vector=axis(0), facets={"type": "x"}) for n in range(30)])
        index.add([record("fern", 0, vector=axis(1), facets={"type": "y"})])
        assert found(index, axis(0), limit=1, facets={"type": "y"}) == [VectorKey("fern", 1, 0)]


class ComparedIndexContract(IndexContract):
    """What an index must do besides that compares a question with everything it holds."""

    @pytest.fixture
    def index(self) -> ComparedIndex:
        raise NotImplementedError

    def test_each_key_has_the_cosine_of_its_vector(self, index: ComparedIndex) -> None:
        index.add([record("a", n, vector=unit(n)) for n in range(9)])
        index.add([record("b", n, vector=unit(50 + n), internal=True) for n in range(9)])
        index.remove("a", 1)
        index.add([record("a", n, vector=unit(70 + n), generation=2) for n in range(9)])
        keys = [VectorKey("b", 1, 3), VectorKey("a", 2, 8), VectorKey("a", 1, 0)]
        epoch, rows = index.rows(keys)
        again, cosines = index.compared(unit(3))
        assert epoch == again == index.epoch
        assert rows[2] == -1
        expected = [float(unit(53) @ unit(3)), float(unit(78) @ unit(3))]
        assert [float(cosines[row]) for row in rows[:2]] == pytest.approx(expected, abs=1e-5)

    def test_places_only_move_with_the_epoch(self, index: ComparedIndex) -> None:
        index.add([record("a", n, vector=unit(n)) for n in range(5)])
        keys = [VectorKey("a", 1, n) for n in range(5)]
        epoch, rows = index.rows(keys)
        index.add([record("b", n, vector=unit(9)) for n in range(5)])
        later, moved = index.rows(keys)
        assert later != epoch or moved.tolist() == rows.tolist()
        index.add([record("a", 2, vector=unit(8))])
        later, moved = index.rows(keys)
        again, cosines = index.compared(unit(8))
        assert later == again != epoch
        assert cosines[moved[2]] == pytest.approx(1.0, abs=1e-5)

    def test_an_empty_index_compares_with_nothing(self, index: ComparedIndex) -> None:
        assert index.rows([VectorKey("a", 1, 0)])[1].tolist() == [-1]
        assert index.compared(unit(0))[1].shape == (0,)
