from __future__ import annotations

import pytest

from assistant.web.first_questions import MOST, first_questions
from ingest.document import Metadata
from retrieval.records import DocumentRecord, Outline, Visibility


def record(name: str, language: str = "de") -> DocumentRecord:
    facts = Metadata(title=f"Titel „{name}“", language=language)
    return DocumentRecord(
        name, name, name, name, 1, Visibility.PUBLIC, facts, None, None, chunk_count=1
    )


def outlines(**headings: list[str]) -> dict[str, Outline]:
    return {
        name: Outline(tuple((at, 1, words) for at, words in enumerate(lines)))
        for name, lines in headings.items()
    }


def test_questions_of_the_documents_come_in_turn() -> None:
    held = outlines(
        a=["Was ist eine KGC?", "Wo sind die KGC zu finden?"],
        b=["Ziele", "Wer zahlt nach § 20?"],
        en=["What is a KGC?"],
    )
    records = [record("a"), record("b"), record("en", "en")]
    found = first_questions(records, lambda r: held[r.document_id])
    assert found == ["Was ist eine KGC?", "Wer zahlt nach § 20?", "Wo sind die KGC zu finden?"]


def test_without_questions_the_titles_serve() -> None:
    records = [record(str(number)) for number in range(9)]
    found = first_questions(records, lambda _: Outline(()))
    assert len(found) == MOST
    assert found[0] == "Worum geht es in „Titel ‚0‘“?"
    assert first_questions([], lambda _: Outline(())) == []


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Schritt 1: Passt das Vorhaben zu § 20a SGB V?", "Passt das Vorhaben zu § 20a SGB V?"),
        ("2.3 Was ist eine KGC?", "Was ist eine KGC?"),
        ("1. Wer bezahlt eine KGC?", "Wer bezahlt eine KGC?"),
        ("16 Länder, ein gemeinsamer Verbund?", "16 Länder, ein gemeinsamer Verbund?"),
        ("War die KGC 2024 dabei?", "War die KGC 2024 dabei?"),
    ],
)
def test_the_number_of_a_heading_is_no_part_of_the_question(heading: str, question: str) -> None:
    held = outlines(a=[heading])["a"]
    assert first_questions([record("a")], lambda _: held) == [question]


@pytest.mark.parametrize(
    "heading",
    [
        "Wer zahlt?", "Was kostet das?", "Worum geht es?", "Wo liegen Schwierigkeiten?",
        "Wer nimmt den Anruf an?", "Welche Herausforderungen sehen die Mitglieder?",
        "Was ist der Kooperationsverbund?", "Wie viel Geld steht zur Verfügung?",
        "Was haben Sie davon und Ihre Kinder?", "Ziele der KGC in den Ländern",
    ],
)  # fmt: skip
def test_a_heading_that_leans_on_what_stands_before_is_not_offered(heading: str) -> None:
    held = outlines(a=[heading])["a"]
    assert first_questions([record("a")], lambda _: held) == ["Worum geht es in „Titel ‚a‘“?"]


@pytest.mark.parametrize(
    "question",
    [
        "Was ist eine KGC?", "Wie viel erhält die BZgA?", "Wer finanziert Bewegung im Quartier?",
        "Wie werden Angebote nach § 20a gefördert?", "Welche Ziele hat der Kooperationsverbund?",
    ],
)  # fmt: skip
def test_a_heading_that_stands_alone_is_offered(question: str) -> None:
    held = outlines(a=["Was kostet das?", question])["a"]
    assert first_questions([record("a")], lambda _: held) == [question]
