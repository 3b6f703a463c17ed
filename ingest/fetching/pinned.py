"""Connections to addresses that were checked before, and to no others, within a total time."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import httpcore


@dataclass(slots=True)
class Clock:
    """What is left of the time for one page."""

    end: float

    def left(self, timeout: float | None = None) -> float:
        """Return the seconds that one step may take."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("total time is over")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection that ends when the time for the whole page is over, however slowly it drips."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._inner.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything."""
        self._inner.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Encrypt; the name in the certificate is the one that was asked for."""
        left = self._clock.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._clock)

    def get_extra_info(self, info: str) -> object:
        """Return what httpcore asks about the connection."""
        return self._inner.get_extra_info(info)


class Pinned(httpcore.NetworkBackend):
    """Connects to checked addresses only, whatever name is asked for."""

    def __init__(
        self, inner: httpcore.NetworkBackend, addresses: Sequence[str], clock: Clock
    ) -> None:
        self._inner = inner
        self._addresses = addresses
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection to the first of the checked addresses that answers."""
        failed: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in self._addresses:
            try:
                left = self._clock.left(timeout)
                made = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failed = exc
            else:
                return _Stream(made, self._clock)
        raise failed
