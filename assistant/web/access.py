"""Who asks: without a key the public; with the lock file's token, from this machine, everything."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass

from fastapi import Request

from assistant.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may do."""

    internal: bool = False
    write: bool = False


def access(request: Request) -> Access:
    """Read the request's key.

    Raises:
        NotAllowed: It carries a key that does not open anything here.
    """
    header = request.headers.get("authorization", "")
    if not header:
        return Access()
    scheme, _, key = header.partition(" ")
    token: str = request.app.state.token
    matches = hmac.compare_digest(key.strip().encode(), token.encode())
    if token and scheme.lower() == "bearer" and matches and _is_loopback(request):
        return Access(internal=True, write=True)
    raise NotAllowed("Dieser Schlüssel gilt hier nicht.")


def visitor(request: Request) -> Access:
    """Like `access`, but a key that opens nothing is taken for none: some clients must send one."""
    try:
        return access(request)
    except NotAllowed:
        return Access()


def writer(request: Request) -> Access:
    """Like `access`, for requests that change something.

    Raises:
        NotAllowed: The request may not write.
    """
    granted = access(request)
    if not granted.write:
        raise NotAllowed("Dafür braucht es einen Schlüssel.")
    return granted


def is_direct(request: Request) -> bool:
    """Tell whether a program on this machine asks, and not somebody else through its proxy."""
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(request.headers.keys())
    return _is_loopback(request) and not forwarded


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
