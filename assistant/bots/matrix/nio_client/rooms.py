"""Sending into rooms through matrix-nio."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from nio import (
    AsyncClient,
    ProfileGetDisplayNameResponse,
    RoomRedactResponse,
    RoomSendResponse,
)
from nio.exceptions import LocalProtocolError, OlmTrustError

from assistant.bots.matrix.addressing import Me
from assistant.bots.matrix.port import Content
from assistant.errors import MessageRefused

__all__ = ["Rooms", "me_of"]

_NOT_SENT = "Der Homeserver nimmt die Nachricht nicht an."
_TYPING_MS = 30_000
_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between tries while the homeserver answers with errors of its own."""
_FOR_GOOD = frozenset(
    {
        "M_FORBIDDEN",
        "M_TOO_LARGE",
        "M_BAD_JSON",
        "M_NOT_FOUND",
        "M_INVALID_PARAM",
        "M_UNKNOWN_TOKEN",
    }
)


async def me_of(client: AsyncClient) -> Me:
    """Return the account with the name that it shows."""
    answer = await client.get_displayname()
    name = answer.displayname if isinstance(answer, ProfileGetDisplayNameResponse) else None
    return Me(client.user_id, name or "")


class Rooms:
    """The rooms of the account that `client` is logged in with."""

    def __init__(self, client: AsyncClient, me: Me) -> None:
        """Take a client that is logged in."""
        self._client = client
        self.me = me

    def is_direct(self, room_id: str) -> bool:
        """Tell whether nobody but the bot and one other is in a room."""
        return len(self.people(room_id)) == 1

    def is_open(self, room_id: str) -> bool:
        """Tell whether everybody may read a room without coming into it."""
        room = self._client.rooms.get(room_id)
        return room is not None and room.history_visibility == "world_readable"

    def people(self, room_id: str) -> Sequence[str]:
        """Return who is in a room or invited to it, without the bot."""
        room = self._client.rooms.get(room_id)
        known = {*room.users, *room.invited_users} if room else set()
        return sorted(known - {self.me.user})

    async def send(self, room_id: str, content: Content, key: str) -> str:
        """Send a message; see `Homeserver`."""
        code = ""
        for wait in (*_WAITS, None):
            try:
                answer = await self._client.room_send(
                    room_id, "m.room.message", content, key, ignore_unverified_devices=True
                )
            except (LocalProtocolError, OlmTrustError) as exc:
                raise MessageRefused(_NOT_SENT, type(exc).__name__) from exc
            if isinstance(answer, RoomSendResponse):
                return str(answer.event_id)
            code = str(answer.status_code)
            if wait is None or code in _FOR_GOOD:
                break
            await asyncio.sleep(wait)
        raise MessageRefused(_NOT_SENT, code)

    async def typing(self, room_id: str, *, on: bool) -> None:
        """Show that the bot writes, or that it does no more."""
        if room_id in self._client.rooms:
            await self._client.room_typing(room_id, on, _TYPING_MS)

    async def redact(self, room_id: str, event_id: str, key: str) -> None:
        """Withdraw a message of the bot."""
        for wait in (*_WAITS, None):
            answer = await self._client.room_redact(room_id, event_id, tx_id=key)
            if isinstance(answer, RoomRedactResponse) or answer.status_code in _FOR_GOOD:
                return
            if wait is not None:
                await asyncio.sleep(wait)
