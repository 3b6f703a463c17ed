"""What is written to a terminal cannot steer it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assistant import terminal

NASTY = "Titel\x1b]0;weg\x07\x1b[31m\x9b2J\x00 Ende"
LISTED: dict[str, Any] = {
    "answer": "", "abstained": False, "citations": [], "related": [], "follow_ups": [],
    "sentences": [
        {"text": "Davor.", "citations": [1], "item": False, "lead": ""},
        {"text": "Es hilft:\n- A\n2. B", "citations": [1, 2], "item": False, "lead": "",
         "listed": [1, 2]},
        {"text": "2. C", "citations": [2], "item": True, "lead": "", "listed": []},
        {"text": "- D", "citations": [3], "item": False, "lead": "Auf Englisch: ", "listed": [3]},
    ],
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "answer": NASTY,
    "abstained": False,
    "sentences": [
        {"text": NASTY, "citations": [1, 2], "item": False, "lead": ""},
        {"text": "Punkt", "citations": [1], "item": True, "lead": ""},
    ],
    "citations": [
        {"id": 1, "title": NASTY, "organisation": NASTY, "date": "2023", "source": NASTY,
         "page": 3, "slide": None},
        {"id": 2, "title": "Folien", "organisation": None, "date": None, "source": "f.pptx",
         "page": None, "slide": 4},
    ],
    "related": [
        {"document_id": "a-1", "title": NASTY, "link": "/documents/a-1"},
        {"document_id": None, "title": NASTY, "link": "tel:112"},
    ],
    "follow_ups": [NASTY],
}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "document_id": "a-1", "title": NASTY, "source": NASTY, "type": NASTY, "organisation": NASTY,
    "date": None, "region": None, "visibility": "internal", "warnings": [NASTY],
    "keyword": [NASTY, NASTY], "target_group": ["Kinder", "Familien"], "setting": [],
    "contacts": [
        {"name": NASTY, "role": None, "organisation": None, "phone": "0391 1", "mail": None}
    ],
}  # fmt: skip
HIT: dict[str, Any] = {
    "title": NASTY, "section": NASTY, "text": NASTY, "score": 0.5, "page": 1, "slide": None,
}  # fmt: skip
REPORT: dict[str, Any] = {
    "added": 1, "updated": 0, "unchanged": 2, "documents": [DOCUMENT],
    "failed": [{"source": NASTY, "reason": "empty", "message": "Leer."}],
}  # fmt: skip


def test_no_text_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.put_answer(ANSWER)
    terminal.put_answer(ANSWER | {"sentences": [], "abstained": True})
    terminal.put_hits({"hits": [HIT]})
    terminal.put_report(REPORT)
    terminal.put_document(DOCUMENT)
    out, err = capsys.readouterr()
    assert "Titel" in out
    assert "Titel" in err
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", out + err)


def test_document_names_its_lists_and_contacts(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.put_document(DOCUMENT)
    out = capsys.readouterr().out
    assert "    Zielgruppe: Kinder, Familien\n" in out
    assert "Lebenswelt" not in out
    assert re.search(r"    Kontakt: .*, 0391 1\n", out)


def test_answer_names_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.put_answer(ANSWER)
    out = capsys.readouterr().out
    assert "Ende [1][2]\n- Punkt [1]\n" in out
    assert ", 2023, Seite 3 (" in out
    assert "[2] Folien, Folie 4 (f.pptx)\n" in out


def test_letters_survive() -> None:
    kept = "Ä ö ü ß „Zitat“ – § 20 € \U0001f600\n\tneu"
    assert terminal.plain(kept) == kept


def test_lists_stand_in_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.put_answer(LISTED)
    assert capsys.readouterr().out == (
        "Davor. [1]\nEs hilft:\n- A [1]\n2. B [2]\n2. C [2]\nAuf Englisch:\n- D [3]\n"
    )
