"""What a server's stream says, as records. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.backend import Json
from assistant.errors import ServerRefused, ServerUnreachable


@dataclass(frozen=True, slots=True)
class Status:
    """What the server is doing: ``searching``, ``answering`` or ``waiting``."""

    stage: str


@dataclass(frozen=True, slots=True)
class Said:
    """The next words of the answer, as Markdown; all of them have passed the check."""

    text: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was said is withdrawn; `answer` is Markdown and stands in its place."""

    answer: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer in the contract's form; nothing comes after it."""

    answer: Json


Event = Status | Said | Replaced | Finished


def event_of(name: str, data: str) -> Iterator[Event]:
    """Return the event called `name`; events that no bot needs are none.

    Raises:
        ServerRefused: It is an error.
        ServerUnreachable: Its data has not the contract's form.
    """
    try:
        told = json.loads(data)
        if name == "status":
            yield Status(str(told["stage"]))
        elif name == "token":
            yield Said(str(told["text"]))
        elif name == "replace":
            yield Replaced(str(told["answer"]))
        elif name == "done":
            yield Finished({**told})
    except (ValueError, KeyError, TypeError) as exc:
        raise ServerUnreachable("Der Server antwortet nicht so, wie er soll.") from exc
    if name == "error":
        raise ServerRefused.of(told, 500)
