"""Which messages are for the bot, and what they want."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.bots.matrix.addressing import Command, Me, Message, Wanted, message_of, wanted

ME = Me("@kgc-bot:example.org", "Chancen-Assistent")


def said(body: str, **more: Any) -> Message:
    return Message("!r:example.org", "$1", "@anna:example.org", body, **more)


def event(body: Any = "Hallo", **content: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": "$1",
        "sender": "@anna:example.org",
        "content": {"msgtype": "m.text", "body": body, **content},
    }


@pytest.mark.parametrize(
    ("message", "question"),
    [
        (said("Chancen-Assistent: Wer fördert?", mentions=frozenset({ME.user})), "Wer fördert?"),
        (said("@kgc-bot:example.org Wer fördert?", mentions=frozenset({ME.user})), "Wer fördert?"),
        (said("@kgc-bot Wer fördert?"), "Wer fördert?"),
        (said("Chancen-Assistent, wer fördert?"), "wer fördert?"),
        (said("Chancen-Assistent Wer fördert?"), "Wer fördert?"),
        (said("Weiß Chancen-Assistent, wer fördert?"), "Weiß, wer fördert?"),
        (said("Wer fördert, @Chancen-Assistent?", mentions=frozenset({ME.user})), "Wer fördert,?"),
        (
            said(
                "Chancen-Assistent: Wer fördert?",
                html='<a href="https://matrix.to/#/%40kgc-bot%3Aexample.org">C</a>: Wer fördert?',
                mentions=frozenset(),
            ),
            "Wer fördert?",
        ),
    ],
)
def test_a_mention_is_answered_without_the_name(message: Message, question: str) -> None:
    assert wanted(message, ME, spoken_to=False) == Wanted(Command.ASK, question)


@pytest.mark.parametrize(
    "message",
    [
        said("Wer fördert?"),
        said("Wer fördert?", mentions=frozenset({"@otto:example.org"})),
        said("Ich mag Chancen-Assistent nicht", mentions=frozenset()),
        said("@kgc-bots Wer?"),
        said("Chancen-Assistentin, wer?"),
        said("kgc-bot ist toll"),
        said("x", html='<a href="https://matrix.to/#/@kgc-bot:example.org.evil">x</a>'),
        said(
            "x",
            html='<mx-reply><a href="https://matrix.to/#/@kgc-bot:example.org">x</a></mx-reply>x',
        ),
    ],
)
def test_what_is_for_others_is_left_alone(message: Message) -> None:
    assert wanted(message, ME, spoken_to=False) is None


def test_where_the_bot_is_spoken_to_no_name_is_needed() -> None:
    assert wanted(said("Wer fördert?"), ME, spoken_to=True) == Wanted(Command.ASK, "Wer fördert?")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("!hilfe", Wanted(Command.HELP)),
        ("!Help", Wanted(Command.HELP)),
        ("!quellen", Wanted(Command.SOURCES)),
        ("!suche Hitzeschutz in Schulen", Wanted(Command.SEARCH, "Hitzeschutz in Schulen")),
        ("!suche", Wanted(Command.SEARCH)),
        ("!vergiss  mich", Wanted(Command.FORGET)),
        ("Chancen-Assistent: !quellen", Wanted(Command.SOURCES)),
        ("!suchen", None),
        ("!vergiss dich", None),
        ("bitte !hilfe", None),
    ],
)
def test_commands(text: str, wish: Wanted | None) -> None:
    assert wanted(said(text), ME, spoken_to=False) == wish


def test_a_bare_mention_is_told_how_to_ask() -> None:
    assert wanted(said("@kgc-bot:example.org:"), ME, spoken_to=False) == Wanted(Command.HELP)


def test_a_bot_without_a_display_name() -> None:
    me = Me("@kgc-bot:example.org")
    assert wanted(said("kgc-bot: Wer?"), me, spoken_to=False) == Wanted(Command.ASK, "Wer?")
    assert wanted(said("Wer?"), me, spoken_to=False) is None


def test_a_message_is_read() -> None:
    relation = {"rel_type": "m.thread", "event_id": "$root"}
    given = event("Hallo ", **{"m.relates_to": relation, "m.mentions": {"user_ids": ["@a:b", 3]}})
    assert message_of("!r", given) == Message(
        "!r", "$1", "@anna:example.org", "Hallo", "", "$root", frozenset({"@a:b"})
    )


def test_a_quoted_message_in_front_is_no_part_of_the_question() -> None:
    reply = {"m.in_reply_to": {"event_id": "$0"}}
    given = event("> <@b:c> Alt\n> noch alt\n\nNeu", **{"m.relates_to": reply})
    read = message_of("!r", given)
    assert read is not None
    assert read.body == "Neu"


@pytest.mark.parametrize(
    "given",
    [
        event(msgtype="m.notice"),
        event(msgtype="m.emote"),
        event(msgtype="m.image"),
        event(**{"m.new_content": {"body": "x"}}),
        event(**{"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}),
        {**event(), "type": "m.sticker"},
        {**event(), "content": None},
        {**event(), "content": {"msgtype": "m.text", "body": 7}},
        {**event(), "content": {}},
    ],
)
def test_what_is_no_text_of_a_person(given: dict[str, Any]) -> None:
    assert message_of("!r", given) is None


@pytest.mark.parametrize("odd", [7, "x", [], {"user_ids": 7}, {"user_ids": [[]]}])
def test_odd_relations_and_mentions_break_nothing(odd: Any) -> None:
    given = event(**{"m.relates_to": odd, "m.mentions": odd, "formatted_body": odd})
    assert message_of("!r", given) is not None
