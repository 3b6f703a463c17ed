"""Which conversation a message belongs to, and the last answers of each; in memory only."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from assistant.backend import Json
from assistant.bots.matrix.addressing import Message
from assistant.bots.matrix.recent import Given, Recent
from assistant.bots.threads import Threads

__all__ = ["Conversations"]

_PUBLIC = "-public"
_MOST_PEOPLE = 5_000


class Conversations:
    """The server's conversations by thread.

    At the top level of a direct room all questions are one conversation, which goes on in the
    threads that their answers open.
    """

    def __init__(
        self, hashed: Callable[..., str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start empty; `hashed` makes names that do not show what they stand for."""
        self._hashed = hashed
        self._threads = Threads()
        self._lines = Threads()
        self._recent = Recent(clock)
        self._people: OrderedDict[str, set[str]] = OrderedDict()

    def thread(self, message: Message) -> str:
        """Return the name of a message's thread, which it may be the first of."""
        return self._hashed("thread", message.room_id, message.root or message.event_id)

    def name(self, message: Message, *, direct: bool, closed: bool) -> str:
        """Return the name of a message's conversation.

        Args:
            message: The message.
            direct: It stands in a direct room.
            closed: It may be answered from internal documents; what was said so stays apart.
        """
        thread = self.thread(message)
        if message.root is None and direct:
            self._lines.keep(thread, self._hashed("line", message.room_id))
        return f"{self._lines.of(thread) or thread}{'' if closed else _PUBLIC}"

    def known(self, conversation: str) -> str | None:
        """Return the server's id of a conversation, None for a new one."""
        return self._threads.of(conversation)

    def heard(self, message: Message, conversation: str, answer: Json) -> None:
        """Remember that the server has answered."""
        self._threads.keep(conversation, answer["conversation_id"])
        # Only those that still go on: who asks for years is not to fill the memory.
        held = self._people.pop(message.sender, set())
        going_on = {name for name in held if name in self._threads}
        self._people[message.sender] = going_on | {conversation}
        while len(self._people) > _MOST_PEOPLE:
            self._people.popitem(last=False)

    def shown(self, message: Message, conversation: str, answer_id: str, answer: Json) -> None:
        """Remember an answer by the message it stands in."""
        ids = (message.event_id, answer_id, message.room_id)
        self._recent.keep(Given(*ids, conversation, message.sender, answer))

    def by_answer(self, answer_id: str) -> Given | None:
        """Return the answer that stands in a message."""
        return self._recent.by_answer(answer_id)

    def last(self, room_id: str, conversation: str | None, *, public: bool) -> Json | None:
        """Return the last answer of a conversation, or with None of the room.

        With `public` only one from public documents.
        """

        def fits(name: str) -> bool:
            return conversation in (None, name) and (name.endswith(_PUBLIC) or not public)

        given = self._recent.last(room_id, fits)
        return given.answer if given else None

    def forget_question(self, event_id: str) -> list[str]:
        """Forget the conversations that hold a question; returns the server's ids of them."""
        gone = self._recent.drop(lambda given: given.question_id == event_id)
        return self._ended({given.conversation for given in gone})

    def forget_person(self, person: str) -> list[str]:
        """Forget the conversations that somebody took part in; returns the server's ids of them."""
        self._recent.drop(lambda given: given.person == person)
        return self._ended(self._people.pop(person, set()))

    def _ended(self, conversations: set[str]) -> list[str]:
        self._recent.drop(lambda given: given.conversation in conversations)
        found = (self._threads.drop(conversation) for conversation in sorted(conversations))
        return [known for known in found if known is not None]
