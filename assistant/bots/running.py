"""The configured bots: inside ``kgc serve`` each in a thread, alone for ``kgc bot``."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.bots.hooks import Hook
from assistant.bots.server import Place, Server, place_of
from assistant.bots.supervising import supervise
from assistant.errors import AssistantError, BotMisconfigured, ServerRefused, ServerUnreachable

if TYPE_CHECKING:
    from assistant.settings import Settings

STOP_SECONDS = 5.0
SLACK_EVENTS = "/slack/events"
_SLACK_LIBRARIES = ("slack_bolt", "slack_sdk", "aiohttp")
_KEY_REFUSED = (401, 403)
_WRONG_KEY = (
    "Der Server {} weist den Bot ab: {} Was in KGC_SERVER_KEY steht, muss ein gültiger Schlüssel "
    "mit den Scopes search und chat sein („kgc keys create“ auf dem Server)."
)
_log = logging.getLogger(__name__)

Find = Callable[[], Place]
"""Says where our server is."""
Run = Callable[[Callable[[], None]], Awaitable[None]]
"""Runs a bot until it is cancelled; calls what it is given once the bot can hear."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A bot that is ready to run, and the paths under which our server takes requests for it."""

    name: str
    run: Run
    hooks: Mapping[str, Hook] = field(default_factory=dict)


def slack_bot(settings: Settings, find: Find) -> Prepared:
    """Return the Slack bot.

    Raises:
        BotMisconfigured: A token or a library is missing.
    """
    try:
        from assistant.bots.slack import serving  # noqa: PLC0415  # an extra
    except ImportError as exc:
        if (exc.name or "").partition(".")[0] not in _SLACK_LIBRARIES:
            raise
        raise BotMisconfigured(
            'Für den Slack-Bot fehlt eine Bibliothek: pip install "kgc-assistant[slack]"'
        ) from exc
    setup = serving.setup_of(settings)
    made = serving.SlackBot(setup, find)
    hooks = {SLACK_EVENTS: made.hook} if setup.credentials.secret else {}
    return Prepared("slack", made.run, hooks)


def matrix_bot(settings: Settings, find: Find) -> Prepared:
    """Return the Matrix bot.

    Raises:
        BotMisconfigured: A library is missing.
    """
    from assistant.bots.matrix import bot  # noqa: PLC0415  # its library is an extra

    bot.check_library()
    return Prepared("matrix", bot.MatrixBot(bot.options_of(settings), find).run)


def configured(settings: Settings, find: Find) -> tuple[Prepared, ...]:
    """Return the bots that are set up.

    Raises:
        BotMisconfigured: One is set up only in part, or its library is missing.
    """
    from assistant.bots.matrix.login import is_logged_in  # noqa: PLC0415  # reads one file

    made = []
    if settings.slack_bot_token.get_secret_value():
        made.append(slack_bot(settings, find))
    if is_logged_in(settings.data_dir):
        made.append(matrix_bot(settings, find))
    return tuple(made)


class Bots:
    """The bots of one ``kgc serve``; they wait until the server can answer."""

    def __init__(self, settings: Settings) -> None:
        """Prepare what is configured.

        Raises:
            BotMisconfigured: A bot is set up only in part, or its library is missing.
        """
        self._place = Place("", "")
        self._public_only = settings.bots_public_only
        self._bots = configured(settings, lambda: self._place)
        self._threads: tuple[_Thread, ...] = ()

    @property
    def hooks(self) -> dict[str, Hook]:
        """Return who takes requests of other services, by path."""
        return {path: hook for bot in self._bots for path, hook in bot.hooks.items()}

    def start(self, url: str, token: str) -> None:
        """Start each bot in a thread; they ask the server at `url` with `token`."""
        self._place = Place(url, token, self._public_only)
        self._threads = started(self._bots)

    def stop(self) -> None:
        """End all bots, within `STOP_SECONDS` altogether."""
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.cancel()
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


def started(bots: Sequence[Prepared]) -> tuple[_Thread, ...]:
    """Run each bot in a thread of its own, supervised."""
    threads = tuple(_Thread(bot) for bot in bots)
    for thread in threads:
        thread.start()
    return threads


class _Thread(threading.Thread):
    """One bot with an event loop of its own."""

    def __init__(self, bot: Prepared) -> None:
        super().__init__(name=f"kgc bot {bot.name}", daemon=True)
        self._bot = bot
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._cancelled = False
        self._lock = threading.Lock()

    def run(self) -> None:
        """Run until cancelled."""
        with suppress(asyncio.CancelledError):
            asyncio.run(self._held())

    async def _held(self) -> None:
        with self._lock:
            if self._cancelled:
                return
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            await supervise(self._bot.name, lambda: self._bot.run(self._heard))
        except AssistantError as error:
            _log.error("%s", error.message)  # a sentence for the administrator
        finally:
            with self._lock:
                self._loop = self._task = None

    def _heard(self) -> None:
        _log.info("%s bot: connected", self._bot.name)

    def cancel(self) -> None:
        """End the bot soon; may be called from any thread."""
        with self._lock:
            self._cancelled = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)


def run_alone(
    prepare: Callable[[Settings, Find], Prepared], settings: Settings, ready: Callable[[], None]
) -> None:
    """Run one bot in this process until SIGTERM or Ctrl-C.

    Raises:
        BotMisconfigured: It is not set up well, or the server refuses its key.
        ServerUnreachable: There is no server to ask.
        KeyboardInterrupt: Ctrl-C.
    """

    def find() -> Place:
        return place_of(settings)

    place = find()
    bot = prepare(settings, find)
    asyncio.run(_alone(bot, place, ready))


async def check_key(place: Place) -> None:
    """Ask the server once, so that a wrong key shows at the start and not at the first question.

    A server that does not answer is none of our business here: it may be started later.

    Raises:
        BotMisconfigured: It refuses the key, or wants one.
    """
    try:
        async with Server(place) as server:
            await server.forget("none")  # an unknown conversation: nothing happens
    except ServerUnreachable:
        _log.warning("no answer from %s yet", place.url)
    except ServerRefused as refused:
        if refused.status in _KEY_REFUSED:
            raise BotMisconfigured(_WRONG_KEY.format(place.url, refused.message)) from refused


async def _alone(bot: Prepared, place: Place, ready: Callable[[], None]) -> None:
    async def run() -> None:
        await check_key(place)
        await supervise(bot.name, lambda: bot.run(ready))

    task = asyncio.create_task(run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        own = asyncio.current_task()
        if own is not None and own.cancelling():  # by Ctrl-C, which asyncio then raises
            raise
