"""Who asks, and what that opens: the public, the holder of a key, a command on this machine."""

from __future__ import annotations

import hmac
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from assistant.errors import NotAllowed, ScopeMissing
from assistant.keystore import KeyRing
from assistant.scopes import SCOPES, Need, Right, Scope, opens
from assistant.web.caller import is_direct, shown_key

__all__ = ["ADMINISTERING", "CHATTING", "READING", "SEARCHING", "WRITING", "Access", "access",
           "administrator", "chatter", "demand", "is_direct", "reader", "searcher", "searching",
           "visitor",
           "writer"]  # fmt: skip

SEARCHING = Right(frozenset({Scope.SEARCH}), Need.SEARCH)
CHATTING = Right(frozenset({Scope.CHAT}), Need.CHAT)
# Who may search, ask or write needs to read what was found, cited or written.
READING = Right(frozenset({Scope.SEARCH, Scope.CHAT, Scope.INGEST}), Need.READ)
WRITING = Right(frozenset({Scope.INGEST}))
ADMINISTERING = Right(frozenset({Scope.ADMIN}))

_AUDIENCE = "kgc-audience"
_MISSING = "Dafür braucht es einen Schlüssel."
_WRONG = "Dieser Schlüssel gilt hier nicht."
_TOO_LITTLE = "Dieser Schlüssel reicht dafür nicht. Nötig ist der Scope {}."
_HELD = "kgc.access"  # where a request's scope keeps what was found out


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may do.

    Attributes:
        internal: Whether it sees internal documents.
        scopes: What its key opens; empty without a key.
        key: The public id of its key, empty without one and for the lock file's token.
        per_minute: The key's own limit of requests a minute, 0 for none, None for the server's.
    """

    internal: bool = False
    scopes: frozenset[Scope] = frozenset()
    key: str = ""
    per_minute: int | None = None

    @property
    def write(self) -> bool:
        """Tell whether it may change documents."""
        return Scope.INGEST in self.scopes

    @property
    def holds(self) -> bool:
        """Tell whether it came with a key that is good."""
        return bool(self.scopes)


def access(request: Request) -> Access:
    """Read the request's key, once.

    Raises:
        NotAllowed: It carries a key that does not open anything here.
    """
    found = _found(request.scope, request)
    if found is None:
        raise NotAllowed(_WRONG)
    return found


def _found(scope: MutableMapping[str, Any], request: Request) -> Access | None:
    if _HELD not in scope:
        scope[_HELD] = _read(request)
    held: Access | None = scope[_HELD]
    return held


def _read(request: Request) -> Access | None:
    """Return what the shown key opens, None where it is wrong, revoked or expired."""
    shown = shown_key(request)
    if shown is None:
        return Access()
    token: str = request.app.state.token
    narrowed = request.headers.get(_AUDIENCE, "").strip().lower() == "public"
    if hmac.compare_digest(shown.encode(), token.encode()) and token and is_direct(request):
        return Access(internal=not narrowed, scopes=frozenset(SCOPES), per_minute=0)
    ring: KeyRing | None = request.app.state.keys
    key = ring.holder(shown) if ring is not None else None
    if key is None:
        return None
    internal = Scope.INTERNAL in key.scopes and not narrowed
    return Access(internal, key.scopes, key.id, key.per_minute)


def demand(request: Request, right: Right) -> Access:
    """Return what a request may do, where it may do this.

    Raises:
        NotAllowed: It needs a key and has none, or a wrong one.
        ScopeMissing: Its key does not open this.
    """
    return _granted(request, access(request), right)


def _granted(request: Request, held: Access, right: Right) -> Access:
    if opens(right, held.scopes, request.app.state.needs_key):
        return held
    if not held.holds:
        raise NotAllowed(_MISSING)
    raise ScopeMissing(_TOO_LITTLE.format(" oder ".join(sorted(right.scopes))))


def searcher(request: Request) -> Access:
    """Like `demand`, for searches and suggestions."""
    return demand(request, SEARCHING)


async def searching(request: Request) -> Access:
    """Like `searcher`, for routes that take no thread."""
    return searcher(request)


def chatter(request: Request) -> Access:
    """Like `demand`, for questions and what belongs to their answers."""
    return demand(request, CHATTING)


def reader(request: Request) -> Access:
    """Like `demand`, for reading documents."""
    return demand(request, READING)


def writer(request: Request) -> Access:
    """Like `demand`, for requests that change documents."""
    return demand(request, WRITING)


def administrator(request: Request) -> Access:
    """Like `demand`, for keys and for what people asked."""
    return demand(request, ADMINISTERING)


def visitor(request: Request) -> Access:
    """Like `chatter`, but a key that opens nothing counts as none: some clients must send one."""
    return _granted(request, _found(request.scope, request) or Access(), CHATTING)


def insider(granted: Access) -> None:
    """Check that a caller may put something where only members of staff see it.

    Raises:
        ScopeMissing: It could not see itself what it put there.
    """
    if not granted.internal:
        raise ScopeMissing(_TOO_LITTLE.format(Scope.INTERNAL))
