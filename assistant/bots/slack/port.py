"""What the bot needs of Slack. `assistant.bots.slack.bolt` has it from Slack's own libraries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.backend import Json
from assistant.bots.slack.incoming import Where
from assistant.bots.slack.rendering import Rendered


class Stream(Protocol):
    """A message that grows while it is read. Every method may raise `MessageRefused`."""

    @property
    def stamp(self) -> str | None:
        """The message's time stamp, None before anything was sent."""

    async def append(self, text: str) -> None:
        """Add Markdown; little of it may wait for more."""

    async def stop(self, text: str, blocks: Sequence[Json]) -> None:
        """Add the last Markdown and put `blocks` below; the message is whole now."""


class Slack(Protocol):
    """Calls of Slack's Web API. Every method may raise `MessageRefused`."""

    async def status(self, where: Where, text: str, loading: Sequence[str]) -> None:
        """Show what the bot is doing in a thread, until it writes there."""

    async def stream(self, where: Where) -> Stream:
        """Begin a message in a thread."""

    async def post(self, where: Where, message: Rendered) -> str:
        """Write a message into a thread, or into a channel; returns its time stamp."""

    async def update(self, where: Where, stamp: str, message: Rendered) -> None:
        """Exchange a message."""

    async def whisper(self, where: Where, text: str, blocks: Sequence[Json] = ()) -> None:
        """Write something into a channel that only one person sees."""

    async def respond(self, address: str, text: str, blocks: Sequence[Json] = ()) -> None:
        """Answer a command, for the person alone who gave it."""

    async def open_direct(self, user: str, message: Rendered) -> tuple[str, str]:
        """Write to somebody directly; returns channel and time stamp."""

    async def prompts(self, where: Where, title: str, questions: Sequence[str]) -> None:
        """Offer first questions in the app's messages."""

    async def home(self, user: str, view: Json) -> None:
        """Show somebody the app's home tab."""
