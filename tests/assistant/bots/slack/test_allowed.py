"""Only people of named workspaces are answered, in named channels."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.bots.slack.conftest import Asked
from tests.assistant.bots.slack.running import team
from tests.assistant.bots.slack.workspace import PERSON


@pytest.mark.parametrize(
    ("named", "event", "body", "answered"),
    [
        ({}, {}, {}, True),
        ({}, {"team": "T9"}, {}, False),  # somebody of another organisation
        ({}, {"user_team": "T9"}, {}, False),
        ({}, {}, {"team_id": "T9"}, False),
        ({"teams": frozenset({"T1", "T9"})}, {"team": "T9"}, {}, True),
        ({"teams": frozenset({"T9"})}, {}, {}, False),
        ({"channels": frozenset({"C1"})}, {}, {}, True),
        ({"channels": frozenset({"C2"})}, {}, {}, False),
        ({}, {}, {"is_ext_shared_channel": True}, False),
        ({"channels": frozenset({"C1"})}, {}, {"is_ext_shared_channel": True}, True),
    ],
)
def test_who_is_answered_in_a_channel(
    server: Asked,
    tmp_path: Path,
    named: dict[str, Any],
    event: dict[str, Any],
    body: dict[str, Any],
    answered: bool,
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path, **named) as t:
            thread, told = t.slack.mention("Wann?", **event)
            held = await t.slack.deliver(told | body)
            await t.slack.until(lambda: held.acked)
            if answered:
                await t.slack.until(lambda: t.slack.answers(thread))
            else:
                await asyncio.sleep(0.2)
                assert not t.slack.answers()
                assert not server.service.asked

    asyncio.run(story())


def test_direct_messages_stay_allowed_beside_named_channels(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path, channels=frozenset({"C2"})) as t:
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))

    asyncio.run(story())


def test_colleagues_in_another_channel_are_told_why(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path, channels=frozenset({"C2"})) as t:
            _, event = t.slack.mention("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.messages)
            (told,) = t.slack.messages.values()
            assert told.ephemeral_to == PERSON
            assert "nicht freigegeben" in told.text
            await t.slack.deliver(t.slack.command("Netzwerk"), "slash_commands")
            await t.slack.until(lambda: t.slack.responses)
            assert "nicht freigegeben" in t.slack.responses[0]["text"]

    asyncio.run(story())


def test_a_vote_or_question_from_elsewhere_is_nothing(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            for name, value in (("kgc_vote", '{"v":"up"}'), ("kgc_ask_0", "Wann?")):
                action = {"type": "button", "action_id": name, "value": value}
                pressed = t.slack.pressed(action) | {"user": {"id": "U9", "team_id": "T9"}}
                held = await t.slack.deliver(pressed, "interactive")
                await t.slack.acknowledged(held)
            await asyncio.sleep(0.2)
            assert not server.service.votes
            assert not server.service.asked

    asyncio.run(story())


def test_where_others_read_along_only_public_documents_answer(
    server: Asked, tmp_path: Path
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path, channels=frozenset({"C1"})) as t:
            thread, event = t.slack.mention("Wann?")
            await t.slack.deliver(event | {"is_ext_shared_channel": True})
            await t.slack.until(lambda: t.slack.answers(thread))
            (message,) = t.slack.answers(thread)
            assert server.service.internal == [False]
            assert "kgc_ask" not in str(message.blocks)  # who reads along is not said with a press

    asyncio.run(story())


def test_public_only_is_passed_on(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(replace(server.place, public_only=True), tmp_path) as t:
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            assert server.service.internal == [False]

    asyncio.run(story())
