"""The Slack bot put together: credentials and server in, a bot that runs until it is cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.bots.hooks import HookReply
from assistant.bots.seen import Remembered, Seen
from assistant.bots.server import Place, Server
from assistant.bots.slack.allowed import Allowed
from assistant.bots.slack.bolt import Connection, Credentials, Identity
from assistant.bots.slack.bot import Bot, Marks, Setting
from assistant.bots.slack.signed import passed_on, readable, refusal
from assistant.errors import BotMisconfigured
from retrieval.errors import StoreUnavailable

if TYPE_CHECKING:
    from assistant.settings import Settings

SEEN_FILE = "slack_events.sqlite3"
_SETTLE_SECONDS = 3.0
_NOT_NOW = HookReply(503, body=b"the bot is not ready")
_UNREADABLE = HookReply(400, body=b"not what Slack sends")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SlackSetup:
    """What the settings say about Slack. `base` is our server's address for browsers."""

    credentials: Credentials
    teams: frozenset[str]
    channels: frozenset[str]
    data_dir: Path
    base: str


def setup_of(settings: Settings) -> SlackSetup:
    """Read the settings.

    Raises:
        BotMisconfigured: A token is missing, or another one stands in its place.
    """
    bot = settings.slack_bot_token.get_secret_value()
    app = settings.slack_app_token.get_secret_value()
    secret = settings.slack_signing_secret.get_secret_value()
    if not bot.startswith("xox"):
        raise BotMisconfigured("KGC_SLACK_BOT_TOKEN fehlt oder ist kein Bot-Token (xoxb-…).")
    if app and not app.startswith("xapp-"):
        raise BotMisconfigured("KGC_SLACK_APP_TOKEN ist kein App-Token (xapp-…).")
    if not app and not secret:
        raise BotMisconfigured(
            "Für Slack fehlt KGC_SLACK_APP_TOKEN (xapp-…, Socket Mode) oder, wenn Slack den Server "
            "erreichen kann, KGC_SLACK_SIGNING_SECRET."
        )
    return SlackSetup(
        Credentials(bot, app, secret, settings.slack_api_url),
        _ids(settings.slack_workspaces),
        _ids(settings.slack_channels),
        settings.data_dir,
        settings.public_url.rstrip("/"),
    )


def _ids(named: str) -> frozenset[str]:
    return frozenset(name for name in map(str.strip, named.split(",")) if name)


class SlackBot:
    """A bot that can be run, once at a time, in any event loop."""

    def __init__(self, setup: SlackSetup, find: Callable[[], Place]) -> None:
        """Keep the setup; `find` says where our server is."""
        self._setup = setup
        self._find = find
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: Connection | None = None

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Answer until cancelled; `ready` is called when the bot can hear.

        Raises:
            BotMisconfigured: Slack does not take the tokens.
            ServerUnreachable: There is no server to ask.
            MessageRefused: Slack does not answer.
        """
        seen = self._seen()
        try:
            async with (
                Server(self._find(), self._find) as server,
                Server(self._public(), self._public) as public,
                Connection(self._setup.credentials) as connection,
            ):
                identity = await connection.identify()
                setting = Setting(self._setup.base, self._allowed(identity), seen, Remembered())
                bot = Bot(server, public, connection.slack, setting)
                connection.listen(identity, bot.hear)
                self._loop, self._connection = asyncio.get_running_loop(), connection
                try:
                    await self._hold(connection, ready)
                finally:
                    self._loop = self._connection = None
                    await bot.settle(_SETTLE_SECONDS)
        finally:
            if isinstance(seen, Seen):
                seen.close()

    def _public(self) -> Place:
        return replace(self._find(), public_only=True)

    async def _hold(self, connection: Connection, ready: Callable[[], None]) -> None:
        if self._setup.credentials.app:
            await connection.stay_connected(ready)
        else:
            ready()
            await asyncio.Event().wait()

    def _allowed(self, identity: Identity) -> Allowed:
        return Allowed(self._setup.teams or frozenset({identity.team}), self._setup.channels)

    def _seen(self) -> Marks:
        try:
            return Seen(self._setup.data_dir / SEEN_FILE)
        except (StoreUnavailable, OSError):
            _log.warning("slack: the list of answered events cannot be opened; kept in memory")
            return Remembered()

    async def hook(self, body: bytes, headers: Mapping[str, str]) -> HookReply:
        """Take a request of Slack's; may be awaited in another event loop than the bot's."""
        refused = refusal(headers)
        if refused is not None:
            return refused
        loop, connection = self._loop, self._connection
        if loop is None or connection is None:
            return _NOT_NOW
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return _UNREADABLE
        if not readable(text, headers):
            return _UNREADABLE
        answered = connection.request(text, passed_on(headers))
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(answered, loop))
