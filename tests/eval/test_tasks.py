from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.ablation import measure
from eval.beir import DatasetInvalid
from eval.case_files import CasesInvalid
from eval.tasks import figures_of_rank, read_task
from eval.variants import FULL, reduced
from tests.eval.test_ablation import beir
from tests.fakes import HashEmbedder

PARK = "Der Stadtpark öffnet um sieben Uhr. Hunde sind an der Leine zu führen."
BAD = "Das Freibad öffnet um neun Uhr. Kinder zahlen zwei Euro."


FIGURES = ("mrr@5", "recall@1", "recall@5")


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "texte"
    folder.mkdir()
    (folder / "park.md").write_text(f"# Park\n\n{PARK}\n", encoding="utf-8")
    (folder / "bad.md").write_text(f"# Bad\n\n{BAD}\n", encoding="utf-8")
    return folder


def cases(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def case(name: str, question: str, document: str, gold: str) -> dict[str, Any]:
    return {
        "id": name, "question": question, "kind": "fact", "documents": [document], "gold": [gold]
    }  # fmt: skip


def test_passage_cases_are_asked_of_documents_that_the_readers_read(
    tmp_path: Path, documents: Path
) -> None:
    path = cases(
        tmp_path / "fragen.jsonl",
        case("a", "Wann öffnet der Stadtpark?", "park.md", "sieben Uhr"),
        case("b", "Was zahlen Kinder im Freibad?", "bad.md", "drei Euro"),
        case("c", "Wo liegt der Hafen?", "hafen.md", "im Norden"),
    )
    task = read_task(f"orte={path}@{documents}")
    assert (task.name, task.metric) == ("orte", "mrr@5")
    assert task.questions == [
        ("a", "Wann öffnet der Stadtpark?"),
        ("b", "Was zahlen Kinder im Freibad?"),
    ]
    assert task.about.startswith("2 of 3 cases of fragen.jsonl")
    embedder = HashEmbedder()
    found = measure(task, reduced(["fold"]), embedder, embedder, lambda _: None)
    by_question = found.scored[FULL].of("mrr@5")
    assert by_question == {"a": 1.0, "b": 0.0}
    assert found.scored[FULL].means()["recall@1"] == 50


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (None, (0, 0, 0)),
        (1, (1, 1, 1)),
        (4, (0.25, 0, 1)),
        (5, (0.2, 0, 1)),
        (6, (0, 0, 0)),
    ],
)
def test_the_figures_of_a_rank(rank: int | None, expected: tuple[float, ...]) -> None:
    assert figures_of_rank(rank) == dict(zip(FIGURES, expected, strict=True))


def test_a_folder_is_called_by_its_name_unless_told_otherwise(tmp_path: Path) -> None:
    folder = beir(tmp_path / "a=b")
    (folder / "about.txt").write_text("Orte einer Stadt\n", encoding="utf-8")
    plain, named = read_task(str(folder)), read_task(f"orte={folder}")
    assert (plain.name, named.name) == ("a=b", "orte")
    assert plain.about == named.about == "Orte einer Stadt"
    assert plain.metric == "ndcg@10"


def test_cases_without_their_documents_are_refused(tmp_path: Path, documents: Path) -> None:
    path = cases(tmp_path / "c.jsonl", case("c", "Wo liegt der Hafen?", "hafen.md", "im Norden"))
    for given, said in (
        (f"{path}@{documents}", "none of 1 cases is about these documents"),
        (f"{path}@{documents},{tmp_path / 'fort'}", "fort: not there"),
    ):
        with pytest.raises(DatasetInvalid, match=said):
            read_task(given)
    with pytest.raises(CasesInvalid, match=r"fort\.jsonl"):
        read_task(f"{tmp_path / 'fort.jsonl'}@{documents}")
