"""Each event once, whatever Slack or the line do; the figures that the bot is to keep."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.bots.server import Place
from assistant.bots.slack import bolt
from assistant.bots.slack.serving import SEEN_FILE, SlackBot
from assistant.errors import BotMisconfigured
from eval.metrics import percentile
from tests.assistant.bots.slack.conftest import Asked
from tests.assistant.bots.slack.running import running, setup, team, workspace
from tests.assistant.bots.slack.scripted import QUOTE

ACK_P99_SECONDS = 0.1
BACK_SECONDS = 5.0


def test_two_hundred_events_are_acknowledged_in_time(
    server: Asked, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            held = []
            for number in range(200):
                _, event = t.slack.direct(f"Frage {number}")
                held.append(await t.slack.deliver(event))
                await asyncio.sleep(0.005)
            await t.slack.until(lambda: all(envelope.acked for envelope in held))
            p99 = percentile([envelope.seconds for envelope in held], 0.99)
            record_property("ack_p99_ms", p99 * 1_000)
            assert p99 <= ACK_P99_SECONDS
            await t.slack.until(lambda: len(t.slack.answers()) == 200, 60)

    asyncio.run(story())


def test_three_redeliveries_are_answered_once(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, event = t.slack.direct("Wann?")
            held = [await t.slack.deliver(event, attempt=attempt) for attempt in range(4)]
            await t.slack.until(lambda: all(envelope.acked for envelope in held))
            await t.slack.until(lambda: t.slack.answers(thread))
            await asyncio.sleep(0.3)
            assert len(t.slack.answers(thread)) == 1
            assert len(server.service.asked) == 1

    asyncio.run(story())


def test_a_redelivery_after_a_restart_is_not_answered_again(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with workspace() as slack:
            thread, event = slack.direct("Wann?")
            for _ in range(2):
                async with running(SlackBot(setup(slack, tmp_path), lambda: server.place)):
                    await slack.until(lambda: slack.connected)
                    await slack.deliver_until_acked(event)
                    await slack.until(lambda: slack.answers(thread))
                    await asyncio.sleep(0.2)
            assert len(slack.answers(thread)) == 1

    asyncio.run(story())
    kept = b"".join(file.read_bytes() for file in tmp_path.glob(f"{SEEN_FILE}*"))
    assert kept
    for word in (b"Wann", b"Ev1", b"D1", b"U7"):
        assert word not in kept


@pytest.mark.parametrize("how", ["drop", "refresh_requested", "warning", "too_many_websockets"])
def test_a_lost_socket_is_back_in_time_and_nothing_is_lost(
    server: Asked, tmp_path: Path, how: str, record_property: Callable[[str, object], None]
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            before = t.slack.opened
            events = [t.slack.direct(f"Frage {number}") for number in range(20)]
            sending = [
                asyncio.create_task(t.slack.deliver_until_acked(event)) for _, event in events[:10]
            ]
            await asyncio.sleep(0.02)
            begun = time.perf_counter()
            await (t.slack.drop() if how == "drop" else t.slack.say(how))
            sending += [
                asyncio.create_task(t.slack.deliver_until_acked(event)) for _, event in events[10:]
            ]
            await t.slack.until(lambda: t.slack.opened > before and t.slack.connected)
            seconds = time.perf_counter() - begun
            record_property(f"back_seconds_{how}", seconds)
            assert seconds <= BACK_SECONDS
            await asyncio.gather(*sending)
            await t.slack.until(lambda: len(t.slack.answers()) >= len(events))
            await asyncio.sleep(0.3)
            assert [len(t.slack.answers(thread)) for thread, _ in events] == [1] * len(events)

    asyncio.run(story())


def test_slack_itself_goes_and_comes_back(
    server: Asked, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            await t.slack.stop()
            await asyncio.sleep(2)
            before = t.slack.opened
            begun = time.perf_counter()
            await t.slack.start()
            await t.slack.until(lambda: t.slack.opened > before and t.slack.connected)
            seconds = time.perf_counter() - begun
            record_property("back_seconds_outage", seconds)
            assert seconds <= BACK_SECONDS
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver_until_acked(event)
            await t.slack.until(lambda: t.slack.answers(thread))

    asyncio.run(story())


@pytest.mark.slow  # waits as long as Slack is away
def test_after_a_long_outage_the_same_bot_is_back(
    server: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bolt, "_STUCK_SECONDS", 1.0)  # then the library is set up anew

    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            await t.slack.stop()
            await asyncio.sleep(4)
            before = t.slack.opened
            begun = time.perf_counter()
            await t.slack.start()
            await t.slack.until(lambda: t.slack.opened > before and t.slack.connected)
            assert time.perf_counter() - begun <= BACK_SECONDS
            _, again = t.slack.direct("Und wo?", thread)
            await t.slack.deliver_until_acked(again)
            await t.slack.until(lambda: len(t.slack.answers(thread)) == 2)
            assert server.service.asked[1].conversation_id == "gespraech-1"

    asyncio.run(story())


def test_a_hundred_threads_at_once_are_all_answered(server: Asked, tmp_path: Path) -> None:
    server.service.pause = 0.05

    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            events = [t.slack.mention(f"Frage {number}") for number in range(100)]
            held = await asyncio.gather(*(t.slack.deliver(event) for _, event in events))
            await t.slack.until(lambda: len(t.slack.answers()) == 100, 60)
            assert all(envelope.acked for envelope in held)
            for number, (thread, _) in enumerate(events):
                (message,) = t.slack.answers(thread)
                assert f"zu Frage {number} " in message.text

    asyncio.run(story())


@pytest.mark.slow  # waits as long as Slack asks for
def test_where_slack_limits_the_answer_arrives_later(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            t.slack.failing["chat.startStream"] += [1, 1]
            t.slack.failing["chat.stopStream"] += [1]
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            await asyncio.sleep(0.2)
            (message,) = t.slack.answers(thread)
            assert QUOTE in message.text
            assert message.blocks

    asyncio.run(story())


def test_a_stream_that_expired_is_written_whole(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            t.slack.expired_after = 3
            thread, event = t.slack.direct("Lang")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            await t.slack.until(lambda: t.slack.answers(thread)[0].calls[-1] == "update")
            (message,) = t.slack.answers(thread)
            assert "Satz 59 zu Lang" in message.blocks[0]["text"]
            assert message.blocks[-1]["type"] == "context_actions"

    asyncio.run(story())


@pytest.mark.parametrize("code", ["unknown_method", "channel_not_supported"])
def test_where_slack_streams_nothing_the_answer_is_posted(
    server: Asked, tmp_path: Path, code: str
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            t.slack.failing["chat.startStream"] += [{"error": code}] * 9
            t.slack.failing["assistant.threads.setStatus"] += [{"error": code}]
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            (message,) = t.slack.answers(thread)
            assert message.calls == ["post"]
            assert QUOTE in message.blocks[0]["text"]

    asyncio.run(story())


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_a_wrong_token_ends_the_bot(server: Asked, tmp_path: Path, method: str) -> None:
    async def story() -> None:
        async with workspace() as slack:
            slack.failing[method] += [{"error": "invalid_auth"}] * 9
            with pytest.raises(BotMisconfigured, match="KGC_SLACK_BOT_TOKEN"):
                await SlackBot(setup(slack, tmp_path), lambda: server.place).run()

    asyncio.run(story())


def test_without_a_server_people_are_told(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(Place("http://127.0.0.1:9", "x"), tmp_path) as t:
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            assert "nicht erreichbar" in t.slack.answers(thread)[0].text

    asyncio.run(story())


def test_what_is_under_way_is_finished_before_the_end(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with workspace() as slack:
            async with running(SlackBot(setup(slack, tmp_path), lambda: server.place)):
                await slack.until(lambda: slack.connected)
                thread, event = slack.direct("Langsam, bitte")
                await slack.deliver(event)
                await slack.until(lambda: server.service.asked)
            assert len(slack.answers(thread)) == 1

    asyncio.run(story())
