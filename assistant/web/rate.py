"""So many requests a minute for each key and each client, beyond that 429. Plain ASGI."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import NotAllowed
from assistant.web import problems
from assistant.web.access import Access, access
from assistant.web.caller import own_path

CLIENTS = 10_000
TYPING = 10
"""How many times as many suggestions as other requests: each letter that is typed asks for some."""
_TYPED = "/v1/suggest"
_MINUTE = 60.0
_DAY = 86_400.0
# What Slack sends is signed, and comes for all people from a few addresses.
_FREE = ("/livez", "/readyz", "/metrics", "/static/", "/widget/", "/slack/events")
_NETWORK_BITS = 64


class Bucket:
    """How much each client may still ask (token buckets): full at first, refilled evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow `per_minute` requests at once and as many each minute; `clock` in seconds."""
        self._per_minute = per_minute
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, per_minute: int | None = None) -> float:
        """Take one request of `client`; returns 0, or the seconds until the next one is free.

        `per_minute` is the client's own limit, where it has one.
        """
        most = self._per_minute if per_minute is None else per_minute
        if not most:
            return 0.0
        now = self._clock()
        left, seen = self._held.pop(client, (float(most), now))
        left = min(most, left + (now - seen) * most / _MINUTE)
        allowed = left >= 1
        self._held[client] = (left - 1 if allowed else left, now)
        if len(self._held) > CLIENTS:
            self._held.popitem(last=False)
        return 0.0 if allowed else (1 - left) * _MINUTE / most


class Pseudonyms:
    """Stands for addresses in memory: a hash with a salt that nobody knows and that lasts a day."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with a fresh salt; `clock` in seconds."""
        self._clock = clock
        self._renew()

    def of(self, host: str) -> str:
        """Return the name for a client; of IPv6 for its network: it has many addresses there."""
        if self._clock() - self._since >= _DAY:
            self._renew()
        named = hashlib.blake2b(_network(host).encode(), digest_size=16, key=self._salt)
        return named.hexdigest()

    def _renew(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._since = self._clock()


class RateLimit:
    """ASGI middleware; 0 requests a minute mean no limit, the lock file's token has none.

    Keys have buckets of their own, which no crowd of clients can push out.
    """

    def __init__(
        self, app: ASGIApp, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Wrap `app`; `clock` in seconds."""
        self._app = app
        self._clients = {False: Bucket(per_minute, clock), True: Bucket(TYPING * per_minute, clock)}
        self._keys = {False: Bucket(per_minute, clock), True: Bucket(TYPING * per_minute, clock)}
        self._pseudonyms = Pseudonyms(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with the seconds to wait."""
        if scope["type"] != "http" or own_path(scope).startswith(_FREE):
            await self._app(scope, receive, send)
            return
        seconds = math.ceil(self._wait(scope))
        if not seconds:
            await self._app(scope, receive, send)
            return
        detail = f"Zu viele Anfragen. Bitte in {seconds} Sekunden noch einmal versuchen."
        headers = {"Retry-After": str(seconds)}
        refusal = problems.refused(Request(scope), 429, detail, "too_many_requests", headers)
        await refusal(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        typed = own_path(scope) == _TYPED
        held = _held(scope)
        if not held.holds:
            host = scope["client"][0] if scope.get("client") else ""
            return self._clients[typed].wait(self._pseudonyms.of(host))
        own = held.per_minute
        return self._keys[typed].wait(held.key, own * TYPING if own and typed else own)


def _held(scope: Scope) -> Access:
    """Return what a request's key opens; a wrong one is a client's guess."""
    try:
        return access(Request(scope))
    except NotAllowed:
        return Access()


def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    # Where one socket takes both, IPv4 addresses come inside IPv6 ones of a single network.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 4:  # noqa: PLR2004  # the version of the protocol
        return str(address)
    return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
