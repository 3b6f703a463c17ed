"""``kgc serve``: own the data folder, warm up, publish the address, serve until told to stop."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass

from filelock import FileLock

from assistant import logs, wiring
from assistant.ask import HITS
from assistant.bots.running import Bots
from assistant.client import is_alive
from assistant.errors import FolderBusy
from assistant.files import items
from assistant.intake import Progress
from assistant.keystore import KeyRing
from assistant.ownership import new_address, publish, published, take, withdraw
from assistant.service import Service
from assistant.settings import Settings
from assistant.survey import Survey
from assistant.terminal import note, put_failures
from assistant.web.app import ServerOptions
from assistant.web.serve import Sockets, listen, run
from retrieval.heap import give_back
from retrieval.records import Filters

WAIT_SECONDS = 10.0
_WARM_UP = "Wer fördert Gesundheit in der Kommune?"


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a server has beside its service."""

    host: str
    keys: KeyRing
    bots: Bots


@dataclass(frozen=True, slots=True)
class Hosting:
    """Where to listen (None: as the settings say) and what to take in first."""

    host: str | None = None
    port: int | None = None
    first: Sequence[str] = ()


def host_server(
    settings: Settings,
    hosting: Hosting,
    progress: Callable[[], AbstractContextManager[Progress]],
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Args:
        settings: All settings.
        hosting: What the command line adds to them.
        progress: Opens a progress display for what is taken in first.
        ready: Called with the address once questions can be asked.

    Raises:
        FolderBusy: Another process owns the data folder.
    """
    signal.signal(signal.SIGTERM, _leave)
    logs.configure(settings.log, settings.log_level)
    bots = Bots(settings)
    lock = _owned(settings)
    try:
        host = hosting.host or settings.host
        sockets = listen(host, settings.port if hosting.port is None else hosting.port)
        service = wiring.service(settings)
        try:
            service.respect_settings()
            _prepare(service, hosting.first, settings.max_upload_bytes, progress)
            with closing(wiring.key_ring(settings)) as keys:
                _serve(service, settings, sockets, _Beside(host, keys, bots), ready)
        finally:
            withdraw(settings.data_dir)
            service.close()
    finally:
        lock.release()


def _serve(
    service: Service,
    settings: Settings,
    sockets: Sockets,
    beside: _Beside,
    ready: Callable[[str], None],
) -> None:
    """Answer requests until told to stop; the address is published once questions can be asked."""
    address = new_address(sockets.loopback_url)
    limit = settings.requests_per_minute(beside.host)
    options = ServerOptions(
        address.token,
        settings.max_upload_bytes,
        limit,
        settings.widget,
        settings.public_hosts(beside.host),
        beside.keys,
        settings.needs_key,
        settings.proxies,
        settings.root_path,
        settings.most_waiting,
        beside.bots.hooks,
    )

    def announce() -> None:
        publish(settings.data_dir, address)
        beside.bots.start(sockets.loopback_url, address.token)
        ready(sockets.url)

    try:
        run(service, options, sockets, announce)
    finally:
        beside.bots.stop()


def _leave(*_: object) -> None:
    """End the process with exit code 0; what `host_server` holds is let go on the way."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not disturb the leaving
    raise SystemExit(0)


def _prepare(
    service: Service,
    first: Sequence[str],
    max_bytes: int,
    progress: Callable[[], AbstractContextManager[Progress]],
) -> None:
    """Load the models, take in `first`, and do one slow first pass through each of them."""
    note("Das Sprachmodell wird geladen …")
    service.library.check_model()
    if first:
        note("Dokumente werden aufgenommen …")
        with progress() as shown:
            survey = Survey()
            found = items(first, max_bytes, survey)
            report = service.take_in(found, internal=False, progress=shown, survey=survey)
        put_failures(report)
        give_back()
    query = service.library.query(_WARM_UP, "de")
    service.library.read(_WARM_UP, service.library.search(query, Filters(internal=True), HITS))


def _owned(settings: Settings) -> FileLock:
    running = published(settings.data_dir)
    if running is not None and is_alive(running):
        raise FolderBusy(
            f"Für den Datenordner {settings.data_dir} läuft schon ein Server: {running.url}. "
            "Bitte diesen benutzen, ihn beenden oder mit KGC_DATA_DIR einen anderen Ordner wählen."
        )
    try:
        return take(settings.data_dir, WAIT_SECONDS)
    except FolderBusy as busy:
        raise FolderBusy(
            f"Ein anderer kgc-Befehl benutzt gerade den Datenordner {settings.data_dir}. "
            "Bitte warten, bis er fertig ist, oder mit KGC_DATA_DIR einen anderen Ordner wählen."
        ) from busy
