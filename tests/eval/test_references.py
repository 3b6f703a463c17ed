"""The measure itself, on references made for it; the public judgments where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.references import evaluate

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
TEXT = "Nach § 20a SGB V und § 3 des Vertrages. Siehe Art. 12 GG."


def written(folder: Path, *marks: tuple[str, str]) -> Path:
    laws = [
        {"type": "law", "number": number, "span": {"start": at, "end": at + len(words)}}
        for words, number in marks
        for at in [TEXT.index(words)]
    ]
    case = {"type": "case", "span": {"start": 0, "end": 4}}
    (folder / "legalref_documents.jsonl").write_text(json.dumps({"doc_id": "a", "text": TEXT}))
    held = {"doc_id": "a", "citations": [*laws, case]}
    (folder / "legalref_annotations.jsonl").write_text(json.dumps(held))
    return folder


def test_a_reference_counts_when_place_and_number_fit(tmp_path: Path) -> None:
    figures = evaluate(written(tmp_path, ("§ 20a SGB V", "20a"), ("Art. 12 GG", "12")))
    assert figures == {"precision": 100.0, "recall": 100.0, "f1": 100.0}


def test_a_wrong_number_and_a_missed_mark_cost(tmp_path: Path) -> None:
    figures = evaluate(written(tmp_path, ("§ 20a SGB V", "21"), ("Art. 12 GG", "12")))
    assert figures == {"precision": 50.0, "recall": 50.0, "f1": 50.0}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public judgments are not beside the project")
def test_the_public_judgments() -> None:
    assert evaluate(SHARED)["f1"] >= 90.0
