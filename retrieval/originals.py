"""The files as they came, kept beside the index so that a citation can be checked at its source."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import DocumentUnknown, StoreUnavailable


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise StoreUnavailable(f"Die Originaldateien sind nicht benutzbar: {exc.strerror}") from exc


class Originals:
    """One file for each generation of a document, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Open or create the store in `folder`."""
        self._folder = folder
        with _mapped():
            folder.mkdir(parents=True, exist_ok=True)

    def _path(self, document_id: str, generation: int) -> Path:
        return self._folder / f"{document_id}.{generation}"

    def save(self, document_id: str, generation: int, data: bytes) -> None:
        """Write `data` beside its place, force it to disk and move it there."""
        path = self._path(document_id, generation)
        beside = path.with_name(path.name + ".part")
        with _mapped():
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)

    def path(self, document_id: str, generation: int) -> Path:
        """Return where the original lies.

        Raises:
            DocumentUnknown: No original is kept for this generation.
        """
        path = self._path(document_id, generation)
        if not path.is_file():
            raise DocumentUnknown(document_id)
        return path

    def read(self, document_id: str, generation: int) -> bytes:
        """Return the bytes of an original.

        Raises:
            DocumentUnknown: No original is kept for this generation.
        """
        path = self.path(document_id, generation)
        with _mapped():
            try:
                return path.read_bytes()
            except FileNotFoundError as exc:  # erased since the line above
                raise DocumentUnknown(document_id) from exc

    def link(self, document_id: str, generation: int, newer: int) -> None:
        """Let a newer generation of the same bytes share the file."""
        if self._path(document_id, generation).is_file():
            self.save(document_id, newer, self.read(document_id, generation))

    def drop(self, document_id: str, generation: int) -> None:
        """Erase one generation's file; a missing one is no error."""
        with _mapped():
            self._path(document_id, generation).unlink(missing_ok=True)

    def count(self) -> int:
        """Return how many originals are kept."""
        with _mapped():
            return sum(1 for _ in self._folder.iterdir())

    def keep_only(self, live: set[tuple[str, int]]) -> None:
        """Erase every file that belongs to no live generation."""
        kept = {self._path(*key).name for key in live}
        with _mapped():
            for path in self._folder.iterdir():
                if path.name not in kept:
                    path.unlink(missing_ok=True)
