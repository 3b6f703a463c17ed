from __future__ import annotations

import pytest

from assistant.followup import leans, standalone

EARLIER = ["Hallo", "Wer berät Kommunen in Sachsen-Anhalt zur Bewegungsförderung?"]


@pytest.mark.parametrize(
    "question",
    [
        "Und in Bayern?",
        "Wer bezahlt das?",
        "Warum?",
        "Gilt das auch für Vereine?",
        "In Hessen?",
        "And who pays for it?",
        "Was kostet es?",
    ],
)
def test_a_follow_up_leans_on_the_question_before(question: str) -> None:
    assert leans(question)
    assert standalone(question, EARLIER).endswith(question)
    assert standalone(question, EARLIER).startswith("Wer berät Kommunen")


@pytest.mark.parametrize(
    "question",
    [
        "Wer bezahlt Bewegungsangebote im Quartier?",
        "Welche Krankenkassen fördern das Projekt in Kitas?",
        "Wie kommt ein Jobcenter in die Kommunale Gesundheitskonferenz?",
        "Was ist eine KGC?",
        "Wer öffnet das Quartiersbüro?",
        "Was kostet das neue Angebot?",
        "Was gibt es im Quartier?",
    ],
)
def test_a_question_of_its_own_is_left_alone(question: str) -> None:
    assert standalone(question, EARLIER) == question


def test_a_new_land_replaces_the_old_one() -> None:
    found = standalone("Und in Bayern?", EARLIER)
    assert "Bayern" in found
    assert "Sachsen-Anhalt" not in found
    assert "Bewegungsförderung" in found
    assert "Sachsen-Anhalt" in standalone("Wer bezahlt das?", EARLIER)


def test_a_chain_of_follow_ups_leads_back_to_the_question_that_stood_alone() -> None:
    found = standalone("Und warum?", [*EARLIER, "Wer bezahlt das?"])
    assert found.startswith("Wer berät Kommunen")


def test_without_anything_before_it_the_question_stays() -> None:
    assert standalone("Und in Bayern?", []) == "Und in Bayern?"
