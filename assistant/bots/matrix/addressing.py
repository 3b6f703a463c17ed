"""What a message in a room wants of the bot. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

__all__ = ["Command", "Me", "Message", "Wanted", "message_of", "wanted"]


@dataclass(frozen=True, slots=True)
class Me:
    """The bot: its full name (``@bot:server``) and the name it shows."""

    user: str
    display_name: str = ""

    @property
    def names(self) -> list[str]:
        """Return what people may call it, longest first."""
        local = self.user[1:].partition(":")[0]
        names = {self.user, f"@{self.display_name}", self.display_name, f"@{local}", local}
        return sorted((name for name in names if name.strip("@")), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class Message:
    """A text in a room. `root` is its thread, None at the top level.

    `mentions` are the users that it names on purpose, None where the sender's program does not
    say so; `html` is the formatted text, "" where there is none.
    """

    room_id: str
    event_id: str
    sender: str
    body: str
    html: str = ""
    root: str | None = None
    mentions: frozenset[str] | None = None


class Command(StrEnum):
    """What a message asks for."""

    ASK = "ask"
    HELP = "help"
    SOURCES = "sources"
    SEARCH = "search"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A command and its words: the question, or what to search for."""

    command: Command
    words: str = ""


_COMMANDS = (
    (re.compile(r"!(?:hilfe|help)\b", re.I), Command.HELP),
    (re.compile(r"!(?:quellen|sources)\b", re.I), Command.SOURCES),
    (re.compile(r"!(?:vergiss\s+mich|vergissmich|forget\s+me)\b", re.I), Command.FORGET),
    (re.compile(r"!(?:suche|search)\b", re.I), Command.SEARCH),
)
_QUOTED = re.compile(r"(?:> .*\n?)+\n?")
_SEPARATORS = " \t\n,:;–-"


def message_of(room_id: str, event: Mapping[str, Any]) -> Message | None:
    """Read an event of a room; None where it is no text of a person.

    Notices come from bots, edits repeat what was answered already.
    """
    content = event.get("content")
    if event.get("type") != "m.room.message" or not isinstance(content, dict):
        return None
    body = content.get("body")
    if content.get("msgtype") != "m.text" or not isinstance(body, str):
        return None
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, dict) else {}
    if relation.get("rel_type") == "m.replace" or "m.new_content" in content:
        return None
    root = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
    reply = relation.get("m.in_reply_to")
    if isinstance(reply, dict) and not relation.get("is_falling_back"):
        body = _QUOTED.sub("", body, count=1) if body.startswith("> ") else body
    html = content.get("formatted_body")
    return Message(
        room_id,
        str(event["event_id"]),
        str(event["sender"]),
        body.strip(),
        html if isinstance(html, str) else "",
        root if isinstance(root, str) else None,
        _mentions(content.get("m.mentions")),
    )


def _mentions(given: object) -> frozenset[str] | None:
    if not isinstance(given, dict):
        return None
    users = given.get("user_ids")
    users = users if isinstance(users, list) else []
    return frozenset(user for user in users if isinstance(user, str))


def wanted(message: Message, me: Me, *, spoken_to: bool) -> Wanted | None:
    """Return what a message wants of the bot, None where it is not for it.

    Args:
        message: The message.
        me: The bot.
        spoken_to: In this place all messages are for the bot: a direct room, or a thread that it
            takes part in.
    """
    named = _is_named(message, me)
    text = _without_name(message.body, me, named=named)
    for pattern, command in _COMMANDS:
        if found := pattern.match(text):
            return Wanted(command, text[found.end() :].strip())
    if not named and not spoken_to:
        return None
    return Wanted(Command.ASK, text) if text else Wanted(Command.HELP)


def _is_named(message: Message, me: Me) -> bool:
    if message.mentions is not None and me.user in message.mentions:
        return True
    # A link to the bot is a pill; a quoted message in front holds links to whoever wrote it.
    html = unquote(re.sub(r"(?is)<mx-reply>.*?</mx-reply>", "", message.html))
    if re.search(rf"matrix\.to/#/{re.escape(me.user)}(?![\w.:-])", html):
        return True
    if _address(message.body, me) is not None:
        return True
    return message.mentions is None and any(
        _whole(name).search(message.body) for name in (me.user, me.display_name) if name
    )


def _address(body: str, me: Me) -> int | None:
    """Return where the text begins after the bot's name in front, None where it is not there."""
    for name in me.names:
        if body.lower().startswith(name.lower()):
            rest = body[len(name) :]
            # A bare name in front may be a word of the sentence: it needs a sign after it.
            if rest[:1] in (",", ":") or (name.startswith("@") and not rest[:1].isalnum()):
                return len(name)
    return None


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@]){re.escape(name)}(?!\w)", re.I)


def _without_name(body: str, me: Me, *, named: bool) -> str:
    at = _address(body, me)
    if at is None and named:
        for name in me.names:
            if body.lower().startswith(name.lower()) and not body[len(name) :][:1].isalnum():
                at = len(name)
                break
    if at is not None:
        return body[at:].strip(_SEPARATORS)
    if named:
        for name in me.names:
            if name.startswith("@") or name == me.display_name:
                body = re.sub(rf"\s*{_whole(name).pattern}", "", body, flags=re.I)
    return body.strip()
