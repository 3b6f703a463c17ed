"""What people meet in Slack, from the first hello to the vote."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.bots.slack.conftest import Asked
from tests.assistant.bots.slack.running import BASE, Team, team
from tests.assistant.bots.slack.scripted import LONG, QUOTE, REPLACED, TALK
from tests.assistant.bots.slack.workspace import BOT_USER, DIRECT, PERSON, Message


async def answered(t: Team, sent: tuple[str, dict[str, Any]]) -> tuple[str, Message]:
    """Let Slack deliver a message; returns its thread and the one answer there."""
    thread, event = sent
    await t.slack.deliver(event)
    await t.slack.until(lambda: t.slack.answers(thread))
    (message,) = t.slack.answers(thread)
    return thread, message


def test_a_direct_message_is_answered_in_its_thread(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            told = "Wann trifft sich das &lt;Netzwerk&gt; &amp; wer?"
            thread, message = await answered(t, t.slack.direct(told))
            assert QUOTE in message.text
            assert message.calls[0] == "start"
            assert message.calls[-1] == "stop"
            assert server.service.asked[0].question == "Wann trifft sich das <Netzwerk> & wer?"
            assert server.service.internal == [True]
            kinds = [block["type"] for block in message.blocks]
            assert kinds == ["context", "actions", "context_actions"]
            source = message.blocks[0]["elements"][0]["text"]
            assert source == (
                f"*[1]* <{BASE}/documents/doc1?start=0&amp;end={len(QUOTE)}#zitat|Netzwerke>, "
                "Seite 3"
            )
            (status,) = t.slack.statuses
            assert (status["channel_id"], status["thread_ts"]) == (DIRECT, thread)

    asyncio.run(story())


def test_a_mention_is_answered_and_a_thread_is_a_conversation(
    server: Asked, tmp_path: Path
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, event = t.slack.mention("Wann trifft sich das Netzwerk?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            _, again = t.slack.mention("Und wo?", thread_ts=thread)
            await t.slack.deliver(again)
            await t.slack.until(lambda: len(t.slack.answers(thread)) == 2)
            _, other = t.slack.mention("Und wann?")
            await t.slack.deliver(other)
            await t.slack.until(lambda: len(t.slack.answers()) == 3)
            first, second, third = server.service.asked
            assert first.question == "Wann trifft sich das Netzwerk?"
            assert [first.conversation_id, third.conversation_id] == [None, None]
            assert second.conversation_id == "gespraech-1"

    asyncio.run(story())


def test_a_vote_reaches_the_server_with_the_question(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            _, message = await answered(t, t.slack.direct("Wann?"))
            buttons = message.blocks[-1]["elements"][0]
            value = buttons["negative_button"]["value"]
            action = {"type": "feedback_buttons", "action_id": "kgc_vote", "value": value}
            pressed = t.slack.pressed(action, t.slack.stamp_of(message))
            await t.slack.deliver(pressed, "interactive")
            await t.slack.until(lambda: server.service.votes)
            (vote,) = server.service.votes
            assert (vote.verdict, vote.conversation_id) == ("down", "gespraech-1")
            assert (vote.question, vote.internal) == ("Wann?", True)

    asyncio.run(story())


def test_a_follow_up_button_asks_on_in_the_thread(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, message = await answered(t, t.slack.direct("Wann?"))
            button = message.blocks[1]["elements"][0]
            action = {k: button[k] for k in ("type", "action_id", "value")}
            pressed = t.slack.pressed(action, t.slack.stamp_of(message))
            await t.slack.deliver(pressed, "interactive")
            await t.slack.deliver(pressed, "interactive")  # Slack sends it once more
            await t.slack.until(lambda: len(t.slack.answers(thread)) == 3)
            await asyncio.sleep(0.2)
            _, quoted, answer = t.slack.answers(thread)
            assert quoted.blocks[0]["text"] == "> Wo?"
            assert QUOTE in answer.text
            assert server.service.asked[1].conversation_id == "gespraech-1"

    asyncio.run(story())


def test_the_question_of_a_button_calls_nobody(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, message = await answered(t, t.slack.direct("Wann?"))
            action = {"type": "button", "action_id": "kgc_ask_0", "value": "Was ist <!channel>?"}
            await t.slack.deliver(t.slack.pressed(action, t.slack.stamp_of(message)), "interactive")
            await t.slack.until(lambda: len(t.slack.answers(thread)) == 3)
            posted = [told for method, told in t.slack.calls if method == "chat.postMessage"]
            assert "Was ist" in str(posted)
            assert "<!channel>" not in str(posted)

    asyncio.run(story())


def test_the_messages_tab_offers_first_questions(own_server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(own_server.place, tmp_path) as t:
            await t.slack.deliver(t.slack.opened_tab("messages"))
            await t.slack.until(lambda: t.slack.prompts)
            (offered,) = t.slack.prompts
            assert offered["channel_id"] == DIRECT
            assert "thread_ts" not in offered
            assert offered["prompts"]
            assert "KI-System" in offered["title"]

    asyncio.run(story())


def test_the_home_tab_shows_what_is_indexed_and_asks(own_server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(own_server.place, tmp_path) as t:
            await t.slack.deliver(t.slack.opened_tab("home"))
            await t.slack.until(lambda: t.slack.homes)
            (home,) = t.slack.homes
            shown = json.dumps(home["view"], ensure_ascii=False)
            assert home["user_id"] == PERSON
            assert "/kgc" in shown
            assert "3 Dokumente" in shown  # the internal one too: the bot is for staff
            buttons = [b for b in home["view"]["blocks"] if b["type"] == "actions"]
            action = buttons[0]["elements"][0]
            pressed = t.slack.pressed({k: action[k] for k in ("type", "action_id", "value")})
            await t.slack.deliver(pressed, "interactive")
            await t.slack.until(lambda: len(t.slack.answers()) == 2)
            asked, answer = t.slack.answers()
            assert (asked.channel, asked.thread) == (DIRECT, None)
            assert answer.thread == t.slack.stamp_of(asked)

    asyncio.run(story())


def test_the_slash_command_searches(own_server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(own_server.place, tmp_path) as t:
            held = await t.slack.deliver(t.slack.command("Netzwerk"), "slash_commands")
            await t.slack.until(lambda: t.slack.responses)
            (found,) = t.slack.responses
            assert found["response_type"] == "ephemeral"
            assert "Netzwerk" in json.dumps(found["blocks"], ensure_ascii=False)
            assert BASE in json.dumps(found["blocks"])
            assert held.seconds < 1
            assert not t.slack.messages
            await t.slack.deliver(t.slack.command("hilfe"), "slash_commands")
            await t.slack.until(lambda: len(t.slack.responses) == 2)
            assert "/kgc" in t.slack.responses[1]["text"]

    asyncio.run(story())


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B9"},
        {"app_id": "A9"},
        {"user": BOT_USER},
        {"user": "USLACKBOT"},
        {"subtype": "message_changed", "message": {"text": "neu"}},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"edited": {"user": "U7", "ts": "1"}},
        {"channel_type": "channel"},
        {"user": ""},
    ],
)
def test_what_is_no_question_is_not_answered(
    server: Asked, tmp_path: Path, more: dict[str, Any]
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            _, event = t.slack.direct("Wann?", **more)
            held = await t.slack.deliver(event)
            await t.slack.until(lambda: held.acked)
            await asyncio.sleep(0.15)
            assert not server.service.asked
            assert not t.slack.messages

    asyncio.run(story())


def test_a_withdrawn_answer_is_exchanged(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, event = t.slack.direct(f"{REPLACED} {'x' * 300}")
            await t.slack.deliver(event)
            await t.slack.until(
                lambda: (
                    "update"
                    in "".join(
                        call for message in t.slack.answers(thread) for call in message.calls
                    )
                )
            )
            (message,) = t.slack.answers(thread)
            assert message.blocks[0] == {"type": "markdown", "text": "Dazu steht nichts da."}
            assert QUOTE not in message.shown

    asyncio.run(story())


def test_a_long_list_is_whole(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            _, message = await answered(t, t.slack.direct(LONG))
            assert all(f"Satz {number} zu" in message.text for number in range(60))
            assert message.text.count("Satz 7 zu") == 1
            assert message.calls.count("append") > 3

    asyncio.run(story())


def test_small_talk_has_neither_sources_nor_buttons(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            _, message = await answered(t, t.slack.direct(TALK))
            assert (message.text, message.blocks) == ("Gern.", [])

    asyncio.run(story())


def test_a_deleted_question_is_forgotten(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, event = t.slack.direct("Wann?")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            gone = {
                "type": "message", "subtype": "message_deleted", "channel": DIRECT,
                "channel_type": "im", "deleted_ts": thread,
                "previous_message": {"user": PERSON, "ts": thread},
            }  # fmt: skip
            await t.slack.deliver(t.slack.event(gone))
            await t.slack.until(lambda: server.service.ended)
            assert server.service.ended == ["gespraech-1"]

    asyncio.run(story())


def test_an_empty_mention_is_told_what_to_do(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            thread, event = t.slack.mention("")
            await t.slack.deliver(event)
            await t.slack.until(lambda: t.slack.answers(thread))
            assert "Frage" in t.slack.answers(thread)[0].text
            assert not server.service.asked

    asyncio.run(story())


def test_too_long_a_question_is_told_so(server: Asked, tmp_path: Path) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            _, message = await answered(t, t.slack.direct("Wort " * 300))
            assert message.text
            assert not server.service.asked

    asyncio.run(story())
