from __future__ import annotations

import pytest

from assistant.coverage import Coverage
from assistant.evidence import gather
from assistant.question import read_question
from retrieval.records import Outline
from tests.assistant.evidences import passage_hit

TASKS = (
    "Die Gruppen trafen sich im Saal. Wie könnte der Verbund politisch wirksamer werden? "
    "Er könnte öfter Stellung nehmen.\n"
    "1. Wie könnte der Verbund politisch wirksamer werden?\n"
    "2. Ist die Zielgruppe klar benannt?"
)


def said(question: str, text: str = TASKS, *headings: str) -> list[str]:
    asked = read_question(question)
    outline = Outline(tuple((0, 1, words) for words in headings))
    found = gather(asked, [passage_hit(text)], Coverage(asked, lambda _: 1.0), lambda _: outline)
    return [evidence.text for evidence in found]


def test_a_question_of_the_text_is_no_answer() -> None:
    assert said("Wie könnte der Verbund politisch wirksamer werden?") == [
        "Die Gruppen trafen sich im Saal.",
        "Er könnte öfter Stellung nehmen.",
        "2. Ist die Zielgruppe klar benannt?",
    ]


def test_a_check_list_may_ask() -> None:
    found = said("Was sollen wir zuerst prüfen?")
    assert "2. Ist die Zielgruppe klar benannt?" in found
    assert "1. Wie könnte der Verbund politisch wirksamer werden?" in found


def test_questions_answer_who_asks_for_questions() -> None:
    found = said("Welche Fragen zur politischen Wirksamkeit des Verbundes gab es?")
    assert len(found) == 5


@pytest.mark.parametrize("question", ["Was tut die KGK?", "Wer leitet die KGK?"])
def test_a_heading_that_asks_stays(question: str) -> None:
    text = "Was tut die KGK?\nSie bringt alle an einen Tisch."
    assert said(question, text, "Was tut die KGK?")[0] == "Was tut die KGK?"
