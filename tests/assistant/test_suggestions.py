from __future__ import annotations

import pytest

from assistant.web.suggestions import MOST, first_questions
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
    held = outlines(a=["Wer hilft?", "Was kostet es?"], b=["Ziele", "Wer zahlt?"], en=["Who?"])
    records = [record("a"), record("b"), record("en", "en")]
    found = first_questions(records, lambda r: held[r.document_id])
    assert found == ["Wer hilft?", "Wer zahlt?", "Was kostet es?"]


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
        ("1. Wer zahlt?", "Wer zahlt?"),
        ("16 Länder, ein Verbund?", "16 Länder, ein Verbund?"),
        ("Wer war 2024 dabei?", "Wer war 2024 dabei?"),
    ],
)
def test_the_number_of_a_heading_is_no_part_of_the_question(heading: str, question: str) -> None:
    held = outlines(a=[heading])["a"]
    assert first_questions([record("a")], lambda _: held) == [question]
