"""Paths of this machine → items to take in."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from assistant.intake import Item
from ingest.errors import Reason, SourceError
from ingest.files import find, load

LONGEST_SOURCE = 500
UNNAMED = "unbenannt"

# As a path an address has lost one of its slashes.
_ADDRESS = re.compile(r"(https?|ftp):/+", re.IGNORECASE)


def items(paths: Sequence[Path], max_bytes: int) -> Iterator[Item]:
    """Yield one item for each file; a path without files becomes an item that fails to load."""
    for path in paths:
        if _ADDRESS.match(str(path)):
            yield _not_fetched(path)
            continue
        try:
            found = find(path)
        except SourceError as error:
            yield Item(source_name(path.name) or UNNAMED, "", partial(_fail, error))
            continue
        for file in found:
            source = source_name(file.source) or UNNAMED
            yield Item(source, origin(file.path), partial(load, file, max_bytes))


def _not_fetched(path: Path) -> Item:
    """Return an item that says why an address of the web is not taken in."""
    address = _ADDRESS.sub(lambda found: f"{found.group(1).lower()}://", str(path))
    cure = "Bitte die Seite als Datei speichern und diese einlesen."
    return Item(address, "", partial(_fail, SourceError(Reason.BLOCKED_ADDRESS, cure)))


def source_name(name: str) -> str:
    """Return a name as the relative path that people see, "" where nothing is left of it.

    Control characters and steps such as ``..`` are taken out; of a very long path the end stays.
    """
    printable = "".join(c for c in unicodedata.normalize("NFC", name) if c.isprintable())
    parts = [part for part in printable.split("/") if part.strip() not in ("", ".", "..")]
    return "/".join(parts)[-LONGEST_SOURCE:].lstrip("/")


def origin(path: Path) -> str:
    """Return what identifies a place on this machine without naming it."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()


def _fail(error: SourceError) -> bytes:
    raise error
