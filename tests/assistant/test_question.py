from __future__ import annotations

import pytest

from assistant.question import Expects, read_question


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("Wie lautet die Telefonnummer der Beratungsstelle?", Expects.PHONE),
        ("An welche E-Mail-Adresse schicke ich den Antrag?", Expects.MAIL),
        ("Wer ist Ansprechperson für das Quartier?", Expects.CONTACT),
        ("Wie viele Kommunen machen mit?", Expects.NUMBER),
        ("Wie hoch ist der Zuschuss?", Expects.NUMBER),
        ("Wie lange läuft die Förderung?", Expects.DURATION),
        ("Wie viele Jahre wird gefördert?", Expects.DURATION),
        ("Wie lang darf der Antrag sein?", Expects.NUMBER),
        ("Wo hat das Landeszentrum seinen Sitz?", Expects.ADDRESS),
        ("Wie lautet die Anschrift der Geschäftsstelle?", Expects.ADDRESS),
        ("How long does the course take?", Expects.DURATION),
        ("What is the address of the office?", Expects.ADDRESS),
        ("How do the partners address loneliness?", Expects.STATEMENT),
        ("Was kostet der Kurs?", Expects.MONEY),
        ("Was hat das Fest gekostet?", Expects.MONEY),
        ("Was regelt die Satzung?", Expects.STATEMENT),
        ("Brauche ich einen Termin?", Expects.DECISION),
        ("Seit wann gibt es das Programm?", Expects.DATE),
        ("Wo findet das Treffen statt?", Expects.PLACE),
        ("Wer leitet die Arbeitsgruppe?", Expects.PERSON),
        ("Warum ist Beteiligung wichtig?", Expects.REASON),
        ("Welche Angebote gibt es für Ältere?", Expects.LIST),
        ("Wer gehört alles zum Beirat?", Expects.LIST),
        ("Wer gehört zum Beirat?", Expects.PERSON),
        ("Wie läuft eine Beratung bei der KGC ab?", Expects.LIST),
        ("Wie geht man da der Reihe nach vor?", Expects.LIST),
        ("Unsere Leute kommen nicht. Mit welchen Mitteln senkt man die Schwelle?", Expects.LIST),
        ("Woraus besteht die Grundsicherung?", Expects.LIST),
        ("Ablauf Antrag Verfügungsfonds", Expects.LIST),
        ("Bewertungskriterien Fachbeirat", Expects.LIST),
        ("Termine – wer gibt Auskunft?", Expects.PERSON),
        ("Wie läuft der Antrag?", Expects.STATEMENT),
        ("Dürfen Vereine einen Antrag stellen?", Expects.DECISION),
        ("Bewegung im Stadtteil", Expects.STATEMENT),
        ("How many municipalities take part?", Expects.NUMBER),
        ("Which services are there for older people?", Expects.LIST),
        # What is asked for first decides …
        ("Wie viele Arbeitsplätze kostete das Ende der Brauerei?", Expects.NUMBER),
        ("Warum kostet das Essen nichts?", Expects.REASON),
        ("Wer bestimmt, wann der Bus fährt?", Expects.PERSON),
        ("Bis wann ist klar, was eine Familie kostet?", Expects.DATE),
        # … but for contact data, and for what is asked within a question.
        ("Wo finde ich die Telefonnummer?", Expects.PHONE),
        ("Wissen Sie, wann der Bus fährt?", Expects.DATE),
        ("Weiß man schon, wie teuer das wird?", Expects.MONEY),
        ("Um wie viel Uhr gibt es Suppe?", Expects.DATE),
        ("Who pays for the train when we go to the meeting?", Expects.PERSON),
        ("What happens to the walk when it rains?", Expects.STATEMENT),
        ("Do you know when the bus leaves?", Expects.DATE),
        ("When is the meeting?", Expects.DATE),
        ("Why was the telephone consultation dropped?", Expects.REASON),
        ("What is the phone number of the office?", Expects.PHONE),
        ("What is Ms Miller's phone number?", Expects.PHONE),
        ("Which number do I dial out of hours?", Expects.PHONE),
        ("Darf ich den Antrag per E-Mail schicken?", Expects.DECISION),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(text: str, expects: Expects) -> None:
    assert read_question(text).expects is expects


def test_language_and_things_are_read() -> None:
    german = read_question("  Was tut das\n Jobcenter für Erwerbslose? ")
    assert (german.text, german.language) == ("Was tut das Jobcenter für Erwerbslose?", "de")
    assert [unit[0] for unit in german.units] == ["=jobcenter", "=arbeitslos"]
    english = read_question("What does the job centre do for unemployed people?")
    assert english.language == "en"
    assert "=jobcenter" in {unit[0] for unit in english.units}
    assert read_question("Wie viele Fachkräfte arbeiten dort?").counted == ("fachkraft",)
    assert read_question("Wie hoch ist der Anteil?").counted is None
    assert read_question("Wie viele Menschen kamen?").counted is None  # members, guests, children
    assert read_question("Wie viele neue Kitas gibt es?").counted == ("kitas",)


@pytest.mark.parametrize(
    "text",
    [
        "Mit wie viel Geld werden die Stellen gefördert?",  # no sum says "Geld"
        "Wie viele Stunden Soziotherapie gibt es?",  # "120 Stunden" is the whole answer
        "Wie viel Prozent der Kinder sind es?",
        "Wie viele Tage dauert das?",
    ],
)
def test_what_numbers_are_given_in_is_not_what_is_counted(text: str) -> None:
    assert read_question(text).counted is None


def test_reaching_people_is_no_question_for_a_telephone() -> None:
    asked = read_question("Warum erreichen Jobcenter viele Menschen nicht?")
    assert asked.expects is Expects.REASON
    assert read_question("Wie erreiche ich das Amt?").expects is Expects.CONTACT
    assert read_question("Wie ist das Amt erreichbar?").expects is Expects.CONTACT
