"""So many requests a minute for each client, beyond that 429. Plain ASGI."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import NotAllowed
from assistant.web import problems
from assistant.web.access import access

CLIENTS = 10_000
_MINUTE = 60.0
_FREE = ("/livez", "/readyz", "/metrics", "/static/", "/widget/")
_NETWORK_BITS = 64


class Bucket:
    """How much each client may still ask (token buckets): full at first, refilled evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow `per_minute` requests at once and as many each minute; `clock` in seconds."""
        self._per_minute = per_minute
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take one request of `client`; returns 0, or the seconds until the next one is free."""
        now = self._clock()
        left, seen = self._held.pop(client, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - seen) * self._per_minute / _MINUTE)
        allowed = left >= 1
        self._held[client] = (left - 1 if allowed else left, now)
        if len(self._held) > CLIENTS:
            self._held.popitem(last=False)
        return 0.0 if allowed else (1 - left) * _MINUTE / self._per_minute


class RateLimit:
    """ASGI middleware; 0 requests a minute mean no limit, a key that may write has none."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        """Wrap `app`."""
        self._app = app
        self._bucket = Bucket(per_minute) if per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with the seconds to wait."""
        if scope["type"] != "http" or self._bucket is None or _is_free(scope):
            await self._app(scope, receive, send)
            return
        seconds = math.ceil(self._bucket.wait(_client(scope)))
        if not seconds:
            await self._app(scope, receive, send)
            return
        detail = f"Zu viele Anfragen. Bitte in {seconds} Sekunden noch einmal versuchen."
        refusal = problems.problem(
            429, detail, "too_many_requests", headers={"Retry-After": str(seconds)}
        )
        await refusal(scope, receive, send)


def _is_free(scope: Scope) -> bool:
    if scope["path"].startswith(_FREE):
        return True
    try:
        return access(Request(scope)).write
    except NotAllowed:
        return False


def _client(scope: Scope) -> str:
    """Return the client's address; of IPv6 the network, for one client has many addresses."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 4:  # noqa: PLR2004  # the version of the protocol
        return str(address)
    return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
