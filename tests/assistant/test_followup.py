"""What a message means in its conversation."""

from __future__ import annotations

import pytest

from assistant.followup import Exchange, exchanges, leans, meant, standalone

ASKED = "Wer berät Kommunen in Sachsen-Anhalt zur Bewegungsförderung?"
SAID = "Die Koordinierungsstelle Gesundheitliche Chancengleichheit (KGC) berät Kommunen. [1]"
EARLIER = ["Hallo", ASKED]
TALK = [Exchange("Hallo", "Guten Tag!"), Exchange(ASKED, SAID)]


@pytest.mark.parametrize(
    "question",
    [
        "Wer bezahlt das?",
        "Warum?",
        "Gilt das auch für Vereine?",
        "And who pays for it?",
        "Was kostet es?",
    ],
)
def test_a_question_that_points_back_is_asked_on_top(question: str) -> None:
    assert leans(question)
    assert standalone(question, EARLIER) == f"{ASKED} {question}"


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
        "Worum geht es in der Strategie?",
        "Was empfehlen Sie Kommunen?",
        "Wie viele Länder gibt es?",
        "Bewegung",
    ],
)
def test_a_change_of_topic_is_not_polluted(question: str) -> None:
    assert not leans(question)
    assert standalone(question, EARLIER) == question


@pytest.mark.parametrize(
    ("before", "message", "expected"),
    [
        (ASKED, "Und in Bayern?", "Wer berät Kommunen in Bayern zur Bewegungsförderung?"),
        (ASKED, "In Hessen?", "Wer berät Kommunen in Hessen zur Bewegungsförderung?"),
        (
            ASKED,
            "Nein, ich meinte Sachsen",
            "Wer berät Kommunen in Sachsen zur Bewegungsförderung?",
        ),
        (
            ASKED,
            "Nicht Sachsen-Anhalt, sondern Thüringen",
            "Wer berät Kommunen in Thüringen zur Bewegungsförderung?",
        ),
        ("Was bedeutet KGK?", "Ich meinte KGC", "Was bedeutet KGC?"),
        ("Was bedeutet KGK?", "Und die LVG?", "Was bedeutet die LVG?"),
        ("Was regelt § 20a SGB V?", "und § 20h SGB V?", "Was regelt § 20h SGB V?"),
        ("Was regelt § 20a SGB V?", "Falsch, § 20d", "Was regelt § 20d?"),
        ("Was regelt § 20b SGB V?", "Falsch, § 20d SGB V", "Was regelt § 20d SGB V?"),
        (
            "Wie viel geben Kassen im Jahr 2019 aus?",
            "nicht 2019, sondern 2021",
            "Wie viel geben Kassen im Jahr 2021 aus?",
        ),
        (
            "Wie viel Geld gibt es für Lebenswelten?",
            "Und für die Selbsthilfe?",
            "Wie viel Geld gibt es für die Selbsthilfe?",
        ),
        (
            "Welche Rolle hat die Gesundheitskonferenz?",
            "ich meine das Jobcenter",
            "Welche Rolle hat das Jobcenter?",
        ),
        ("Was ist die KGK?", "nein, wer bezahlt die Kurse?", "wer bezahlt die Kurse?"),
        ("Was ist eine KGC?", "Wer leitet sie?", "Wer leitet eine KGC?"),
        ("Was ist eine KGC?", "Wie viele gibt es davon?", "Wie viele KGC gibt es?"),
        ("Was ist die KGK?", "Und was ist die NPK?", "Was ist die NPK?"),
    ],
)
def test_what_is_new_takes_the_place_of_the_old(before: str, message: str, expected: str) -> None:
    assert standalone(message, [before]) == expected


def test_a_refusal_names_nothing() -> None:
    refused = Exchange("Wer berät Kommunen in Bayern?", "Zu Bayern steht nichts in den Quellen.")
    assert meant("Wo sitzt sie?", [refused]).text == "Wer berät Kommunen in Bayern? Wo sitzt sie?"


def test_a_pronoun_stands_for_what_the_answer_named() -> None:
    named = "Koordinierungsstelle Gesundheitliche Chancengleichheit"
    assert meant("Wo sitzt sie?", TALK).text == f"Wo sitzt {named}?"
    assert meant("Was sind ihre Aufgaben?", TALK).text == f"Was sind Aufgaben von {named}?"


@pytest.mark.parametrize(
    ("message", "wish"),
    [
        ("mehr dazu", "more"),
        ("Erzähl mehr!", "more"),
        ("und weiter?", "more"),
        ("genauer bitte", "more"),
        ("Was sonst noch?", "more"),
        ("tell me more", "more"),
        ("kürzer", "short"),
        ("Kurz bitte", "short"),
        ("als Liste", "listed"),
        ("Als Stichpunkte bitte", "listed"),
    ],
)
def test_a_wish_repeats_the_question(message: str, wish: str) -> None:
    found = meant(message, TALK)
    assert found.text == ASKED
    assert [name for name in ("more", "short", "listed") if getattr(found, name)] == [wish]


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("auf Deutsch bitte", "de"),
        ("Und auf Englisch?", "en"),
        ("in English please", "en"),
        ("Kannst du das auf Englisch sagen?", "en"),
    ],
)
def test_a_wish_for_a_language_repeats_the_question(message: str, language: str) -> None:
    found = meant(message, TALK)
    assert (found.text, found.language) == (ASKED, language)


def test_a_question_may_name_the_language_of_its_answer() -> None:
    found = meant("Was ist eine KGC? Auf Englisch bitte.", [])
    assert (found.text, found.language) == ("Was ist eine KGC?", "en")
    assert meant("Welche Angebote gibt es in Englisch?", []).language == "en"
    assert meant("Wer lernt Deutsch im Quartier?", []).language is None


@pytest.mark.parametrize(
    "message",
    [
        "Wie nannte man die Regionalen Knoten auf Englisch?",
        "Wie lautet der Name des Verbunds auf Englisch?",
        "What is the coordination office called in German?",
    ],
)
def test_who_asks_for_a_word_of_another_language_does_not_ask_for_an_answer_in_it(
    message: str,
) -> None:
    found = meant(message, [])
    assert (found.text, found.language) == (message, None)
    please = message.removesuffix("?") + "? Auf Englisch bitte."
    assert meant(please, []).language == "en"


def test_places_change_over_several_turns_and_thanks_do_not_count() -> None:
    talk = [*TALK, Exchange("Und in Bremen?"), Exchange("Danke!"), Exchange("Wer bezahlt das?")]
    found = meant("Nein, doch Sachsen", talk)
    assert found.text == ("Wer berät Kommunen in Sachsen zur Bewegungsförderung? Wer bezahlt das?")
    assert found.focus == "Sachsen"


def test_without_anything_before_it_the_question_stays() -> None:
    assert standalone("Und in Bayern?", []) == "Und in Bayern?"
    assert meant("mehr dazu", []).text == ""


def test_messages_become_exchanges() -> None:
    turns = [("assistant", "Guten Tag"), ("user", "A?"), ("assistant", "B."), ("user", "C?")]
    assert exchanges(turns) == [Exchange("A?", "B."), Exchange("C?")]
