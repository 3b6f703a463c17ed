"""The wheel alone is enough: built, installed where the repository is not, and used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.assistant.processes import Machine

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("ingest", "retrieval", "assistant")
WIDGET_SOURCE = ROOT / "assistant" / "web" / "widget"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, so that nothing is left in the repository."""
    folder = tmp_path_factory.mktemp("rad")
    source = folder / "quelle"
    source.mkdir()
    litter = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in (*PACKAGES, "eval", "tests", "corpus"):
        shutil.copytree(ROOT / name, source / name, ignore=litter)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, source],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "No matching distribution found for hatchling" in done.stdout:
        pytest.skip("hatchling, which builds the wheel, cannot be fetched here")
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if not name.endswith("/")}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts)
        if not path.is_relative_to(WIDGET_SOURCE)
    }
    assert {name for name in packed if ".dist-info/" not in name} == wanted
    assert {"assistant/web/templates/chat.html", "assistant/web/static/page.js"} <= packed
    assert any(name.startswith("assistant/web/static/widget/v") for name in packed)
    assert any(name.endswith("licenses/LICENSE") for name in packed)


@pytest.fixture(scope="module")
def kgc(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment that has its libraries, but not the repository."""
    folder = tmp_path_factory.mktemp("umgebung")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    # A path in a .pth file is not searched for further .pth files, so the repository stays out.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    code = "import ingest, retrieval, assistant as a; print(ingest.__file__, a.__file__)"
    told = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=True, cwd=folder
    ).stdout.split()
    assert all(Path(place).is_relative_to(packages) for place in told)
    return folder / "bin" / "kgc"


def _machine(kgc: Path, folder: Path) -> Machine:
    nowhere = (("PYTHONPATH", os.devnull),)
    return Machine(folder / "daten", (str(kgc),), nowhere)


def test_help_costs_next_to_nothing(kgc: Path, tmp_path: Path) -> None:
    machine = _machine(kgc, tmp_path)
    machine.run("--help")  # compiles
    before = os.times().children_user
    ran = machine.run("--help")
    assert os.times().children_user - before < 0.5
    assert (ran.code, ran.err) == (0, "")
    assert "ingest" in ran.out


@pytest.mark.model
def test_installed_command_works_away_from_the_repository(kgc: Path, tmp_path: Path) -> None:
    machine = _machine(kgc, tmp_path)
    doctor = machine.run("doctor", "--json")
    assert doctor.code == 0, doctor.out
    assert doctor.json["ok"] is True
    text = "# Treffpunkt\n\nDer Treffpunkt Westdorf wurde 2018 eröffnet und berät Familien.\n"
    (tmp_path / "treffpunkt.md").write_text(text)
    with machine.serving() as server, server.client() as public:
        page = public.get("/")
        assert page.status_code == 200
        assert "<textarea" in page.text
        for path in ("/static/page.js", "/livez", "/readyz", "/openapi.json"):
            assert public.get(path).status_code == 200
        assert machine.run("ingest", tmp_path / "treffpunkt.md").code == 0
        asked = {"question": "Wann wurde der Treffpunkt Westdorf eröffnet?"}
        answer = public.post("/v1/chat", json=asked).json()
        assert answer["kind"] == "answer"
        assert public.get(answer["citations"][0]["link"]).status_code == 200
