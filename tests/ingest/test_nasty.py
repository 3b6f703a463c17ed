"""Files that mean harm: each one ends in time and within memory, with a reason or a document."""

from __future__ import annotations

import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from assistant.files import items
from assistant.intake import take_in
from assistant.survey import Item
from ingest.document import Document
from ingest.errors import Reason, SourceError
from ingest.process.sandbox import Limits, Sandbox
from tests.data import build, nasty_office, nasty_text
from tests.data.nasty import NASTY
from tests.fakes import HashEmbedder
from tests.places import Disk, Place

LIMITS = Limits()
MEBIBYTE = 1 << 20
GRACE_SECONDS = 2.0  # until a killed worker is gone, on a busy machine
LONG = {"million-saetze.txt"}
LINUX = sys.platform.startswith("linux")


@dataclass(frozen=True, slots=True)
class Ending:
    """How reading a file ended: with a document or a reason, after `seconds`, at `peak` bytes."""

    document: Document | None
    reason: Reason | None
    seconds: float
    peak: int


def workers() -> list[psutil.Process]:
    """The reading processes of this one, and not the server that other tests have started."""
    found = []
    for child in psutil.Process().children() if LINUX else ():
        with suppress(psutil.Error):  # it has just ended
            if "ingest.process.worker" in " ".join(child.cmdline()):
                found.append(child)
    return found


class Watch:
    """Follows the resident memory of the reading processes, with their page tables."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Watch:
        for child in workers():
            Path(f"/proc/{child.pid}/clear_refs").write_text("5")  # forget the peaks of before
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._look()
        self._over.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._over.wait(0.02):
            self._look()

    def _look(self) -> None:
        for child in workers():
            try:
                lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
            except OSError:
                continue  # it has just ended
            sizes = dict(line.split(":", 1) for line in lines)
            pages = [int(sizes[key].split()[0]) for key in ("VmHWM", "VmPTE") if key in sizes]
            self.peak = max(self.peak, sum(pages) << 10)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def ending(sandbox: Sandbox, data: bytes, name: str) -> Ending:
    sandbox.parse("Gesundheit für alle.".encode(), "bereit.txt")  # a worker is up
    document = reason = None
    begun = time.monotonic()
    with Watch() as watch:
        try:
            document = sandbox.parse(data, name).document
        except SourceError as error:
            reason = error.reason
    return Ending(document, reason, time.monotonic() - begun, watch.peak)


def marked(name: str) -> object:
    mark = pytest.mark.long if name in LONG else pytest.mark.slow
    return pytest.param(name, marks=[mark] if NASTY[name].heavy or name in LONG else [])


@pytest.mark.parametrize("name", [marked(name) for name in NASTY])
def test_ends_in_time_and_within_memory(sandbox: Sandbox, name: str) -> None:
    nasty = NASTY[name]
    data = nasty.make()
    end = ending(sandbox, data, name)
    assert end.seconds < LIMITS.seconds_for(len(data)) + GRACE_SECONDS
    assert end.peak <= LIMITS.memory_bytes
    if end.document is None:
        assert end.reason in nasty.reasons
    else:
        assert nasty.readable


def test_there_are_enough_of_them() -> None:
    assert len(NASTY) > 20
    assert {Path(name).suffix for name in NASTY} >= {
        ".pdf",
        ".docx",
        ".pptx",
        ".html",
        ".md",
        ".txt",
    }


def read(sandbox: Sandbox, name: str) -> Document:
    return sandbox.parse(NASTY[name].make(), name).document


@pytest.mark.parametrize("name", ["weisse-schrift.docx", "weisse-schrift.html"])
def test_instructions_in_white_are_not_taken_over_but_reported(sandbox: Sandbox, name: str) -> None:
    document = read(sandbox, name)
    assert "Ignoriere" not in document.text
    assert "Gut" in document.text
    (warning,) = (text for text in document.warnings if "unsichtbarer Text" in text)
    assert int(warning.split()[0]) >= 3 * len(nasty_office.INJECTION)


def test_no_file_of_the_machine_is_read(sandbox: Sandbox) -> None:
    assert "root:" not in read(sandbox, "fremde-datei.docx").text


def test_signs_without_shape_are_taken_out(sandbox: Sandbox) -> None:
    text = read(sandbox, "richtungen.txt").text
    assert not [char for char in text if unicodedata.category(char) in ("Cf", "Co", "Cc", "Cs")][
        text.count("\n") :
    ]
    assert text.startswith("Guter Text.")


def test_scripts_are_not_text(sandbox: Sandbox) -> None:
    assert "Skriptwort" not in read(sandbox, "skripte.html").text


@pytest.mark.parametrize("name", ["makros.docm", "makros.pptm"])
def test_macros_are_mentioned(sandbox: Sandbox, name: str) -> None:
    assert any("Makros" in warning for warning in read(sandbox, name).warnings)


@pytest.mark.parametrize("name", ["nur-skript.html", "rahmen.html", "tabelle.xlsx", "alt.doc"])
def test_refusal_says_what_to_do(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(SourceError, match=r"[Bb]itte "):
        read(sandbox, name)


GOOD = {
    "a-anfang.md": f"# Anfang\n\n{build.PROSE}\n".encode(),
    "m-mitte.docx": build.sample_docx(),
    "n-mitte.pptx": build.sample_pptx(),
    "o-mitte.pdf": build.two_column_pdf(),
    "z-ende.html": f"<h1>Ende</h1><p>{build.MORE_PROSE}</p>".encode(),
}


@pytest.mark.slow
def test_good_files_among_nasty_ones_are_all_in(tmp_path: Path) -> None:
    folder = tmp_path / "Eingang"
    build.write_nasty(folder, heavy=False)
    for name, data in GOOD.items():
        (folder / name).write_bytes(data)
    (tmp_path / "bestand").mkdir()
    library = Place(tmp_path / "bestand", Disk()).open(HashEmbedder())
    found = (item for item in items([folder], LIMITS.input_bytes) if isinstance(item, Item))
    with Sandbox() as parser:
        report = take_in(found, library, parser)
    library.close()
    taken = {record.source for record in report.documents}
    failed = {failure.source: failure.reason for failure in report.failed}
    assert taken >= set(GOOD)
    light = {name for name, nasty in NASTY.items() if not nasty.heavy}
    assert taken | set(failed) == set(GOOD) | light | {"rohr.txt"}  # the link is not followed
    assert failed.pop("rohr.txt") is Reason.UNSUPPORTED
    for name, reason in failed.items():
        assert reason in NASTY[name].reasons, name
    assert all(NASTY[name].readable for name in taken - set(GOOD))


def test_samples_of_the_collection_are_what_they_say() -> None:
    assert len(nasty_text.tiny_sentences()) == 20_000_000
    assert nasty_office.one_text_node(1)[:2] == b"PK"
