from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import bootstrap
from eval.bootstrap import QuestionsDiffer, interval, macro, paired

SCORES = st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=1, max_size=60)


def test_the_interval_of_a_normal_sample_is_the_one_of_the_textbook() -> None:
    differences = np.random.default_rng(3).normal(0.02, 0.2, 2_000)
    found = interval(differences, samples=4_000)
    error = differences.std() / np.sqrt(differences.size)
    assert found.low == pytest.approx(differences.mean() - 1.96 * error, abs=0.1 * error)
    assert found.high == pytest.approx(differences.mean() + 1.96 * error, abs=0.1 * error)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    chance = np.random.default_rng(5)
    covered = 0
    for _ in range(300):
        found = interval(chance.normal(0.1, 1, 80), samples=400)
        covered += found.low <= 0.1 <= found.high
    assert 0.90 <= covered / 300 <= 0.985


def test_pairing_shows_a_small_gain_that_the_spread_of_questions_hides() -> None:
    chance = np.random.default_rng(7)
    hard = chance.uniform(0, 0.9, 400)
    worse = {f"q{n}": float(score) for n, score in enumerate(hard)}
    better = {name: score + float(chance.normal(0.01, 0.02)) for name, score in worse.items()}
    assert paired(better, worse).sign == 1
    assert paired(worse, better).sign == -1
    shuffled = dict(zip(worse, chance.permutation(list(better.values())).tolist(), strict=True))
    assert paired(shuffled, worse).sign == 0


@given(SCORES)
def test_a_mean_lies_in_its_interval_and_the_mirrored_one_is_its_negative(
    scores: list[float],
) -> None:
    found, mirrored = interval(scores, samples=50), interval([-s for s in scores], samples=50)
    assert min(scores) - 1e-9 <= found.low <= found.high <= max(scores) + 1e-9
    assert found.low == pytest.approx(-mirrored.high, abs=1e-12)
    assert found.high == pytest.approx(-mirrored.low, abs=1e-12)
    assert found == interval(scores, samples=50)


def test_equal_scores_are_no_gain() -> None:
    same = {"a": 0.3, "b": 1.0}
    assert paired(same, dict(reversed(same.items()))) == bootstrap.Interval(0, 0, 0)
    assert paired(same, same).sign == 0


def test_many_questions_are_drawn_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(1).normal(0, 1, 30)
    whole = interval(scores, samples=100)
    monkeypatch.setattr(bootstrap, "_CELLS", 70)
    assert interval(scores, samples=100) == whole


def test_other_questions_and_none_at_all_are_refused() -> None:
    with pytest.raises(QuestionsDiffer, match="2 and 2 questions, 1 in both"):
        paired({"a": 1, "b": 1}, {"a": 1, "c": 1})
    for scores, samples in (([], 10), ([[0.5]], 10), ([0.5], 0)):
        with pytest.raises(ValueError, match="no interval"):
            interval(scores, samples)


def test_each_data_set_counts_the_same_whatever_its_size() -> None:
    chance = np.random.default_rng(2)
    small, large = chance.normal(0.3, 0.1, 40), chance.normal(0.1, 0.1, 4_000)
    found = macro([small, large])
    assert found.mean == pytest.approx((small.mean() + large.mean()) / 2)
    # The spread is that of the small one, halved as it is one of two.
    alone = interval(small)
    assert found.high - found.low == pytest.approx((alone.high - alone.low) / 2, rel=0.1)
    assert macro([small]) == alone
    with pytest.raises(ValueError, match="no data sets make no interval"):
        macro([])
    with pytest.raises(ValueError, match="no interval"):
        macro([small, np.zeros(0)])
