"""The Matrix bot from its parts: reads, answers, and begins anew where it broke off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from assistant.bots.matrix import login
from assistant.bots.matrix.allowed import Allowed
from assistant.bots.matrix.memory import FILE, Memory
from assistant.bots.server import Place, Server
from assistant.errors import BotMisconfigured
from assistant.widget import entries

if TYPE_CHECKING:  # tests need no settings
    from assistant.settings import Settings

__all__ = ["LOCK", "MatrixBot", "Options", "check_library", "options_of", "owned"]

LOCK = "bot.lock"
EXTRA = 'pip install "kgc-assistant[matrix]"'


@dataclass(frozen=True, slots=True)
class Options:
    """What is set about the bot; `base` is our server's address for browsers."""

    data_dir: Path
    people: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    edits: int = 2
    base: str = ""

    def allowed(self, own: str) -> Allowed:
        """Return who may ask the account `own`, and where.

        Raises:
            BotMisconfigured: A list holds what is neither user nor server nor room.
        """
        try:
            return Allowed.read(self.people, self.rooms, own)
        except ValueError as exc:
            raise BotMisconfigured(
                f"KGC_MATRIX_ALLOWED und KGC_MATRIX_ROOMS: „{exc}“ ist weder @name:server noch ein "
                "Server noch ein Raum (!…)."
            ) from exc


def options_of(settings: Settings) -> Options:
    """Return what the settings say."""
    return Options(
        settings.data_dir,
        entries(settings.matrix_allowed, ","),
        entries(settings.matrix_rooms, ","),
        settings.matrix_edits,
        settings.public_url,
    )


def owned(data_dir: Path) -> FileLock:
    """Become the one bot of this login.

    Raises:
        BotMisconfigured: Another process is it.
    """
    lock = FileLock(login.folder_of(data_dir) / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as exc:
        raise BotMisconfigured(
            f"Für den Datenordner {data_dir} läuft schon ein Matrix-Bot (als „kgc bot matrix“ oder "
            "in „kgc serve“). Bitte diesen zuerst beenden."
        ) from exc
    return lock


def check_library() -> None:
    """Make sure that matrix-nio is there, with encryption.

    Raises:
        BotMisconfigured: It is not.
    """
    try:
        import nio.crypto  # noqa: PLC0415  # an extra; nobody else pays for it
    except ImportError as exc:
        raise BotMisconfigured(f"Für den Matrix-Bot fehlt eine Bibliothek: {EXTRA}") from exc
    if not nio.crypto.ENCRYPTION_ENABLED:
        raise BotMisconfigured(f"Dem Matrix-Bot fehlt die Verschlüsselung: {EXTRA}")


class MatrixBot:
    """A bot that can be run, once at a time, in any event loop."""

    def __init__(self, options: Options, find: Callable[[], Place]) -> None:
        """Keep what is set; `find` says where our server is."""
        self._options = options
        self._find = find

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Answer until cancelled; `ready` is called when the bot can hear.

        Raises:
            BotMisconfigured: There is no login, it is no longer valid, or another bot uses it.
            BotUnavailable: The bot cannot remember anything.
            ServerUnreachable: There is no server to ask.
        """
        check_library()
        held = login.load(self._options.data_dir)
        allowed = self._options.allowed(held.user)
        lock = owned(self._options.data_dir)
        try:
            memory = Memory(login.folder_of(self._options.data_dir) / FILE)
            try:
                memory.purge()
                async with (
                    Server(self._find(), self._find) as server,
                    Server(self._public(), self._public) as public,
                ):
                    await self._connected(held, (memory, allowed), (server, public), ready)
            finally:
                memory.close()
        finally:
            lock.release()

    def _public(self) -> Place:
        return replace(self._find(), public_only=True)

    async def _connected(
        self,
        held: login.Login,
        own: tuple[Memory, Allowed],
        servers: tuple[Server, Server],
        ready: Callable[[], None],
    ) -> None:
        from assistant.bots.matrix.desk import Desk, Parts  # noqa: PLC0415  # with what follows
        from assistant.bots.matrix.nio_client.opening import client_of  # noqa: PLC0415  # an extra
        from assistant.bots.matrix.nio_client.rooms import Rooms, me_of  # noqa: PLC0415
        from assistant.bots.matrix.nio_client.session import Session  # noqa: PLC0415

        client = client_of(held, self._options.data_dir)
        try:
            rooms = Rooms(client, await me_of(client))
            desk = Desk(Parts(rooms, *servers, *own, self._options.base, self._options.edits))
            await Session(client, desk, *own).run(ready)
        finally:
            await client.close()
