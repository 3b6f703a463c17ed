"""Whom and what a question names, and which documents know it."""

from __future__ import annotations

import time

import pytest

from assistant.named import known, names
from ingest.document import Metadata
from retrieval.records import Hit
from tests.assistant.evidences import passage_hit, text_of


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Wie viele Kurse gab es in Stendal?", ("Stendal",)),
        ("Wer leitet das Jobcenter Coburg?", ("Coburg",)),
        ("öffnungszeiten familienzentrum brammsund", ()),
        ("öffnungszeiten familienzentrum cottbus", ("cottbus",)),
        ("Was kostet der Kurs in Brammsund?", ("Brammsund",)),
        ("Wann spricht Frau Oltersdorff?", ("Oltersdorff",)),
        ("Welche Aufgabe hat Anna Lüders im Beirat?", ("Lüders",)),
        ("Wem nützt Frau Lüders Zeugnis?", ("Lüders",)),
        ("Wann trifft sich die Gruppe „Halt finden“?", ("Halt finden",)),
        ("Wer bezahlt das Projekt Wiesenschritte?", ("Wiesenschritte",)),
        ("Liegt Essen an der Ruhr? Wohnt dort jemand in Halle?", ("Halle",)),
        ("Who leads the office in Dresden?", ("Dresden",)),
    ],
)
def test_towns_persons_and_quoted_words_are_names(question: str, named: tuple[str, ...]) -> None:
    assert names(question) == named


@pytest.mark.parametrize(
    "question",
    [
        "Wer berät in Sachsen-Anhalt und Hessen?",
        "Wie viele Kommunen in Deutschland machen mit?",
        "Wie kommen Menschen in Teilzeit an Kurse in Kitas?",
        "Was kostet ein Essen nach Antrag bei der AOK, in Euro?",
        "Ich arbeite in Dresden und frage mich: Was fördert das Gesundheitsamt?",
        "Wir wohnen in Ulm und möchten wissen, wer uns beim Antrag hilft?",
        "Was ist mit „sozial benachteiligt“ gemeint?",
        "Welche Verhältnisprävention bezahlt die Sieger-Kasse in Betrieben?",
        "What do municipalities get from the statutory insurers?",
        "",
    ],
)
def test_nouns_laender_and_where_the_asker_lives_are_none(question: str) -> None:
    assert names(question) == ()


def test_a_question_of_nothing_but_signs_takes_no_time() -> None:
    begun = time.perf_counter()
    for question in ("„" * 1000, "Ich bin " * 125, "in Stendal " * 90, "a-" * 500, "? " * 500):
        names(question)
    assert time.perf_counter() - begun < 5


def test_a_question_of_nothing_but_quotes_is_looked_up_in_bounded_time() -> None:
    many = names(" ".join(f"„A{number}“" for number in range(150)) + "?")
    assert 1 < len(many) < 10
    begun = time.perf_counter()
    assert kept(many, *(f"{number}. {THERE} " * 500 for number in range(40)))[1] == list(many)
    assert time.perf_counter() - begun < 5


def found(*texts: str, language: str = "de") -> list[Hit]:
    metadata = Metadata(title="Bericht", language=language)
    return [passage_hit(text, f"d{at}.md", metadata=metadata) for at, text in enumerate(texts)]


def kept(named: tuple[str, ...], *texts: str, language: str = "de") -> tuple[list[str], list[str]]:
    hits = found(*texts, language=language)
    by_id = {hit.document.document_id: text_of(hit) for hit in hits}
    held = known(named, "de", hits, by_id.__getitem__)
    return [hit.passage.text for hit in held.hits], list(held.unknown)


HERE, THERE = "In Halle gab es neun Kurse.", "In Stendal leitet Frau Lüders zwei Kurse."


def test_documents_that_do_not_know_the_name_are_left_out() -> None:
    assert kept(("Stendal",), HERE, THERE) == ([THERE], [])


def test_who_asks_without_a_name_gets_all() -> None:
    assert kept((), HERE, THERE) == ([HERE, THERE], [])


def test_a_name_that_nobody_knows_is_told_and_the_nearest_stays() -> None:
    assert kept(("Coburg",), HERE, THERE) == ([HERE, THERE], ["Coburg"])
    assert kept(("Stendal", "Coburg"), HERE, THERE) == ([THERE], ["Coburg"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Stendal", "Das Stendaler Bündnis berät."),
        ("Lüders", "Es berät Frau Lueders."),
        ("Lüder", "Es berät Frau Lüders."),
        ("Stendla", "In Stendal gibt es Kurse."),
        ("Stendahl", "In Stendal gibt es Kurse."),
        ("München", "The course takes place in Munich."),
        ("Munich", "Der Kurs findet in München statt."),
        ("Finnland", "Only Finland has measured it."),
        ("Halt finden", "Die Gruppe „Halt Finden“ trifft sich montags."),
        ("Sprung ins Wasser", "Der Sprung in das Wasser heißt der Kurs."),
    ],
)
def test_a_name_is_known_inflected_mistyped_and_in_english(name: str, text: str) -> None:
    assert kept((name,), "Sonst nichts.", text) == ([text], [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Stendal", "In Standau gibt es Kurse."),
        ("Halle", "Es haben alle gehalten."),
        ("Rückenwind", "Die Gruppe „Sonnenseite“ ist für Kinder."),
    ],
)
def test_another_name_is_not_the_same(name: str, text: str) -> None:
    assert kept((name,), text) == ([text], [name])


def test_the_title_of_a_foreign_document_may_be_quoted_in_german() -> None:
    text = "The partner process is called Health for All."
    assert kept(("Gesundheit für alle",), text, language="en") == ([text], [])
    assert kept(("Gesundheit für alle",), text, language="de") == ([text], ["Gesundheit für alle"])
