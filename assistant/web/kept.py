"""Answers to searches that are asked again, kept in memory until the index changes."""

from __future__ import annotations

import threading
from collections import OrderedDict

MOST_BYTES = 16_000_000


class Kept:
    """The last answers by their entity tags, all of one state of the index. Thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Keep at most so many bytes of answers; what was not asked for longest goes first."""
        self._most = most_bytes
        self._lock = threading.Lock()
        self._stamp = ""
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, stamp: str, name: str) -> bytes | None:
        """Return the answer `name` if it is of the state `stamp`; of others nothing is kept."""
        with self._lock:
            self._turn(stamp)
            found = self._held.get(name)
            if found is not None:
                self._held.move_to_end(name)
            return found

    def put(self, stamp: str, name: str, answer: bytes) -> None:
        """Keep an answer of the state `stamp`; one that came too late or is too large is not."""
        with self._lock:
            if stamp != self._stamp or len(answer) > self._most:
                return
            self._bytes += len(answer) - len(self._held.pop(name, b""))
            self._held[name] = answer
            while self._bytes > self._most:
                self._bytes -= len(self._held.popitem(last=False)[1])

    def _turn(self, stamp: str) -> None:
        """Forget everything where the index is no longer as it was."""
        if stamp != self._stamp:
            self._stamp, self._bytes = stamp, 0
            self._held.clear()
