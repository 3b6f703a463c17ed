"""What the command costs before it works, and readers that leave early or know few letters."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assistant import samples
from tests.assistant.processes import ROOT, Machine

HEAVY = {"torch", "chromadb", "numpy", "pydantic", "fastapi", "uvicorn", "httpx", "lxml", "rich"}


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, json, assistant.cli; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert HEAVY.isdisjoint(json.loads(done.stdout))


@pytest.mark.slow
def test_output_for_readers_that_leave_or_know_less(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten")
    assert machine.run("ingest", samples.write(tmp_path / "texte") / "netzwerk.md").code == 0
    process = machine.start("documents", "list", "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 1
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    ascii_only = Machine(tmp_path / "daten", more=(("PYTHONIOENCODING", "ascii"),))
    title = "title=Gespräche – \U0001f600"
    listed = ascii_only.run("documents", "list", "--json").json["documents"]
    changed = ascii_only.run("documents", "set", listed[0]["document_id"], title, "--json")
    assert changed.json["title"] == "Gespräche – \U0001f600"
    assert ascii_only.run("documents", "list").code == 0
    assert machine.run("documents", "show", b"\xff\xfe", "--json").code == 1
