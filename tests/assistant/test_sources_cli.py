"""``kgc ingest`` with addresses, lists and ``--prune``: exit codes, German text, real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.conftest import Kgc
from tests.assistant.processes import Machine
from tests.assistant.samples import NETWORK, PAGE
from tests.ingest.web import Answer, Web


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        made.pages["/seite"] = Answer(PAGE.encode(), headers={"ETag": '"1"'})
        yield made


def test_addresses_need_a_setting(kgc: Kgc, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = kgc("ingest", web.url("/seite"), "--json")
    assert (ran.code, web.asked) == (1, [])
    (failed,) = ran.json["failed"]
    assert (failed["source"], failed["reason"]) == (web.url("/seite"), "blocked_address")
    assert "KGC_FETCH_PRIVATE_HOSTS" in failed["message"]
    monkeypatch.setenv("KGC_FETCH_PRIVATE_HOSTS", "wrong host")
    wrong = kgc("ingest", web.url("/seite"), "--json")
    assert wrong.code == 1
    assert wrong.json["error"]["type"] == "settings_invalid"
    assert "KGC_FETCH_PRIVATE_HOSTS" in wrong.json["error"]["message"]


def test_a_missing_path_is_named_as_it_was_typed(kgc: Kgc) -> None:
    ran = kgc("ingest", "/nix/da", "--json")
    assert ran.code == 1
    assert ran.json["failed"][0]["source"] == "/nix/da"
    assert "/nix/da" in kgc("ingest", "/nix/da").err
    assert kgc("ingest", "--prune", "--json").code == 2


@pytest.mark.slow
def test_the_same_offline_and_through_a_server(tmp_path: Path, web: Web) -> None:
    folder = tmp_path / "ordner"
    folder.mkdir()
    for name in ("a.md", "b.md"):
        (folder / name).write_text(f"# {name}\n\n{NETWORK}")
    listed = tmp_path / "quellen.toml"
    entries = f'[[source]]\npath="ordner"\n[[source]]\nurl="{web.url("/seite")}"\nregion="Hessen"\n'
    listed.write_text(entries)
    machine = Machine(tmp_path / "daten", more=(("KGC_FETCH_PRIVATE_HOSTS", web.place),))
    first = machine.run("ingest", listed, "--json")
    assert (first.code, first.json["added"]) == (0, 3), first.err
    found = {entry["source"]: entry for entry in first.json["documents"]}
    assert found[web.url("/seite")]["region"] == "Hessen"
    (folder / "b.md").unlink()
    with machine.serving() as server:
        again = machine.run("ingest", listed, "--json")
        assert (again.code, again.json["unchanged"]) == (0, 2)
        assert [entry["source"] for entry in again.json["vanished"]] == ["b.md"]
        words = machine.run("ingest", listed)
        assert "1 Dokument ist nicht mehr an seinem Ort:" in words.out
        assert "--prune" in words.out
        listed.write_text('[[source]]\npath="ordner"\n')
        pruned = machine.run("ingest", listed, "--prune")
        assert pruned.code == 0
        assert "2 Dokumente sind nicht mehr da, 2 davon entfernt:" in pruned.out
        assert machine.run("documents", "list", "--json").json["total"] == 1
        question = "Wer leitet die Kochgruppe im Stadtteilzentrum Neudorf?"
        assert machine.run("ingest", web.url("/seite")).code == 0
        cited = machine.run("ask", question, "--json").json["citations"]
        assert {one["url"] for one in cited} >= {web.url("/seite")}
        assert not re.search(r"127\.0\.0\.1:\d+/seite", server.log.read_text())
    assert machine.run("ingest", folder, "--json").json["unchanged"] == 1
