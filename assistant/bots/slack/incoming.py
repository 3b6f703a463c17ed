"""What Slack sends → what it means to this bot, or nothing. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.bots.slack.escaping import words_of
from assistant.bots.slack.rendering import ASK, VOTE
from assistant.bots.threads import thread_key

MESSAGES_TAB = "messages"
HOME_TAB = "home"


@dataclass(frozen=True, slots=True)
class Where:
    """A thread in a channel or direct message, and who is spoken to there.

    `thread` is the time stamp of its first message, "" for a place that has no thread yet.
    """

    team: str
    channel: str
    thread: str
    user: str

    @property
    def key(self) -> str:
        """Return a name of the thread that does not show where it is."""
        return thread_key("slack", self.team, self.channel, self.thread)


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody asks; `repeat` says that the question is to be shown first, as from a button."""

    where: Where
    text: str
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Ballot:
    """Somebody votes on an answer; `value` is what the button carried."""

    where: Where
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opens the app, on its tab `tab`."""

    where: Where
    tab: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Somebody deleted the message that a thread hangs on."""

    where: Where


@dataclass(frozen=True, slots=True)
class Search:
    """Somebody searches with the slash command; `reply_to` is the address for what they get."""

    where: Where
    query: str
    reply_to: str


Meant = Question | Ballot | Opened | Forgotten | Search


@dataclass(frozen=True, slots=True)
class Sender:
    """Where something comes from, for the decision whether it is answered.

    `teams` are all workspaces named: that of the installation and that of the person; `shared`
    says that people of other organisations read along.
    """

    teams: frozenset[str]
    channel: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Something to react to. `marks` are names that come again when Slack sends it again."""

    meant: Meant
    sender: Sender
    marks: tuple[str, ...]


Json = Mapping[str, Any]


def heard_event(body: Json, bot_user: str) -> Heard | None:
    """Return what an event of the Events API means; None for what is not to be answered."""
    event = body.get("event")
    if not isinstance(event, Mapping) or _is_from_a_bot(event, bot_user):
        return None
    kind, channel, user = event.get("type"), _text(event, "channel"), _text(event, "user")
    team = _text(body, "team_id")
    marks = [f"event:{_text(body, 'event_id')}"] if body.get("event_id") else []
    meant: Meant | None = None
    if kind == "app_home_opened":
        meant = Opened(Where(team, channel, "", user), _text(event, "tab"))
    elif kind == "message" and event.get("subtype") == "message_deleted":
        meant = _deleted(event, team, channel)
    elif kind == "app_mention" or (kind == "message" and event.get("channel_type") == "im"):
        meant = _question(event, team)
        marks.append(f"message:{channel}:{_text(event, 'ts')}")
    if meant is None:
        return None
    teams = {team, _text(event, "team"), _text(event, "user_team"), _text(event, "source_team")}
    shared = bool(body.get("is_ext_shared_channel"))
    return Heard(meant, Sender(frozenset(teams - {""}), channel, shared), tuple(marks))


def _is_from_a_bot(event: Json, bot_user: str) -> bool:
    """Tell whether a program wrote this: two bots that answer each other never end."""
    programs = ("bot_id", "bot_profile", "app_id")
    return any(event.get(name) for name in programs) or event.get("user") in (bot_user, "USLACKBOT")


def _question(event: Json, team: str) -> Question | None:
    """Return a question; edited messages and those of a subtype are none."""
    if event.get("subtype") or event.get("edited") or event.get("hidden"):
        return None
    channel, stamp, user = (_text(event, name) for name in ("channel", "ts", "user"))
    if not channel or not stamp or not user:
        return None
    thread = _text(event, "thread_ts") or stamp
    return Question(Where(team, channel, thread, user), words_of(_text(event, "text")))


def _deleted(event: Json, team: str, channel: str) -> Forgotten | None:
    gone = event.get("previous_message")
    stamp = _text(event, "deleted_ts")
    if not isinstance(gone, Mapping) or not stamp:
        return None
    return Forgotten(Where(team, channel, _text(gone, "thread_ts") or stamp, _text(gone, "user")))


def heard_action(body: Json) -> Heard | None:
    """Return what a press of a button means; None for buttons of others."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, Mapping):
        return None
    name, team = _text(action, "action_id"), _text(_part(body, "team"), "id")
    person, message = _part(body, "user"), _part(body, "message")
    channel = _text(_part(body, "channel"), "id") or _text(_part(body, "container"), "channel_id")
    user = _text(person, "id")
    thread = _text(message, "thread_ts") or _text(message, "ts")
    where = Where(team, channel or user, thread, user)
    meant: Meant | None = None
    if name == VOTE:
        meant = Ballot(where, _read(_text(action, "value")))
    elif name.startswith(ASK):
        meant = Question(where, " ".join(_text(action, "value").split()), repeat=True)
    if meant is None:
        return None
    teams = frozenset({team, _text(person, "team_id")} - {""})
    marks = tuple(f"action:{mark}" for mark in (_text(body, "trigger_id"),) if mark)
    shared = bool(body.get("is_ext_shared_channel"))
    return Heard(meant, Sender(teams, channel, shared), marks)


def heard_command(body: Json) -> Heard:
    """Return what the slash command means."""
    team, channel = _text(body, "team_id"), _text(body, "channel_id")
    where = Where(team, channel, "", _text(body, "user_id"))
    marks = tuple(f"command:{mark}" for mark in (_text(body, "trigger_id"),) if mark)
    search = Search(where, words_of(_text(body, "text")), _text(body, "response_url"))
    return Heard(search, Sender(frozenset({team} - {""}), channel, shared=False), marks)


def _read(value: str) -> Json:
    try:
        held = json.loads(value)
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
