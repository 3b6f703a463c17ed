from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.report import markdown, picture, shown, signed, table


def gain(variant: str, value: float, half: float, **more: str | int) -> dict[str, Any]:
    low, high = value - half, value + half
    sign = int(low > 0) - int(high < 0)
    return {"variant": variant, "gain": value, "low": low, "high": high, "sign": sign, **more}


@pytest.fixture
def results() -> dict[str, Any]:
    shared = {"documents": 1_240, "passages": 2, "questions": 3, "query_ms_p50": 8.4}
    figures = {"ndcg@10": 97.71, "recall@1": 95.2, "mrr@10": 96.4}
    return {
        "made": {
            "command": "python -m eval ablation wiese",
            "commit": "abc1234",
            "day": "2026-11-22",
            "machine": "Rechner, 2 cores",
            "python": "3.11.7",
        },
        "sets": [
            {
                "name": name,
                "about": f"über {name}",
                "metric": "ndcg@10",
                "query_ms_p95": 12.0,
                "figures": {"full": figures, "only dense": {"ndcg@10": 95.5}},
                **shared,
            }
            for name in ("wiese", "wald")
        ],
        "gains": [
            gain("without fold", 1.2, 0.4, set="wiese"),
            gain("without fold", 0.0, 0.0, set="wald", changed=0),
            gain("without whole", -0.75, 0.25, set="wiese"),
            gain("without whole", 0.1, 0.6, set="wald"),
        ],
        "over_all": [gain("without fold", 0.6, 0.2), gain("without whole", -0.3, 0.4)],
        "verdicts": [
            {"step": "fold", "gains": 1, "losses": 0, "on": True, "reason": "gains on 1, needed"},
            {"step": "whole", "gains": 0, "losses": 1, "on": False, "reason": "loses on 1"},
        ],
        "samples": 2_000,
    }


def test_a_stranger_finds_what_was_measured_how_and_where(results: dict[str, Any]) -> None:
    text = markdown(results, "bild.svg")
    for said in ("python -m eval ablation wiese", "abc1234", "Rechner, 2 cores", "2026-11-22"):
        assert said in text
    assert "| wiese | über wiese | 1,240 | 2 | 3 |" in text
    assert "| wald | 97.7 | – | 95.2 | – | – | 96.4 | 8 | 12 |" in text
    assert "| wald | ndcg@10 | 97.7 | 95.5 | – | – | – |" in text
    assert "(bild.svg)" in text


def test_gains_stand_with_their_intervals_and_the_rule(results: dict[str, Any]) -> None:
    rows = markdown(results, "bild.svg").splitlines()
    fold = next(row for row in rows if row.startswith("| fold | **"))
    assert fold == (
        "| fold | **+1.20** [+0.80, +1.60] | = | **+0.60** [+0.40, +0.80] "
        "| on: gains on 1, needed |"
    )
    whole = next(row for row in rows if row.startswith("| whole | **"))
    assert "**−0.75** [−1.00, −0.50] | +0.10 [−0.50, +0.70] |" in whole
    assert whole.endswith("| off: loses on 1 |")
    assert "With 4 such comparisons" in "\n".join(rows)


@pytest.mark.parametrize(
    ("value", "said"), [(0.004, "0.00"), (-0.004, "0.00"), (0.005001, "+0.01"), (-12.5, "−12.50")]
)
def test_differences_carry_their_sign(value: float, said: str) -> None:
    assert signed(value) == said


def test_only_what_chance_does_not_explain_is_bold() -> None:
    assert shown(gain("x", 0.5, 0.4)).startswith("**+0.50**")
    assert shown(gain("x", 0.5, 0.6)) == "+0.50 [−0.10, +1.10]"
    assert shown(gain("x", 0.0, 0.2, changed=7)) == "0.00 [−0.20, +0.20]"


def test_a_table_keeps_its_columns() -> None:
    assert table(("a", "b"), [("x|y", "z")]) == "| a | b |\n| --- | --- |\n| x\\|y | z |"


def test_the_picture_shows_the_steps_from_gain_to_loss(results: dict[str, Any]) -> None:
    results["over_all"].reverse()
    svg = picture(results)
    root = ET.fromstring(svg)
    said = "".join(root.itertext())
    assert said.index("fold") < said.index("whole")
    assert "bootstrap" in said


def test_the_command_writes_report_and_picture(
    results: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = tmp_path / "results.json"
    held.write_text(json.dumps(results), encoding="utf-8")
    path = tmp_path / "bericht.md"
    assert main(["report", str(held), str(path)]) == 0
    assert path.read_text(encoding="utf-8") == markdown(results, "bericht.svg")
    assert (tmp_path / "bericht.svg").read_text(encoding="utf-8") == picture(results)
    capsys.readouterr()
    for broken in ("kein JSON", "{}", "[]"):
        held.write_text(broken, encoding="utf-8")
        assert main(["report", str(held), str(tmp_path / "neu.md")]) == 1
        assert "results.json" in capsys.readouterr().err
        assert not (tmp_path / "neu.md").exists()
