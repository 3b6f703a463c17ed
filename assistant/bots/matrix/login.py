"""The bot's login in the data folder: homeserver, account, device, access token; no password."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assistant.errors import BotMisconfigured

__all__ = ["FOLDER", "LOGIN", "Login", "folder_of", "is_logged_in", "load", "save"]

FOLDER = "matrix"
LOGIN = "login.json"


@dataclass(frozen=True, slots=True)
class Login:
    """One device of an account. `store_key` encrypts the device's keys on the disk."""

    homeserver: str
    user: str
    device_id: str
    token: str = field(repr=False)
    store_key: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(32))


def folder_of(data_dir: Path) -> Path:
    """Return the bot's folder, made for this user alone if need be.

    Raises:
        BotMisconfigured: It cannot be made.
    """
    folder = data_dir / FOLDER
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    except OSError as exc:
        raise BotMisconfigured(
            f"{folder}: {exc.strerror or exc}. Bitte die Rechte am Datenordner prüfen."
        ) from exc
    return folder


def is_logged_in(data_dir: Path) -> bool:
    """Tell whether there is a login, so that the bot is to run."""
    return (data_dir / FOLDER / LOGIN).is_file()


def load(data_dir: Path) -> Login:
    """Read the login.

    Raises:
        BotMisconfigured: There is none, or the file is broken.
    """
    path = data_dir / FOLDER / LOGIN
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return Login(**{name: str(held[name]) for name in Login.__dataclass_fields__})
    except FileNotFoundError as exc:
        raise BotMisconfigured(
            "Der Matrix-Bot ist noch nicht angemeldet. Bitte zuerst „kgc matrix login“ ausführen."
        ) from exc
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise BotMisconfigured(
            f"{path} ist nicht lesbar oder beschädigt. Bitte „kgc matrix login“ neu ausführen."
        ) from exc


def save(data_dir: Path, login: Login) -> None:
    """Write the login so that only this user can read it, whole or not at all.

    Raises:
        BotMisconfigured: It cannot be written.
    """
    path = folder_of(data_dir) / LOGIN
    beside = path.with_suffix(".part")
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(login), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as exc:
        raise BotMisconfigured(f"{path}: {exc.strerror or exc}.") from exc
