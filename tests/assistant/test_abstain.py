from __future__ import annotations

import pytest

from assistant.fitted import Model, fitted


def test_the_fitted_models_grow_with_the_evidence() -> None:
    weak = dict.fromkeys(fitted().refusal["read"].weights, 0.0) | {"reads": -8.0}
    strong = weak | {"reads": 8.0}
    model = fitted().refusal["read"]
    spoken = weak | {"whole": 1.0}
    assert model.probability(weak) < model.probability(spoken) < model.threshold
    assert 0 < model.probability(weak) < model.threshold < model.probability(strong) < 1
    words = fitted().refusal["words"]
    nothing = {"passage": 0.0, "missing": 1.0, "uncounted": 0.0}
    everything = {"passage": 1.0, "missing": 0.0, "uncounted": 0.0}
    assert words.probability(nothing) < words.threshold < words.probability(everything)


@pytest.mark.parametrize(("signal", "expected"), [(0.0, 0.5), (1e9, 1.0), (-1e9, 0.0)])
def test_a_probability_stays_within_its_bounds(signal: float, expected: float) -> None:
    assert Model({"x": 1.0}, 0.0, 0.5).probability({"x": signal}) == pytest.approx(expected)
