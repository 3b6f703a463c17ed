"""What the bot does with messages, reactions and withdrawn messages; knows no Matrix library."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from weakref import WeakValueDictionary

from assistant.backend import Asked
from assistant.bots.matrix import rendering, wording
from assistant.bots.matrix.addressing import Command, Message, Wanted, wanted
from assistant.bots.matrix.allowed import Allowed
from assistant.bots.matrix.content import in_thread, notice
from assistant.bots.matrix.conversations import Conversations
from assistant.bots.matrix.hearing import hear
from assistant.bots.matrix.memory import Memory
from assistant.bots.matrix.port import Homeserver
from assistant.bots.matrix.rendering import Rendered, plain_text
from assistant.bots.matrix.writing import Writing
from assistant.bots.server import Server
from assistant.errors import AssistantError, MessageRefused, ServerRefused, ServerUnreachable
from assistant.feedback.records import Verdict, Vote

__all__ = ["Desk", "Parts"]

HITS = 5
AT_ONCE = 8
_TYPING_SECONDS = 20.0
_VOTES = {"👍": Verdict.UP, "👎": Verdict.DOWN}
_SKIN = str.maketrans("", "", "\ufe0e\ufe0f🏻🏼🏽🏾🏿")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a desk works with. `public` is our server for rooms with people from elsewhere.

    `base` is the server's address for browsers; `edits` bounds those of one answer.
    """

    homeserver: Homeserver
    server: Server
    public: Server
    memory: Memory
    allowed: Allowed
    base: str = ""
    edits: int = 2


