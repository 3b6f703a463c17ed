"""``kgc gaps``: as text, JSON and table, on the folder itself and through the server."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from assistant.backend import Asked
from assistant.client import Client
from assistant.feedback.records import Reason, Verdict, Vote
from assistant.feedback.store import FILE
from assistant.ownership import Address
from tests.assistant import samples
from tests.assistant.conftest import Kgc
from tests.assistant.feedback.conftest import REFUSED
from tests.assistant.processes import Machine
from tests.places import traces


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one document."""
    folder = tmp_path_factory.mktemp("luecken")
    machine = Machine(folder / "daten")
    assert machine.run("ingest", samples.write(folder / "texte") / "netzwerk.md").code == 0
    return machine.data_dir


@pytest.fixture
def keeping(kgc: Kgc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, prepared: Path) -> Kgc:
    monkeypatch.setenv("KGC_KEEP_QUESTIONS", "true")
    shutil.copytree(prepared, tmp_path / "daten")
    return kgc


def test_without_the_setting_it_says_so(
    keeping: Kgc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KGC_KEEP_QUESTIONS")
    kgc = keeping
    assert kgc("ask", REFUSED).code == 0
    ran = kgc("gaps")
    assert (ran.code, ran.out) == (0, "")
    assert "Fragen werden nicht gespeichert" in ran.err
    assert "KGC_KEEP_QUESTIONS=true" in ran.err
    assert kgc("gaps", "--json").json["keeping"] is False
    assert traces(tmp_path / "daten", "Hafenbecken") == []


def test_as_text_json_and_table(keeping: Kgc) -> None:
    for question in (REFUSED, REFUSED, "\x1b[31mWie tief ist \x1b]0;x\x07 der Graben?"):
        assert keeping("ask", question).code == 0
    ran = keeping("gaps")
    assert ran.code == 0
    assert ran.out.startswith(f"  1. {REFUSED}\n     2 Mal (2 abgelehnt), am ")
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out
    assert "Letzte 90 Tage: 0 beantwortet, 3 abgelehnt" in ran.err
    told = keeping("gaps", "--json", "--limit", "1").json
    assert (told["total"], told["gaps"][0]["count"]) == (2, 2)
    table = list(csv.reader(io.StringIO(keeping("gaps", "--csv").out.lstrip("\ufeff"), newline="")))
    assert len(table) == 3
    assert table[1][3] == REFUSED


def test_nothing_refused_yet(keeping: Kgc) -> None:
    ran = keeping("gaps")
    assert (ran.code, ran.out) == (0, "")
    assert "keine Frage abgelehnt" in ran.err


def test_forgetting(keeping: Kgc, tmp_path: Path) -> None:
    keeping("ask", REFUSED)
    assert traces(tmp_path / "daten", "Hafenbecken")
    assert keeping("gaps", "--forget", "--json").json == {"forgotten": 1}
    assert traces(tmp_path / "daten", "Hafenbecken") == []
    assert keeping("gaps", "--forget").out == "Gelöscht: 0 Fragen\n"


@pytest.mark.parametrize("words", [("--csv", "--json"), ("--csv", "--forget"), ("--limit", "0")])
def test_usage_errors(kgc: Kgc, words: tuple[str, ...]) -> None:
    assert kgc("gaps", *words).code == 2


def test_a_damaged_file_is_one_sentence_and_doctor_names_it(keeping: Kgc, tmp_path: Path) -> None:
    keeping("ask", REFUSED)
    for path in (tmp_path / "daten").glob(f"{FILE}*"):
        path.write_bytes(b"kein Datenbankformat " * 500)
    ran = keeping("gaps", "--json")
    assert ran.code == 1
    assert ran.json["error"]["type"] == "feedback_unavailable"
    assert FILE in ran.json["error"]["message"]
    assert keeping("ask", REFUSED).code == 0
    checked = keeping("doctor", "--json")
    (finding,) = (f for f in checked.json["findings"] if f["name"] == "Rückmeldungen")
    assert finding["ok"] is False
    assert finding["cure"]


def test_doctor_says_what_is_kept(keeping: Kgc, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping("ask", REFUSED)

    def told() -> dict[str, str]:
        found = keeping("doctor", "--json").json["findings"]
        return next(f for f in found if f["name"] == "Rückmeldungen")

    assert "werden 90 Tage gespeichert" in told()["state"]
    assert "1 liegen vor" in told()["state"]
    monkeypatch.setenv("KGC_KEEP_QUESTIONS", "false")
    assert "nicht gespeichert" in told()["state"]
    assert "--forget" in told()["cure"]


@pytest.mark.slow
def test_through_the_server(tmp_path: Path) -> None:
    texts = samples.write(tmp_path / "texte")
    machine = Machine(tmp_path / "daten", more=(("KGC_KEEP_QUESTIONS", "true"),))
    with machine.serving("--ingest", str(texts / "netzwerk.md")) as server:
        client = Client(Address(**server.address), 1_000)
        name = client.ask(Asked(REFUSED))["conversation_id"]
        vote = Vote(Verdict.DOWN, Reason.MISSING, "Bitte ergänzen", name, REFUSED)
        assert client.vote(vote) == {"stored": True}
        client.close()
        (gap,) = machine.run("gaps", "--json").json["gaps"]
        assert (gap["question"], gap["refused"], gap["down"]) == (REFUSED, 1, 1)
        assert REFUSED in machine.run("gaps", "--csv").out
    assert REFUSED in machine.run("gaps").out  # after the server
    off = Machine(machine.data_dir)
    assert traces(machine.data_dir, "Hafenbecken")
    with off.serving() as server:
        assert off.run("gaps", "--json").json["total"] == 0
        assert traces(machine.data_dir, "Hafenbecken") == []
        assert "Hafenbecken" not in server.log.read_text()
