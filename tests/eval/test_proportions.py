from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.proportions import Proportion, share_of


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # published or worked out by hand from the quadratic
        (8, 10, 49.02, 94.33),
        (0, 10, 0.0, 27.75),
        (10, 10, 72.25, 100.0),
        (1, 2, 9.45, 90.55),
    ],
)
def test_the_interval_is_wilsons(count: int, of: int, low: float, high: float) -> None:
    assert Proportion(count, of).interval == pytest.approx((low, high), abs=0.006)


def test_nothing_has_neither_share_nor_interval() -> None:
    assert Proportion(0, 0).percent is None
    assert Proportion(0, 0).interval is None


def test_marks_that_do_not_apply_count_nowhere() -> None:
    assert share_of([True, None, False, True, None]) == Proportion(2, 3)
    assert share_of([None]).percent is None
    assert share_of([True, False, False]).percent == 33.33


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_within_its_interval_and_more_cases_narrow_it(
    sizes: tuple[int, int],
) -> None:
    count, of = sizes
    found = Proportion(count, of)
    assert found.interval is not None
    assert found.percent is not None
    low, high = found.interval
    assert 0 <= low <= found.percent <= high <= 100
    more = Proportion(10 * count, 10 * of).interval
    assert more is not None
    assert more[1] - more[0] < high - low
