"""Nothing that people write, no token and no address stands in the log, whatever happens."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import logs
from tests.assistant.bots.slack.conftest import Asked
from tests.assistant.bots.slack.running import team
from tests.assistant.bots.slack.workspace import APP_TOKEN, BOT_TOKEN, DIRECT, PERSON

CANARY = "Quastenflosse"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process logs from ``info`` on."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    names = ("kgc", "assistant", "uvicorn")
    levels = {name: logging.getLogger(name).level for name in names}
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    logging.captureWarnings(capture=False)


def test_a_hundred_questions_leave_no_word(
    server: Asked, tmp_path: Path, written: io.StringIO
) -> None:
    async def story() -> None:
        async with team(server.place, tmp_path) as t:
            for method in ("chat.startStream", "chat.stopStream", "assistant.threads.setStatus"):
                t.slack.failing[method] += [{"error": "internal_error"}] * 10
            t.slack.failing["chat.postMessage"] += [{"error": "msg_too_long"}] * 2
            for number in range(100):
                _, event = t.slack.direct(f"{CANARY} {number}?")
                await t.slack.deliver(event)
            await t.slack.deliver(t.slack.command(CANARY), "slash_commands")
            await t.slack.deliver({"type": "view_submission", "view": CANARY}, "interactive")
            await t.slack.deliver({"type": "unheard_of", "text": CANARY})
            _, odd = t.slack.direct(CANARY)
            await t.slack.deliver(odd | {"event": odd["event"] | {"text": {"x": CANARY}}})
            await t.slack.until(lambda: len(t.slack.answers()) >= 98, 60)
            await t.slack.drop()
            await asyncio.sleep(1)

    asyncio.run(story())
    log = written.getvalue()
    assert "internal_error" in log
    for word in (CANARY, BOT_TOKEN, APP_TOKEN, PERSON, f'"{DIRECT}"', "ticket=", "127.0.0.1"):
        assert word not in log, log
