"""schemathesis against a running server: what /openapi.json says is what the server does.

All checks and phases, as `schemathesis.toml` says; the cases are the same in every run.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant import samples
from tests.assistant.processes import Machine, Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

CONFIG = Path(__file__).with_name("schemathesis.toml")
COMMAND = Path(sys.executable).with_name("schemathesis")
EXAMPLES, MANY_EXAMPLES = 25, 100
_TESTED = re.compile(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("schema")
    machine = Machine(folder / "daten", more=(("KGC_KEEP_QUESTIONS", "true"),))
    assert machine.run("ingest", samples.write(folder / "texte")).code == 0
    assert machine.run("ingest", samples.write_internal(folder / "intern"), "--internal").code == 0
    with machine.serving() as server:
        yield server


def explore(server: Server, folder: Path, examples: int, *, key: bool) -> None:
    shown = ["--header", f"Authorization: Bearer {server.address['token']}"] if key else []
    done = subprocess.run(
        [
            COMMAND, "--config-file", CONFIG, "run", f"{server.url}/openapi.json",
            "--max-examples", str(examples), "--no-color", *shown,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    found = _TESTED.search(done.stdout)
    assert found, done.stdout[-2_000:]
    with server.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    operations = str(sum(len(methods) for methods in paths.values()))
    assert set(found.groups()) == {operations}
    assert "Traceback" not in server.log.read_text()
    assert "unexpected" not in server.log.read_text()


def test_as_anybody(server: Server, tmp_path: Path) -> None:
    explore(server, tmp_path, EXAMPLES, key=False)


def test_with_every_right(server: Server, tmp_path: Path) -> None:
    explore(server, tmp_path, EXAMPLES, key=True)


@pytest.mark.long
@pytest.mark.parametrize("key", [False, True])
def test_at_length(server: Server, tmp_path: Path, key: bool) -> None:
    explore(server, tmp_path, MANY_EXAMPLES, key=key)


def test_no_check_is_turned_off() -> None:
    told = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    assert told.keys() == {
        "continue-on-failure",
        "generation",
        "parameters",
        "warnings",
        "operations",
    }
    for operation in told["operations"]:
        assert operation["checks"].keys() == {"positive_data_acceptance"}
        assert operation["checks"]["positive_data_acceptance"].keys() == {"expected-statuses"}
    lines = CONFIG.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        assert line != "[[operations]]" or lines[number + 1].startswith("# "), "without a reason"
