from __future__ import annotations

import math

import pytest

from eval.metrics import ndcg, percentile, recall, reciprocal_rank


def test_figures_against_a_hand_computed_ranking() -> None:
    relevant = {"a": 2, "c": 1}
    ranking = ["b", "a", "c"]
    gained = 3 / math.log2(3) + 1 / math.log2(4)
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    assert ndcg(ranking, relevant) == pytest.approx(gained / ideal)
    assert recall(ranking, relevant, 2) == 0.5
    assert reciprocal_rank(ranking, relevant) == 0.5


def test_nothing_found_and_nothing_wanted() -> None:
    assert ndcg([], {"a": 1}) == 0
    assert ndcg(["a"], {}) == 0
    assert recall(["a"], {"a": 0}, 1) == 0
    assert reciprocal_rank(["b"] * 20 + ["a"], {"a": 1}) == 0
    assert percentile([], 0.5) == 0
    assert percentile([3.0, 1.0, 2.0], 0.95) == 3.0
