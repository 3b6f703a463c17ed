"""A Slack of our own on loopback: Web API over HTTP and Socket Mode over a websocket.

It keeps messages the way Slack does (streams, updates, ephemeral ones), acknowledges, redelivers,
limits and breaks off when told to.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

Json = dict[str, Any]

TEAM, BOT_USER, BOT_ID = "T1", "UBOT", "B1"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-geheim-1", "xapp-geheim-2", "signatur-geheim-3"
PERSON = "U7"
DIRECT = "D1"


@dataclass
class Message:
    """One message as people see it."""

    channel: str
    thread: str | None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    streaming: bool = False
    ephemeral_to: str | None = None
    calls: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """All its words."""
        return self.text + json.dumps(self.blocks, ensure_ascii=False)


@dataclass
class Envelope:
    """Something sent through the socket, and when it was acknowledged."""

    sent: float
    acked: float | None = None
    payload: Json | None = None

    @property
    def seconds(self) -> float:
        """From sending to acknowledgement."""
        assert self.acked is not None
        return self.acked - self.sent


class Workspace:
    """The server. Everything it was asked for is kept in `calls`."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.calls: list[tuple[str, Json]] = []
        self.statuses: list[Json] = []
        self.prompts: list[Json] = []
        self.homes: list[Json] = []
        self.responses: list[Json] = []
        self.envelopes: dict[str, Envelope] = {}
        self.failing: dict[str, list[Json | int]] = defaultdict(list)
        self.expired_after: int | None = None
        self.token = BOT_TOKEN
        self.opened = 0
        self.seen = Counter[str]()
        self._sockets: list[web.WebSocketResponse] = []
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/api/{method}", self._called)
        app.router.add_post("/respond", self._responded)
        app.router.add_get("/link", self._linked)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Disappear, without a word on the sockets."""
        for socket in self._sockets:
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()
        self._sockets.clear()
        if self._runner is not None:
            await self._runner.cleanup()

    # What the bot calls

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await _given(request)
        self.calls.append((method, given))
        if self.failing[method]:
            failed = self.failing[method].pop(0)
            if isinstance(failed, int):
                return web.json_response(
                    {"ok": False, "error": "ratelimited"},
                    status=429,
                    headers={"Retry-After": str(failed)},
                )
            return web.json_response({"ok": False} | failed)
        header = request.headers.get("Authorization", "")
        wanted = APP_TOKEN if method == "apps.connections.open" else self.token
        if header != f"Bearer {wanted}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        answer = getattr(self, "_" + method.replace(".", "_"))(given)
        self._changed.set()
        return web.json_response({"ok": "error" not in answer} | answer)

    def _auth_test(self, _: Json) -> Json:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "team": "Team"}

    def _apps_connections_open(self, _: Json) -> Json:
        self.opened += 1
        return {"url": f"ws://127.0.0.1:{self._port}/link?ticket={self.opened}"}

    def _put(self, message: Message) -> Json:
        stamp = f"1800000000.{next(self._numbers):06}"
        self.messages[stamp] = message
        return {"ts": stamp, "channel": message.channel}

    def _chat_postMessage(self, given: Json) -> Json:  # noqa: N802  # Slack's name
        _check(given)
        assert given["unfurl_links"] in (False, "false", "0", 0)
        assert given["unfurl_media"] in (False, "false", "0", 0)
        channel = DIRECT if given["channel"].startswith("U") else given["channel"]
        made = Message(channel, given.get("thread_ts"), given["text"], _blocks(given))
        made.calls.append("post")
        return self._put(made)

    def _chat_postEphemeral(self, given: Json) -> Json:  # noqa: N802
        _check(given)
        made = Message(given["channel"], given.get("thread_ts"), given["text"], _blocks(given))
        made.ephemeral_to = given["user"]
        return self._put(made)

    def _chat_update(self, given: Json) -> Json:
        _check(given)
        held = self.messages[given["ts"]]
        held.text, held.blocks, held.streaming = given["text"], _blocks(given), False
        held.calls.append("update")
        return {"ts": given["ts"], "channel": given["channel"]}

    def _chat_startStream(self, given: Json) -> Json:  # noqa: N802
        assert given["recipient_team_id"] == TEAM
        assert given["recipient_user_id"]
        made = Message(given["channel"], given["thread_ts"], streaming=True)
        made.calls.append("start")
        answer = self._put(made)
        return answer | self._grow(answer["ts"], given, "start")

    def _chat_appendStream(self, given: Json) -> Json:  # noqa: N802
        return self._grow(given["ts"], given, "append")

    def _chat_stopStream(self, given: Json) -> Json:  # noqa: N802
        _check(given)
        told = self._grow(given["ts"], given, "stop")
        if "error" not in told:
            held = self.messages[given["ts"]]
            held.streaming, held.blocks = False, _blocks(given)
        return told

    def _grow(self, stamp: str, given: Json, call: str) -> Json:
        held = self.messages[stamp]
        if self.expired_after is not None and len(held.calls) > self.expired_after:
            held.streaming = False
        if not held.streaming:
            return {"error": "message_not_in_streaming_state"}
        held.calls.append(call)
        held.text += given.get("markdown_text") or ""
        for chunk in _list(given.get("chunks")):
            assert chunk["type"] == "markdown_text"
            held.text += chunk["text"]
        assert len(held.text) <= 12_000
        return {"ts": stamp, "channel": held.channel}

    def _assistant_threads_setStatus(self, given: Json) -> Json:  # noqa: N802
        self.statuses.append(given)
        return {}

    def _assistant_threads_setSuggestedPrompts(self, given: Json) -> Json:  # noqa: N802
        assert 1 <= len(given["prompts"]) <= 4
        self.prompts.append(given)
        return {}

    def _views_publish(self, given: Json) -> Json:
        view = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        _check(view)
        self.homes.append({"user_id": given["user_id"], "view": view})
        return {}

    async def _responded(self, request: web.Request) -> web.Response:
        given = await request.json()
        _check(given)
        self.responses.append(given)
        self._changed.set()
        return web.Response(text="ok")

    # The socket

    async def _linked(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        self._changed.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                told = json.loads(message.data)
                held = self.envelopes.get(told.get("envelope_id", ""))
                if held is not None and held.acked is None:
                    held.acked, held.payload = time.perf_counter(), told.get("payload")
                    self._changed.set()
        if socket in self._sockets:
            self._sockets.remove(socket)
        return socket

    async def deliver(self, payload: Json, kind: str = "events_api", attempt: int = 0) -> Envelope:
        """Send something through the newest socket."""
        name = f"e{next(self._numbers)}"
        held = self.envelopes[name] = Envelope(time.perf_counter())
        told: Json = {"type": kind, "envelope_id": name, "payload": payload}
        if kind == "events_api":
            told |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            told["accepts_response_payload"] = False
        await self._sockets[-1].send_json(told)
        return held

    async def deliver_until_acked(self, payload: Json, patience: float = 1.0) -> None:
        """Do what Slack does: send once more whatever nobody acknowledges."""
        for attempt in range(60):
            try:
                held = await self.deliver(payload, attempt=attempt)
            except (ConnectionError, IndexError):
                await asyncio.sleep(0.1)
                continue
            until = time.perf_counter() + patience
            while held.acked is None and time.perf_counter() < until:
                await asyncio.sleep(0.01)
            if held.acked is not None:
                return
        raise AssertionError("nobody acknowledges")

    async def say(self, reason: str) -> None:
        """Announce that the socket ends, and end it, as Slack does every few hours."""
        socket = self._sockets[-1]
        await socket.send_json({"type": "disconnect", "reason": reason})

    async def drop(self) -> None:
        """Break all sockets off."""
        for socket in list(self._sockets):
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    @property
    def connected(self) -> int:
        return sum(not socket.closed for socket in self._sockets)

    async def until(self, happened: Callable[[], Any], seconds: float = 30.0) -> None:
        """Wait until `happened()`."""
        async with asyncio.timeout(seconds):
            while not happened():
                self._changed.clear()
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.05)
                except TimeoutError:
                    continue

    async def acknowledged(self, held: Envelope) -> None:
        """Wait for an acknowledgement."""
        await self.until(lambda: held.acked)

    # What people did

    def answers(self, thread: str | None = None) -> list[Message]:
        """Finished messages to everybody, in one thread or all."""
        return [
            message
            for message in self.messages.values()
            if not message.streaming
            and message.ephemeral_to is None
            and (thread is None or message.thread == thread)
        ]

    def called(self, method: str) -> list[Json]:
        return [given for name, given in self.calls if name == method]

    def event(self, event: Json, **more: Any) -> Json:
        number = next(self._numbers)
        return {
            "token": "x", "team_id": TEAM, "api_app_id": "A1", "type": "event_callback",
            "event_id": f"Ev{number}", "event_time": 1_800_000_000, "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        } | more  # fmt: skip

    def direct(self, text: str, thread: str | None = None, **more: Any) -> tuple[str, Json]:
        """A direct message: its thread and the event."""
        stamp = f"1700000000.{next(self._numbers):06}"
        told = {
            "type": "message", "channel_type": "im", "channel": DIRECT, "user": PERSON,
            "team": TEAM, "text": text, "ts": stamp,
        }  # fmt: skip
        if thread:
            told["thread_ts"] = thread
        return thread or stamp, self.event(told | more)

    def mention(self, text: str, channel: str = "C1", **more: Any) -> tuple[str, Json]:
        """A message in a channel that names the bot."""
        stamp = f"1700000000.{next(self._numbers):06}"
        told = {
            "type": "app_mention", "channel": channel, "user": PERSON, "team": TEAM,
            "text": f"<@{BOT_USER}> {text}", "ts": stamp,
        }  # fmt: skip
        return stamp, self.event(told | more)

    def opened_tab(self, tab: str) -> Json:
        told = {"type": "app_home_opened", "user": PERSON, "channel": DIRECT, "tab": tab}
        return self.event(told)

    def pressed(self, action: Json, message_stamp: str = "1800000000.000001") -> Json:
        message = self.messages.get(message_stamp)
        told = {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": PERSON, "team_id": TEAM},
            "trigger_id": f"tr{next(self._numbers)}", "actions": [action],
            "response_url": self.response_url,
        }  # fmt: skip
        if message is None:  # on the home tab
            return told | {"container": {"type": "view"}, "view": {"id": "V1"}}
        return told | {
            "channel": {"id": message.channel},
            "message": {"ts": message_stamp, "thread_ts": message.thread},
            "container": {"type": "message", "channel_id": message.channel},
        }

    def command(self, text: str, channel: str = "C1") -> Json:
        return {
            "command": "/kgc", "text": text, "team_id": TEAM, "channel_id": channel,
            "user_id": PERSON, "trigger_id": f"tr{next(self._numbers)}", "token": "x",
            "response_url": self.response_url,
        }  # fmt: skip

    @property
    def response_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/respond"

    def stamp_of(self, message: Message) -> str:
        return next(stamp for stamp, held in self.messages.items() if held is message)


def signed(body: str, at: int | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers with which Slack signs a request."""
    stamp = str(int(time.time()) if at is None else at)
    made = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}


