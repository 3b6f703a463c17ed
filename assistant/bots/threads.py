"""Which conversation of the server belongs to which thread. Pure, in memory only."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

CAPACITY = 5_000


def thread_key(*parts: str) -> str:
    """Return a name for a thread that does not show where it is.

    Args:
        parts: Surface, workspace or homeserver, channel or room, thread.
    """
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Threads:
    """The server's ids of conversations, by thread; the longest unused one goes first.

    Nobody chooses the id of a conversation but the server, so a bot keeps which one it was given.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Start empty; at most `capacity` threads are kept."""
        self._capacity = capacity
        self._held: OrderedDict[str, str] = OrderedDict()

    def __contains__(self, key: object) -> bool:
        """Tell whether a thread has a conversation."""
        return key in self._held

    def of(self, key: str) -> str | None:
        """Return the conversation of a thread, None for a new one."""
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def keep(self, key: str, conversation_id: str | None) -> None:
        """Remember the conversation of a thread; None, where the server keeps none, is nothing."""
        if conversation_id is None:
            return
        self._held[key] = conversation_id
        self._held.move_to_end(key)
        while len(self._held) > self._capacity:
            self._held.popitem(last=False)

    def drop(self, key: str) -> str | None:
        """Forget a thread; returns the conversation it had."""
        return self._held.pop(key, None)
