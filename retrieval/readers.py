"""Lets a writer wait for the readers that may still see what it is about to clear away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Readers:
    """Who is reading. Readers never wait; a writer waits for those that began before it asked."""

    def __init__(self) -> None:
        """Start with nobody reading."""
        self._changed = threading.Condition()
        self._reading: set[int] = set()
        self._next = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Count as a reader inside the block, which must not write."""
        with self._changed:
            turn = self._next
            self._next += 1
            self._reading.add(turn)
        try:
            yield
        finally:
            with self._changed:
                self._reading.discard(turn)
                self._changed.notify_all()

    def wait(self) -> None:
        """Return when everybody who is reading now is done; later readers do not matter."""
        with self._changed:
            before = set(self._reading)
            self._changed.wait_for(lambda: before.isdisjoint(self._reading))
