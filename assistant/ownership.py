"""One process owns the data folder; the others find it here.

The owner holds an operating-system lock on `OWNER`. If it is a server, it writes its loopback
address and a random token to `ADDRESS` (mode 0600); whoever can read that file may act for the
data folder's user.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import FolderBusy
from retrieval.errors import StoreUnavailable

OWNER = "owner.lock"
ADDRESS = "server.json"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the owning server listens (a loopback URL) and the token that opens it."""

    url: str
    token: str
    pid: int

    @property
    def instance(self) -> str:
        """Return what the server shows to prove that it is the one who wrote the file."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:16]


def new_address(url: str) -> Address:
    """Return an address with a fresh token for this process."""
    return Address(url, secrets.token_urlsafe(32), os.getpid())


def take(data_dir: Path, wait_seconds: float = 0.0) -> FileLock:
    """Become the owner of `data_dir`, creating it for this user alone if need be.

    Raises:
        FolderBusy: Another process owns it and does not let go in time.
        StoreUnavailable: It cannot be created or written.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(data_dir / OWNER)
        lock.acquire(timeout=wait_seconds)
    except Timeout as exc:
        raise FolderBusy(
            f"Ein anderer kgc-Befehl benutzt gerade den Datenordner {data_dir}. "
            "Bitte warten, bis er fertig ist."
        ) from exc
    except OSError as exc:
        raise StoreUnavailable(
            f"{data_dir}: {exc.strerror or exc}. Bitte die Rechte am Ordner ändern oder mit "
            "KGC_DATA_DIR einen anderen wählen."
        ) from exc
    return lock


def publish(data_dir: Path, address: Address) -> None:
    """Write the address so that only this user can read it, whole or not at all."""
    beside = data_dir / f"{ADDRESS}.part"
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(address), file)
    beside.replace(data_dir / ADDRESS)


def withdraw(data_dir: Path) -> None:
    """Remove the address; a missing one is no error."""
    (data_dir / ADDRESS).unlink(missing_ok=True)


def published(data_dir: Path) -> Address | None:
    """Return the address of the owning server, None where there is none (or a broken file)."""
    try:
        held = json.loads((data_dir / ADDRESS).read_text(encoding="utf-8"))
        return Address(str(held["url"]), str(held["token"]), int(held["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
