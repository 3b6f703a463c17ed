"""One file of named arrays: written atomically, read by mapping it, never trusted.

Layout: magic, length and CRC-32 of the header, the header as JSON (what the writer says of the
file; name, type, shape and CRC-32 of each array), then the arrays, each at a multiple of 64 bytes.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import StoreUnavailable

_MAGIC = b"KGCARR01"
_FIXED = struct.Struct("<8sII")
_ALIGNED = 64
_TYPES = {"|u1", "<u4", "<i4", "<i8", "<f4"}
_DIMENSIONS = 2

Array = NDArray[Any]
Arrays = dict[str, Array]


def write(path: Path, said: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write `arrays` and what is `said` of them (JSON) in place of the file at `path`.

    A crash leaves the old file or the new one, and at most a file beside it that the next call
    of this function or of `read` takes away.

    Raises:
        StoreUnavailable: The folder cannot be written to.
    """
    flat = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    table = [[name, a.dtype.str, list(a.shape), crc32(_bytes(a))] for name, a in flat.items()]
    header = json.dumps({"said": said, "arrays": table}).encode()
    beside = unfinished(path)
    try:
        with beside.open("wb") as file:
            file.write(framed(header))
            for array in flat.values():
                file.write(bytes(-file.tell() % _ALIGNED))
                file.write(_bytes(array))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as exc:
        raise StoreUnavailable(
            f"„{path.name}“ lässt sich nicht schreiben: {exc.strerror}. Bitte den freien Platz und "
            "die Rechte des Datenordners prüfen."
        ) from exc


def framed(header: bytes) -> bytes:
    """Return the first bytes of a file: what it is, how long its header is, and the header."""
    return _FIXED.pack(_MAGIC, len(header), crc32(header)) + header


def unfinished(path: Path) -> Path:
    """Return where a file lies while it is written; a crash may leave it behind."""
    return path.with_name(path.name + ".part")


def _bytes(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def read(path: Path) -> tuple[dict[str, Any], Arrays] | None:
    """Map the file at `path`; None where it is missing, damaged or none of `write`'s.

    The arrays are read-only and take no memory of their own. All bytes are read once, as a check.
    """
    try:
        unfinished(path).unlink(missing_ok=True)
        with path.open("rb") as file:
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # ValueError: an empty file cannot be mapped
        return None
    try:
        return _parsed(held)
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError, struct.error):
        return None


def _parsed(held: mmap.mmap) -> tuple[dict[str, Any], Arrays] | None:
    magic, length, checksum = _FIXED.unpack_from(held)
    header = held[_FIXED.size : _FIXED.size + length]
    if magic != _MAGIC or len(header) != length or crc32(header) != checksum:
        return None
    parsed = json.loads(header)
    said = parsed["said"]
    if not isinstance(said, dict):
        return None
    arrays: Arrays = {}
    at = _FIXED.size + length
    for name, kind, shape, array_checksum in parsed["arrays"]:
        at += -at % _ALIGNED
        array = _array(held, at, kind, shape)
        if crc32(_bytes(array)) != array_checksum:
            return None
        arrays[name] = array
        at += array.nbytes
    return said, arrays


def _array(held: mmap.mmap, at: int, kind: object, shape: list[int]) -> Array:
    whole = all(type(side) is int and side >= 0 for side in shape)
    if kind not in _TYPES or not whole or not 1 <= len(shape) <= _DIMENSIONS:
        raise ValueError(f"no array: {kind} {shape}")
    # Raises ValueError itself where the file is too short for so many.
    return np.frombuffer(held, str(kind), math.prod(shape), at).reshape(shape)
