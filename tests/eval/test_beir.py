from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.answers import read_cases
from eval.beir import DatasetInvalid, read_beir
from eval.case_files import CasesInvalid
from eval.retrieval import evaluate
from retrieval.records import Mode
from tests.fakes import HashEmbedder

TEXTS = {
    "d1": ("Bäume", "Die alte Eiche steht im Park und wirft viel Schatten."),
    "d2": ("Wasser", "Der Brunnen auf dem Markt wird im Sommer gereinigt."),
    "d3": ("Wege", "Der Radweg führt vom Bahnhof bis zum See."),
}
QUESTIONS = {"q1": ("Wo steht die Eiche?", "d1"), "q2": ("Wohin führt der Radweg?", "d3")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    corpus = [{"_id": k, "title": title, "text": text} for k, (title, text) in TEXTS.items()]
    queries = [{"_id": k, "text": text} for k, (text, _) in QUESTIONS.items()]
    for name, lines in (("corpus", corpus), ("queries", queries)):
        text = "\n".join(json.dumps(line) for line in lines) + "\n"
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    rows = ["query-id\tcorpus-id\tscore", *(f"{k}\t{d}\t1" for k, (_, d) in QUESTIONS.items())]
    (tmp_path / "qrels" / "test.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("mode", list(Mode))
def test_a_small_data_set_is_indexed_and_ranked(folder: Path, mode: Mode) -> None:
    figures = evaluate(read_beir(folder), HashEmbedder(), mode)
    assert figures["queries"] == 2
    assert figures["documents"] == 3
    assert figures["recall@1"] == figures["ndcg@10"] == 100
    assert figures["query_ms_p95"] >= figures["query_ms_p50"] > 0


def test_a_broken_data_set_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "a"}\nkein JSON\n')
    with pytest.raises(DatasetInvalid, match=r"queries\.jsonl, line 2"):
        read_beir(folder)
    assert main(["retrieval", str(folder)]) == 1
    assert "line 2" in capsys.readouterr().err
    with pytest.raises(DatasetInvalid):
        read_beir(folder / "nirgends")


def test_broken_cases_are_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": 1, "question": "?", "answerable": true, "gold": ["("]}\n')
    with pytest.raises(CasesInvalid, match="line 1"):
        read_cases(path)
    with pytest.raises(CasesInvalid):
        read_cases(tmp_path / "fehlt.jsonl")
