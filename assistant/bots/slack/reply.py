"""One answer on its way into a thread: streamed, and written whole where streaming fails."""

from __future__ import annotations

import logging

from assistant.bots.slack.escaping import Markdown
from assistant.bots.slack.incoming import Where
from assistant.bots.slack.port import Slack, Stream
from assistant.bots.slack.rendering import LONGEST_TEXT, Rendered
from assistant.errors import MessageRefused

_log = logging.getLogger(__name__)


class Reply:
    """A message that grows; `finish` makes sure that the whole answer stands there once."""

    def __init__(self, slack: Slack, where: Where) -> None:
        """Write nothing yet."""
        self._slack = slack
        self._where = where
        self._stream: Stream | None = None
        self._markdown = Markdown()
        self._sent = ""
        self._broken = False

    async def say(self, text: str) -> None:
        """Add words of the answer, as the server's Markdown."""
        shown = self._markdown.feed(text)
        if self._broken or not shown or len(self._sent) + len(shown) > LONGEST_TEXT - 100:
            return
        try:
            if self._stream is None:
                self._stream = await self._slack.stream(self._where)
            await self._stream.append(shown)
            self._sent += shown
        except MessageRefused as refused:
            self._lost(refused)

    async def finish(self, message: Rendered) -> None:
        """Let the thread hold `message`, whatever was said of it so far.

        Raises:
            MessageRefused: Slack takes it in no way.
        """
        if not self._broken and message.text.startswith(self._sent):
            try:
                if self._stream is None:
                    self._stream = await self._slack.stream(self._where)
                await self._stream.stop(message.text[len(self._sent) :], message.blocks)
            except MessageRefused as refused:
                self._lost(refused)
            else:
                return
        elif self._stream is not None and not self._broken:
            await self._break_off()
        await self._write(message)

    async def _break_off(self) -> None:
        """End a stream whose text is not the answer's; the update takes its place."""
        try:
            if self._stream is not None:
                await self._stream.stop("", ())
        except MessageRefused as refused:
            self._lost(refused)

    async def _write(self, message: Rendered) -> None:
        stamp = self._stream.stamp if self._stream is not None else None
        if stamp is not None:
            try:
                await self._slack.update(self._where, stamp, message)
            except MessageRefused as refused:
                self._lost(refused)
            else:
                return
        await self._slack.post(self._where, message)

    def _lost(self, refused: MessageRefused) -> None:
        self._broken = True
        _log.warning("slack refuses a stream or an update: %s", refused.code)
