"""A login from end to end: a new device, kept in the data folder, and the old one removed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.bots.matrix import login
from assistant.bots.matrix.bot import check_library, owned
from assistant.errors import AssistantError, BotMisconfigured

if TYPE_CHECKING:
    from assistant.bots.matrix.nio_client.opening import LoggedIn

__all__ = ["sign_in"]


async def sign_in(data_dir: Path, homeserver: str, user: str, password: str) -> LoggedIn:
    """Make a device and keep its token; a device made before is logged out.

    Raises:
        BotMisconfigured: A bot is running, the library is missing, or the homeserver refuses.
        BotUnavailable: The homeserver is away.
    """
    check_library()
    from assistant.bots.matrix.nio_client.opening import log_in, log_out  # noqa: PLC0415  # an extra

    lock = owned(data_dir)
    try:
        earlier = None
        with suppress(BotMisconfigured):  # there is none yet, or it cannot be read
            earlier = login.load(data_dir)
        made = await log_in(homeserver, user, password, data_dir)
        login.save(data_dir, made.login)
        if earlier is not None and earlier.token != made.login.token:
            with suppress(AssistantError):  # the old homeserver may be gone for good
                await log_out(earlier, data_dir)
        return made
    finally:
        lock.release()
