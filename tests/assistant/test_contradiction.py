from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.composition import compose
from assistant.contradiction import contradicts
from assistant.question import read_question
from ingest.document import Metadata
from tests.assistant.evidences import evidence_of, heading, passage_hit, text_of

QUESTION = read_question("Wie viele Standorte machen beim Projekt Brücke mit?")


def differs(one: str, other: str, asked: str, names: tuple[str, str] = ("a.md", "b.md")) -> bool:
    first, second = passage_hit(one, names[0]), passage_hit(other, names[1])
    return contradicts(
        evidence_of(first, one[:4]), evidence_of(second, other[:4]), read_question(asked)
    )


@pytest.mark.parametrize(
    ("one", "other", "question"),
    [
        ("Am Projekt Brücke nehmen 29 Orte teil.", "Am Projekt Brücke nehmen 31 Orte teil.",
         "Wie viele Orte nehmen am Projekt Brücke teil?"),
        ("Der Zuschuss beträgt 2.000 Euro im Jahr.", "Der Zuschuss beträgt im Jahr 2.500 Euro.",
         "Wie hoch ist der Zuschuss?"),
        ("Die Förderung läuft 24 Monate.", "Die Förderung läuft 36 Monate.",
         "Wie lange läuft die Förderung?"),
        ("Der Antrag ist bis 1. März zu stellen.", "Der Antrag ist bis 15. März zu stellen.",
         "Wann ist der Antrag zu stellen?"),
    ],
)  # fmt: skip
def test_another_figure_for_the_same_is_a_contradiction(
    one: str, other: str, question: str
) -> None:
    assert differs(one, other, question)
    assert not differs(one, one, question)
    assert not differs(one, other, question, ("a.md", "a.md"))


@pytest.mark.parametrize(
    ("one", "other", "question"),
    [
        ("Im Jahr 2016 machten 9 Standorte mit.", "Im Jahr 2018 machten 29 Standorte mit.",
         "Wie viele Standorte machten mit?"),
        ("Der Zuschuss beträgt 2.000 Euro im Jahr.", "Für Vereine gilt eine Grenze von 500 Euro.",
         "Wie hoch ist der Zuschuss?"),
        # One word of the field is a single word, although its synonyms stand beside it.
        ("Die zwölf Kriterien helfen beim Planen.", "Drei Kriterien reichen.",
         "Wie viele Kriterien gibt es?"),
        ("Der Treff kostet nichts.", "Der Treff ist offen für alle.", "Was ist der Treff?"),
    ],
)  # fmt: skip
def test_another_year_or_another_thing_is_none(one: str, other: str, question: str) -> None:
    assert not differs(one, other, question)


def test_a_heading_tells_nothing() -> None:
    stated = evidence_of(passage_hit("Am Projekt Brücke nehmen 29 Orte teil.", "a.md"), "Am")
    other = evidence_of(passage_hit("Am Projekt Brücke nehmen 31 Orte teil", "b.md"), "Am")
    asked = read_question("Wie viele Orte nehmen am Projekt Brücke teil?")
    assert contradicts(stated, other, asked)
    assert not contradicts(stated, heading(other), asked)
    assert not contradicts(heading(stated), other, asked)


def test_both_are_said_with_title_and_date() -> None:
    hits = [
        passage_hit(
            f"Am Projekt Brücke nehmen {count} Standorte teil.",
            name,
            metadata=Metadata(title=title, language="de", date=date),
        )
        for count, name, title, date in (
            (29, "a.md", "Bericht", "2018-08-01"),
            (31, "b.md", "Flyer", None),
        )
    ]
    ranked = [evidence_of(hit, "Am", score=4.0 - place) for place, hit in enumerate(hits)]
    texts = {hit.document.document_id: text_of(hit) for hit in hits}
    sentences, citations = compose(QUESTION, ranked, texts.__getitem__)
    assert [s.lead for s in sentences] == [
        "Die Quellen nennen Verschiedenes. „Bericht“ (01.08.2018): ",
        "„Flyer“: ",
    ]
    assert [c.document.document_id for c in citations] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("best", "rival", "differ"), [(0.1, -1.0, True), (0.1, -2.0, False), (-2.0, -3.0, True)]
)
def test_what_the_reading_model_takes_for_no_answer_is_no_contradiction(
    best: float, rival: float, differ: bool
) -> None:
    one = evidence_of(passage_hit("Am Projekt Brücke nehmen 29 Orte teil.", "a.md"), "Am")
    other = evidence_of(passage_hit("Am Projekt Brücke nehmen 31 Orte teil.", "b.md"), "Am")
    asked = read_question("Wie viele Orte nehmen am Projekt Brücke teil?")
    assert contradicts(replace(one, read=best), replace(other, read=rival), asked) is differ


def test_a_row_tells_of_its_own_thing() -> None:
    said = "Für Lebenswelten stehen mindestens 2,15 Euro je Person bereit."
    row = "Wofür: Vergütung aus Lebenswelten; Betrag je Person: mindestens 0,45 Euro"
    asked = "Wie viel Geld gibt es je Person für Lebenswelten?"
    assert not differs(said, row, asked)
    assert differs(said, said.replace("2,15", "0,45"), asked)
    assert differs(row, row.replace("0,45", "0,50"), asked)
