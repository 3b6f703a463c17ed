"""Which sync token may be kept: the newest before which nothing is left to do. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

__all__ = ["Batches"]


@dataclass(slots=True)
class _Batch:
    token: str
    left: int


class Batches:
    """Counts what is still to be done of each sync, in order."""

    def __init__(self) -> None:
        """Start with none."""
        self._held: deque[_Batch] = deque()
        self._first = 0

    def begin(self, token: str, tasks: int) -> int:
        """Begin with `tasks` things to do before `token` may be kept; returns its number."""
        self._held.append(_Batch(token, tasks))
        return self._first + len(self._held) - 1

    def done(self, number: int) -> None:
        """Tell that one thing of a batch is done."""
        self._held[number - self._first].left -= 1

    def reached(self) -> str | None:
        """Take finished batches from the front; returns the last one's token, None for none."""
        token = None
        while self._held and self._held[0].left <= 0:
            token = self._held.popleft().token
            self._first += 1
        return token
