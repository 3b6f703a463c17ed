from __future__ import annotations

import pytest

from assistant.abstain import Model, models


def test_the_fitted_file_holds_both_models_and_grows_with_the_evidence() -> None:
    for model in models().values():
        weak = model.probability({"passage": 0.1, "cosine": 0.76})
        strong = model.probability({"passage": 1.0, "cosine": 0.92})
        assert 0 < weak < model.threshold < strong < 1
        assert all(weight > 0 for weight in model.weights.values())


@pytest.mark.parametrize(("signal", "expected"), [(0.0, 0.5), (1e9, 1.0), (-1e9, 0.0)])
def test_a_probability_stays_within_its_bounds(signal: float, expected: float) -> None:
    assert Model({"x": 1.0}, 0.0, 0.5).probability({"x": signal}) == pytest.approx(expected)
