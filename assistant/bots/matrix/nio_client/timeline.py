"""What a sync brings of one room: all of it, in order, and nothing from before the bot came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nio import AsyncClient, MessageDirection, RoomInfo, RoomMessagesResponse

__all__ = ["Came", "new_events"]

MOST_MISSED = 2_000
"""So far back a gap is read, in events of one room."""
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Came:
    """The new events of a room, and the id of the bot's own joining among them, "" without."""

    events: list[Any]
    joined: str = ""


async def new_events(client: AsyncClient, room_id: str, info: RoomInfo, since: str | None) -> Came:
    """Return the events after `since`; what the homeserver left out is fetched.

    Events before the bot's own joining are left out: it was not asked.
    """
    events: list[Any] = list(info.timeline.events)
    if info.timeline.limited and since is not None and _joining(client, events) is None:
        events = [*await _left_out(client, room_id, info.timeline.prev_batch, since), *events]
    at = _joining(client, events)
    if at is None:
        return Came(events)
    return Came(events[at + 1 :], str(events[at].event_id))


async def _left_out(client: AsyncClient, room_id: str, start: str | None, since: str) -> list[Any]:
    found: list[Any] = []
    while start and len(found) < MOST_MISSED:
        page = await client.room_messages(
            room_id, start, end=since, direction=MessageDirection.back, limit=_PAGE
        )
        if not isinstance(page, RoomMessagesResponse) or not page.chunk:
            break
        found += page.chunk
        if _joining(client, page.chunk) is not None or page.end == start:
            break
        start = page.end
    return found[::-1]


def _joining(client: AsyncClient, events: list[Any]) -> int | None:
    """Return where the bot came into the room for the last time."""
    for at in range(len(events) - 1, -1, -1):
        event = events[at]
        if (
            getattr(event, "state_key", None) == client.user_id
            and getattr(event, "membership", None) == "join"
            and event.prev_membership != "join"
        ):
            return at
    return None
