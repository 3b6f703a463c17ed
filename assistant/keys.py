"""API keys: what one looks like, what is kept of it, and whether a shown one is good. Pure.

``kgc_<id>_<secret>``: the id says which key it is and is no secret; the secret is 32 random bytes.
Only the SHA-256 of the whole key is kept. With 256 random bits a fast hash is as good as a slow
one: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assistant.scopes import SCOPES, Scope

__all__ = ["LONGEST_NAME", "PATTERN", "Issued", "Key", "as_json", "digest", "id_of", "issue",
           "matches", "named", "parse_scopes"]  # fmt: skip

SECRET_BYTES = 32
ID_LENGTH = 8
LONGEST_NAME = 60
LONGEST_DAYS = 3_650
MOST_PER_MINUTE = 1_000_000

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_LENGTH = 43  # 62**43 is the first power of 62 above 2**256
PATTERN = re.compile(rf"kgc_([0-9A-Za-z]{{{ID_LENGTH}}})_[0-9A-Za-z]{{{_SECRET_LENGTH}}}")
_NOBODY = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key.

    Attributes:
        id: The public part.
        digest: SHA-256 of the whole key, 32 bytes.
        scopes: What it opens.
        name: What people call it.
        created: The day it was made.
        expires: From this moment on it is no longer good, None for never; with a time zone.
        per_minute: Requests a minute, 0 for as many as it likes, None for the server's own limit.
        last_used: The last day it was good for something, None for never.
    """

    id: str
    digest: bytes
    scopes: frozenset[Scope]
    name: str
    created: date
    expires: datetime | None = None
    per_minute: int | None = None
    last_used: date | None = None

    def is_expired(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.expires is not None and now >= self.expires


@dataclass(frozen=True, slots=True)
class Issued:
    """A key that was just made; `secret` is shown once and kept nowhere."""

    id: str
    secret: str

    def __repr__(self) -> str:
        """Hide the secret."""
        return f"Issued(id={self.id!r})"


def issue() -> Issued:
    """Make a key."""
    name = "".join(secrets.choice(_BASE62) for _ in range(ID_LENGTH))
    number = int.from_bytes(secrets.token_bytes(SECRET_BYTES))
    return Issued(name, f"kgc_{name}_{_base62(number)}")


def _base62(number: int) -> str:
    digits = []
    for _ in range(_SECRET_LENGTH):
        number, rest = divmod(number, len(_BASE62))
        digits.append(_BASE62[rest])
    return "".join(reversed(digits))


def digest(shown: str) -> bytes:
    """Return what is kept of a key."""
    return hashlib.sha256(shown.encode()).digest()


def id_of(shown: str) -> str | None:
    """Return the public part of a key, None where it has not the form of one."""
    found = PATTERN.fullmatch(shown)
    return found[1] if found else None


def matches(key: Key | None, shown: str) -> bool:
    """Tell whether `shown` is this key; takes as long where there is no such key."""
    return hmac.compare_digest(key.digest if key else _NOBODY, digest(shown)) and key is not None


def parse_scopes(given: Iterable[str]) -> frozenset[Scope]:
    """Read names of scopes, several in one with commas.

    Raises:
        ValueError: One is no scope, or there is none at all.
    """
    names = [name.strip() for entry in given for name in entry.split(",") if name.strip()]
    if not names:
        raise ValueError
    return frozenset(map(Scope, names))


def named(name: str) -> str:
    """Return a name fit to be shown.

    Raises:
        ValueError: It is too long, or has characters that are not printed.
    """
    plain = name.strip()
    if len(plain) > LONGEST_NAME or not plain.isprintable():
        raise ValueError(name)
    return plain


def as_json(key: Key, now: datetime) -> dict[str, Any]:
    """Return what may be shown of a key: everything but its digest."""
    return {
        "id": key.id,
        "name": key.name,
        "scopes": [scope.value for scope in SCOPES if scope in key.scopes],
        "created": key.created.isoformat(),
        "expires": key.expires.isoformat() if key.expires else None,
        "expired": key.is_expired(now),
        "per_minute": key.per_minute,
        "last_used": key.last_used.isoformat() if key.last_used else None,
    }