def form(payload: Mapping[str, Any]) -> str:
    return urlencode(payload)


def _blocks(given: Json) -> list[Json]:
    return _list(given.get("blocks"))


def _list(given: Any) -> list[Json]:
    return list(json.loads(given) if isinstance(given, str) else given or [])


async def _given(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **await request.post()}


def _check(given: Json) -> None:
    """Refuse what Slack would."""
    blocks = _blocks(given)
    assert len(blocks) <= 50
    assert len(given.get("text") or "") <= 40_000
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    assert markdown <= 12_000
    for block in blocks:
        check_block(block)


def check_block(block: Json) -> None:
    """Refuse a block that breaks one of Slack's limits."""
    _CHECKS[block["type"]](block)


def _check_context(block: Json) -> None:
    assert 1 <= len(block["elements"]) <= 10
    assert all(1 <= len(part["text"]) <= 3_000 for part in block["elements"])


def _check_actions(block: Json) -> None:
    assert 1 <= len(block["elements"]) <= 25
    names = [part["action_id"] for part in block["elements"]]
    assert len(set(names)) == len(names)
    for part in block["elements"]:
        assert 1 <= len(part["text"]["text"]) <= 75
        assert len(part["value"]) <= 2_000


def _check_feedback(block: Json) -> None:
    for part in block["elements"]:
        for name in ("positive_button", "negative_button"):
            assert 1 <= len(part[name]["text"]["text"]) <= 75
            assert len(part[name]["value"]) <= 2_000
            assert 1 <= len(part[name]["accessibility_label"]) <= 75


def _check_text(longest: int) -> Callable[[Json], None]:
    def check(block: Json) -> None:
        text = block["text"] if isinstance(block["text"], str) else block["text"]["text"]
        assert 1 <= len(text) <= longest

    return check


_CHECKS: dict[str, Callable[[Json], None]] = {
    "section": _check_text(3_000),
    "header": _check_text(150),
    "markdown": _check_text(12_000),
    "context": _check_context,
    "actions": _check_actions,
    "context_actions": _check_feedback,
    "divider": lambda _: None,
}
