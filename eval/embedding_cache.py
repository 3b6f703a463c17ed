"""Remembers vectors on disk, so that a measurement can be repeated without the model's time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.ports import Embedder, Matrix, Vector


class CachedEmbedder:
    """An `Embedder` that asks `inner` only for texts it has not seen. For one thread."""

    def __init__(self, inner: Embedder, path: Path) -> None:
        """Keep vectors in the SQLite file at `path`."""
        self._inner = inner
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("CREATE TABLE IF NOT EXISTS held (key TEXT PRIMARY KEY, vector BLOB)")
        self.name, self.dimension = inner.name, inner.dimension

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, shape (n, dimension)."""
        keys = [self._key("passage", text) for text in texts]
        held = {key: self._held(key) for key in keys}
        missing = [at for at, key in enumerate(keys) if held[key] is None]
        if missing:
            rows = self._inner.embed_passages([texts[at] for at in missing])
            for at, row in zip(missing, rows, strict=True):
                held[keys[at]] = row
                self._keep(keys[at], row)
            self._db.commit()
        if not keys:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([row for key in keys if (row := held[key]) is not None])

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape (dimension,)."""
        key = self._key("query", text)
        vector = self._held(key)
        if vector is None:
            vector = self._inner.embed_query(text)
            self._keep(key, vector)
            self._db.commit()
        return vector

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question, shape (n, dimension)."""
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def _key(self, kind: str, text: str) -> str:
        return hashlib.sha256(f"{self.name}\n{kind}\n{text}".encode()).hexdigest()

    def _held(self, key: str) -> Vector | None:
        row = self._db.execute("SELECT vector FROM held WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(row[0], dtype=np.float32) if row else None

    def _keep(self, key: str, vector: Vector) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO held VALUES (?, ?)", (key, vector.astype(np.float32).tobytes())
        )
