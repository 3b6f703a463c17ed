"""People who chat: real Matrix clients, with encryption, in an event loop of their own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, SyncResponse

from tests.assistant.bots.matrix.homeserver import PASSWORD, Homeserver

PATIENCE = 30.0


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        """Start it."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Any], seconds: float = 60) -> Any:
        """Run something in it and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)

    def begin(self, coroutine: Coroutine[Any, Any, Any]) -> Callable[[], None]:
        """Run something in it until the function that is returned is called."""
        task = asyncio.run_coroutine_threadsafe(coroutine, self.loop)

        def end() -> None:
            task.cancel()

            async def gone() -> None:
                await asyncio.sleep(0)

            self.run(gone())

        return end

    def close(self) -> None:
        """End it."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


@dataclass
class Person:
    """Somebody who is logged in and reads along. `seen` are events, decrypted, as they came."""

    loop: Loop
    client: AsyncClient
    seen: list[dict[str, Any]] = field(default_factory=list)
    invites: list[str] = field(default_factory=list)

    @property
    def user(self) -> str:
        """The full name."""
        return str(self.client.user_id)

    async def _synced(self, answer: Any) -> None:
        for room_id, info in answer.rooms.join.items():
            for event in info.timeline.events:
                source = getattr(event, "source", None)
                if isinstance(source, dict):
                    self.seen.append({**source, "room": room_id, "came": time.monotonic()})
        self.invites += list(answer.rooms.invite)

    def room(self, *invited: str, encrypted: bool = False, direct: bool = False) -> str:
        """Open a room and invite people."""
        state = (
            [{"type": "m.room.encryption", "state_key": "",
              "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
            if encrypted else []
        )  # fmt: skip
        answer = self.loop.run(
            self.client.room_create(invite=invited, is_direct=direct, initial_state=state)
        )
        room_id = str(answer.room_id)
        self.until(lambda: room_id in self.client.rooms)
        return room_id

    def joined(self, room_id: str, user: str) -> None:
        """Wait until somebody has come into a room."""
        self.until(lambda: user in self.members(room_id))

    def members(self, room_id: str) -> set[str]:
        """Return who has come into a room."""
        room = self.client.rooms[room_id]
        return set(room.users) - set(room.invited_users)

    def say(
        self, room_id: str, body: str, *, root: str = "", mention: str = "", **more: Any
    ) -> str:
        """Write something; returns the event's id."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": body, **more}
        if root:
            content["m.relates_to"] = {"rel_type": "m.thread", "event_id": root}
        if mention:
            content["m.mentions"] = {"user_ids": [mention]}
        return self.send(room_id, "m.room.message", content)

    def send(self, room_id: str, kind: str, content: dict[str, Any]) -> str:
        """Send an event; returns its id."""
        answer = self.loop.run(
            self.client.room_send(room_id, kind, content, ignore_unverified_devices=True)
        )
        return str(answer.event_id)

    def react(self, room_id: str, target: str, key: str) -> str:
        """React to a message."""
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return self.send(room_id, "m.reaction", {"m.relates_to": relation})

    def redact(self, room_id: str, event_id: str) -> None:
        """Delete a message."""
        self.loop.run(self.client.room_redact(room_id, event_id))

    def from_(self, user: str, room_id: str) -> list[dict[str, Any]]:
        """Return the messages of somebody in a room, without edits."""
        return [
            event for event in list(self.seen)
            if event["sender"] == user and event["room"] == room_id
            and event["type"] == "m.room.message" and "m.new_content" not in event["content"]
            and event["content"]
        ]  # fmt: skip

    def replies(self, user: str, room_id: str, to: str) -> list[dict[str, Any]]:
        """Return what somebody replied to a message."""
        return [
            event for event in self.from_(user, room_id)
            if event["content"].get("m.relates_to", {}).get("m.in_reply_to") == {"event_id": to}
        ]  # fmt: skip

    def reply(self, user: str, room_id: str, to: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait for somebody's reply to a message."""
        self.until(lambda: self.replies(user, room_id, to), seconds)
        return self.replies(user, room_id, to)[0]

    def until(self, happened: Callable[[], Any], seconds: float = PATIENCE) -> None:
        """Wait until something has happened."""
        last = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < last, [
                (e["type"], e["sender"], str(e["content"])[:200]) for e in self.seen[-12:]
            ]
            time.sleep(0.01)


@contextmanager
def person(loop: Loop, server: Homeserver, name: str, folder: Path) -> Iterator[Person]:
    """Log somebody in, who reads along until the end."""

    async def opened() -> AsyncClient:
        config = AsyncClientConfig(max_timeout_retry_wait_time=1, request_timeout=30)
        client = AsyncClient(server.url, name, store_path=str(folder), config=config)
        await client.login(PASSWORD)
        return client

    folder.mkdir(parents=True, exist_ok=True)
    made = Person(loop, loop.run(opened()))
    made.client.add_response_callback(made._synced, SyncResponse)
    end = loop.begin(made.client.sync_forever(10_000, full_state=True))
    made.until(lambda: made.client.next_batch)
    try:
        yield made
    finally:
        end()
        with suppress(Exception):
            loop.run(made.client.close())
