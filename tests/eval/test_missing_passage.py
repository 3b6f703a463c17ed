from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import settings
from eval.missing_passage import (
    Reply,
    figures,
    held_back,
    interval,
    main,
    markdown,
    passages_in,
    replies,
    sampled,
)
from eval.xquad import Passage, XQuestion
from tests.assistant import offline

PASSAGES = [
    Passage(0, "Stadt", "Der Brunnen auf dem Markt wird jedes Jahr im Mai gereinigt."),
    Passage(1, "Stadt", "Die Bücherei am Wall hat montags geschlossen."),
    Passage(2, "Land", "Im Moor nistet seit dem Sommer 2019 der Kranich."),
]
QUESTIONS = [
    XQuestion("q0", "Wann wird der Brunnen auf dem Markt gereinigt?", 0, "im Mai"),
    XQuestion("q1", "Wann hat die Bücherei am Wall geschlossen?", 1, "montags"),
    XQuestion("q2", "Welcher Vogel nistet im Moor?", 2, "der Kranich"),
]


@pytest.fixture(autouse=True)
def without_the_model(real_parts: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Come after the real parts, in their place."""
    offline.install(monkeypatch)
    monkeypatch.setenv("KGC_DATA_DIR", str(tmp_path / "own"))


def test_each_question_is_asked_with_its_passage_and_without() -> None:
    with passages_in(PASSAGES, settings.load()) as service:
        found = list(replies(PASSAGES[:2], QUESTIONS, service))
        sources = {record.source for record in service.library.documents(internal=True)}
    assert [(reply.passage, reply.there) for reply in found] == [
        (0, True),
        (0, False),
        (1, True),
        (1, False),
    ]
    assert [reply.hit for reply in found] == [True, False, True, False]
    assert found[0].surety > found[1].surety
    assert found[2].surety > found[3].surety
    assert sources == {"0.txt", "1.txt", "2.txt"}  # what was withheld is back


def reply(passage: int, there: bool, surety: float, answered: bool = True) -> Reply:
    return Reply(passage, there, surety, answered, hit=there)


FOUND = [
    reply(0, there=True, surety=0.9),
    reply(0, there=False, surety=0.3, answered=False),
    reply(1, there=True, surety=0.4, answered=False),
    reply(1, there=False, surety=0.6),
]


def test_the_figures_count_pairs_and_both_errors() -> None:
    found = figures(FOUND)
    assert found["auroc"] == 0.75  # .9 > .3, .9 > .6, .4 > .3, but not .4 > .6
    assert (found["right"], found["false_refusal"], found["false_answer"]) == (50, 50, 50)
    assert (found["questions"], found["passages"]) == (2, 2)
    assert found["false_answer_interval"] == (9.45, 90.55)


def test_the_interval_is_that_of_passages_drawn_anew() -> None:
    """A draw holds passage 0 alone (1), passage 1 alone (0), or both (.75)."""
    assert interval(FOUND) == (0.0, 1.0)
    assert interval(FOUND[:2]) == (1.0, 1.0)
    assert interval([]) is None
    assert interval(FOUND[:1]) is None  # nothing withheld, nothing to tell apart


def test_a_sample_is_the_same_every_time_and_in_order() -> None:
    kept = sampled(PASSAGES, 2)
    assert len(kept) == 2
    assert kept == sampled(PASSAGES[::-1], 2)[::-1]
    assert sampled(PASSAGES, 9) == PASSAGES


def test_only_articles_that_nothing_was_trained_on_are_asked_about() -> None:
    assert [passage.number for passage in held_back(PASSAGES)] == [0, 1]


def test_the_command_prints_reports_and_holds_to_its_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paragraphs = [
        {
            "context": passage.text,
            "qas": [
                {"id": q.name, "question": q.text, "answers": [{"text": q.answer}]}
                for q in QUESTIONS
                if q.passage == passage.number
            ],
        }
        for passage in PASSAGES
    ]
    file, report = tmp_path / "xquad.json", tmp_path / "missing.md"
    # Of two articles the reading model was trained on the first.
    trained = {"context": "Der Dom steht am Markt.", "qas": []}
    data = {
        "data": [
            {"title": "Dom", "paragraphs": [trained]},
            {"title": "Stadt", "paragraphs": paragraphs},
        ]
    }
    file.write_text(json.dumps(data), encoding="utf-8")
    assert main([str(file), "--json", "--report", str(report), "--at-least", "0.5"]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 3
    assert "| questions | 3 |" in report.read_text(encoding="utf-8")
    assert main([str(file), "--passages", "1", "--at-least", "1.1"]) == 4


def test_the_report_shows_each_figure_with_its_interval() -> None:
    made = dict.fromkeys(("day", "command", "commit", "machine", "python"), "x")
    text = markdown(figures(FOUND), made)
    assert "| false_answer | 50.0 | 9.45 to 90.55 |" in text
