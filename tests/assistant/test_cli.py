"""The command ``kgc`` in this process: exit codes, one JSON document, no traceback."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from assistant import cli, wiring
from assistant.errors import FolderBusy, ServerRefused
from tests.assistant import samples
from tests.assistant.conftest import Kgc
from tests.assistant.processes import Machine, Ran
from tests.fakes import HashEmbedder, WordReranker


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with four public documents and an internal one."""
    folder = tmp_path_factory.mktemp("befehle")
    texts = samples.write(folder / "texte")
    for name in ("bericht.pdf", "vortrag.pptx", "leitfaden.docx"):
        (texts / name).unlink()
    machine = Machine(folder / "daten")
    assert machine.run("ingest", texts).code == 0
    internal = samples.write_internal(folder / "intern")
    assert machine.run("ingest", internal, "--internal").code == 0
    return machine.data_dir


@pytest.fixture
def filled(kgc: Kgc, tmp_path: Path, prepared: Path) -> Kgc:
    shutil.copytree(prepared, tmp_path / "daten")
    return kgc


def error(ran: Ran, kind: str, code: int = 1) -> str:
    """Check a failure under --json; return its message."""
    assert ran.code == code
    assert ran.json.keys() == {"error"}
    assert ran.json["error"].keys() == {"type", "message"}
    assert ran.json["error"]["type"] == kind
    message = str(ran.json["error"]["message"])
    assert ran.err == f"{message}\n"
    return message


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command with the words that lead to it."""
    found: Any = group or typer.main.get_command(cli.app)
    for name, command in found.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_explains_itself_and_takes_json(kgc: Kgc, words: tuple[str, ...]) -> None:
    ran = kgc(*words, "--help")
    assert ran.code == 0
    assert "--json" in ran.out
    assert "--help" in ran.out


def test_commands_of_the_contract_are_there() -> None:
    wanted = {"ingest", "ask", "chat", "search", "serve", "doctor", "gaps", "widget"}
    assert {words[0] for words in commands()} >= wanted
    documents = {words[1] for words in commands() if words[0] == "documents"}
    assert documents == {"list", "show", "set", "remove"}


@pytest.mark.parametrize(
    "words",
    [
        ("ask",), ("ask", "a", "b"), ("ingest",), ("ingest", ""), ("fehlt",),
        ("ask", "x", "--fehlt"),
        ("search", "x", "--limit", "0"), ("search", "x", "--limit", "51"),
        ("search", "x", "--limit", "viele"), ("search", "x", "--filter", "ohne"),
        ("search", "x", "--filter", "=wert"), ("search", "x", "--filter", "farbe=rot"),
        ("ask", "x", "--filter", "farbe=rot"), ("documents",), ("documents", "fehlt"),
        ("documents", "show"), ("documents", "set", "x"), ("documents", "set", "x", "titel"),
        ("serve", "--port", "65536"), ("serve", "--port", "-1"), ("serve", "--port", "http"), (),
    ],
    ids=" ".join,
)  # fmt: skip
def test_usage_errors(kgc: Kgc, tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = kgc(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.strip()
    assert error(kgc(*words, "--json"), "usage", 2)
    assert not (tmp_path / "daten").exists()  # nothing was opened for it


def test_answer_in_words(filled: Kgc) -> None:
    ran = filled("ask", samples.QUESTION)
    assert ran.code == 0
    assert ran.out.startswith(
        "Das Netzwerk Bewegung in Altdorf wurde im Jahr 2019 gegründet. [1]\n"
    )
    assert "Quellen:\n[1] Bewegung im Quartier (netzwerk.md)\n" in ran.out


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (samples.QUESTION, "answer"), (samples.SECRET_QUESTION, "answer"),
        (samples.FOREIGN_QUESTION, "refusal"), ("Danke", "smalltalk"),
    ],
)  # fmt: skip
def test_ask_exits_0_also_for_a_refusal(filled: Kgc, question: str, kind: str) -> None:
    ran = filled("ask", question, "--json")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.json["kind"] == kind
    assert filled("ask", question).code == 0


def test_a_refusal_names_the_offices_that_help(filled: Kgc) -> None:
    out = filled("ask", samples.FOREIGN_QUESTION).out
    assert out.startswith("Dazu steht nichts in den Quellen.")
    helpers = out.split("\nHier bekommen Sie Hilfe:\n")[1]
    assert "(https://www.gesundheitliche-chancengleichheit.de)\n" in helpers


@pytest.mark.parametrize("question", ["", "  ", "?", "a" * 1_001])
def test_questions_that_are_none(filled: Kgc, question: str) -> None:
    error(filled("ask", question, "--json"), "question_invalid")
    error(filled("search", question, "--json"), "question_invalid")


def test_search(filled: Kgc) -> None:
    found = filled("search", "Spaziergänge", "--limit", "2", "--json")
    assert found.code == 0
    assert found.json.keys() == {"query", "total", "hits", "facets", "seconds"}
    assert len(found.json["hits"]) == 2
    english = filled("search", "Garten", "--filter", "language=en", "--json").json
    assert {hit["source"] for hit in english["hits"]} == {"garden.md"}
    words = filled("search", "Spaziergänge", "--limit", "1").out
    assert words.startswith("1. Bewegung im Quartier")
    none = filled("search", "Netz", "--filter", "year=1666")
    assert (none.code, none.out) == (0, "Nichts gefunden.\n")


def test_documents(filled: Kgc) -> None:
    listed = filled("documents", "list", "--json").json
    assert listed["total"] == len(listed["documents"]) == 5
    name = next(d["document_id"] for d in listed["documents"] if d["source"] == "netzwerk.md")
    assert "5 Dokumente" in filled("documents", "list").err
    assert "[intern]" in filled("documents", "list").out
    shown = filled("documents", "show", name, "--json").json
    assert "im Jahr 2019 gegründet" in shown["text"]
    assert "im Jahr 2019 gegründet" in filled("documents", "show", name).out
    changed = filled("documents", "set", name, "title=Neu = besser", "date=2024-01", "--json")
    assert (changed.json["title"], changed.json["date"]) == ("Neu = besser", "2024-01")
    error(filled("documents", "set", name, "date=gestern", "--json"), "correction_invalid")
    error(filled("documents", "set", name, "farbe=rot", "--json"), "correction_invalid")
    back = filled("documents", "set", name, "title=", "--json").json
    assert back["title"] == "Bewegung im Quartier"
    gone = filled("documents", "remove", name, "--json")
    assert (gone.code, gone.json) == (0, {"removed": 1, "document_id": name})
    assert filled("documents", "list", "--json").json["total"] == 4


@pytest.mark.parametrize("name", ["unbekannt", "", "../../etc", "a b", "\x00", "x" * 300])
def test_unknown_documents(kgc: Kgc, name: str) -> None:
    error(kgc("documents", "show", name, "--json"), "document_unknown")
    error(kgc("documents", "set", name, "title=x", "--json"), "document_unknown")
    error(kgc("documents", "remove", name, "--json"), "document_unknown")


def test_chat_from_a_pipe(
    filled: Kgc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = f"{samples.QUESTION}\n?\nDanke \xff\n".encode("latin-1") + b"\nnie gelesen\n"

    def piped() -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))

    piped()
    ran = filled("chat")
    assert ran.code == 0
    assert "im Jahr 2019 gegründet" in ran.out
    assert "Frage:" not in ran.err  # no prompt where nobody types
    assert "leer" in ran.err
    piped()
    told = filled("chat", "--json")
    assert told.code == 0
    first, second = told.json["turns"]
    assert first["kind"] == "answer"
    assert first["conversation_id"] == second["conversation_id"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert filled("chat", "--json").json == {"turns": []}


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (RuntimeError("böse\n  Zeilen"), "unexpected", 1),
        (FolderBusy("Besetzt."), "folder_busy", 1),
        (ServerRefused("Nein.", "not_allowed", 401), "not_allowed", 1),
        (KeyboardInterrupt(), "interrupted", 130),
        (MemoryError(), "unexpected", 1),
    ],
)
def test_failures_are_one_sentence(
    kgc: Kgc, monkeypatch: pytest.MonkeyPatch, raised: BaseException, kind: str, code: int
) -> None:
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(wiring, "backend", fail)
    for words in (("ask", "Was?"), ("search", "x"), ("documents", "list"), ("chat",)):
        assert "\n" not in error(kgc(*words, "--json"), kind, code)
        plain = kgc(*words)
        assert (plain.code, plain.out) == (code, "")


def test_wrong_settings_are_named(kgc: Kgc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGC_PORT", "http")
    monkeypatch.setenv("KGC_MAX_UPLOAD", "0")
    message = error(kgc("documents", "list", "--json"), "settings_invalid")
    assert "KGC_PORT" in message
    assert "KGC_MAX_UPLOAD" in message
    assert "http" not in message


def test_data_folder_that_is_none(
    kgc: Kgc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "datei").write_text("")
    monkeypatch.setenv("KGC_DATA_DIR", str(tmp_path / "datei"))
    assert "KGC_DATA_DIR" in error(kgc("documents", "list", "--json"), "store_unavailable")
    monkeypatch.setenv("KGC_DATA_DIR", str(tmp_path / "datei" / "darin"))
    error(kgc("ask", "Was?", "--json"), "store_unavailable")


def test_damaged_index_is_named(filled: Kgc, tmp_path: Path) -> None:
    for place in (tmp_path / "daten").glob("registry.sqlite3*"):
        place.write_bytes(b"kaputt" * 100)
    error(filled("documents", "list", "--json"), "store_unavailable")
    ran = filled("doctor", "--json")
    assert ran.code == 1
    assert ran.json["ok"] is False


def test_index_of_another_model_is_named(filled: Kgc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "embedder", lambda *_: HashEmbedder(name="anderes"))
    message = error(filled("ask", samples.QUESTION, "--json"), "index_mismatch")
    assert "KGC_EMBEDDING_MODEL" in message
    assert filled("documents", "list", "--json").json["total"] == 5


def test_doctor(filled: Kgc, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = filled("doctor", "--json")
    assert sound.code == 0
    assert sound.json["ok"] is True
    for finding in sound.json["findings"]:
        assert finding.keys() == {"name", "ok", "state", "cure"}
    words = filled("doctor")
    assert (words.code, words.err) == (0, "")
    assert "5 Dokumente" in words.out
    none_left = SimpleNamespace(total=1, used=1, free=0)
    monkeypatch.setattr("shutil.disk_usage", lambda _: none_left)
    full = filled("doctor", "--json")
    assert full.code == 1
    short = [finding for finding in full.json["findings"] if not finding["ok"]]
    assert [finding["name"] for finding in short] == ["Speicherplatz"]
    assert all(finding["cure"] for finding in short)


def test_doctor_names_a_reranking_model_that_is_not_there(
    filled: Kgc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KGC_RERANKER_MODEL", str(tmp_path / "keines"))
    ran = filled("doctor", "--json")
    assert ran.code == 1
    wrong = [finding for finding in ran.json["findings"] if not finding["ok"]]
    assert any(str(tmp_path / "keines") in finding["state"] for finding in wrong)
    assert any("KGC_RERANKER_MODEL" in finding["cure"] for finding in wrong)


def test_doctor_judges_with_the_reranking_model(
    filled: Kgc, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "KGC_RERANKER_MODEL" in filled("doctor").out
    monkeypatch.setenv("KGC_RERANKER_MODEL", "ein/modell")
    monkeypatch.setattr(wiring, "reranker", lambda _: WordReranker())
    ran = filled("doctor", "--json")
    assert ran.code == 0
    assert "ein/modell" in {finding["state"] for finding in ran.json["findings"]}


def test_doctor_changes_nothing(kgc: Kgc, tmp_path: Path) -> None:
    assert kgc("doctor").code == 0
    assert list(tmp_path.iterdir()) == []
