from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.backend import Asked
from eval.answers import Case, read_cases, report, run

TEXT = "Der Brunnen wird im Mai gereinigt. Er ist alt."


class Scripted:
    """Answers by question; only what the measurement asks for."""

    def __init__(self, answers: Mapping[str, dict[str, Any]]) -> None:
        self._answers = answers

    def ask(self, asked: Asked) -> dict[str, Any]:
        return self._answers[asked.question]

    def document(self, document_id: str) -> dict[str, Any]:
        return {"document_id": document_id, "text": TEXT}


def answer(quote: str, start: int, source: str = "a.txt") -> dict[str, Any]:
    cited = {"id": 1, "document_id": "a", "source": source, "quote": quote}
    return {
        "kind": "answer",
        "answer": f"{quote} [1]",
        "sentences": [{"text": quote, "citations": [1]}],
        "citations": [cited | {"start": start, "end": start + len(quote)}],
    }


REFUSED = {"kind": "refusal", "answer": "Dazu steht nichts …", "sentences": [], "citations": []}


def case(question: str, answerable: bool = True) -> Case:
    gold = (re.compile("im Mai"),) if answerable else ()
    return Case(question, question, "when", answerable, ("a.txt",) if answerable else (), gold)


def test_right_wrong_and_refused_answers_are_counted() -> None:
    right = answer("Der Brunnen wird im Mai gereinigt.", 0)
    wrong = answer("Er ist alt.", 3, source="b.txt")  # wrong words, place and document
    backend = Scripted(
        {"right": right, "wrong": wrong, "refused": REFUSED, "made up": right, "declined": REFUSED}
    )
    cases = [
        case("right"),
        case("wrong"),
        case("refused"),
        case("made up", answerable=False),
        case("declined", answerable=False),
    ]
    figures = report(run(cases, backend))  # type: ignore[arg-type]  # a part of a Backend
    assert figures["answer_hit"] == figures["first_sentence_hit"] == 33.33
    assert figures["citation_hit"] == figures["false_refusal"] == 33.33
    assert figures["false_answer"] == 50
    assert figures["quote_exact"] == 66.67
    assert [row["id"] for row in figures["cases"]] == [c.name for c in cases]
    assert figures["by_kind"]["when"]["false_answer"] == 50


def test_the_shipped_cases_can_be_read() -> None:
    folder = Path(__file__).parents[2] / "eval" / "cases"
    assert len(read_cases(folder / "dev.jsonl")) == len(read_cases(folder / "test.jsonl")) == 85
