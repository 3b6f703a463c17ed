"""Read a file of 4-bit encoder weights with its vocabulary (magic ``E5S1``, little endian).

Pure: bytes in, numpy arrays and records out. Every length the file claims is checked against
what is there before it is used, so a truncated or foreign file ends in `QuantisedFormatError`.

The layout::

    "E5S1"  u32 version
    i32 hidden, layers, heads, feed_forward, vocabulary, positions, token_types
    f32 epsilon   i32 block size (32)
    i32 pieces, bos, eos, pad, unk   u64 blob bytes   u32 offsets[pieces + 1]   f32 scores[pieces]
    blob (UTF-8 pieces)   i32 entries, u32 bytes, normalisation table
    i32 tensors, each: u16 name bytes, name, u8 kind, u32 count, u64 offset, u64 bytes

A quantised block holds 32 weights in 18 bytes: a float16 scale, then 16 bytes whose low nibbles
are weights 0 to 15 and whose high nibbles are weights 16 to 31, each stored plus 8.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MAGIC: Final = b"E5S1"
VERSION: Final = 1
BLOCK_WEIGHTS: Final = 32
BLOCK: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK_WEIGHTS // 2,))])
ZERO_POINT: Final = 8

Buffer = bytes | memoryview


class QuantisedFormatError(ValueError):
    """The bytes are not a whole, consistent file of this format."""


class Kind(IntEnum):
    """How a tensor is stored."""

    FLOAT32 = 0
    BLOCKS = 1


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of the encoder. All counts are positive; `epsilon` is that of the layer norms."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The Unigram vocabulary: the index of a piece is its token id.

    `scores` are log probabilities, (pieces,) float32. `bos`, `eos`, `pad` and `unk` are token ids.
    """

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """Where a tensor stands in the file: `count` weights in `size` bytes from `offset`."""

    kind: Kind
    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class QuantisedModel:
    """A parsed file. `buffer` must outlive it; tensors are read from it on demand."""

    architecture: Architecture
    vocabulary: Vocabulary
    tensors: Mapping[str, TensorEntry]
    buffer: memoryview

    def tensor(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Read one tensor.

        Args:
            name: Its name in the directory, for example ``l0.q.w``.
            shape: The shape it must have, rows first.

        Returns:
            A float32 array of `shape`, a copy.

        Raises:
            QuantisedFormatError: There is no such tensor, it has another number of weights, or
                a scale in it is no finite number.
        """
        entry = self.tensors.get(name)
        if entry is None:
            raise QuantisedFormatError(f"tensor {name!r} is missing")
        if entry.count != np.prod(shape, dtype=np.int64):
            raise QuantisedFormatError(f"tensor {name!r} has {entry.count} weights, not {shape}")
        raw = self.buffer[entry.offset : entry.offset + entry.size]
        if entry.kind is Kind.FLOAT32:
            return np.frombuffer(raw, dtype="<f4").astype(np.float32).reshape(shape)
        return dequantise(raw).reshape(shape)


def dequantise(raw: Buffer) -> NDArray[np.float32]:
    """Turn blocks of 4-bit weights into float32.

    Args:
        raw: Whole blocks of 18 bytes.

    Returns:
        The weights in order, 32 per block, shape (32 * blocks,).

    Raises:
        QuantisedFormatError: The scale of a block is no number.
    """
    blocks = np.frombuffer(raw, dtype=BLOCK)
    weights = np.empty((len(blocks), BLOCK_WEIGHTS), dtype=np.float32)
    half = BLOCK_WEIGHTS // 2
    weights[:, :half] = blocks["nibbles"] & 0x0F
    weights[:, half:] = blocks["nibbles"] >> 4
    weights -= ZERO_POINT
    scales = blocks["scale"].astype(np.float32)
    if not np.isfinite(scales).all():
        raise QuantisedFormatError("the scale of a block is no finite number")
    weights *= scales[:, None]
    return weights.reshape(-1)


def parse(data: Buffer) -> QuantisedModel:
    """Parse a whole file.

    Args:
        data: The file's bytes, or a memory map of it.

    Returns:
        The parsed model, reading from `data`.

    Raises:
        QuantisedFormatError: The magic or version differs, the data ends too early, or counts and
            offsets contradict each other.
    """
    reader = _Reader(memoryview(data))
    if bytes(reader.take(len(MAGIC))) != MAGIC:
        raise QuantisedFormatError(f"magic bytes {MAGIC!r} are missing")
    (version,) = reader.unpack("<I")
    if version != VERSION:
        raise QuantisedFormatError(f"version {version}, expected {VERSION}")
    architecture = _architecture(reader)
    vocabulary = _vocabulary(reader)
    if len(vocabulary.pieces) > architecture.vocabulary:
        raise QuantisedFormatError(
            f"{len(vocabulary.pieces)} pieces for {architecture.vocabulary} embeddings"
        )
    _skip_normalisation(reader)
    return QuantisedModel(architecture, vocabulary, _directory(reader), reader.data)


@dataclass(slots=True)
class _Reader:
    """A cursor that refuses to read past the end."""

    data: memoryview
    position: int = 0

    def take(self, size: int) -> memoryview:
        """Return the next `size` bytes."""
        end = self.position + size
        if size < 0 or end > len(self.data):
            raise QuantisedFormatError(
                f"{size} bytes wanted at {self.position}, file has {len(self.data)}"
            )
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """Return the next values in the layout of the struct module."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        """Return the next `count` values as an array over the buffer."""
        return np.frombuffer(self.take(count * np.dtype(dtype).itemsize), dtype=dtype)


def _architecture(reader: _Reader) -> Architecture:
    counts = reader.unpack("<7i")
    (epsilon,) = reader.unpack("<f")
    (block,) = reader.unpack("<i")
    if min(counts) < 1:
        raise QuantisedFormatError(f"a count below 1 among {counts}")
    if block != BLOCK_WEIGHTS:
        raise QuantisedFormatError(f"blocks of {block} weights, expected {BLOCK_WEIGHTS}")
    names = [field.name for field in fields(Architecture)]
    found = Architecture(**dict(zip(names, (*counts, epsilon), strict=True)))
    if found.hidden % found.heads:
        raise QuantisedFormatError(f"hidden size {found.hidden} with {found.heads} heads")
    return found


def _vocabulary(reader: _Reader) -> Vocabulary:
    count, *special = reader.unpack("<5i")
    if count < 1 or not all(0 <= token < count for token in special):
        raise QuantisedFormatError(f"special tokens {special} among {count} pieces")
    (blob_size,) = reader.unpack("<Q")
    offsets = reader.array("<u4", count + 1).astype(np.int64)
    scores = reader.array("<f4", count).astype(np.float32)
    blob = bytes(reader.take(blob_size))
    if (np.diff(offsets) < 0).any() or offsets[-1] > blob_size:
        raise QuantisedFormatError("the offsets of the pieces are not in order")
    if not np.isfinite(scores).all():
        raise QuantisedFormatError("a score of a piece is not a number")
    bounds = offsets.tolist()
    try:
        pieces = tuple(blob[start:end].decode() for start, end in pairwise(bounds))
    except UnicodeDecodeError as error:
        raise QuantisedFormatError(f"a piece is not UTF-8: {error}") from error
    return Vocabulary(pieces, scores, *special)


def _skip_normalisation(reader: _Reader) -> None:
    """Pass over the table: it spells out NMT NFKC code point by code point."""
    _, size = reader.unpack("<iI")
    reader.take(size)


def _directory(reader: _Reader) -> dict[str, TensorEntry]:
    (count,) = reader.unpack("<i")
    entries: dict[str, TensorEntry] = {}
    for _ in range(count):
        (name_size,) = reader.unpack("<H")
        name = bytes(reader.take(name_size)).decode("ascii", errors="replace")
        kind, weights, offset, size = reader.unpack("<BIQQ")
        entries[name] = _checked_entry(name, (kind, weights, offset, size), len(reader.data))
    return entries


def _checked_entry(name: str, fields: tuple[int, int, int, int], available: int) -> TensorEntry:
    kind, count, offset, size = fields
    if kind not in tuple(Kind):
        raise QuantisedFormatError(f"tensor {name!r} is of the unknown kind {kind}")
    expected = count * 4 if kind == Kind.FLOAT32 else count // BLOCK_WEIGHTS * BLOCK.itemsize
    if size != expected or (kind == Kind.BLOCKS and count % BLOCK_WEIGHTS):
        raise QuantisedFormatError(f"tensor {name!r}: {count} weights in {size} bytes")
    if offset + size > available:
        raise QuantisedFormatError(f"tensor {name!r} ends at {offset + size} of {available} bytes")
    return TensorEntry(Kind(kind), count, offset, size)
