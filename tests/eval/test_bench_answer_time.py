from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.bench_answer_time import main
from tests.assistant import offline

SENTENCES = [
    f"Die Kommune {n} fördert im Quartier {n * 7 % 91} die Bewegung der Kinder." for n in range(120)
]


@pytest.fixture
def typed(real_parts: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    offline.install(monkeypatch)
    monkeypatch.setenv("KGC_DATA_DIR", str(tmp_path / "own"))
    (tmp_path / "texte").mkdir()
    (tmp_path / "texte" / "a.md").write_text("\n\n".join(SENTENCES), encoding="utf-8")
    return ["--passages", "100", "--questions", "4", "--texts", str(tmp_path / "texte"), "--json"]


def test_questions_are_timed_when_first_asked_and_again(
    typed: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = tmp_path / "time.md"
    assert main([*typed, "--report", str(report)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["questions"] == 4
    assert found["passages"] >= 100
    assert 0 < found["first_ms_p50"] <= found["first_ms_p95"]
    assert found["again_ms_p95"] > 0
    assert found["first_processor_ms_p50"] > 0
    assert "| questions | 4 |" in report.read_text(encoding="utf-8")


def test_a_time_above_the_bar_is_exit_4(typed: list[str]) -> None:
    assert main([*typed, "--at-most", "0.001"]) == 4
