from __future__ import annotations

import os
from pathlib import Path

import pytest

from retrieval.errors import DocumentUnknown, StoreUnavailable
from retrieval.originals import Originals


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", bytes(range(256)) * 1000])
def test_bytes_come_back_as_they_were(tmp_path: Path, data: bytes) -> None:
    originals = Originals(tmp_path / "neu" / "ordner")
    originals.save("a", 1, data)
    assert names(tmp_path / "neu" / "ordner") == ["a.1"]
    assert originals.read("a", 1) == data
    assert originals.path("a", 1).read_bytes() == data
    assert Originals(tmp_path / "neu" / "ordner").read("a", 1) == data


def test_generations_are_apart(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    originals.save("a", 1, b"alt")
    originals.link("a", 1, 2)
    originals.save("a", 3, b"neu")
    originals.drop("a", 1)
    originals.drop("a", 1)
    assert (originals.read("a", 2), originals.read("a", 3)) == (b"alt", b"neu")
    for known in (("a", 1), ("b", 1)):
        with pytest.raises(DocumentUnknown, match=known[0]):
            originals.read(*known)
        with pytest.raises(DocumentUnknown):
            originals.path(*known)


def test_linking_what_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    Originals(tmp_path).link("a", 1, 2)
    assert names(tmp_path) == []


def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    originals = Originals(tmp_path)
    originals.save("a", 1, b"alt")
    monkeypatch.setattr(os, "fsync", full)
    for generation in (1, 2):
        with pytest.raises(StoreUnavailable, match="No space left"):
            originals.save("a", generation, b"neu")
    assert originals.read("a", 1) == b"alt"
    with pytest.raises(DocumentUnknown):
        originals.read("a", 2)
    originals.keep_only({("a", 1)})
    assert names(tmp_path) == ["a.1"]


def test_only_live_ones_are_kept(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    for generation in (1, 2):
        originals.save("a", generation, b"x")
    (tmp_path / "a.3.part").write_bytes(b"halb")
    originals.keep_only({("a", 2), ("b", 1)})
    assert names(tmp_path) == ["a.2"]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="Originaldateien"):
        Originals(tmp_path / "file")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    (tmp_path / "a.1").mkdir()
    with pytest.raises(StoreUnavailable):
        originals.save("a", 1, b"x")
    with pytest.raises(DocumentUnknown):
        originals.read("a", 1)
    with pytest.raises(StoreUnavailable):
        originals.drop("a", 1)
