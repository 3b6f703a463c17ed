"""Conversations in memory: by id, for 30 minutes or as long as is set, never on disk."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assistant.ask import Turn

KEPT_SECONDS = 30 * 60
CAPACITY = 2_000
TURNS = 20


T = TypeVar("T")


@dataclass(slots=True)
class _Held(Generic[T]):
    entries: tuple[T, ...]
    touched: float


class ShortMemory(Generic[T]):
    """Entries under a name, for some time after the last one. Thread-safe."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, seconds: float = KEPT_SECONDS
    ) -> None:
        """Start empty.

        Args:
            clock: Returns seconds.
            seconds: How long an entry is held after the last one under its name; 0 holds nothing.
        """
        self._clock = clock
        self._seconds = seconds
        self._held: OrderedDict[str, _Held[T]] = OrderedDict()
        self._lock = threading.RLock()

    def entries(self, name: str | None) -> tuple[T, ...]:
        """Return what is held under `name`, oldest first; nothing for an unknown or old name."""
        with self._lock:
            self._forget()
            held = self._held.get(name or "")
            return held.entries if held else ()

    def append(self, name: str, entries: Sequence[T]) -> None:
        """Append `entries`; the oldest beyond `TURNS` are dropped."""
        if not self._seconds:
            return
        with self._lock:
            before = self.entries(name)
            self._held[name] = _Held((*before, *entries)[-TURNS:], self._clock())
            self._held.move_to_end(name)
            while len(self._held) > CAPACITY:
                self._held.popitem(last=False)

    def drop(self, name: str) -> bool:
        """Forget what is held under `name`; tells whether anything was."""
        with self._lock:
            return self._held.pop(name, None) is not None

    def _forget(self) -> None:
        oldest = self._clock() - self._seconds
        while self._held:
            first = next(iter(self._held))
            if self._held[first].touched >= oldest:
                return
            del self._held[first]


class Conversations(ShortMemory[Turn]):
    """The conversations that still go on. Thread-safe.

    One that saw internal documents goes on only for those who may see them: to others its id is
    unknown.
    """

    def turns(self, conversation_id: str | None, *, internal: bool = False) -> tuple[Turn, ...]:
        """Return what was said so far, oldest first; nothing for an unknown or old id."""
        return self.entries(conversation_id and _place(conversation_id, internal=internal))

    def add(
        self, conversation_id: str | None, turns: Sequence[Turn], *, internal: bool = False
    ) -> str | None:
        """Append `turns`; returns the id, a new one where the given one is unknown.

        Where nothing is held there is no id: None.
        """
        if not self._seconds:
            return None
        with self._lock:
            known = conversation_id if self.turns(conversation_id, internal=internal) else None
            name = known or secrets.token_urlsafe(16)
            self.append(_place(name, internal=internal), turns)
            return name

    def end(self, conversation_id: str) -> bool:
        """Forget a conversation, whoever held it; tells whether there was one."""
        dropped = [self.drop(_place(conversation_id, internal=each)) for each in (False, True)]
        return any(dropped)


def _place(conversation_id: str, *, internal: bool) -> str:
    return ("internal " if internal else "public ") + conversation_id
