from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from eval.answer_report import (
    calibration_picture,
    markdown,
    results,
    risk_picture,
    thinned,
    write,
)
from eval.answer_sets import AnswerSet, Measured
from eval.answers import Case, Outcome

MADE = {
    "command": "python -m eval answers-report x=cases.jsonl@texte",
    "commit": "abc1234",
    "day": "2026-11-22",
    "machine": "Rechner, 2 cores",
    "python": "3.11.7",
}
PLOTS = ("risk.svg", "calibration.svg")


def outcome(kind: str, confidence: float, hit: bool | None, *, answered: bool = True) -> Outcome:
    """An answerable case where `hit` says whether its fact was found, else one without answer."""
    name = f"{kind}-{confidence}"
    answerable = hit is not None
    gold = (re.compile("geheim"),) if answerable else ()
    return Outcome(
        case=Case(name, f"Frage {name}?", kind, answerable, ("a.txt",) if answerable else (), gold),
        kind="answer" if answered else "refusal",
        answer_hit=hit,
        first_sentence_hit=hit,
        citation_hit=hit,
        quotes_exact=True if answered else None,
        citation_resolves=True if answered else None,
        answer=f"Antwort auf {name}",
        mode="extractive",
        confidence=confidence,
        seconds=0.1,
    )


OUTCOMES = [
    outcome("when", 0.95, True),
    outcome("when", 0.85, False),
    outcome("when", 0.75, True),
    outcome("who", 0.3, False, answered=False),
    outcome("near_miss", 0.65, None),
    outcome("near_miss", 0.2, None, answered=False),
    outcome("offtopic", 0.1, None, answered=False),
]


def measured(name: str = "half-test", outcomes: list[Outcome] = OUTCOMES) -> Measured:
    cases = tuple(o.case for o in outcomes)
    given = AnswerSet(name, Path("cases.jsonl"), (Path("texte"),), cases)
    return Measured(given, held=3, passages=12, outcomes=outcomes)


@pytest.fixture
def found() -> dict[str, Any]:
    return results([measured()])


@pytest.fixture
def rows(found: dict[str, Any]) -> list[str]:
    return markdown(found, MADE, PLOTS).splitlines()


def test_a_stranger_finds_what_was_measured_how_and_where(rows: list[str]) -> None:
    text = "\n".join(rows)
    for said in (*MADE.values(), "(risk.svg)", "(calibration.svg)"):
        assert said in text
    assert "| half-test | `cases.jsonl` | 4 | 3 | texte | 3 | 12 |" in rows


def test_no_single_question_or_answer_is_told(found: dict[str, Any], tmp_path: Path) -> None:
    write(found, MADE, tmp_path / "report.md")
    files = sorted(tmp_path.iterdir())
    assert [f.name for f in files] == ["report.md", "report_calibration.svg", "report_risk.svg"]
    told = "".join(f.read_text(encoding="utf-8") for f in files) + repr(found)
    for o in OUTCOMES:
        for secret in (o.case.question, o.case.name, o.answer, "geheim"):
            assert secret not in told


def test_rates_stand_with_their_intervals(rows: list[str]) -> None:
    assert "| fact in answer or quotes (`answer_hit`) | 50.0 [15.0, 85.0] |" in rows
    assert "| false refusals (`false_refusal`) | 25.0 [4.6, 69.9] |" in rows
    assert "| false answers (`false_answer`) | 33.3 [6.2, 79.2] |" in rows
    assert "| citations resolve (`citation_resolves`) | 100.0 [51.0, 100.0] |" in rows
    assert "| time of an answer, p95 | 100 ms |" in rows


def test_each_kind_has_its_confusion(rows: list[str]) -> None:
    assert "| half-test | when | 2 | 1 | 0 of 3 | 67 % |" in rows
    assert "| half-test | who | 0 | 0 | 1 of 1 | 0 % |" in rows


def test_near_misses_stand_apart_from_what_is_off_topic(rows: list[str]) -> None:
    near = next(row for row in rows if row.startswith("| half-test | near_miss"))
    off = next(row for row in rows if row.startswith("| half-test | offtopic"))
    # 4 × 2 pairs; only .3 is not above .65.
    assert near.startswith("| half-test | near_miss | 1 | 1 | 50.0 [9.4, 90.5] | 25.0 ")
    assert near.endswith("| 0.875 |")
    assert "| 0 | 1 | 0.0 " in off
    assert off.endswith("| 1.000 |")


def test_the_confidence_is_weighed(found: dict[str, Any], rows: list[str]) -> None:
    # In order of confidence: right, wrong, right, wrong (it had no answer).
    held = found["half-test"]
    assert held["curve"] == [
        [round(1 / 7, 4), 0.0],
        [round(2 / 7, 4), 0.5],
        [round(3 / 7, 4), 0.3333],
        [round(4 / 7, 4), 0.5],
    ]
    assert f"| AURC | {(0 + 1 / 2 + 1 / 3 + 1 / 2) / 4:.3f} |" in rows
    assert f"| ECE | {(0.05 + 0.85 + 0.25 + 0.65) / 4:.3f} |" in rows
    brier = (0.05**2 + 0.85**2 + 0.25**2 + 0.65**2) / 4
    assert f"| Brier | {brier:.3f} |" in rows
    assert "| 0.9 to 1.0 | 1 | 0.95 | 100.0 [20.6, 100.0] |" in rows


def test_answers_that_cannot_be_judged_are_told() -> None:
    unclear = outcome("how", 0.5, True)
    case = Case("how", "Wie?", "how", answerable=True, documents=(), gold=())
    nothing = Outcome(
        case, "answer", None, None, None, True, True, unclear.answer, "generated", 0.5, 0.1
    )
    found = results([measured(outcomes=[nothing])])
    text = markdown(found, MADE, ())
    assert "| half-test | how | 0 | 0 (+1 unjudged) | 0 of 1 | – |" in text
    assert "| answers by a language model | 1 |" in text
    assert "| AURC | – |" in text


def test_without_answers_there_is_a_report_and_no_picture(tmp_path: Path) -> None:
    refused = results([measured(outcomes=OUTCOMES[-2:])])
    write(refused, MADE, tmp_path / "report.md")
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]
    assert ".svg" not in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_the_pictures_are_drawn_for_each_set() -> None:
    found = results([measured("one"), measured("two"), measured("none", OUTCOMES[-1:])])
    risk = "".join(ET.fromstring(risk_picture(found)).itertext())
    assert "one: 14.3 → 0" in risk
    assert "two: 57.1 → 50" in risk
    assert "none" not in risk
    calibration = "".join(ET.fromstring(calibration_picture(found)).itertext())
    assert "our answers: 0.85 → 0" in calibration
    assert "ideal: 1 → 1" in calibration


@pytest.mark.parametrize("count", [1, 23, 24, 25, 100])
def test_a_long_curve_keeps_its_end(count: int) -> None:
    points = [(float(n), 0.0) for n in range(count)]
    kept = thinned(points)
    assert len(kept) <= 24
    assert kept[-1] == points[-1]
    assert [x for x, _ in kept] == sorted(x for x, _ in kept)
    assert thinned(points, count) == points
