"""A client of matrix-nio on our device store, and the login that makes a device."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError
from nio import AsyncClient, AsyncClientConfig, LoginError

from assistant.bots.matrix.login import Login, folder_of
from assistant.bots.matrix.nio_client.cross_signing import cross_sign
from assistant.errors import BotMisconfigured, BotUnavailable

__all__ = ["LoggedIn", "client_of", "fingerprint", "log_in", "log_out", "reachable"]

DEVICE_NAME = "KGC-Assistent"
LONGEST_WAIT_SECONDS = 4.0
"""Between tries while the homeserver is away."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new device and the fingerprint (Ed25519, base64) by which people recognise it.

    `signed` says that the account's identity vouches for it.
    """

    login: Login
    fingerprint: str
    signed: bool


def quiet() -> None:
    """Keep matrix-nio's log to itself: it holds addresses and contents of events."""
    logging.getLogger("nio").setLevel(logging.CRITICAL + 1)


def client_of(login: Login, data_dir: Path, *, patient: bool = True) -> AsyncClient:
    """Return a client of a device; `patient`, it waits as long as the homeserver is away."""
    quiet()
    folder = folder_of(data_dir)
    name = _store_name(login)
    try:
        os.close(os.open(folder / name, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as exc:
        raise BotUnavailable(f"{folder / name}: {exc.strerror or exc}.") from exc
    config = AsyncClientConfig(
        store_name=name,
        pickle_key=login.store_key,
        # We keep the token of the sync ourselves, once everything in it is dealt with.
        store_sync_tokens=False,
        max_timeouts=None if patient else 1,
        max_limit_exceeded=None if patient else 3,
        max_timeout_retry_wait_time=LONGEST_WAIT_SECONDS,
        request_timeout=30,
    )
    made = AsyncClient(login.homeserver, login.user, login.device_id, str(folder), config)
    made.restore_login(login.user, login.device_id, login.token)
    return made


def _store_name(login: Login) -> str:
    return f"device-{hashlib.sha256(login.device_id.encode()).hexdigest()[:16]}.sqlite3"


def fingerprint(client: AsyncClient) -> str:
    """Return the key by which people recognise the device, in groups of four."""
    assert client.olm is not None
    key = str(client.olm.account.identity_keys["ed25519"])
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


@asynccontextmanager
async def reachable(homeserver: str) -> AsyncIterator[None]:
    """Raise our error in the place of those of a homeserver that is away.

    Raises:
        BotUnavailable: Nobody answers there.
    """
    try:
        yield
    except (ClientError, TimeoutError, OSError, ValueError) as exc:
        raise BotUnavailable(
            f"Der Homeserver {homeserver} antwortet nicht ({type(exc).__name__}). "
            "Bitte die Adresse prüfen (KGC_MATRIX_HOMESERVER, mit https://)."
        ) from exc


async def log_in(homeserver: str, user: str, password: str, data_dir: Path) -> LoggedIn:
    """Make a new device of an account and publish its keys.

    Raises:
        BotUnavailable: The homeserver is away.
        BotMisconfigured: It refuses.
    """
    quiet()
    config = AsyncClientConfig(max_timeouts=1, max_limit_exceeded=2, request_timeout=30)
    plain = AsyncClient(homeserver, user, config=config)
    try:
        async with reachable(homeserver):
            answer = await plain.login(password, device_name=DEVICE_NAME)
    finally:
        await plain.close()
    if isinstance(answer, LoginError):
        raise BotMisconfigured(
            f"Der Homeserver {homeserver} nimmt die Anmeldung von {user} nicht an "
            f"({answer.status_code or 'kein Grund genannt'}). Bitte Namen und Passwort prüfen."
        )
    login = Login(homeserver, answer.user_id, answer.device_id, answer.access_token)
    client = client_of(login, data_dir, patient=False)
    try:
        async with reachable(homeserver):
            await client.keys_upload()
            signed = await cross_sign(client, password, data_dir)
        return LoggedIn(login, fingerprint(client), signed)
    finally:
        await client.close()


async def log_out(login: Login, data_dir: Path) -> None:
    """Remove a device that is no longer used, and its keys; one that is gone is no error.

    Raises:
        BotUnavailable: The homeserver is away; the keys are removed all the same.
    """
    client = client_of(login, data_dir, patient=False)
    try:
        async with reachable(login.homeserver):
            await client.logout()
    finally:
        await client.close()
        for end in ("", "-journal", "-wal", "-shm"):
            (folder_of(data_dir) / f"{_store_name(login)}{end}").unlink(missing_ok=True)
