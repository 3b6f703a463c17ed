"""What the bot does with what it hears. Knows Slack only by its port."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol, cast
from weakref import WeakValueDictionary

from assistant.answer import escape
from assistant.backend import Asked, Json
from assistant.bots.events import Finished, Replaced, Said
from assistant.bots.server import Server
from assistant.bots.slack import wording
from assistant.bots.slack.allowed import Allowed
from assistant.bots.slack.escaping import markdown, mrkdwn, plain
from assistant.bots.slack.home import home_view, home_without_server
from assistant.bots.slack.incoming import (
    HOME_TAB,
    MESSAGES_TAB,
    Ballot,
    Forgotten,
    Heard,
    Opened,
    Question,
    Search,
    Where,
)
from assistant.bots.slack.port import Slack
from assistant.bots.slack.rendering import LONGEST_NOTICE, Rendered, notice, render, render_hits
from assistant.bots.slack.reply import Reply
from assistant.bots.threads import Threads
from assistant.errors import AssistantError, MessageRefused, ServerRefused
from assistant.feedback.records import Verdict, Vote
from retrieval.errors import StoreUnavailable

_log = logging.getLogger(__name__)
_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")
_HELP = ("", "hilfe", "help")
_SEARCHED = 5
_FIRST_QUESTIONS = 4
_TOLD = (413, 422, 429)
"""Refusals whose sentence is meant for the person who asks."""


class Marks(Protocol):
    """Remembers what was reacted to already."""

    def first(self, names: Sequence[str]) -> bool:
        """Remember `names`; tells whether all of them are new."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the bot needs beside the server and Slack.

    `base` is our server's address for browsers, "" where others cannot reach it; `marks` takes
    over where the file behind `seen` fails.
    """

    base: str
    allowed: Allowed
    seen: Marks
    marks: Marks


class Bot:
    """Reacts to what people do in Slack, to each thing once."""

    def __init__(self, server: Server, public: Server, slack: Slack, setting: Setting) -> None:
        """Join the parts; `public` is our server for where other organisations read along."""
        self._server = server
        self._public = public
        self._slack = slack
        self._setting = setting
        self._threads = Threads()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._at_work: set[asyncio.Task[None]] = set()

    async def hear(self, heard: Heard) -> None:
        """React to something; whatever fails is told or logged, never raised."""
        task = cast("asyncio.Task[None] | None", asyncio.current_task())
        if task is not None:
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        try:
            if await self._is_wanted(heard):
                await self._react(heard)
        except AssistantError as error:
            _log.warning("slack: a reaction failed: %s", _code(error))
        except Exception as error:  # noqa: BLE001  # one message must not end the bot
            _log.error(
                "slack: a reaction failed unexpectedly: %s", type(error).__name__
            )  # a traceback may show texts

    async def settle(self, seconds: float) -> None:
        """Wait for reactions under way, at most so long, then end them."""
        waiting = set(self._at_work)
        if waiting:
            _, left = await asyncio.wait(waiting, timeout=seconds)
            for task in left:
                task.cancel()

    async def _is_wanted(self, heard: Heard) -> bool:
        if not self._setting.allowed.knows(heard.sender):
            told = ", ".join(sorted(filter(_TEAM.fullmatch, heard.sender.teams)))
            _log.warning("slack: not answered, KGC_SLACK_WORKSPACES lacks one of: %s", told)
            return False
        # Both are asked: the file knows what was before the start, memory what it could not take.
        new = self._setting.marks.first(heard.marks)
        try:
            new = await asyncio.to_thread(self._setting.seen.first, heard.marks) and new
        except StoreUnavailable:
            _log.warning("slack: the list of answered events cannot be written")
        if not new:
            return False
        if self._setting.allowed.allows(heard.sender):
            return True
        if isinstance(heard.meant, Search):
            await self._slack.respond(heard.meant.reply_to, wording.NOT_HERE)
        elif isinstance(heard.meant, Question):
            await self._slack.whisper(heard.meant.where, wording.NOT_HERE)
        return False

    async def _react(self, heard: Heard) -> None:
        match heard.meant:
            case Question() as question:
                await self._answer(question, shared=heard.sender.shared)
            case Ballot() as ballot:
                await self._count(ballot)
            case Opened() as opened:
                await self._greet(opened)
            case Search() as search:
                await self._search(search)
            case Forgotten() as forgotten:
                conversation = self._threads.drop(forgotten.where.key)
                if conversation is not None:
                    await self._server.forget(conversation)

    async def _answer(self, question: Question, *, shared: bool) -> None:
        where = question.where
        if question.repeat:
            where = await self._shown(question)
        if not question.text:
            await self._slack.post(where, notice(wording.EMPTY))
            return
        turn = self._turns.setdefault(where.key, asyncio.Lock())
        async with turn:  # two questions in a thread are answered one after the other
            await self._show_status(where)
            reply = Reply(self._slack, where)
            try:
                message = await self._said(question.text, where, reply, shared=shared)
            except AssistantError as error:
                _log.warning("slack: no answer: %s", _code(error))
                message = notice(_apology(error))
            await reply.finish(message)

    async def _shown(self, question: Question) -> Where:
        """Show the question of a button, since nobody wrote it; returns the thread to answer in."""
        quoted = Rendered(
            f"> {markdown(escape(question.text))}", (), mrkdwn(question.text, LONGEST_NOTICE)
        )
        where = question.where
        if where.thread:
            await self._slack.post(where, quoted)
            return where
        channel, stamp = await self._slack.open_direct(where.user, quoted)
        return replace(where, channel=channel, thread=stamp)

    async def _show_status(self, where: Where) -> None:
        try:
            await self._slack.status(where, wording.SEARCHING, wording.LOADING)
        except MessageRefused as refused:  # the answer matters, its announcement does not
            _log.info("slack shows no status: %s", refused.code)

    async def _said(self, text: str, where: Where, reply: Reply, *, shared: bool) -> Rendered:
        """Let the server answer; returns the whole message.

        With `shared` from public documents, and without buttons to ask on: Slack does not say who
        reads along where one is pressed.
        """
        key = f"{where.key}-public" if shared else where.key
        server = self._public if shared else self._server
        asked = Asked(text, self._threads.of(key))
        withdrawn = False
        async with aclosing(server.ask(asked)) as events:
            async for event in events:
                match event:
                    case Said() if not withdrawn:
                        await reply.say(event.text)
                    case Replaced():
                        withdrawn = True
                    case Finished():
                        self._threads.keep(key, event.answer.get("conversation_id"))
                        answer = event.answer | ({"follow_ups": []} if shared else {})
                        return render(answer, self._setting.base)
        raise AssertionError("a stream ends with Finished")

    async def _count(self, ballot: Ballot) -> None:
        told = ballot.value
        if told.get("v") not in ("up", "down"):
            return
        conversation, question = told.get("c"), told.get("q")
        vote = Vote(
            Verdict(told["v"]),
            conversation_id=conversation if isinstance(conversation, str) else None,
            question=question if isinstance(question, str) else None,
        )
        await self._server.vote(vote)
        await self._slack.whisper(ballot.where, wording.words(told.get("l")).thanks)

    async def _greet(self, opened: Opened) -> None:
        if opened.tab == HOME_TAB:
            await self._slack.home(opened.where.user, await self._home())
        elif opened.tab == MESSAGES_TAB and opened.where.channel:
            questions = await self._first_questions() or wording.FALLBACK_PROMPTS
            await self._slack.prompts(opened.where, wording.PROMPTS_TITLE, questions)

    async def _home(self) -> Json:
        try:
            listed = await self._server.documents()
        except AssistantError as error:
            _log.warning("slack: no home tab: %s", _code(error))
            return home_without_server()
        questions = await self._first_questions()
        return home_view(listed.get("documents") or [], questions, self._setting.base)

    async def _first_questions(self) -> list[str]:
        try:
            told = await self._server.widget()
        except AssistantError as error:
            _log.warning("slack: no first questions: %s", _code(error))
            return []
        return [q for q in map(plain, told.get("suggestions") or []) if q][:_FIRST_QUESTIONS]

    async def _search(self, search: Search) -> None:
        if search.query.casefold() in _HELP:
            await self._slack.respond(search.reply_to, wording.USAGE)
            return
        try:
            found = await self._server.search(search.query, _SEARCHED)
        except AssistantError as error:
            _log.warning("slack: no search: %s", _code(error))
            await self._slack.respond(search.reply_to, _apology(error))
            return
        blocks = render_hits(found, self._setting.base)
        await self._slack.respond(search.reply_to, blocks[0]["text"]["text"], blocks)


def _apology(error: AssistantError) -> str:
    if isinstance(error, ServerRefused):
        return error.message if error.status in _TOLD else wording.FAILED
    return wording.UNREACHABLE


def _code(error: AssistantError) -> str:
    """Return what may stand in a log: no sentence, which may hold somebody's words."""
    code = getattr(error, "code", None) or getattr(error, "status", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
