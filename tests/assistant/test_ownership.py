"""The lock on the data folder and the address file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from assistant.errors import FolderBusy
from assistant.ownership import new_address, publish, published, take, withdraw
from retrieval.errors import StoreUnavailable


def test_address_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    address = new_address("http://127.0.0.1:8000")
    publish(tmp_path, address)
    assert published(tmp_path) == address
    assert stat.S_IMODE((tmp_path / "server.json").stat().st_mode) == 0o600
    withdraw(tmp_path)
    assert published(tmp_path) is None
    withdraw(tmp_path)


def test_address_stays_private_over_an_older_open_file(tmp_path: Path) -> None:
    for name in ("server.json", "server.json.part"):
        (tmp_path / name).write_text("{}")
        (tmp_path / name).chmod(0o666)
    publish(tmp_path, new_address("http://127.0.0.1:8000"))
    assert [place.name for place in tmp_path.iterdir()] == ["server.json"]
    assert stat.S_IMODE((tmp_path / "server.json").stat().st_mode) == 0o600


def test_every_server_has_its_own_token_and_does_not_show_it() -> None:
    one, other = (new_address("http://127.0.0.1:8000") for _ in range(2))
    assert one.token != other.token
    assert one.instance != other.instance
    assert one.instance not in one.token
    assert one.pid == os.getpid()


def test_folder_has_one_owner(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    lock = take(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with pytest.raises(FolderBusy, match="benutzt gerade"):
        take(folder)
    lock.release()
    take(folder).release()


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("")
    for place in ("datei", "datei/darin"):
        with pytest.raises(StoreUnavailable, match="KGC_DATA_DIR"):
            take(tmp_path / place)
