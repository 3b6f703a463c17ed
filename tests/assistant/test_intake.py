"""Bad files beside good ones: each bad one is named with its reason, the good ones go in."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant import samples
from tests.assistant.conftest import Kgc
from tests.assistant.processes import Machine, Ran
from tests.data import build

BAD: dict[str, tuple[bytes, str]] = {
    "leer.md": (b"", "empty"),
    "nur Leerraum.txt": (b" \r\n\t\n", "empty"),
    "bild.pdf": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "wrong_type"),
    "text.docx": (b"Das ist gar kein Word.", "wrong_type"),
    "bild.png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "unsupported"),
    "zufall.bin": (bytes(range(256)) * 8, "unsupported"),
    "passwort.pdf": (build.encrypted_pdf("geheim", "AES-256"), "encrypted"),
    "passwort.docx": (build.compound_file("EncryptedPackage"), "encrypted"),
    "kaputt.pdf": (b"%PDF-1.7\n" + b"\x01\x02 Unsinn" * 50, "damaged"),
    "kaputt.docx": (build.sample_docx()[:5_000], "damaged"),
    "alt.doc": (build.compound_file("WordDocument"), "unsupported"),
    "scan.pdf": (build.scan_pdf(1), "no_text"),
    "bombe.docx": (build.bomb(megabytes=300), "too_large"),
}
GOOD = {
    "latin.txt": samples.OLD_TEXT.encode("cp1252"),
    "utf16.txt": samples.OLD_TEXT.encode("utf-16"),
    "netzwerk.md": samples.NETWORK.encode(),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Gemischtes"
    folder.mkdir()
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    for name, data in GOOD.items():
        (folder / name).write_bytes(data)
    return folder


def check(ran: Ran, gone: Path) -> None:
    assert ran.code == 3
    report = ran.json
    told = {entry["source"]: entry["reason"] for entry in report["failed"]}
    assert told == {name: reason for name, (_, reason) in BAD.items()} | {str(gone): "not_found"}
    assert all(entry["message"].strip() for entry in report["failed"])
    assert {entry["source"] for entry in report["documents"]} == set(GOOD)
    assert (report["added"], report["updated"], report["unchanged"]) == (3, 0, 0)
    assert all(str(gone.parent) not in entry["source"] for entry in report["documents"])
    counts = {"added", "updated", "unchanged", "removed", "failed", "documents", "seconds"}
    counts |= {"vanished"}
    assert report.keys() == counts
    shown = {"document_id", "source", "title", "type", "language", "visibility", "pages", "chunks"}
    assert all(entry.keys() >= shown for entry in report["documents"])


@pytest.mark.slow
def test_without_and_through_a_server_alike(
    folder: Path, tmp_path: Path, kgc: Kgc, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "fehlt.pdf"
    check(kgc("ingest", folder, gone, "--json"), gone)
    alone = kgc("documents", "list", "--json").json
    served = Machine(tmp_path / "bedient")
    with served.serving() as server:
        monkeypatch.setenv("KGC_DATA_DIR", str(served.data_dir))
        check(kgc("ingest", folder, gone, "--json"), gone)
        words = kgc("ingest", folder)
        assert words.code == 3
        assert words.out == "0 neu, 0 aktualisiert, 3 unverändert, 13 nicht gelesen\n"
        for name, (_, reason) in BAD.items():
            assert any(name in line and f"[{reason}]" in line for line in words.err.splitlines())
        assert kgc("documents", "list", "--json").json == alone  # the same place, the same id
        assert server.process.poll() is None


def test_nothing_at_all_to_take_in(tmp_path: Path, kgc: Kgc) -> None:
    empty = tmp_path / "leer"
    empty.mkdir()
    ran = kgc("ingest", "--json", empty, tmp_path / "fehlt")
    assert ran.code == 1
    assert [entry["reason"] for entry in ran.json["failed"]] == ["not_found", "not_found"]
    assert [entry["source"] for entry in ran.json["failed"]] == [
        str(empty),
        str(tmp_path / "fehlt"),
    ]
    (empty / "bild.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    ran = kgc("ingest", "--json", empty)
    assert (ran.code, ran.json["failed"][0]["reason"]) == (1, "unsupported")


@contextlib.contextmanager
def growing(path: Path) -> Iterator[None]:
    """Let another process write to `path` all the time."""
    code = (
        "import sys\nwith open(sys.argv[1], 'ab', buffering=0) as file:\n"
        "    print('los', flush=True)\n    for _ in range(3_000_000): file.write(b'x')"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE)
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        yield
        writer.kill()


def test_file_that_changes_while_it_is_read(tmp_path: Path, kgc: Kgc) -> None:
    (tmp_path / "wächst.md").write_bytes(b"Wort " * 2_000_000)
    (tmp_path / "ruht.md").write_text(samples.NETWORK)
    with growing(tmp_path / "wächst.md"):
        ran = kgc("ingest", "--json", tmp_path / "wächst.md", tmp_path / "ruht.md")
    assert ran.code == 3
    assert [(e["source"], e["reason"]) for e in ran.json["failed"]] == [("wächst.md", "changed")]
    assert ran.json["added"] == 1


def test_odd_file_names(tmp_path: Path, kgc: Kgc) -> None:
    folder = tmp_path / "namen"
    folder.mkdir()
    names = [
        "mit Leerzeichen.md", "Zeile\n2.md", "„Zitat“ 'und' \"Zeichen\".md", "\u202eumgekehrt.md",
        "ä" * 120 + ".md", "\x1b[31mrot.md", "--help", "$(rm -rf).md", "back\\slash.md",
    ]  # fmt: skip
    for number, name in enumerate(names):
        (folder / name).write_text(f"# Titel {number}\n\n{samples.NETWORK}")
    (folder / "roh\udcff.md").write_text(samples.NETWORK)
    ran = kgc("ingest", "--json", folder)
    assert ran.code == 0, ran.out
    assert ran.json["added"] == 10
    for entry in ran.json["documents"]:
        assert entry["source"].isprintable()
        assert entry["document_id"].replace("-", "").isalnum()
        assert entry["document_id"].isascii()
    assert kgc("ingest", "--json", folder).json["unchanged"] == 10


def test_internal_stays_internal_until_somebody_opens_it(tmp_path: Path, kgc: Kgc) -> None:
    file = tmp_path / "n.md"
    file.write_text(samples.NETWORK)
    assert kgc("ingest", "--json", file).json["documents"][0]["visibility"] == "public"
    hidden = kgc("ingest", "--json", file, "--internal").json
    assert (hidden["updated"], hidden["documents"][0]["visibility"]) == (1, "internal")
    kept = kgc("ingest", "--json", file).json
    assert (kept["unchanged"], kept["documents"][0]["visibility"]) == (1, "internal")
    file.write_text(samples.NETWORK + "\nNeu.\n")
    changed = kgc("ingest", "--json", file).json
    assert (changed["updated"], changed["documents"][0]["visibility"]) == (1, "internal")
    assert json.loads(json.dumps(changed)) == changed
