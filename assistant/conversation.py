"""Conversations in memory: by id, for 30 minutes, never on disk."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.ask import Turn

KEPT_SECONDS = 30 * 60
CAPACITY = 2_000
TURNS = 20


@dataclass(slots=True)
class _Held:
    turns: tuple[Turn, ...]
    touched: float


class Conversations:
    """The conversations of the last half hour. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start empty; `clock` returns seconds."""
        self._clock = clock
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def turns(self, conversation_id: str | None) -> tuple[Turn, ...]:
        """Return what was said so far, oldest first; nothing for an unknown or old id."""
        with self._lock:
            self._forget()
            held = self._held.get(conversation_id or "")
            return held.turns if held else ()

    def add(self, conversation_id: str | None, turns: Sequence[Turn]) -> str:
        """Append `turns`; returns the id, a new one where the given one is unknown."""
        with self._lock:
            self._forget()
            known = conversation_id if conversation_id in self._held else None
            name = known or secrets.token_urlsafe(16)
            before = self._held[name].turns if known else ()
            self._held[name] = _Held((*before, *turns)[-TURNS:], self._clock())
            self._held.move_to_end(name)
            while len(self._held) > CAPACITY:
                self._held.popitem(last=False)
            return name

    def _forget(self) -> None:
        oldest = self._clock() - KEPT_SECONDS
        while self._held:
            first = next(iter(self._held))
            if self._held[first].touched >= oldest:
                return
            del self._held[first]
