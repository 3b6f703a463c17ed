from __future__ import annotations

from dataclasses import asdict

import pytest

from eval.variants import EXPLAINED, FULL, NEEDED, STEPS, judged, legs, reduced, without
from retrieval.records import Mode
from retrieval.steps import ALL


def test_each_step_is_left_out_once_and_alone() -> None:
    full, *others = reduced()
    assert (full.name, full.steps, full.mode) == (FULL, ALL, Mode.HYBRID)
    missing = [[step for step, on in asdict(v.steps).items() if not on] for v in others]
    assert missing == [[step] for step in STEPS]
    assert [v.name for v in others] == [f"without {step}" for step in STEPS]
    assert [v.name for v in others if v.mode is not Mode.HYBRID] == ["without dense"]


def test_single_legs_leave_out_the_other_ones() -> None:
    full, *others = legs()
    alone = {v.name: v for v in others}
    assert full == reduced()[0]
    assert alone["only dense"].mode is Mode.DENSE
    assert alone["only lexical"].mode is Mode.LEXICAL
    for name, other in (("only stems", "grams"), ("only grams", "stems")):
        assert alone[name].mode is Mode.LEXICAL
        assert alone[name].steps == without(other).steps


def test_only_one_step_decides_which_vectors_are_stored() -> None:
    other = {v.name for v in (*reduced(), *legs()) if not v.balanced}
    assert other == {"without balance"}


def test_a_few_steps_can_be_chosen() -> None:
    assert [v.name for v in reduced(["fold", "whole"])] == [
        FULL,
        "without fold",
        "without whole",
    ]
    with pytest.raises(ValueError, match="zauber is no step"):
        without("zauber")


@pytest.mark.parametrize(
    ("step", "signs", "on", "reason"),
    [
        ("whole", (1, 1, 0), True, "gains on 2"),
        ("whole", (1, 1, -1), True, "gains on 2, loses on 1"),
        ("whole", (1, 0, 0), False, "gains on 1, not needed"),
        ("whole", (0, 0, 0), False, "neutral, not needed"),
        ("gender", (0, 0, 0), True, "neutral, needed"),
        ("gender", (1, 0, 0), True, "gains on 1, needed"),
        ("gender", (1, -1, 0), False, "loses on 1, gains on 1"),
        ("gender", (-1, 0, 0), False, "loses on 1"),
    ],
)
def test_the_rule(step: str, signs: tuple[int, ...], on: bool, reason: str) -> None:
    verdict = judged(step, signs)
    assert (verdict.on, verdict.reason) == (on, reason)


def test_readers_of_a_report_are_told_what_every_step_does() -> None:
    assert EXPLAINED.keys() == set(STEPS)
    assert set(STEPS) > NEEDED
