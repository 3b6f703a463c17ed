"""Paths → the files to read, and their bytes as they were at one moment.

A folder is walked without following links: what a link inside it points to is either inside too,
and then found at its own place, or outside, and then none of our business.
"""

from __future__ import annotations

import errno
import os
import stat
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import Reason, SourceError

_LITTER = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "icon\r"}
    | {"system volume information", "lost+found"}
)
_HIDDEN_STARTS = (".", "~$")  # "~$" marks the lock file of an open Office document
_ATTEMPTS = 2
_PAUSE_SECONDS = 0.2
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: `path` is where it lies, `source` how it is called in the index.

    `source` is the POSIX path below the ingested folder, or the name of a single file, composed
    Unicode (NFC) so that it is the same on every file system.
    """

    source: str
    path: Path


def find(path: Path) -> list[SourceFile]:
    """List the files at `path`, a file or a folder with everything below it.

    Hidden files and folders, lock files of office programs, litter of file managers and links are
    left out. A folder that may not be listed and a special file stay in, so that `load` names the
    reason instead of a silent gap.

    Returns:
        The files, ordered by `source`.

    Raises:
        SourceError: `NOT_FOUND`, there is no such path or the folder holds no file.
    """
    try:
        real = path.resolve(strict=True)
        is_folder = real.is_dir()
    except (OSError, RuntimeError) as exc:  # RuntimeError: a loop of links
        raise _not_found(exc) from exc
    except ValueError as exc:  # a null character
        raise SourceError(Reason.NOT_FOUND, "Der Pfad ist ungültig.") from exc
    if not is_folder:
        return [SourceFile(_source(path.name or real.name), real)]
    files = _walk(real)
    if not files:
        raise SourceError(Reason.NOT_FOUND, "Der Ordner enthält keine Dateien.")
    return sorted(files, key=lambda file: (file.source, os.fsencode(file.path)))


def load(file: SourceFile, max_bytes: int) -> bytes:
    """Read a file that nobody changes meanwhile.

    Raises:
        SourceError: `NOT_FOUND`, it is gone or may not be read; `UNSUPPORTED`, it is no regular
            file; `TOO_LARGE`, it has more than `max_bytes`; `CHANGED`, it was written while it
            was read, also at the second attempt.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE_SECONDS)
        try:
            data = _read_stable(file.path, max_bytes)
        except OSError as exc:
            raise _not_found(exc) from exc
        if data is not None:
            return data
    raise SourceError(Reason.CHANGED)


def _walk(root: Path) -> list[SourceFile]:
    files: list[SourceFile] = []
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError:
            files.append(SourceFile(_source(folder.relative_to(root).as_posix()), folder))
            continue
        for entry in found:
            if _is_hidden(entry.name) or entry.is_symlink():
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                files.append(SourceFile(_source(path.relative_to(root).as_posix()), path))
    return files


def _is_hidden(name: str) -> bool:
    return name.startswith(_HIDDEN_STARTS) or name.lower() in _LITTER


def _source(name: str) -> str:
    """Make a name printable: file names are bytes and need not be UTF-8."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))


def _read_stable(path: Path, max_bytes: int) -> bytes | None:
    """Return the bytes, None when the file changed on the way."""
    _check_kind(path.lstat())  # before opening: to open a device can already do something
    handle = os.open(path, _FLAGS)
    with os.fdopen(handle, "rb") as stream:
        before = os.fstat(handle)
        _check_kind(before)
        if before.st_size > max_bytes:
            detail = f"Sie hat {before.st_size} Bytes, erlaubt sind {max_bytes}."
            raise SourceError(Reason.TOO_LARGE, detail)
        data = stream.read(max_bytes + 1)
        after = os.fstat(handle)
    same = _version(before) == _version(after) == _version(path.lstat())
    return data if same and len(data) == before.st_size else None


def _check_kind(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise SourceError(Reason.NOT_FOUND, "Der Ordner lässt sich nicht öffnen (keine Rechte).")
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(Reason.UNSUPPORTED, "Der Pfad ist keine gewöhnliche Datei.")


def _version(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _not_found(exc: OSError | RuntimeError) -> SourceError:
    number = getattr(exc, "errno", None)
    if number in (errno.EACCES, errno.EPERM):
        return SourceError(Reason.NOT_FOUND, "Es fehlt das Recht, sie zu lesen.")
    if number in (errno.ENOENT, errno.ENOTDIR):
        return SourceError(Reason.NOT_FOUND)
    cause = os.strerror(number) if number is not None else "Schleife von Verknüpfungen"
    return SourceError(Reason.NOT_FOUND, f"Das System meldet: {cause}.")
