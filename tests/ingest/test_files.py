import errno
import os
import socket
from pathlib import Path

import pytest

from ingest import files
from ingest.errors import Reason, SourceError
from ingest.files import SourceFile, find, load

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "ablage"
    root.mkdir()
    return root


def write(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def sources(path: Path) -> list[str]:
    return [file.source for file in find(path)]


def reason(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        load(SourceFile(path.name, path), 1000)
    return caught.value


def test_lists_a_folder_with_everything_below_in_order(folder: Path) -> None:
    for name in ("b.txt", "a/z.pdf", "a/b/c.md", "Ä.txt", "B.txt"):
        write(folder / name)
    assert sources(folder) == ["B.txt", "a/b/c.md", "a/z.pdf", "b.txt", "Ä.txt"]
    assert all(file.path.read_bytes() == b"x" for file in find(folder))


def test_leaves_out_what_people_do_not_see(folder: Path) -> None:
    for name in (".git/config", ".DS_Store", "~$bericht.docx", "Thumbs.db", "__MACOSX/a.pdf"):
        write(folder / name)
    write(folder / "a.v2.txt")
    assert sources(folder) == ["a.v2.txt"]


def test_reads_below_a_hidden_folder_that_was_named(tmp_path: Path) -> None:
    write(tmp_path / ".ablage" / "a.txt")
    assert sources(tmp_path / ".ablage") == ["a.txt"]


def test_follows_no_links_inside_a_folder(folder: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "outside" / "secret.txt")
    write(folder / "a.txt")
    (folder / "link.txt").symlink_to(secret)
    (folder / "links").symlink_to(secret.parent)
    (folder / "loop").symlink_to(folder)
    (folder / "broken.txt").symlink_to("nowhere")
    assert sources(folder) == ["a.txt"]


def test_follows_the_link_that_was_named(tmp_path: Path) -> None:
    write(tmp_path / "echt" / "a.txt", b"inhalt")
    (tmp_path / "ordner").symlink_to(tmp_path / "echt")
    (tmp_path / "datei.txt").symlink_to(tmp_path / "echt" / "a.txt")
    assert sources(tmp_path / "ordner") == ["a.txt"]
    (file,) = find(tmp_path / "datei.txt")
    assert file.source == "datei.txt"
    assert load(file, 100) == b"inhalt"


def test_a_single_file_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a" / "b.txt")
    monkeypatch.chdir(tmp_path)
    assert sources(Path("a/b.txt")) == ["b.txt"]
    assert sources(Path("a/../a/b.txt")) == ["b.txt"]


def test_names_are_composed_and_printable(folder: Path) -> None:
    write(folder / "Gro\u0308ße.txt")
    with open(os.path.join(os.fsencode(folder), b"\xfc.txt"), "wb") as stream:  # noqa: PTH118, PTH123 - pathlib knows no bytes
        stream.write(b"x")
    assert sources(folder) == ["Größe.txt", "\\xfc.txt"]
    assert [load(file, 10) for file in find(folder)] == [b"x", b"x"]


def test_a_very_deep_folder_is_walked(folder: Path) -> None:
    depth = folder
    for _ in range(400):
        depth /= "t"
    write(depth / "a.txt")
    assert sources(folder) == ["t/" * 400 + "a.txt"]


@pytest.mark.parametrize("name", ["missing", "missing/deeper", "a.txt/below", "\0"])
def test_a_missing_path_is_not_found(folder: Path, name: str) -> None:
    write(folder / "a.txt")
    with pytest.raises(SourceError) as caught:
        find(folder / name)
    assert caught.value.reason is Reason.NOT_FOUND


def test_a_loop_of_links_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(SourceError) as caught:
        find(tmp_path / "a")
    assert caught.value.reason is Reason.NOT_FOUND


def test_a_folder_without_files_is_not_found(folder: Path) -> None:
    write(folder / ".git" / "config")
    (folder / "leer").mkdir()
    with pytest.raises(SourceError, match="keine Dateien") as caught:
        find(folder)
    assert caught.value.reason is Reason.NOT_FOUND


@pytest.mark.skipif(IS_ROOT, reason="root may read everything")
def test_an_unreadable_folder_is_named(folder: Path) -> None:
    write(folder / "a.txt")
    write(folder / "zu" / "b.txt")
    (folder / "zu").chmod(0)
    try:
        found = find(folder)
        assert [file.source for file in found] == ["a.txt", "zu"]
        with pytest.raises(SourceError) as caught:
            load(found[1], 100)
    finally:
        (folder / "zu").chmod(0o700)
    assert caught.value.reason is Reason.NOT_FOUND


def test_a_denied_file_and_folder_say_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "a.txt")
    closed = folder / "zu"
    closed.mkdir()
    scandir = os.scandir

    def deny(path: Path) -> object:
        if Path(path) == closed:
            raise PermissionError(errno.EACCES, "denied")
        return scandir(path)

    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(os, "scandir", deny)
    found = find(folder)
    assert [file.source for file in found] == ["a.txt", "zu"]
    assert reason(closed).reason is Reason.NOT_FOUND
    monkeypatch.setattr(os, "open", refuse)
    error = reason(folder / "a.txt")
    assert error.reason is Reason.NOT_FOUND
    assert "Recht" in error.message


def test_loads_the_bytes(folder: Path) -> None:
    data = bytes(range(256)) * 3
    assert load(SourceFile("a", write(folder / "a", data)), 768) == data
    assert load(SourceFile("b", write(folder / "b", b"")), 0) == b""


def test_a_file_over_the_limit_is_too_large(folder: Path) -> None:
    error = reason(write(folder / "a", b"x" * 1001))
    assert error.reason is Reason.TOO_LARGE
    assert "1001" in error.message
    assert "1000" in error.message


def test_a_file_that_went_away_is_not_found(folder: Path) -> None:
    assert reason(folder / "a.txt").reason is Reason.NOT_FOUND


def test_special_files_are_unsupported_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket"))
        assert sources(folder) == ["fifo", "socket"]
        assert reason(folder / "fifo").reason is Reason.UNSUPPORTED
        assert reason(folder / "socket").reason is Reason.UNSUPPORTED
    assert reason(Path("/dev/zero")).reason is Reason.UNSUPPORTED


def test_a_file_swapped_for_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.txt")
    (folder / "a.txt").symlink_to(secret)
    assert reason(folder / "a.txt").reason is Reason.UNSUPPORTED


def patch_fstat(monkeypatch: pytest.MonkeyPatch, path: Path, changes: int) -> None:
    """Let the file change during each of the first `changes` reads."""
    fstat, calls = os.fstat, iter(range(100))

    def change(handle: int) -> os.stat_result:
        call = next(calls)
        if call % 2 and call < 2 * changes:
            with path.open("ab") as stream:
                stream.write(b"+")
        return fstat(handle)

    monkeypatch.setattr(os, "fstat", change)
    monkeypatch.setattr(files, "_PAUSE_SECONDS", 0)


def test_a_file_that_changes_once_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder / "a.txt", b"alt")
    patch_fstat(monkeypatch, path, 1)
    assert load(SourceFile("a.txt", path), 1000) == b"alt+"


def test_a_file_that_keeps_changing_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder / "a.txt", b"alt")
    patch_fstat(monkeypatch, path, 9)
    assert reason(path).reason is Reason.CHANGED


def test_a_file_replaced_while_read_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, new = write(folder / "a.txt", b"alt"), write(folder / "neu", b"neu")
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    fstat = os.fstat

    def swap(handle: int) -> os.stat_result:
        if new.exists():
            new.replace(path)
        return fstat(handle)

    monkeypatch.setattr(os, "fstat", swap)
    assert load(SourceFile("a.txt", path), 1000) == b"neu"
