"""A cited statute is shown with its unit and the day up to which its text goes."""

import pytest

from assistant import terminal
from assistant.web.pages import Tried, render_chat
from assistant.web.view import document_view
from ingest.document import Metadata, Reference
from retrieval.build import raw_record
from retrieval.records import DocumentText
from tests.fakes import entry

UNIT = "§ 2 Abs. 1a ObstWG"
CITED: dict[str, object] = {
    "id": 1, "title": "Obstgesetz (ObstWG)", "organisation": None, "date": "2019-06-05",
    "state": "Art. 4 G v. 5.6.2019 I 777", "reference": UNIT, "source": "o.md", "page": None,
    "slide": None, "quote": "Näheres.", "link": "/documents/d?start=0&end=8#zitat",
}  # fmt: skip
ANSWER: dict[str, object] = {
    "question": "Was?", "answer": "Näheres. [1]", "kind": "answer", "language": "de",
    "mode": "extractive", "citations": [CITED], "related": [], "follow_ups": [],
    "abstained": False,
    "sentences": [{"text": "Näheres.", "citations": [1], "item": False, "lead": ""}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, f"[1] {UNIT}, Obstgesetz (ObstWG), Stand 05.06.2019 (o.md)"),
        ({"state": None, "reference": None}, "[1] Obstgesetz (ObstWG), 2019-06-05 (o.md)"),
        ({"page": 3}, f"[1] {UNIT}, Obstgesetz (ObstWG), Stand 05.06.2019, Seite 3 (o.md)"),
    ],
)
def test_the_terminal_names_unit_and_day(
    capsys: pytest.CaptureFixture[str], more: dict[str, object], shown: str
) -> None:
    terminal.put_answer(ANSWER | {"citations": [CITED | more]})
    assert shown in capsys.readouterr().out.splitlines()


def test_a_hit_in_the_terminal_begins_with_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    hit = CITED | {"section": "", "text": "Näheres.", "score": 0.5}
    terminal.put_hits({"hits": [hit]})
    assert capsys.readouterr().out.startswith(f"1. {UNIT}, Obstgesetz (ObstWG)  (0.50)\n")


def test_the_chat_page_shows_the_unit_as_the_place() -> None:
    html = render_chat(suggestions=(), documents=1, tried=Tried("Was?", ANSWER))
    assert f"<bdi>{UNIT}</bdi>" in html
    paged = ANSWER | {"citations": [CITED | {"page": 3}]}
    html = render_chat(suggestions=(), documents=1, tried=Tried("Was?", paged))
    assert f"<bdi>{UNIT}, Seite 3</bdi>" in html


def test_the_reading_view_shows_the_cited_unit_and_the_state() -> None:
    facts = Metadata(title="Obstgesetz", date="2019-06-05", state="Art. 4 G v. 5.6.2019 I 777")
    record = raw_record("id", 1, entry("o.md", "Davor. Näheres.", facts=facts))
    text = DocumentText("Davor. Näheres.", (), (), references=(Reference(7, 15, UNIT),))
    shown = dict(document_view(record, text, (7, 15)).metadata)
    assert shown["Zitierte Stelle"] == UNIT
    assert shown["Stand"] == "5. Juni 2019, Art. 4 G v. 5.6.2019 I 777"
    assert "Zitierte Stelle" not in dict(document_view(record, text, (0, 6)).metadata)
    assert "Zitierte Stelle" not in dict(document_view(record, text, None).metadata)
