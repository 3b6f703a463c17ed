"""A document removed through the server or the command leaves no word in the folder or the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistant.processes import Machine
from tests.places import traces

pytestmark = pytest.mark.slow

TEXT = """# Vermerk Dattelpalme

Die Beratung Dattelpalme in Altdorf hilft Familien seit 2014. Frau Ada Feigenbaum leitet sie.
Anmeldung: Ada Feigenbaum, Telefon 0391 555017, feigenbaum@example.org.
"""
QUESTION = "Seit wann hilft die Beratung Dattelpalme in Altdorf?"
WORDS = ("Dattelpalme", "dattelpalme", "Feigenbaum", "feigenbaum", "555017")


def left(folder: Path) -> list[str]:
    return [name for word in WORDS for name in traces(folder, word)]


def test_removing_through_the_server(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    with machine.serving() as server, server.client(key=True) as insider:
        sent = {"file": ("vermerk.md", TEXT.encode(), "text/markdown")}
        uploaded = insider.post("/v1/documents", files=sent)
        assert uploaded.status_code == 201, uploaded.text
        (document,) = uploaded.json()["documents"]
        place = f"/v1/documents/{document['document_id']}"
        assert "2014" in insider.post("/v1/chat", json={"question": QUESTION}).json()["answer"]
        patched = insider.patch(place, json={"organisation": "Amt Feigenbaum"})
        assert patched.status_code == 200
        assert left(machine.data_dir)
        assert insider.delete(place).status_code == 200
        assert left(machine.data_dir) == []
        for gone in (place, f"/documents/{document['document_id']}/original"):
            assert insider.get(gone).status_code == 404
        assert insider.get("/v1/search", params={"q": "Dattelpalme"}).json()["hits"] == []
        assert insider.post("/v1/chat", json={"question": QUESTION}).json()["kind"] == "refusal"
    assert left(machine.data_dir) == []
    assert not [word for word in WORDS if word in server.log.read_text()]


def test_exchanging_and_removing_by_command(tmp_path: Path) -> None:
    machine, file = Machine(tmp_path / "daten"), tmp_path / "vermerk.md"
    file.write_text(TEXT)
    (document,) = machine.run("ingest", file, "--json").json["documents"]
    assert left(machine.data_dir)
    file.write_text("# Vermerk\n\nEin anderer Text steht jetzt hier.\n")
    assert machine.run("ingest", file, "--json").json["updated"] == 1
    assert left(machine.data_dir) == []
    file.write_text(TEXT)
    assert machine.run("ingest", file, "--json").json["updated"] == 1
    removed = machine.run("documents", "remove", document["document_id"], "--json")
    assert removed.json == {"removed": 1, "document_id": document["document_id"]}
    assert left(machine.data_dir) == []
