from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import Point, aurc, auroc, brier, ece, reliability, risk_coverage
from eval.proportions import Proportion

JUDGED = st.lists(st.tuples(st.sampled_from([0.1, 0.35, 0.5, 0.9, 1.0]), st.booleans()), min_size=1)


def test_risk_grows_with_the_wrong_ones_let_through() -> None:
    judged = [(0.7, True), (0.9, True), (0.8, False)]
    assert risk_coverage(judged, 6) == [
        Point(0.9, 1 / 6, 0.0),
        Point(0.8, 2 / 6, 1 / 2),
        Point(0.7, 3 / 6, 1 / 3),
    ]


def test_the_area_under_it_is_the_mean_risk_of_the_surest() -> None:
    assert aurc([(0.9, True), (0.8, False), (0.7, True)]) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert aurc([(0.9, False), (0.8, True)]) == pytest.approx((1 + 1 / 2) / 2)
    assert aurc([]) is None


def test_among_equal_confidences_no_order_is_better() -> None:
    """Right first gives 0 and 1/2, wrong first 1 and 1/2; the mean is 1/2 at either place."""
    assert aurc([(0.5, True), (0.5, False)]) == pytest.approx(0.5)
    assert risk_coverage([(0.5, True), (0.5, False)], 2) == [Point(0.5, 1.0, 0.5)]


@given(JUDGED, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(
    judged: list[tuple[float, bool]], chance: random.Random
) -> None:
    mixed = list(judged)
    chance.shuffle(mixed)
    assert aurc(mixed) == pytest.approx(aurc(judged))
    assert ece(mixed) == pytest.approx(ece(judged))


@given(JUDGED)
def test_the_curve_ends_at_all_answers_and_their_wrong_share(
    judged: list[tuple[float, bool]],
) -> None:
    last = risk_coverage(judged, len(judged) + 3)[-1]
    assert last.coverage == pytest.approx(len(judged) / (len(judged) + 3))
    assert last.risk == pytest.approx(sum(not right for _, right in judged) / len(judged))


def test_calibration_is_the_weighed_gap_of_the_bins() -> None:
    judged = [(0.95, True), (0.91, True), (0.97, False), (0.62, False)]
    # One bin of three with confidence .9433 and 2/3 right, one of one with .62 and none right.
    assert ece(judged) == pytest.approx((abs(2.83 - 2) + 0.62) / 4)
    low, high = reliability(judged)
    assert (low.low, low.high, low.right) == (0.6, 0.7, Proportion(0, 1))
    assert high.confidence == pytest.approx(2.83 / 3)
    assert ece([]) is None


def test_full_confidence_belongs_to_the_last_bin() -> None:
    (only,) = reliability([(1.0, True), (0.9, False)])
    assert (only.low, only.high, only.right) == (0.9, 1.0, Proportion(1, 2))


def test_opposite_errors_within_a_bin_hide_from_the_gap_but_not_from_brier() -> None:
    judged = [(0.5, True), (0.5, False)]
    assert ece(judged) == 0
    assert brier(judged) == pytest.approx(0.25)
    assert brier([(0.9, True), (0.6, False)]) == pytest.approx((0.01 + 0.36) / 2)
    assert brier([]) is None


def test_separation_counts_the_pairs_in_order_and_ties_half() -> None:
    assert auroc([0.9, 0.8, 0.3, 0.1], [True, True, False, False]) == 1
    assert auroc([0.1, 0.9], [True, False]) == 0
    # Pairs: .9>.5, .9>.1, .5=.5, .5>.1 → 3.5 of 4.
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert auroc([0.4, 0.4, 0.4], [True, False, False]) == pytest.approx(0.5)
    assert auroc([0.4, 0.5], [True, True]) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_separation_is_that_of_all_pairs(pairs: list[tuple[int, bool]]) -> None:
    right = [score for score, label in pairs if label]
    wrong = [score for score, label in pairs if not label]
    found = auroc([score for score, _ in pairs], [label for _, label in pairs])
    if not right or not wrong:
        assert found is None
        return
    won = sum((r > w) + (r == w) / 2 for r in right for w in wrong)
    assert found == pytest.approx(won / (len(right) * len(wrong)))
