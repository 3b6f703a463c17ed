"""A disk that is full, read-only or broken: one sentence, nothing half there, usable afterwards."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.library import Library
from tests.assistant.processes import Machine, Ran, finished, wait_for
from tests.fakes import HashEmbedder
from tests.places import Place, assert_only_live, vectors

pytestmark = pytest.mark.slow

FILES = 12
SMALL, LARGE = 2_000_000, 200_000_000


def write(folder: Path) -> Path:
    """Write texts of about 30 kB, each with a word of its own in its last paragraph."""
    folder.mkdir()
    for number in range(FILES):
        paragraphs = [
            f"Absatz {part} über das Quartier Nummer {number}: " + "Die Kommune hilft gern. " * 30
            for part in range(40)
        ]
        last = f"Das Schlusswort{number} steht am Ende."
        (folder / f"d{number:02}.md").write_text(
            "\n\n".join([f"# Text {number}", *paragraphs, last])
        )
    return folder


def assert_clean(ran: Ran) -> None:
    """The command gave up in German, with exit code 1 and the type of the contract."""
    assert ran.code == 1, ran
    assert ran.json["error"]["type"] == "store_unavailable", ran.json
    assert ran.json["error"]["message"].startswith("Der Datenordner lässt sich nicht öffnen.")


def assert_usable(machine: Machine, texts: Path) -> None:
    """What is there is whole, the rest can be taken in, and then nothing is left to do."""
    place = Place(machine.data_dir, vectors(machine.data_dir))
    library = Library(place.stores(), HashEmbedder(dimension=1024))
    assert_only_live(library, place)
    whole = library.documents(internal=True)
    for record in whole:
        shown = library.text(record.document_id, internal=True)
        assert shown.text.endswith(f"Schlusswort{int(record.source[1:3])} steht am Ende.")
    library.close()
    rest = machine.run("ingest", texts, "--json")
    assert rest.code == 0, rest
    assert (rest.json["added"], rest.json["unchanged"]) == (FILES - len(whole), len(whole))
    again = machine.run("ingest", texts, "--json").json
    assert (again["unchanged"], again["added"], again["updated"]) == (FILES, 0, 0)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
@pytest.mark.parametrize("limit", [60_000, 250_000])
def test_no_file_may_grow_further(tmp_path: Path, limit: int) -> None:
    machine, texts = Machine(tmp_path / "daten"), write(tmp_path / "texte")
    originals = machine.data_dir / "originals"
    process = machine.start("ingest", texts, "--json")
    wait_for(lambda: originals.exists() and any(originals.iterdir()))
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
    assert_clean(finished(process))
    assert_usable(machine, texts)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB in memory."""
    folder = tmp_path / "platte"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs root to mount a small file system")
    options = ["-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


def test_a_full_disk(tmp_path: Path, mounted: Path) -> None:
    machine, texts = Machine(mounted / "daten"), write(tmp_path / "texte")
    assert_clean(machine.run("ingest", texts, "--json"))
    assert_clean(machine.run("ingest", texts, "--json"))
    remount(mounted, f"size={LARGE}")
    assert_usable(machine, texts)


def test_a_read_only_disk(tmp_path: Path, mounted: Path) -> None:
    machine, texts = Machine(mounted / "daten"), write(tmp_path / "texte")
    remount(mounted, f"size={LARGE}")
    assert machine.run("ingest", texts / "d00.md", "--json").code == 0
    remount(mounted, "ro")
    try:
        for words in (["ingest", str(texts)], ["ask", "Was hilft?"], ["documents", "list"]):
            ran = machine.run(*words, "--json")
            assert_clean(ran)
            assert "KGC_DATA_DIR" in ran.json["error"]["message"]  # the cure
    finally:
        remount(mounted, "rw")
    assert_usable(machine, texts)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voll")
    machine = Machine(folder / "daten")
    assert machine.run("ingest", write(folder / "texte"), "--json").code == 0
    return machine.data_dir


@pytest.fixture
def filled(template: Path, tmp_path: Path) -> Machine:
    return Machine(shutil.copytree(template, tmp_path / "daten"))


def broken(machine: Machine, size: int) -> Ran:
    """Cut the registry to `size` bytes and look at what a command says."""
    (machine.data_dir / "registry.sqlite3-wal").unlink(missing_ok=True)
    os.truncate(machine.data_dir / "registry.sqlite3", size)
    return machine.run("documents", "list", "--json")


@pytest.mark.parametrize("size", [100, 5_000, 50_000])
def test_a_truncated_registry(filled: Machine, size: int) -> None:
    assert_clean(broken(filled, size))
    assert len(list((filled.data_dir / "originals").iterdir())) == FILES


def test_a_truncated_registry_comes_with_a_cure(filled: Machine) -> None:
    assert "Bitte" in broken(filled, 5_000).json["error"]["message"]


def test_an_emptied_registry_does_not_erase_the_originals(filled: Machine) -> None:
    broken(filled, 0)
    assert len(list((filled.data_dir / "originals").iterdir())) == FILES
