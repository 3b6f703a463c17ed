"""The real bot against the local Slack, in the event loop of a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.bots.server import Place
from assistant.bots.slack.bolt import Credentials
from assistant.bots.slack.serving import SlackBot, SlackSetup
from tests.assistant.bots.slack.workspace import APP_TOKEN, BOT_TOKEN, SECRET, Workspace

BASE = "https://assistent.example.org"


@dataclass
class Team:
    """A workspace with a bot in it."""

    slack: Workspace
    bot: SlackBot


def setup(slack: Workspace, folder: Path, **more: object) -> SlackSetup:
    """What the settings would say."""
    sockets = more.pop("sockets", True)
    app = APP_TOKEN if sockets else ""
    secret = SECRET if more.pop("http", False) else ""
    chosen = {"teams": frozenset(), "channels": frozenset(), "base": BASE} | more
    return SlackSetup(Credentials(BOT_TOKEN, app, secret, slack.url), data_dir=folder, **chosen)  # type: ignore[arg-type]  # chosen by name


@asynccontextmanager
async def workspace() -> AsyncIterator[Workspace]:
    """A Slack without a bot."""
    slack = Workspace()
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()


@asynccontextmanager
async def running(bot: SlackBot) -> AsyncIterator[SlackBot]:
    """A bot that hears."""
    heard = asyncio.Event()
    task = asyncio.create_task(bot.run(heard.set))
    waiting = asyncio.create_task(heard.wait())
    try:
        await asyncio.wait({task, waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        assert heard.is_set()
        yield bot
    finally:
        waiting.cancel()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def team(place: Place, folder: Path, **more: object) -> AsyncIterator[Team]:
    """A Slack with a bot that asks `place`."""
    async with workspace() as slack:
        bot = SlackBot(setup(slack, folder, **more), lambda: place)
        async with running(bot):
            if slack.opened:
                await slack.until(lambda: slack.connected)
            yield Team(slack, bot)
