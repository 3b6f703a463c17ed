"""Whose telephone a line of an address is."""

from __future__ import annotations

import pytest

from assistant.letterhead import of_another
from assistant.question import read_question
from tests.assistant.evidences import evidence_of, passage_hit

HEAD = (
    "Am Vormittag sprachen die Jobcenter aus Neustadt über ihre Arbeit.\n\n"
    "Landesinstitut für Vorsorge\n\nHauptstr. 5, 12345 Neustadt\n\n"
    "Telefon 0555 1234567\n\npost@vorsorge.example"
)


def another(question: str, text: str = HEAD, words: str = "Telefon") -> bool:
    line = evidence_of(passage_hit(text), words)
    return of_another(read_question(question), line.hit, line.start, line.text)


@pytest.mark.parametrize(
    "question",
    [
        "Wie lautet die Telefonnummer des Jobcenters Neustadt?",
        "Wie erreiche ich das Gesundheitsamt Neustadt telefonisch?",
        "What is the phone number of the job centre?",
    ],
)
def test_the_number_of_one_institution_is_not_that_of_another(question: str) -> None:
    assert another(question)


def test_neither_are_its_mail_and_its_street() -> None:
    assert another("Welche E-Mail-Adresse hat das Jobcenter?", words="post@")
    assert another("Wie lautet die Anschrift des Jobcenters?", words="Hauptstr")


@pytest.mark.parametrize(
    "question",
    [
        "Wie lautet die Telefonnummer des Landesinstituts?",
        "Wen rufe ich an, wenn ich Fragen zum Workshop habe?",
        "Wie lautet die Telefonnummer?",
        "Welche Telefonnummer hat die Geschäftsstelle?",
        "Wen rufe ich wegen eines Ehrenamts an?",
        "Was besprachen die Jobcenter am Vormittag?",
    ],
)
def test_it_is_told_to_who_asks_for_it_or_names_nobody(question: str) -> None:
    assert not another(question)


@pytest.mark.parametrize(
    "text",
    [
        "Jobcenter Neustadt\nAbteilung Gesundheit, im Haus der Agentur für Arbeit\nTelefon 0555 77",
        "Kontakt\nFrau Vera Ahlers\nTelefon 0555 1234567",
        "Das Jobcenter hilft.\n\nTelefon 0555 1234567",
    ],
)
def test_its_own_number_and_one_whose_owner_is_not_told_stay(text: str) -> None:
    assert not another("Wie lautet die Telefonnummer des Jobcenters?", text)
