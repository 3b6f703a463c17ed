"""Our server's answer to one question, shown as it grows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from assistant.backend import Asked, Json
from assistant.bots.matrix.writing import Writing
from assistant.bots.server import Event, Finished, Replaced, Said, Server
from assistant.errors import ServerUnreachable

__all__ = ["WAITS", "hear"]

WAITS = (1.0, 3.0, 6.0, 10.0)
"""Seconds between tries while our server is started anew."""


async def hear(
    server: Server, asked: Asked, writing: Writing, withdrawn: Callable[[], bool]
) -> Json | None:
    """Ask our server; None as soon as `withdrawn` says that nobody wants to know any more.

    Raises:
        ServerUnreachable: It did not answer in all tries.
        ServerRefused: It answers with a problem document.
        MessageRefused: The homeserver takes no message.
    """
    for wait in WAITS:
        try:
            return await _once(server, asked, writing, withdrawn)
        except ServerUnreachable:
            await asyncio.sleep(wait)
    return await _once(server, asked, writing, withdrawn)


async def _once(
    server: Server, asked: Asked, writing: Writing, withdrawn: Callable[[], bool]
) -> Json | None:
    text = ""
    async with aclosing(server.ask(asked)) as events:
        async for event in events:
            if withdrawn():
                return None
            if isinstance(event, Finished):
                return event.answer
            text = _grown(text, event)
            await writing.go_on(text)
    return None


def _grown(text: str, event: Event) -> str:
    match event:
        case Said():
            return text + event.text
        case Replaced():
            return event.answer
    return text
