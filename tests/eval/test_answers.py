from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant import wiring
from assistant.answer import Sentence, render
from assistant.backend import Asked
from assistant.errors import ServerRefused
from eval.__main__ import main
from eval.answers import Case, Outcome, judged, read_cases, report, run, trust
from retrieval.errors import DocumentUnknown

TEXT = "Der Brunnen wird im Mai gereinigt. Er ist alt."


class Scripted:
    """Answers by question; only what the measurement asks for."""

    def __init__(self, answers: Mapping[str, dict[str, Any]]) -> None:
        self._answers = answers

    def ask(self, asked: Asked) -> dict[str, Any]:
        return self._answers[asked.question]

    def document(self, document_id: str) -> dict[str, Any]:
        if document_id == "gone":
            raise DocumentUnknown(document_id)
        if document_id == "gone at the server":
            raise ServerRefused("nicht da", "unknown_document", 404)
        return {"document_id": document_id, "text": TEXT}


def answer(quote: str, start: int, source: str = "a.txt") -> dict[str, Any]:
    end = start + len(quote)
    cited = {"id": 1, "document_id": "a", "source": source, "quote": quote}
    cited |= {"start": start, "end": end, "link": f"/documents/a?start={start}&end={end}#zitat"}
    return {
        "kind": "answer",
        "answer": f"{quote} [1]",
        "sentences": [{"text": quote, "citations": [1]}],
        "citations": [cited],
        "mode": "extractive",
        "confidence": 0.75,
        "seconds": 0.5,
    }


REFUSED = {
    "kind": "refusal",
    "answer": "Dazu steht nichts …",
    "sentences": [],
    "citations": [],
    "mode": "extractive",
    "confidence": 0.25,
    "seconds": 0.25,
}
RIGHT = answer("Der Brunnen wird im Mai gereinigt.", 0)
GREETING = REFUSED | {"kind": "smalltalk", "confidence": 1.0}


def case(question: str, answerable: bool = True) -> Case:
    gold = (re.compile("im Mai"),) if answerable else ()
    return Case(question, question, "when", answerable, ("a.txt",) if answerable else (), gold)


def test_right_wrong_and_refused_answers_are_counted() -> None:
    wrong = answer("Er ist alt.", 3, source="b.txt")  # wrong words, place and document
    backend = Scripted(
        {"right": RIGHT, "wrong": wrong, "refused": REFUSED, "made up": RIGHT, "declined": REFUSED}
    )
    cases = [
        case("right"),
        case("wrong"),
        case("refused"),
        case("made up", answerable=False),
        case("declined", answerable=False),
    ]
    figures = report(run(cases, backend))  # type: ignore[arg-type]  # a part of a Backend
    contract = ["answer_hit", "first_sentence_hit", "citation_hit", "quote_exact"]
    contract += ["false_refusal", "false_answer", "by_kind", "cases"]
    assert figures.keys() >= set(contract)
    assert figures["answer_hit"] == figures["first_sentence_hit"] == 33.33
    assert figures["citation_hit"] == figures["false_refusal"] == 33.33
    assert figures["false_answer"] == 50
    assert figures["quote_exact"] == 66.67
    assert [row["id"] for row in figures["cases"]] == [c.name for c in cases]
    assert figures["by_kind"]["when"]["false_answer"] == 50
    assert figures["counts"] == {"answerable": 3, "unanswerable": 2}
    assert figures["intervals"]["false_answer"] == (9.45, 90.55)
    assert (figures["answer_ms_p50"], figures["answer_ms_p95"]) == (500, 500)
    first = figures["cases"][0]
    assert (first["confidence"], first["seconds"], first["citation_resolves"]) == (0.75, 0.5, True)


def outcome(given: dict[str, Any], answerable: bool = True, **changed: Any) -> Outcome:
    asked = case("?", answerable)
    (found,) = run([asked], Scripted({"?": given | changed}))  # type: ignore[arg-type]  # as above
    return found


def test_a_proven_answer_resolves_and_a_refusal_has_nothing_to_resolve() -> None:
    assert outcome(RIGHT).citation_resolves is True
    assert outcome(REFUSED).citation_resolves is None
    assert outcome(REFUSED, answer="Siehe [1]").citation_resolves is False


@pytest.mark.parametrize(
    "changed",
    [
        {"answer": "Der Brunnen wird im Mai gereinigt."},
        {"answer": "Der Brunnen wird im Mai gereinigt. [1][2]"},
        {"answer": "Nichts.", "citations": [], "sentences": []},
        {"citations": RIGHT["citations"] * 2},
        {"citations": [RIGHT["citations"][0], RIGHT["citations"][0] | {"id": 2}]},
        {"sentences": [{"text": "Der Brunnen wird im Mai gereinigt.", "citations": []}]},
    ],
    ids=["no marker", "marker of none", "no citation", "twice the id", "unused", "not of it"],
)
def test_markers_sentences_and_citations_belong_together(changed: dict[str, Any]) -> None:
    assert outcome(RIGHT, **changed).citation_resolves is False


