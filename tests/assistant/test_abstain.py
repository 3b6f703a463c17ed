from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.abstain import SURE_ENOUGH, judge
from assistant.coverage import Coverage
from assistant.fitted import Model, fitted
from assistant.question import read_question
from tests.assistant.evidences import evidence_of, passage_hit


def test_the_fitted_models_grow_with_the_evidence() -> None:
    weak = dict.fromkeys(fitted().refusal["read"].weights, 0.0) | {"reads": -8.0}
    strong = weak | {"reads": 8.0}
    model = fitted().refusal["read"]
    assert 0 < model.probability(weak) < model.threshold < model.probability(strong) < 1
    words = fitted().refusal["words"]
    nothing, everything = {"passage": 0.0, "missing": 1.0}, {"passage": 1.0, "missing": 0.0}
    assert words.probability(nothing) < words.threshold < words.probability(everything)


@pytest.mark.parametrize(("signal", "expected"), [(0.0, 0.5), (1e9, 1.0), (-1e9, 0.0)])
def test_a_probability_stays_within_its_bounds(signal: float, expected: float) -> None:
    assert Model({"x": 1.0}, 0.0, 0.5).probability({"x": signal}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("question", "surely", "answers"),
    [
        ("Wann öffnet der Treff?", SURE_ENOUGH - 0.05, True),
        ("Wo wird morgen Regen fallen?", SURE_ENOUGH - 0.05, False),
        ("Wo wird morgen Regen fallen?", SURE_ENOUGH + 0.05, True),
    ],
)
def test_what_the_passage_hardly_speaks_of_is_answered_with_more_certainty_only(
    question: str, surely: float, answers: bool
) -> None:
    hit = passage_hit("Der Treff öffnet am 3. März 2025 um 9 Uhr.")
    best = replace(evidence_of(hit, "Der Treff"), read=surely)
    asked = read_question(question)
    # The logit of the one sentence stands for the probability here.
    model = Model({"reads": 4.0}, -4.0 * SURE_ENOUGH - 0.8473, SURE_ENOUGH - 0.1)
    verdict = judge(asked, [hit], [best], Coverage(asked, lambda _: 1.0), model)
    assert verdict.answers is answers
