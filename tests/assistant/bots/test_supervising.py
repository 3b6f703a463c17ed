"""A bot that fails comes back; one that is set up wrong does not."""

from __future__ import annotations

import asyncio
import logging

import pytest

from assistant.bots.supervising import supervise
from assistant.errors import BotMisconfigured, MessageRefused


def test_waits_grow_and_the_log_holds_no_content(caplog: pytest.LogCaptureFixture) -> None:
    waits: list[float] = []
    left = [OSError("geheim"), MessageRefused("Wer ist geheim?", "internal_error")] * 5

    async def run() -> None:
        if not left:
            raise BotMisconfigured("Ende")
        raise left.pop()

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    with caplog.at_level(logging.DEBUG), pytest.raises(BotMisconfigured):
        asyncio.run(supervise("slack", run, pause))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert "geheim" not in caplog.text
    assert "internal_error" in caplog.text


def test_cancelling_ends_it() -> None:
    async def story() -> None:
        begun = asyncio.Event()

        async def run() -> None:
            begun.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(supervise("slack", run))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