@pytest.mark.parametrize(
    "changed",
    [
        {"document_id": "gone", "link": "/documents/gone?start=0&end=34#zitat"},
        {
            "document_id": "gone at the server",
            "link": "/documents/gone at the server?start=0&end=34#zitat",
        },
        {"link": "/documents/b?start=0&end=34#zitat"},
        {"link": "/documents/a?start=0&end=33#zitat"},
        {"link": "/documents/a"},
        {"quote": "Der Brunnen wird im Juni gereinigt"},
        {"quote": "", "start": 0, "end": 0, "link": "/documents/a?start=0&end=0#zitat"},
    ],
    ids=["unknown", "unknown to the server", "other", "elsewhere", "no place", "inexact", "empty"],
)
def test_a_link_opens_its_document_at_the_quote(changed: dict[str, Any]) -> None:
    (cited,) = RIGHT["citations"]
    assert outcome(RIGHT, citations=[cited | changed]).citation_resolves is False


def test_a_bracket_in_the_words_of_a_source_is_no_marker() -> None:
    said = render(Sentence(r"Siehe [3] und \[4] im Mai", (1,)))
    assert outcome(RIGHT, answer=said).citation_resolves is True


def test_a_server_that_fails_is_not_taken_for_a_missing_document() -> None:
    class Failing(Scripted):
        def document(self, document_id: str) -> dict[str, Any]:
            raise ServerRefused("kaputt", "internal", 500)

    with pytest.raises(ServerRefused, match="kaputt"):
        run([case("?")], Failing({"?": RIGHT}))  # type: ignore[arg-type]  # a part of a Backend


def test_only_answers_are_right_or_wrong() -> None:
    assert outcome(RIGHT).right is True
    assert outcome(answer("Er ist alt.", 35)).right is False
    assert outcome(RIGHT, answerable=False).right is False
    assert outcome(REFUSED).right is outcome(REFUSED, answerable=False).right is None


def test_without_expected_words_the_document_decides() -> None:
    asked = Case("x", "?", "when", answerable=True, documents=("b.txt",), gold=())
    (found,) = run([asked], Scripted({"?": RIGHT}))  # type: ignore[arg-type]  # a part of a Backend
    assert (found.answer_hit, found.right) == (None, False)


def test_the_confidence_is_judged_where_there_is_an_answer() -> None:
    found = [
        outcome(RIGHT, confidence=0.9),
        outcome(RIGHT, answerable=False, confidence=0.6),
        outcome(REFUSED, answerable=False, confidence=0.2),
        outcome(REFUSED, confidence=0.7),
        outcome(GREETING),
    ]
    assert judged(found) == [(0.9, True), (0.6, False)]
    figures = trust(found)
    assert figures["aurc"] == 0.25  # 0 and 1/2
    assert figures["aurc_all"] == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4 + 4 / 5) / 5, abs=1e-4)
    assert figures["brier"] == pytest.approx((0.01 + 0.36) / 2)
    # Three with an answer (.9, .7 and a greeting, which is sure of nothing), two without.
    assert figures["auroc"] == pytest.approx(4 / 6, abs=1e-4)


def test_the_shipped_cases_can_be_read() -> None:
    folder = Path(__file__).parents[2] / "eval" / "cases"
    assert len(read_cases(folder / "dev.jsonl")) == len(read_cases(folder / "test.jsonl")) == 85


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command on an index that answers one question and declines the other."""

    class Closing(Scripted):
        def close(self) -> None:
            pass

    backend = Closing({"Wann?": RIGHT, "Wer?": REFUSED})
    monkeypatch.setattr(wiring, "backend", lambda _: (backend, None))
    lines = [
        {"id": "a", "question": "Wann?", "kind": "when", "answerable": True, "gold": ["im Mai"]},
        {"id": "b", "question": "Wer?", "kind": "offtopic", "answerable": False},
    ]
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return ["answers", str(cases), "--json"]


@pytest.mark.parametrize(
    ("bars", "code"),
    [
        (["--at-least", "answer_hit=100", "--at-most", "false_answer=0"], 0),
        (["--at-least", "answer_hit=100.1"], 4),
        (["--at-most", "brier=0", "--at-least", "answer_hit=0"], 4),
        (["--at-most", "by_kind.offtopic.false_answer=0"], 0),
        (["--at-least", "by_kind.offtopic.answer_hit=0"], 4),
        (["--at-most", "no_such_figure=100"], 4),
    ],
    ids=["reached", "below", "above", "of a kind", "not measured", "unknown"],
)
def test_a_missed_bar_is_exit_4(typed: list[str], bars: list[str], code: int) -> None:
    assert main([*typed, *bars]) == code


@pytest.mark.parametrize("bar", ["answer_hit", "answer_hit=viel", "=3"])
def test_a_bar_that_is_none_is_a_usage_error(typed: list[str], bar: str) -> None:
    with pytest.raises(SystemExit) as left:
        main([*typed, "--at-least", bar])
    assert left.value.code == 2
