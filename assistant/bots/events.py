"""What a server's stream says, as records. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Lines:
    """Takes an event stream apart (WHATWG server-sent events, as far as our server uses them)."""

    _rest: bytes = b""
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take the next bytes; yields the events that they complete.

        Raises:
            ServerRefused: The server ended the answer with a problem document.
            ServerUnreachable: What came is no event of ours.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            yield from self._line(line.rstrip(b"\r").decode("utf-8", "replace"))

    def _line(self, line: str) -> Iterator[Event]:
        if not line:
            name, data = self._name, "\n".join(self._data)
            self._name, self._data = "", []
            if name:
                yield from event_of(name, data)
            return
        label, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if label == "event":
            self._name = value
        elif label == "data":
            self._data.append(value)


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
        raise refusal(told, 500)


def refusal(problem: object, status: int) -> ServerRefused:
    """Return a problem document (or whatever came in its place) as an error."""
    told = problem if isinstance(problem, dict) else {}
    detail = str(told.get("detail") or f"Der Server antwortet mit dem Fehler {status}.")
    kind = str(told.get("type") or "server_error").rsplit("/", 1)[-1]
    shown = told.get("status")
    return ServerRefused(detail, kind, shown if isinstance(shown, int) else status)
