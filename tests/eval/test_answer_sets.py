from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant import settings
from assistant.backend import Asked
from eval import answer_sets
from eval.__main__ import main
from eval.answer_sets import AnswerSet, documents_of, indexed, measured, read_set
from eval.beir import DatasetInvalid
from eval.case_files import CasesInvalid
from tests.assistant import offline

FOUNTAIN = "Der Brunnen auf dem Markt wird jedes Jahr im Mai gereinigt."
CASES = [
    {
        "id": "a-01",
        "question": "Wann wird der Brunnen auf dem Markt gereinigt?",
        "kind": "when",
        "answerable": True,
        "documents": ["brunnen.txt"],
        "gold": ["im Mai"],
    },
    {"id": "b-01", "question": "Wer backt Waffeln?", "kind": "offtopic", "answerable": False},
]


@pytest.fixture(autouse=True)
def without_the_model(real_parts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Come after the real parts, in their place."""
    offline.install(monkeypatch)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KGC_DATA_DIR", str(tmp_path / "own"))
    (tmp_path / "texte").mkdir()
    (tmp_path / "texte" / "brunnen.txt").write_text(FOUNTAIN, encoding="utf-8")
    lines = (json.dumps(case) for case in CASES)
    (tmp_path / "cases.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def spec(place: Path, name: str = "brunnen") -> str:
    return f"{name}={place / 'cases.jsonl'}@{place / 'texte'}"


def test_a_set_has_a_name_cases_and_documents(place: Path) -> None:
    found = read_set(spec(place))
    assert (found.name, found.documents) == ("brunnen", (place / "texte",))
    assert [case.name for case in found.cases] == ["a-01", "b-01"]
    assert read_set(spec(place).partition("=")[2]).name == "cases"


@pytest.mark.parametrize(
    "given", ["{0}/cases.jsonl", "{0}/cases.jsonl@", "x={0}/cases.jsonl@{0}/y"]
)
def test_a_set_without_documents_is_refused(place: Path, given: str) -> None:
    with pytest.raises(DatasetInvalid):
        read_set(given.format(place))


def test_a_set_without_cases_is_refused(place: Path) -> None:
    with pytest.raises(CasesInvalid, match="none"):
        read_set(f"{place}/none.jsonl@{place}/texte")


def test_every_path_has_to_be_there(place: Path) -> None:
    with pytest.raises(DatasetInvalid, match="fehlt"):
        documents_of(f"{place / 'texte'},{place / 'fehlt'}")


def test_an_index_holds_these_documents_and_leaves_nothing_behind(place: Path) -> None:
    with indexed([place / "texte"], settings.load()) as backend:
        assert [record["source"] for record in backend.documents()] == ["brunnen.txt"]
        assert "im Mai" in backend.ask(Asked(str(CASES[0]["question"])))["answer"]
    assert not (place / "own").exists()


def test_what_cannot_be_read_is_an_error(place: Path) -> None:
    (place / "texte" / "kaputt.pdf").write_bytes(b"%PDF-1.7 nothing")
    with (
        pytest.raises(DatasetInvalid, match=r"kaputt\.pdf"),
        indexed([place / "texte"], settings.load()),
    ):
        pass


def test_an_empty_folder_is_an_error(place: Path) -> None:
    (place / "leer").mkdir()
    with pytest.raises(DatasetInvalid, match="leer"), indexed([place / "leer"], settings.load()):
        pass


def test_sets_about_the_same_documents_share_an_index(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    real = answer_sets.indexed

    def counted(*given: Any) -> Any:
        made.append(given)
        return real(*given)

    monkeypatch.setattr(answer_sets, "indexed", counted)
    told: list[str] = []
    sets: list[AnswerSet] = [read_set(spec(place, name)) for name in ("one", "two")]
    found = measured(sets, settings.load(), told.append)
    assert len(made) == 1
    assert [(held.given.name, held.held, held.passages) for held in found] == [
        ("one", 1, 1),
        ("two", 1, 1),
    ]
    assert [held.outcomes[0].answer_hit for held in found] == [True, True]
    assert told == [f"{name}: 2 questions on 1 passages" for name in ("one", "two")]


def test_one_command_indexes_asks_and_prints(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["answers", str(place / "cases.jsonl"), "--documents", str(place / "texte")]
    assert main([*typed, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["answer_hit"] == printed["citation_resolves"] == 100
    assert printed["intervals"]["answer_hit"] == [20.65, 100.0]
    assert printed["by_kind"]["offtopic"]["false_answer"] == 0
    assert main(typed) == 0
    assert "answer_hit           100.0    [20.65, 100.0]" in capsys.readouterr().out


def test_the_report_command_writes_report_and_plots(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = place / "antworten.md"
    bars = ["--at-least", "brunnen.answer_hit=100"]
    bars += ["--at-most", "brunnen.by_kind.when.false_refusal=0"]
    assert main(["answers-report", spec(place), "--report", str(target), *bars]) == 0
    names = sorted(path.name for path in place.glob("antworten*"))
    assert names == ["antworten.md", "antworten_calibration.svg", "antworten_risk.svg"]
    written = target.read_text(encoding="utf-8") + capsys.readouterr().out
    assert not any(str(case["question"]) in written for case in CASES)


def test_two_sets_of_one_name_are_refused(place: Path) -> None:
    assert main(["answers-report", spec(place), spec(place)]) == 1
