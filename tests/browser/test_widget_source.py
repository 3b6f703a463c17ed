"""The widget's source: its own tests, its types, and that what is committed was built from it."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.needs import missing

WIDGET = Path(__file__).parents[2] / "assistant" / "web" / "widget"
SOURCES = sorted(path for path in (WIDGET / "src").rglob("*") if path.is_file())
VERSION = json.loads((WIDGET / "package.json").read_text(encoding="utf-8"))["version"]
BUILT = WIDGET.parent / "static" / "widget" / f"v{VERSION}" / "kgc-chat.js"
MOST_BYTES = 40_000
MOST_LINES = 300
FORBIDDEN = r"innerHTML\s*=|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
HOSTS = r"https?://([\w-]+(?:\.[\w-]+)+)"


def node(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the widget's folder to its end."""
    if shutil.which("node") is None:
        missing("node is missing; `make system` installs it")
    if not (WIDGET / "node_modules" / ".bin").exists():
        missing("node_modules is missing; `npm ci` in assistant/web/widget installs it")
    return subprocess.run(words, cwd=WIDGET, capture_output=True, text=True, check=False)


def test_parts_pass_their_own_tests() -> None:
    ran = node("node", "--test-reporter=tap", "test.mjs")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_types_hold() -> None:
    ran = node(Path("node_modules") / ".bin" / "tsc", "--noEmit")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_committed_file_is_what_the_source_builds(tmp_path: Path) -> None:
    fresh = tmp_path / "kgc-chat.js"
    ran = node("node", "build.mjs", "--out", fresh)
    assert ran.returncode == 0, ran.stderr
    same = fresh.read_bytes() == BUILT.read_bytes()
    assert same, "run `node build.mjs` in assistant/web/widget and commit what it writes"


def test_file_is_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= MOST_BYTES


def test_built_file_names_its_licences_and_no_host_but_the_namespaces() -> None:
    built = BUILT.read_text(encoding="utf-8")
    assert built.startswith(f"/*! kgc-chat {VERSION}, MIT. Contains Lit (BSD-3-Clause")
    assert set(re.findall(HOSTS, built)) <= {"www.w3.org"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_source_is_plain(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(FORBIDDEN, text) == []
    assert re.findall(HOSTS, text) == []
    assert len(text.splitlines()) < MOST_LINES
