"""The last answers, in this process's memory only: for ``!quellen`` and for votes. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["KEPT_SECONDS", "Given", "Recent"]

KEPT_SECONDS = 1_800.0
_CAPACITY = 1_000


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: the ids of both messages, its conversation (hashed), the contract's JSON."""

    question_id: str
    answer_id: str
    room_id: str
    conversation: str
    person: str
    answer: dict[str, Any]


class Recent:
    """Answers by the message they stand in; after half an hour they are gone."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start empty; `clock` counts seconds."""
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, Given]] = OrderedDict()

    def keep(self, given: Given) -> None:
        """Remember an answer."""
        self._clear()
        self._held.pop(given.answer_id, None)
        self._held[given.answer_id] = (self._clock(), given)
        while len(self._held) > _CAPACITY:
            self._held.popitem(last=False)

    def by_answer(self, answer_id: str) -> Given | None:
        """Return the answer that stands in a message."""
        self._clear()
        held = self._held.get(answer_id)
        return held[1] if held else None

    def by_question(self, question_id: str) -> Given | None:
        """Return the answer to a message."""
        return self._last(lambda given: given.question_id == question_id)

    def last(self, room_id: str, fits: Callable[[str], bool]) -> Given | None:
        """Return the last answer in a room of the conversations that fit."""
        return self._last(lambda given: given.room_id == room_id and fits(given.conversation))

    def drop(self, unwanted: Callable[[Given], bool]) -> list[Given]:
        """Forget some answers and return them."""
        gone = [given for _, given in self._held.values() if unwanted(given)]
        for given in gone:
            del self._held[given.answer_id]
        return gone

    def _last(self, fits: Callable[[Given], bool]) -> Given | None:
        self._clear()
        return next((given for _, given in reversed(self._held.values()) if fits(given)), None)

    def _clear(self) -> None:
        first = self._clock() - KEPT_SECONDS
        while self._held and next(iter(self._held.values()))[0] < first:
            self._held.popitem(last=False)
