"""Events over HTTP: the route of the real server, in front of the bot in another event loop."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.bots.running import SLACK_EVENTS
from assistant.bots.server import Place
from assistant.bots.slack.serving import SlackBot
from tests.assistant.bots.slack.running import running, setup, workspace
from tests.assistant.bots.slack.scripted import Scripted, listening
from tests.assistant.bots.slack.workspace import Workspace, form, signed

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Hooked:
    """The server that Slack reaches, with the bot behind it."""

    http: httpx.Client
    slack: Workspace
    service: Scripted

    def send(self, event: dict[str, Any], **more: Any) -> httpx.Response:
        body = json.dumps(event)
        headers = JSON | signed(body, **more)
        return self.http.post(SLACK_EVENTS, content=body, headers=headers)

    def wait(self, happened: Any, seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.fixture
def hooked(tmp_path: Path) -> Iterator[Hooked]:
    service = Scripted()
    slack = Workspace()
    places: list[Place] = []
    loop = asyncio.new_event_loop()
    ready, over = threading.Event(), asyncio.Event()
    bots: list[SlackBot] = []
    made = threading.Event()

    async def hold() -> None:
        async with workspace() as started:
            slack.__dict__.update(started.__dict__)
            bot = SlackBot(setup(started, tmp_path, sockets=False, http=True), lambda: places[0])
            bots.append(bot)
            made.set()
            while not places:
                await asyncio.sleep(0.01)
            async with running(bot):
                ready.set()
                await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(hold()), daemon=True)
    thread.start()
    assert made.wait(10)
    with listening(service, {SLACK_EVENTS: bots[0].hook}) as held:
        with httpx.Client(base_url=held.place.url, trust_env=False) as http:
            assert http.post(SLACK_EVENTS, headers=JSON | signed("")).status_code == 503
            places.append(held.place)
            assert ready.wait(10)
            yield Hooked(http, slack, service)
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
    loop.close()


def test_the_address_is_confirmed(hooked: Hooked) -> None:
    answer = hooked.send({"type": "url_verification", "challenge": "abc", "token": "x"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


def test_a_signed_event_is_answered_and_a_replay_is_not(hooked: Hooked) -> None:
    thread, event = hooked.slack.direct("Wann?")
    begun = time.perf_counter()
    assert hooked.send(event).status_code == 200
    assert time.perf_counter() - begun < 1
    assert hooked.send(event).status_code == 200
    hooked.wait(lambda: hooked.slack.answers(thread))
    time.sleep(0.3)
    assert len(hooked.slack.answers(thread)) == 1
    assert hooked.slack.opened == 0


def test_buttons_and_commands_come_as_forms(hooked: Hooked) -> None:
    action = {"type": "feedback_buttons", "action_id": "kgc_vote", "value": '{"v":"up"}'}
    for payload in (
        {"payload": json.dumps(hooked.slack.pressed(action))},
        hooked.slack.command("hilfe"),
    ):
        body = form(payload)
        answer = hooked.http.post(SLACK_EVENTS, content=body, headers=FORM | signed(body))
        assert answer.status_code == 200
    hooked.wait(lambda: hooked.service.votes and hooked.slack.responses)


@pytest.mark.parametrize(
    "stamp", ["", "abc", "1e9", "-1", "٣٣٣", "9" * 5_000, "12.5", "nan", "0x1f"]
)
def test_an_odd_time_stamp_is_refused(hooked: Hooked, stamp: str) -> None:
    _, event = hooked.slack.direct("Wann?")
    body = json.dumps(event)
    headers = [
        (b"X-Slack-Request-Timestamp", stamp.encode()),
        (b"X-Slack-Signature", signed(body)["X-Slack-Signature"].encode()),
    ]
    answer = hooked.http.post(SLACK_EVENTS, content=body, headers=headers)
    assert answer.status_code == 401
    assert "Traceback" not in answer.text


def test_wrong_old_and_missing_signatures_are_refused(hooked: Hooked) -> None:
    _, event = hooked.slack.direct("Wann?")
    body = json.dumps(event)
    now = int(time.time())
    good = signed(body)
    for headers in (
        {},
        {"X-Slack-Request-Timestamp": str(now)},
        {"X-Slack-Signature": good["X-Slack-Signature"]},
        signed(body, secret="anderes"),
        signed(body, at=now - 400),
        signed(body, at=now + 400),
        good | {"X-Slack-Signature": "v0="},
        good | {"X-Slack-Signature": "v0=" + "0" * 64},
        signed(body + " "),
    ):
        answer = hooked.http.post(SLACK_EVENTS, content=body, headers=JSON | headers)
        assert answer.status_code == 401, headers
    time.sleep(0.2)
    assert not hooked.service.asked


def test_no_ssl_check_lets_an_unsigned_event_in(hooked: Hooked) -> None:
    _, event = hooked.slack.direct("Wann?")
    for body, kind in (
        (json.dumps(event | {"ssl_check": "1"}), JSON),
        (form({"ssl_check": "1", "payload": json.dumps(event)}), FORM),
    ):
        headers = kind | signed(body, secret="anderes")
        assert hooked.http.post(SLACK_EVENTS, content=body, headers=headers).status_code < 500
    time.sleep(0.3)
    assert not hooked.service.asked


def test_a_large_or_broken_body_is_refused(hooked: Hooked) -> None:
    large = "x" * 300_000
    answer = hooked.http.post(SLACK_EVENTS, content=large, headers=JSON | signed(large))
    assert answer.status_code == 413
    answer = hooked.http.post(SLACK_EVENTS, content=b"\xff\xfe", headers=JSON | signed("x"))
    assert 400 <= answer.status_code < 500
    for body in ("{", "[]", "null", '"x"', "{}", '{"event": 1}', '{"event": {"type": 5}}'):
        answer = hooked.http.post(SLACK_EVENTS, content=body, headers=JSON | signed(body))
        assert answer.status_code < 500, body
    assert hooked.http.get(SLACK_EVENTS).status_code == 405
