"""A released version of the widget never changes: pages pin it, browsers keep it for a year."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from assistant.widget import FILE, FOLDER, built
from tests.browser.needs import missing

SOURCE = FOLDER.parents[1] / "widget"
RELEASED: dict[str, str] = json.loads((FOLDER / "released.json").read_text(encoding="utf-8"))
VERSION: str = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))["version"]


def test_released_versions_are_there_and_unchanged() -> None:
    for version, integrity in RELEASED.items():
        held = built(f"v{version}")
        assert held is not None, f"{version} was released and must stay"
        assert held.integrity == integrity, f"{version} was released and must not change"
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", integrity)


def test_a_folder_is_released_or_what_the_source_builds() -> None:
    folders = {path.parent.name.removeprefix("v") for path in FOLDER.glob(f"*/{FILE}")}
    assert folders <= {*RELEASED, VERSION}


def build(folder: Path, released: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Build a copy of the source beside a list of released versions."""
    if shutil.which("node") is None or not (SOURCE / "node_modules" / "esbuild").exists():
        missing("node or esbuild is missing; `make system`, `npm ci` in assistant/web/widget")
    shutil.copytree(SOURCE, folder / "widget", ignore=shutil.ignore_patterns("node_modules"))
    (folder / "widget" / "node_modules").symlink_to(SOURCE / "node_modules")
    served = folder / "static" / "widget"
    served.mkdir(parents=True)
    (served / "released.json").write_text(json.dumps(released), encoding="utf-8")
    command = ["node", str(folder / "widget" / "build.mjs")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_build_leaves_a_released_version_alone(tmp_path: Path) -> None:
    ran = build(tmp_path, {VERSION: "sha384-x"})
    assert ran.returncode == 1
    assert f"{VERSION} is released" in ran.stderr
    assert "raise the version in package.json" in ran.stderr
    assert not (tmp_path / "static" / "widget" / f"v{VERSION}").exists()


def test_the_build_writes_a_version_that_is_not_released(tmp_path: Path) -> None:
    ran = build(tmp_path, {"0.9.9": "sha384-x"})
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "static" / "widget" / f"v{VERSION}" / FILE).stat().st_size > 0
