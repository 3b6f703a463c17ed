from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.abstain import signals
from assistant.coverage import Coverage
from assistant.evidence import Evidence, gather, with_list
from assistant.question import read_question
from retrieval.records import Outline
from tests.assistant.evidences import passage_hit

TASKS = (
    "Die Gruppen trafen sich im Saal. Wie könnte der Verbund politisch wirksamer werden? "
    "Er könnte öfter Stellung nehmen.\n"
    "1. Wie könnte der Verbund politisch wirksamer werden?\n"
    "2. Ist die Zielgruppe klar benannt?"
)


def gathered(
    question: str, text: str, *headings: str, logits: Sequence[float] | None = None
) -> list[Evidence]:
    asked = read_question(question)
    outline = Outline(tuple((0, 1, words) for words in headings))
    read = None if logits is None else [np.array(logits, dtype=np.float32)]
    weighed = Coverage(asked, lambda _: 1.0)
    return gather(asked, [passage_hit(text)], weighed, lambda _: outline, read)


def said(question: str, text: str = TASKS, *headings: str) -> list[str]:
    return [evidence.text for evidence in gathered(question, text, *headings)]


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


IMPRINT = "Der Treff ist offen. Herausgeber: Kreis Musterland\nFotos und Satz: M. Muster"


def test_the_imprint_answers_nobody_who_does_not_ask_for_it() -> None:
    assert said("Womit startet der Kreis?", IMPRINT) == ["Der Treff ist offen."]
    assert len(said("Wer hat den Bericht herausgegeben?", IMPRINT)) == 3
    assert len(said("Von wem sind die Fotos?", IMPRINT)) == 3
    for told in (
        "Bildungsträger: führt die Kurse durch.",
        "Fotos sind heikel: Manche fürchten, erkannt zu werden.",
        "Quelle: Straßenverkehr; Betroffene 2017: 2.810; Betroffene 2022: 2.050",
        "[Bild 6: Punkteabfrage] Lotsin: 41",
    ):
        assert said("Womit startet der Kreis?", told) == [told]


def test_a_list_is_weighed_as_a_whole() -> None:
    text = "Der Kreis hilft. Vorrang haben:\n\n- Alte\n- Kranke\n\nAlle sind da. Es ist Mai."
    found = gathered("Wer hat Vorrang?", text, logits=[1.0, -1.0, 0.0, 0.5, 2.0, -3.0])
    together = {e.text: e.together for e in found}
    whole = float(np.log(np.exp([-1.0, 0.0, 0.5]).sum()))
    listed = ["Vorrang haben:", "Alte", "Kranke"]
    assert [together[text] for text in listed] == pytest.approx([whole] * 3)
    assert together["Der Kreis hilft."] == pytest.approx(1.0)
    assert together["Alle sind da."] == pytest.approx(2.0)
    assert len({e.block for e in found}) == 2


def test_what_is_asked_for_may_stand_in_what_announces_a_list() -> None:
    text = (
        "Es werden pauschal 15 Euro monatlich gezahlt, sofern Kosten entstehen durch:\n"
        "1. Sport im Verein,\n2. Unterricht in Musik\n\nDer Antrag ist frei."
    )
    intro, sport, music, other = gathered("Wie viel Geld gibt es für Musik?", text)
    among = [intro, sport, music, other]
    assert with_list(music, among) == f"{intro.text}\n{music.text}"
    assert with_list(intro, among) == f"{intro.text}\n{sport.text}\n{music.text}"
    assert with_list(other, among) == other.text
    asked = read_question("Wie viel Geld gibt es für Musik?")
    weighed = Coverage(asked, lambda _: 1.0)
    judged = signals(asked, [music.hit], [music, intro, sport, other], weighed)
    assert judged["demanded"] == 0.0
    assert signals(asked, [music.hit], [other, intro, sport, music], weighed)["demanded"] == 1.0


def test_the_number_of_another_institution_is_no_evidence() -> None:
    text = "Das Jobcenter war da.\n\nInstitut für Vorsorge\n\nTelefon 0555 1234567"
    assert "Telefon 0555 1234567" not in said("Welche Telefonnummer hat das Jobcenter?", text)
    assert "Telefon 0555 1234567" in said("Welche Telefonnummer hat das Institut?", text)


@pytest.mark.parametrize(
    ("text", "uncounted"),
    [
        ("Es gab 68 Hausbesuche.", False),
        ("Dabei kamen 68 Besuche zustande.", False),  # the end of its word names it, too
        ("Verschickt wurden 212 Briefe.", True),
    ],
)
def test_what_is_to_be_counted_is_named(text: str, uncounted: bool) -> None:
    evidence = gathered("Zu wie vielen Hausbesuchen kam es?", text)[0]
    assert evidence.uncounted is uncounted
    asked = read_question("Zu wie vielen Hausbesuchen kam es?")
    told = signals(asked, [evidence.hit], [evidence], Coverage(asked, lambda _: 1.0))
    assert told["uncounted"] == float(uncounted)
    assert told["demanded"] == 0.0
