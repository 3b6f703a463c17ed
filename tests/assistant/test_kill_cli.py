"""``kgc ingest`` killed, stopped and started twice at once: nothing lost, nothing half there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from retrieval.library import Library
from tests.assistant.processes import KGC, OFFLINE, Machine, finished, wait_for
from tests.fakes import HashEmbedder
from tests.places import Place, assert_only_live, vectors

SEED = 3
FILES = 30
SECTIONS = 12


@dataclass
class Folder:
    """A folder of texts that an editor goes on changing; each version has a word of its own."""

    path: Path
    versions: dict[str, int] = field(default_factory=dict)

    def write(self, name: str, version: int) -> None:
        parts = [
            f"## Teil {part}\n\nDas Quartier {name} in Fassung{version}ende hilft Familien. "
            + "Die Kommune fördert Begegnung und berichtet jedes Jahr darüber. " * 12
            for part in range(SECTIONS)
        ]
        last = f"Das Schlusswort der Fassung{version}ende steht hier."
        self.path.mkdir(exist_ok=True)
        (self.path / name).write_text("\n\n".join([f"# {name}", *parts, last]), encoding="utf-8")
        self.versions[name] = version


def held(machine: Machine, dimension: int) -> dict[str, int]:
    """Check that all that is there is whole; return the version of each source."""
    place = Place(machine.data_dir, vectors(machine.data_dir))
    library = Library(place.stores(), HashEmbedder(dimension=dimension))
    assert_only_live(library, place)
    found = {}
    for record in library.documents(internal=True):
        text = library.text(record.document_id, internal=True).text
        original = library.original(record.document_id, internal=True).decode()
        version = int(text.rsplit("Fassung", 1)[1].split("ende")[0])
        assert text.endswith(f"Das Schlusswort der Fassung{version}ende steht hier.")
        assert text.count(f"Fassung{version}ende") == SECTIONS + 1 == text.count("Fassung")
        assert original.count(f"Fassung{version}ende") == SECTIONS + 1
        found[record.source] = version
    library.close()
    return found


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    assert report["failed"] == []
    return report["added"], report["updated"], report["unchanged"]


def killed(machine: Machine, folder: Folder, wait: float, *, writing: bool) -> bool:
    """Kill an ingest after `wait` seconds, counted from its first write where `writing`.

    Returns:
        False if it was done before.
    """

    def stored() -> list[str]:
        return sorted(path.name for path in (machine.data_dir / "originals").glob("*"))

    before = stored()
    process = machine.start("ingest", folder.path, "--json")
    if writing:
        wait_for(lambda: stored() != before, 90)
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    finished(process)
    return False


def kill_often(
    tmp_path: Path, command: tuple[str, ...], rounds: int, longest: float, files: int = FILES
) -> None:
    """Kill and finish in turn; each time some files changed, came or went since the last."""
    machine, folder = Machine(tmp_path / "daten", command), Folder(tmp_path / "texte")
    dimension = 1024 if command == OFFLINE else 384
    chance = random.Random(SEED)
    number = deaths = 0
    for turn in range(rounds):
        before = dict(folder.versions)
        for name in chance.sample([f"d{n:02}.md" for n in range(files)], files // 2):
            number += 1
            folder.write(name, number)
        wait, writing = chance.uniform(0, longest), turn % 2 == 0 or command == KGC
        deaths += (dead := killed(machine, folder, wait, writing=writing))
        sys.stdout.write(f"round {turn}: {'killed' if dead else 'done'} after {wait:.2f} s\n")
        now = held(machine, dimension)
        assert before.keys() <= now.keys()  # what was acknowledged is there, old or new
        assert all(
            version in (before.get(name), folder.versions[name]) for name, version in now.items()
        )
        done = {name for name, version in now.items() if version == folder.versions[name]}
        rest = counts(machine.run("ingest", folder.path, "--json").json)
        new = folder.versions.keys() - now.keys()
        assert rest == (len(new), len(folder.versions) - len(new | done), len(done))
        assert held(machine, dimension) == folder.versions
    again = counts(machine.run("ingest", folder.path, "--json").json)
    assert again == (0, 0, len(folder.versions))
    assert deaths >= rounds / 2


@pytest.mark.slow
def test_killed_ingests_are_resumed(tmp_path: Path) -> None:
    kill_often(tmp_path, OFFLINE, 3, longest=1.5)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_killed_ingests_are_resumed(tmp_path: Path) -> None:
    kill_often(tmp_path, OFFLINE, 50, longest=1.5)


@pytest.mark.model
@pytest.mark.slow
def test_killed_ingests_with_the_real_model_are_resumed(tmp_path: Path) -> None:
    kill_often(tmp_path, KGC, 2, longest=2.0, files=14)


@pytest.mark.slow
def test_an_interrupted_ingest_is_resumed(tmp_path: Path) -> None:
    machine, folder = Machine(tmp_path / "daten"), Folder(tmp_path / "texte")
    for number in range(FILES):
        folder.write(f"d{number:02}.md", number)
    originals = machine.data_dir / "originals"
    process = machine.start("ingest", folder.path, "--json", start_new_session=True)
    wait_for(lambda: originals.exists() and len(list(originals.iterdir())) > 5)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the parsing process too
    assert finished(process).code == 130
    now = held(machine, 1024)
    assert 5 <= len(now) < FILES
    rest = counts(machine.run("ingest", folder.path, "--json").json)
    assert rest == (FILES - len(now), 0, len(now))  # an unchanged one is not embedded again
    assert held(machine, 1024) == folder.versions


@pytest.mark.slow
def test_two_ingests_of_one_folder_at_once(tmp_path: Path) -> None:
    machine, folder = Machine(tmp_path / "daten"), Folder(tmp_path / "texte")
    for number in range(10):
        folder.write(f"d{number:02}.md", number)
    running = [machine.start("ingest", folder.path, "--json") for _ in range(2)]
    ran = [finished(process) for process in running]
    assert [one.code for one in ran] == [0, 0]
    assert sorted(counts(one.json) for one in ran) == [(0, 0, 10), (10, 0, 0)]
    assert held(machine, 1024) == folder.versions
