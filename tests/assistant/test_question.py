from __future__ import annotations

import pytest

from assistant.question import Expects, read_question, shows


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("Wie lautet die Telefonnummer der Beratungsstelle?", Expects.PHONE),
        ("An welche E-Mail-Adresse schicke ich den Antrag?", Expects.MAIL),
        ("Wer ist Ansprechperson für das Quartier?", Expects.CONTACT),
        ("Wie viele Kommunen machen mit?", Expects.NUMBER),
        ("Wie hoch ist der Zuschuss?", Expects.NUMBER),
        ("Was kostet der Kurs?", Expects.MONEY),
        ("Was hat das Fest gekostet?", Expects.MONEY),
        ("Was regelt die Satzung?", Expects.STATEMENT),
        ("Brauche ich einen Termin?", Expects.DECISION),
        ("Seit wann gibt es das Programm?", Expects.DATE),
        ("Wo findet das Treffen statt?", Expects.PLACE),
        ("Wer leitet die Arbeitsgruppe?", Expects.PERSON),
        ("Warum ist Beteiligung wichtig?", Expects.REASON),
        ("Welche Angebote gibt es für Ältere?", Expects.LIST),
        ("Dürfen Vereine einen Antrag stellen?", Expects.DECISION),
        ("Bewegung im Stadtteil", Expects.STATEMENT),
        ("How many municipalities take part?", Expects.NUMBER),
        ("Which services are there for older people?", Expects.LIST),
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


@pytest.mark.parametrize(
    ("expects", "sentence", "shown"),
    [
        (Expects.PHONE, "Tel. 0391 / 28 86 83-0", True),
        (Expects.PHONE, "Im Jahr 2023 kamen 120 Menschen.", False),
        (Expects.MAIL, "Schreiben Sie an hilfe@beispiel.de.", True),
        (Expects.NUMBER, "Es nahmen zwölf Kommunen teil.", True),
        (Expects.NUMBER, "Viele Kommunen nahmen teil.", False),
        (Expects.DATE, "Sie begann am 4. November 2025.", True),
        (Expects.DATE, "Sie begann später.", False),
        (Expects.DATE, "Montags ab 9 Uhr.", True),
        (Expects.MONEY, "Der Kurs kostet 35 Euro.", True),
        (Expects.MONEY, "Der Kurs hat 35 Plätze.", False),
        (Expects.STATEMENT, "Alles Mögliche 2023", False),
    ],
)
def test_a_sentence_shows_what_is_expected(expects: Expects, sentence: str, shown: bool) -> None:
    assert shows(expects, sentence) is shown
