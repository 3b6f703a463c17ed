from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.reranker import RERANK_SHARE, Reranker, Scores, mixed, reranked
from tests.contracts.reranker_contract import RerankerContract
from tests.fakes import WordReranker

UNIT = st.floats(0, 1, width=32)


def scores(*values: float) -> Scores:
    return np.asarray(values, dtype=np.float32)


class TestFakeReranker(RerankerContract):
    @pytest.fixture
    def reranker(self) -> Reranker:
        return WordReranker()


def test_the_reranker_changes_the_order() -> None:
    passages = ["Der Bahnhof ist laut", "Die Kita kocht selbst", "Wer kocht in der Kita"]
    judged = WordReranker().scores("Wer kocht in der Kita", passages)
    assert reranked(scores(0.9, 0.8, 0.7), judged) == [2, 1, 0]


def test_a_clear_lead_of_the_search_outweighs_a_small_one_of_the_model() -> None:
    assert reranked(scores(0.9, 0.5), scores(0.6, 0.7)) == [0, 1]
    assert reranked(scores(0.9, 0.5), scores(0.1, 0.7)) == [1, 0]


def test_the_share_says_who_decides() -> None:
    fused, judged = scores(0.9, 0.5), scores(0.1, 0.2)
    assert reranked(fused, judged, share=0.0) == [0, 1]
    assert reranked(fused, judged, share=1.0) == [1, 0]


def test_a_model_that_finds_all_alike_changes_nothing() -> None:
    assert reranked(scores(0.9, 0.6, 0.3), scores(0.2, 0.2, 0.2)) == [0, 1, 2]


def test_of_equals_the_earlier_stays_first() -> None:
    assert reranked(scores(0.5, 0.5, 0.5), scores(0.5, 0.5, 0.5)) == [0, 1, 2]


def test_what_was_not_judged_stays_behind_what_was() -> None:
    fused = scores(0.9, 0.8, 0.8, 0.2)
    assert reranked(fused, scores(0.0, 0.4)) == [1, 0, 2, 3]
    np.testing.assert_allclose(mixed(fused, scores(0.0, 0.4)), [0.45, 0.6, 0.4, 0.1])


def test_without_passages_there_is_no_order() -> None:
    assert reranked(scores(), scores()) == []


def test_the_arguments_stay_as_they_are() -> None:
    fused, judged = scores(0.9, 0.1), scores(0.1, 0.9)
    mixed(fused, judged)
    np.testing.assert_array_equal(fused, scores(0.9, 0.1))
    np.testing.assert_array_equal(judged, scores(0.1, 0.9))


@given(st.lists(UNIT, max_size=12), st.lists(UNIT, max_size=12))
def test_any_ranking_keeps_its_passages_and_its_tail(
    first: list[float], second: list[float]
) -> None:
    fused = scores(*sorted(first, reverse=True))
    judged = scores(*second[: len(first)])
    final, order = mixed(fused, judged, RERANK_SHARE), reranked(fused, judged)
    assert sorted(order) == list(range(len(fused)))
    assert order[len(judged) :] == list(range(len(judged), len(fused)))
    assert all(0 <= score <= 1 for score in final)
    assert list(final[order]) == sorted(final, reverse=True)