class Desk:
    """Deals with what comes in, each message once."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts; conversations and last answers live in this object only."""
        self._with = parts
        self._conversations = Conversations(parts.memory.hashed)
        self._withdrawn: set[str] = set()
        self._at_work: set[str] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def take(self, message: Message) -> None:
        """Do what a message wants, if it wants anything of the bot."""
        memory, homeserver = self._with.memory, self._with.homeserver
        if not self._may(message.sender, message.room_id) or message.event_id in self._at_work:
            return
        if memory.is_handled(message.event_id):
            return
        wish = self._wish(message)
        if wish is None:
            return
        self._at_work.add(message.event_id)
        try:
            async with self._typing(message.room_id):
                await self._serve(message, wish)
        except MessageRefused:
            _log.warning("A homeserver did not take an answer")
        finally:
            self._at_work.discard(message.event_id)
        memory.handle(message.event_id)
        if message.event_id in self._withdrawn:
            await self.withdrawn(message.room_id, message.event_id)
        await homeserver.typing(message.room_id, on=False)

    def _may(self, person: str, room_id: str) -> bool:
        allowed = self._with.allowed
        own = person == self._with.homeserver.me.user
        return not own and allowed.person(person) and allowed.room(room_id)

    def _wish(self, message: Message) -> Wanted | None:
        homeserver = self._with.homeserver
        direct = homeserver.is_direct(message.room_id)
        among = False
        if message.root is not None and not direct:
            others = bool(message.mentions) and homeserver.me.user not in (message.mentions or ())
            among = not others and self._with.memory.is_engaged(self._conversations.thread(message))
        return wanted(message, homeserver.me, spoken_to=direct or among)

    def _is_closed(self, message: Message) -> bool:
        """Tell whether everybody in the room may see what the asker may."""
        homeserver = self._with.homeserver
        people = homeserver.people(message.room_id)
        known = all(map(self._with.allowed.person, people))
        return known and not homeserver.is_open(message.room_id)

    def _server(self, message: Message) -> Server:
        return self._with.server if self._is_closed(message) else self._with.public

    async def _serve(self, message: Message, wish: Wanted) -> None:
        direct = self._with.homeserver.is_direct(message.room_id)
        closed = self._is_closed(message)
        conversation = self._conversations.name(message, direct=direct, closed=closed)
        turn = self._turns.setdefault(conversation, asyncio.Lock())
        async with turn, self._places:
            # Who came into the room while this waited sees nothing internal.
            closed = self._is_closed(message)
            conversation = self._conversations.name(message, direct=direct, closed=closed)
            match wish.command:
                case Command.ASK:
                    await self._answer(message, wish.words, conversation)
                case Command.HELP:
                    await self._reply(message, plain_text(wording.HELP))
                case Command.SOURCES:
                    await self._reply(message, self._sources(message, conversation))
                case Command.SEARCH:
                    await self._reply(message, await self._found(message, wish.words))
                case Command.FORGET:
                    await self._forget(message)

    async def _answer(self, message: Message, question: str, conversation: str) -> None:
        memory = self._with.memory
        thread = self._conversations.thread(message)
        earlier = memory.answer_to(message.event_id)

        def begun(answer_id: str) -> None:
            memory.answered(message.event_id, message.sender, thread, answer_id)

        writing = Writing(
            self._with.homeserver,
            message,
            message.root or message.event_id,
            memory.hashed("send", message.event_id)[:32],
            self._with.edits,
            time.monotonic,
            begun,
            resumed=earlier is not None,
        )
        asked = Asked(question, self._conversations.known(conversation))
        try:
            answer = await hear(
                self._server(message), asked, writing, lambda: message.event_id in self._withdrawn
            )
        except AssistantError as error:
            if isinstance(error, MessageRefused):
                raise
            await writing.finish(plain_text(_told(error)))
            return
        if answer is None:
            return
        self._conversations.heard(message, conversation, answer)
        answer_id = await writing.finish(rendering.answer(answer, self._with.base))
        self._conversations.shown(message, conversation, answer_id, answer)

    def _sources(self, message: Message, conversation: str) -> Rendered:
        direct = self._with.homeserver.is_direct(message.room_id)
        whole_room = message.root is None and not direct
        # What was said while no stranger was in the room is not shown to one.
        public = whole_room and not self._is_closed(message)
        asked = None if whole_room else conversation
        last = self._conversations.last(message.room_id, asked, public=public)
        if last is None:
            return plain_text(wording.NO_SOURCES)
        if not last["citations"]:
            return plain_text(wording.WITHOUT_SOURCES)
        return rendering.sources(last, self._with.base)

    async def _found(self, message: Message, query: str) -> Rendered:
        if not query:
            return plain_text(wording.NO_WORDS)
        try:
            found = await self._server(message).search(query, HITS)
        except (ServerRefused, ServerUnreachable) as error:
            return plain_text(_told(error))
        return rendering.hits(query, found, self._with.base)

    async def _reply(self, message: Message, rendered: Rendered) -> None:
        """Reply in the message's thread, or at the top level where it stands there."""
        content = notice(rendered)
        if message.root is not None:
            content = in_thread(rendered, message.root, message.event_id)
        else:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": message.event_id}}
        key = self._with.memory.hashed("send", message.event_id)[:32]
        await self._with.homeserver.send(message.room_id, content, key)

    async def _forget(self, message: Message) -> None:
        self._with.memory.forget_person(message.sender)
        await self._end(self._conversations.forget_person(message.sender))
        await self._reply(message, plain_text(wording.FORGOTTEN))

    async def _end(self, conversations: Sequence[str]) -> None:
        """Let our server forget conversations; where it is away it forgets by itself soon."""
        for conversation in conversations:
            with suppress(ServerRefused, ServerUnreachable):
                await self._with.server.forget(conversation)

    async def reacted(
        self, room_id: str, person: str, target: str, key: str, event_id: str
    ) -> None:
        """Count a thumb on one of the bot's answers as a vote."""
        memory = self._with.memory
        verdict = _VOTES.get(key.translate(_SKIN))
        if verdict is None or not self._may(person, room_id) or not memory.is_answer(target):
            return
        if memory.is_handled(event_id):
            return
        given = self._conversations.by_answer(target)
        vote = Vote(verdict)
        if given is not None:
            known = self._conversations.known(given.conversation)
            vote = Vote(verdict, conversation_id=known, question=given.answer["question"])
        try:
            await self._with.server.vote(vote)
        except (ServerRefused, ServerUnreachable):
            _log.warning("A vote was not counted: the server did not take it")
        memory.handle(event_id)

    async def withdrawn(self, room_id: str, target: str) -> None:
        """Forget a question that was deleted, and take its answer back."""
        memory = self._with.memory
        if target in self._at_work:
            self._withdrawn.add(target)
            return
        self._withdrawn.discard(target)
        await self._end(self._conversations.forget_question(target))
        known = memory.answer_to(target)
        if known is None:
            return
        key = memory.hashed("redact", target)[:32]
        await self._with.homeserver.redact(room_id, known.answer, key)
        memory.forget_question(target)

    async def joined(self, room_id: str, event_id: str) -> None:
        """Say once what the bot is, in a room it has come into."""
        if self._with.allowed.room(room_id) and self._with.memory.once("joined", event_id):
            await self._say(room_id, wording.GREETING, event_id)

    async def unreadable(self, room_id: str, person: str) -> None:
        """Say once in a room that a message could not be decrypted, and what helps."""
        if self._may(person, room_id) and self._with.memory.once("unreadable", room_id):
            await self._say(room_id, wording.UNREADABLE, f"unreadable {room_id}")

    async def _say(self, room_id: str, text: str, about: str) -> None:
        key = self._with.memory.hashed("say", about)[:32]
        with suppress(MessageRefused):
            await self._with.homeserver.send(room_id, notice(plain_text(text)), key)

    @asynccontextmanager
    async def _typing(self, room_id: str) -> AsyncIterator[None]:
        async def show() -> None:
            while True:
                await self._with.homeserver.typing(room_id, on=True)
                await asyncio.sleep(_TYPING_SECONDS)

        shown = asyncio.create_task(show())
        try:
            yield
        finally:
            shown.cancel()
            await asyncio.gather(shown, return_exceptions=True)


def _told(error: AssistantError) -> str:
    """Return what to say to people; whose server is away they need not know."""
    return error.message if isinstance(error, ServerRefused) else wording.UNREACHABLE
