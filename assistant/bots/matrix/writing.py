"""One answer in a room: sent when something stands, edited a few times at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.bots.matrix.addressing import Message
from assistant.bots.matrix.content import edit, in_thread
from assistant.bots.matrix.port import Homeserver
from assistant.bots.matrix.rendering import Rendered, unfinished

__all__ = ["Writing"]

FIRST_AFTER_SECONDS = 2.0
"""An answer that is complete before is sent in one go."""
NEXT_AFTER_SECONDS = 5.0


@dataclass
class Writing:
    """The message that an answer becomes.

    `edits` is how often it may be edited; the last one is kept for the whole answer. `begun` is
    told the message's id as soon as it has one.
    """

    homeserver: Homeserver
    question: Message
    root: str
    key: str
    edits: int
    clock: Callable[[], float]
    begun: Callable[[str], None]
    resumed: bool = False
    answer_id: str = ""
    _sent: int = 0

    def __post_init__(self) -> None:
        """Set the time of the first words."""
        self._due = self.clock() + FIRST_AFTER_SECONDS

    async def go_on(self, markdown: str) -> None:
        """Show what stands so far, where it is time and edits are left."""
        if self.clock() < self._due or not markdown.strip() or self._sent >= self.edits:
            return
        await self._put(unfinished(markdown))
        self._due = self.clock() + NEXT_AFTER_SECONDS

    async def finish(self, rendered: Rendered) -> str:
        """Show the whole answer; returns the message's id."""
        # What an earlier run of the program began may stand there still.
        again = self.resumed and not self.answer_id
        await self._put(rendered)
        if again:
            await self._put(rendered)
        return self.answer_id

    async def _put(self, rendered: Rendered) -> None:
        room = self.question.room_id
        if self.answer_id:
            content = edit(rendered, self.answer_id)
            await self.homeserver.send(room, content, f"{self.key}-{self._sent}-edit")
        else:
            content = in_thread(rendered, self.root, self.question.event_id)
            self.answer_id = await self.homeserver.send(room, content, self.key)
            self.begun(self.answer_id)
        self._sent += 1
