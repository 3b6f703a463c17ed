"""Vectors of single sentences, embedded when first asked for and kept in memory for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from retrieval.balance import LanguageBalance
from retrieval.ports import Embedder, Matrix, Vector

CAPACITY = 20_000


class SentenceCache:
    """The most recently used sentence vectors. Thread-safe."""

    def __init__(self, embedder: Embedder, balance: LanguageBalance) -> None:
        """Embed with `embedder` and take the language out with `balance`."""
        self._embedder = embedder
        self._balance = balance
        self._held: OrderedDict[tuple[str, str | None], Vector] = OrderedDict()
        self._lock = threading.Lock()

    def vectors(self, sentences: Sequence[tuple[str, str | None]]) -> Matrix:
        """Return one unit row for each (sentence, language), shape (n, dimension)."""
        if not sentences:
            return np.zeros((0, self._embedder.dimension), dtype=np.float32)
        with self._lock:
            known = {key: self._held[key] for key in sentences if key in self._held}
        missing = list(dict.fromkeys(key for key in sentences if key not in known))
        if missing:
            rows = self._embedder.embed_passages([sentence for sentence, _ in missing])
            for key, row in zip(missing, rows, strict=True):
                known[key] = self._balance.passage(row, key[1])
        with self._lock:
            for key, vector in known.items():
                self._held[key] = vector
                self._held.move_to_end(key)
            while len(self._held) > CAPACITY:
                self._held.popitem(last=False)
        return np.stack([known[key] for key in sentences])

    def forget(self) -> None:
        """Drop everything: a document was erased."""
        with self._lock:
            self._held.clear()
