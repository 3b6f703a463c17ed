"""Reads what happens in the rooms and hands it to the desk, until it is cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from nio import (
    AsyncClient,
    InviteMemberEvent,
    JoinError,
    MegolmEvent,
    ReactionEvent,
    RedactedEvent,
    RedactionEvent,
    Response,
    SyncError,
    SyncResponse,
)
from nio.exceptions import EncryptionError, LocalProtocolError

from assistant.bots.matrix.addressing import message_of
from assistant.bots.matrix.allowed import Allowed
from assistant.bots.matrix.batches import Batches
from assistant.bots.matrix.desk import Desk
from assistant.bots.matrix.memory import Memory
from assistant.bots.matrix.nio_client.timeline import new_events
from assistant.errors import BotMisconfigured

__all__ = ["Session"]

POLL_MS = 20_000
KEY_WAITS = (0.3, 0.7, 1.0, 2.0)
"""Seconds between tries to decrypt a message whose key may still come."""
_LATER_SECONDS = 3.0
_JOIN_SECONDS = 120.0
"""A room of a server that is away must not keep the token of a sync for ever."""
_LOGGED_OUT = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"})
_NOTHING = {"not_types": ["*"]}
FILTER: dict[str, Any] = {
    "presence": _NOTHING,
    "account_data": _NOTHING,
    "room": {
        "timeline": {"limit": 50},
        "ephemeral": _NOTHING,
        "account_data": _NOTHING,
    },
}
_log = logging.getLogger("assistant.bots.matrix")


class Session:
    """One connection to the homeserver."""

    def __init__(self, client: AsyncClient, desk: Desk, memory: Memory, allowed: Allowed) -> None:
        """Take a client that is logged in, and who deals with what comes."""
        self._client = client
        self._desk = desk
        self._memory = memory
        self._allowed = allowed
        self._batches = Batches()
        self._tasks: set[asyncio.Task[None]] = set()
        self._since: str | None = None
        self._ready: Callable[[], None] = lambda: None
        self._heard = False

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Read until cancelled; `ready` is called after the first sync.

        Raises:
            BotMisconfigured: The homeserver does not know the login any more.
        """
        self._ready = ready
        self._client.add_response_callback(self._synced, SyncResponse)
        self._client.add_response_callback(self._not_synced, SyncError)
        self._since = self._memory.token(self._client.user_id)
        try:
            # Without a token all that was ever written would seem new: the first sync only says
            # where "now" is, and which invitations are waiting.
            await self._client.sync_forever(
                POLL_MS, sync_filter=FILTER, since=self._since, full_state=True
            )
        finally:
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def _not_synced(self, error: Response) -> None:
        assert isinstance(error, SyncError)
        if error.status_code in _LOGGED_OUT:
            raise BotMisconfigured(
                "Der Homeserver kennt die Anmeldung des Matrix-Bots nicht mehr "
                f"({error.status_code}). Bitte „kgc matrix login“ neu ausführen."
            )
        _log.warning("The homeserver answered a sync with an error")
        await asyncio.sleep(_LATER_SECONDS)

    async def _synced(self, answer: Response) -> None:
        """Begin with what a sync brought; its token is kept when all of it is done."""
        assert isinstance(answer, SyncResponse)
        work: list[Coroutine[Any, Any, None]] = [
            self._invited(room_id, info.invite_state)
            for room_id, info in answer.rooms.invite.items()
        ]
        for room_id, info in answer.rooms.join.items() if self._since is not None else ():
            came = await new_events(self._client, room_id, info, self._since)
            if came.joined:
                work.append(self._desk.joined(room_id, came.joined))
            work += filter(None, (self._deal(room_id, event) for event in came.events))
        self._since = answer.next_batch
        number = self._batches.begin(answer.next_batch, len(work))
        for coroutine in work:
            task = asyncio.create_task(self._work(number, coroutine))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._keep_token()
        if not self._heard:
            self._heard = True
            self._ready()

    async def _work(self, number: int, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001  # one message must not end the bot
            _log.error(
                "A message could not be dealt with: %s", type(error).__name__
            )  # a trace may hold its text
        self._batches.done(number)
        self._keep_token()

    def _keep_token(self) -> None:
        token = self._batches.reached()
        if token is not None:
            self._memory.reach(self._client.user_id, token)

    def _deal(self, room_id: str, event: Any) -> Coroutine[Any, Any, None] | None:  # noqa: ANN401  # nio's events share no type with its broken ones
        """Return what is to be done about an event, None for nothing."""
        match event:
            case RedactedEvent():
                return None
            case MegolmEvent():
                return self._encrypted(room_id, event)
            case ReactionEvent():
                known = (event.sender, event.reacts_to, event.key, event.event_id)
                return self._desk.reacted(room_id, *known)
            case RedactionEvent():
                return self._desk.withdrawn(room_id, event.redacts)
        source = getattr(event, "source", None)
        message = message_of(room_id, source) if isinstance(source, dict) else None
        return None if message is None else self._desk.take(message)

    async def _encrypted(self, room_id: str, event: MegolmEvent) -> None:
        """Wait a little for the key of a message; without it, say so once."""
        with suppress(LocalProtocolError):  # asked for already
            await self._client.request_room_key(event)
        for wait in KEY_WAITS:
            await asyncio.sleep(wait)
            try:
                read = self._client.decrypt_event(event)
            except EncryptionError:
                continue
            work = self._deal(room_id, read)
            if work is not None:
                await work
            return
        await self._desk.unreadable(room_id, event.sender)

    async def _invited(self, room_id: str, state: list[Any]) -> None:
        """Accept an invitation by somebody on the list, refuse any other."""
        me = self._client.user_id
        for event in state:
            if isinstance(event, InviteMemberEvent) and event.state_key == me:
                if self._allowed.person(event.sender) and self._allowed.room(room_id):
                    async with asyncio.timeout(_JOIN_SECONDS):
                        answer = await self._client.join(room_id)
                    if isinstance(answer, JoinError):
                        _log.warning("A room could not be joined")
                else:
                    await self._client.room_leave(room_id)
                return
