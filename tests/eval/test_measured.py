from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from assistant.web.home import MEASURED, measured
from eval.answer_report import results
from eval.measured import HELD_BACK, summary, write
from tests.eval.test_answer_report import MADE, OUTCOMES
from tests.eval.test_answer_report import measured as of_set

REPORT = Path(__file__).resolve().parents[2] / "eval" / "reports" / "answers.md"


def found() -> dict[str, Any]:
    return results([of_set(name) for name in ("dev", "familie", "starter-test", "statutes-test")])


def test_only_sets_that_nothing_was_fitted_on_are_told_and_nothing_of_their_questions() -> None:
    told = summary(found(), MADE)
    assert told["date"] == "2026-11-22"
    assert [held["name"] for held in told["sets"]] == ["Startbestand", "SGB V und SGB II"]
    assert told["questions"] == 2 * len(OUTCOMES)
    first = told["sets"][0]
    assert (first["answerable"], first["unanswerable"]) == (4, 3)
    assert first["false_refusal"] == 25.0
    assert first["false_answer"] == 33.33
    assert "Frage" not in str(told)


def test_the_start_page_reads_what_is_written(tmp_path: Path) -> None:
    write(found(), MADE, tmp_path / "measured.json")
    read = measured(tmp_path / "measured.json")
    assert read is not None
    assert read.questions == 2 * len(OUTCOMES)
    assert [one.quote_exact for one in read.sets] == [100.0, 100.0]


def test_what_the_package_says_is_what_the_report_says() -> None:
    told = measured(MEASURED)
    report = REPORT.read_text(encoding="utf-8")
    assert told is not None
    assert f"Measured on {told.date}" in report
    heads = [cell.strip() for cell in re.findall(r"\n\|  \|(.*)\|\n", report)[0].split("|")]
    kept = [at for at, name in enumerate(heads) if name in HELD_BACK]
    for rate in ("answer_hit", "false_refusal", "false_answer", "first_sentence_hit"):
        line = re.findall(rf"\(`{rate}`\) \|(.*)\|", report)[0]
        shown = [cell.split()[0] for cell in line.split("|")]
        assert [shown[at] for at in kept] == [f"{getattr(one, rate):.1f}" for one in told.sets]
