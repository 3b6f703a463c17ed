"""Two commands at once, and one that is stopped half way: nothing is lost or broken."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.ownership import take
from tests.assistant import samples
from tests.assistant.processes import Machine, finished, wait_for

pytestmark = pytest.mark.slow  # starts many processes


def test_second_command_waits_for_the_first(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    lock = take(machine.data_dir)
    process = machine.start("documents", "list", "--json")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    lock.release()
    assert finished(process).json["total"] == 0


def test_two_commands_at_once_lose_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    running = []
    for part in range(2):
        folder = tmp_path / f"teil{part}"
        folder.mkdir()
        for number in range(4):
            text = f"# Teil {part} Nummer {number}\n\n{samples.NETWORK}"
            (folder / f"d{part}{number}.md").write_text(text)
        running.append(machine.start("ingest", folder, "--json"))
    assert [finished(process).json["added"] for process in running] == [4, 4]
    listed = machine.run("documents", "list", "--json").json["documents"]
    assert len(listed) == 8
    assert machine.run("ask", samples.QUESTION, "--json").json["kind"] == "answer"


def _interrupted(machine: Machine, folder: Path, ready: Callable[[], bool]) -> None:
    process = machine.start("ingest", folder, "--json", start_new_session=True)
    wait_for(ready)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the parsing process too
    ran = finished(process)
    assert ran.code == 130
    assert ran.json == {"error": {"type": "interrupted", "message": "Abgebrochen."}}


def test_interrupt_while_taking_in_leaves_a_usable_index(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    folder = tmp_path / "viele"
    folder.mkdir()
    for number in range(200):
        text = f"# Nummer {number}\n\n" + samples.NETWORK * 6
        (folder / f"d{number:03}.md").write_text(text)
    originals = machine.data_dir / "originals"
    _interrupted(machine, folder, lambda: len(list(originals.glob("*"))) > 5)
    listed = machine.run("documents", "list", "--json").json["documents"]
    assert 5 <= len(listed) < 200
    assert all(entry["chunks"] > 0 for entry in listed)
    assert machine.run("ask", samples.QUESTION, "--json").json["kind"] == "answer"
    again = machine.run("ingest", *sorted(folder.glob("d00*.md")), "--json").json
    assert again["added"] + again["unchanged"] == 10
    assert again["failed"] == []
