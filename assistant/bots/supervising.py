"""Keeps a bot running: what fails is tried again, after longer and longer waits."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from assistant.errors import AssistantError, BotMisconfigured

LONGEST_WAIT = 60.0
_log = logging.getLogger(__name__)


async def supervise(
    name: str,
    run: Callable[[], Awaitable[None]],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Run a bot until it is cancelled; after a failure again, in 1, 2, 4 … 60 seconds.

    Args:
        name: The bot's, for the log.
        run: Runs it; a run of more than a minute counts as a success.
        pause: Waits so many seconds.

    Raises:
        BotMisconfigured: Trying again is no use.
    """
    wait = 1.0
    while True:
        begun = time.monotonic()
        try:
            await run()
        except BotMisconfigured:
            raise
        except AssistantError as error:
            told = getattr(error, "code", None) or type(error).__name__
            _log.warning("%s bot: %s, again in %g s", name, told, wait)
        except Exception as error:  # noqa: BLE001  # whatever it is, the bot is to come back
            _log.warning("%s bot: %s, again in %g s", name, type(error).__name__, wait)
        if time.monotonic() - begun > LONGEST_WAIT:
            wait = 1.0
        await pause(wait)
        wait = min(wait * 2, LONGEST_WAIT)
