"""What the bot needs of a homeserver; `assistant.bots.matrix.client` gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from assistant.bots.matrix.addressing import Me

__all__ = ["Content", "Homeserver"]

Content = dict[str, Any]


class Homeserver(Protocol):
    """The rooms of one account."""

    @property
    def me(self) -> Me:
        """The account."""

    def is_direct(self, room_id: str) -> bool:
        """Tell whether nobody but the bot and one other is in a room."""

    def is_open(self, room_id: str) -> bool:
        """Tell whether everybody may read a room without coming into it."""

    def people(self, room_id: str) -> Sequence[str]:
        """Return who is in a room or invited to it, without the bot."""

    async def send(self, room_id: str, content: Content, key: str) -> str:
        """Send a message, encrypted where the room is; waits while the homeserver is away.

        Args:
            room_id: Where to.
            content: Of an event ``m.room.message``.
            key: Two sends with one key are one message, also after a restart.

        Returns:
            The id of the message.

        Raises:
            MessageRefused: The homeserver does not take it.
        """

    async def typing(self, room_id: str, *, on: bool) -> None:
        """Show that the bot writes, for half a minute, or that it does no more."""

    async def redact(self, room_id: str, event_id: str, key: str) -> None:
        """Withdraw a message of the bot."""
