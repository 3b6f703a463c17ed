"""Records become the JSON of the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import wire
from assistant.answer import Answer, Citation, Kind, Link
from assistant.web.schema import ChatResponse
from ingest.document import Metadata, PageUnit
from retrieval.records import DocumentRecord, Hit, Passage, Visibility

RECORD = DocumentRecord(
    "a-1", "a.pdf", "x" * 64, "0" * 64, 1, Visibility.PUBLIC,
    Metadata(title="Titel", date="2023-10", type="Bericht", language="de"),
    PageUnit.PAGE, 4, 2,
)  # fmt: skip


def hit(record: DocumentRecord, ordinal: int = 0) -> Hit:
    passage = Passage(record.document_id, 1, ordinal, 10, 22, "Gesunde Stadt", 3, "Teil", ())
    return Hit(passage, record, 0.123456, 0.9, 0.5)


def test_page_or_slide_but_never_both() -> None:
    paged = wire.hit(hit(RECORD), "Stadt")
    assert (paged["page"], paged["slide"]) == (3, None)
    slides = wire.hit(hit(replace(RECORD, unit=PageUnit.SLIDE)), "Stadt")
    assert (slides["page"], slides["slide"]) == (None, 3)
    text = wire.hit(hit(replace(RECORD, unit=None)), "Stadt")
    assert (text["page"], text["slide"]) == (None, None)


def test_hit_points_into_its_own_text() -> None:
    made = wire.hit(hit(RECORD), "Stadt")
    ((start, end),) = made["highlights"]
    assert made["text"][start:end] == "Stadt"
    assert made["link"] == "/documents/a-1?start=10&end=22#zitat"
    assert made["score"] == pytest.approx(0.1235)


def test_a_hit_names_the_passages_beside_it() -> None:
    first, last = wire.hit(hit(RECORD), "Stadt"), wire.hit(hit(RECORD, 1), "Stadt")
    assert (first["before"], first["after"]) == (None, "a-1.1")
    assert (last["before"], last["after"]) == ("a-1.0", None)


def test_nothing_tells_where_a_document_lies() -> None:
    for made in (wire.document(RECORD), wire.hit(hit(RECORD), "Stadt")):
        assert RECORD.origin not in str(made)
        assert RECORD.sha256 not in str(made)


@pytest.mark.parametrize("language", ["en", None])
def test_parts_of_an_answer_say_in_which_language_they_are(language: str | None) -> None:
    record = replace(RECORD, metadata=replace(RECORD.metadata, language=language))
    cited = Citation(1, record, "a-1.0", "Teil", 3, 10, 22, "Gesunde Stadt")
    made = wire.answer(
        Answer(
            "Was?", Kind.ANSWER, "de", 0.9, citations=(cited,), related=(record,),
            links=(Link("Notruf", "tel:112"),),
        ),
        None,
        0.1,
    )  # fmt: skip
    assert [one["language"] for one in made["citations"]] == [language]
    assert [one["language"] for one in made["related"]] == [language, "de"]
    assert ChatResponse.model_validate(made).model_dump()["related"] == made["related"]


def test_facets_count_the_most_frequent_first() -> None:
    counted = wire.facets(
        {"language": {"en": 1, "de": 2, "fr": 1}, "year": {"2023": 2}, "region": {}}
    )
    assert counted["language"] == [
        {"value": "de", "count": 2},
        {"value": "en", "count": 1},
        {"value": "fr", "count": 1},
    ]
    assert counted["year"] == [{"value": "2023", "count": 2}]
    assert counted["region"] == []


def test_reports_add_up() -> None:
    one = {"added": 1, "updated": 0, "unchanged": 0, "removed": 0, "failed": [],
           "vanished": [], "documents": [{"document_id": "a"}], "seconds": 0.1234}  # fmt: skip
    two = {"failed": [{"source": "x", "reason": "empty", "message": "Leer."}]}
    total = wire.merged([one, two, one])
    assert (total["added"], len(total["documents"]), len(total["failed"])) == (2, 2, 1)
    assert total["seconds"] == pytest.approx(0.247)
    assert wire.merged([]).keys() == one.keys()
