"""Remembers what a reading model made of a passage: the same question is asked again and again.

Neither questions nor passages are kept, only digests of both, so that nothing of an erased document
stays.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from retrieval.joint_reading import Excerpt, Scores, SentenceReader

CAPACITY: Final = 4_000
"""Passages read, each some hundred bytes."""


class RememberingReader:
    """The `SentenceReader` port over another one, which reads only what is new. Thread-safe."""

    def __init__(self, reader: SentenceReader, capacity: int = CAPACITY) -> None:
        """Let `reader` read; `capacity` counts passages."""
        self._reader, self._capacity = reader, capacity
        self._held: OrderedDict[bytes, Scores] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Identify the model and its weights."""
        return self._reader.name

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[Scores]:
        """Return for each excerpt how well each of its sentences answers, shape (sentences,)."""
        keys = [_key(question, excerpt) for excerpt in excerpts]
        with self._lock:
            known = {key: self._held[key] for key in keys if key in self._held}
        new = {key: one for key, one in zip(keys, excerpts, strict=True) if key not in known}
        known.update(zip(new, self._reader.read(question, list(new.values())), strict=True))
        with self._lock:
            for key in keys:
                self._held[key] = known[key]
                self._held.move_to_end(key)
            while len(self._held) > self._capacity:
                self._held.popitem(last=False)
        return [known[key] for key in keys]


def _key(question: str, excerpt: Excerpt) -> bytes:
    said = (question, excerpt.above, excerpt.text, excerpt.sentences)
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).digest()
