"""Runs the application on a port until told to stop."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from assistant.errors import AssistantError
from assistant.service import Service
from assistant.web.app import ServerOptions, create_app

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as _Parser
except ImportError:  # pragma: no cover  # an extra of uvicorn
    if not TYPE_CHECKING:
        from uvicorn.protocols.http.h11_impl import H11Protocol as _Parser

_BACKLOG = 2_048
LONGEST_HEAD = 65_536
"""Bytes of a request's first line and headers; what comes with the last of them may be more."""


@dataclass(frozen=True, slots=True)
class Sockets:
    """Where the server listens: the address people asked for and one on loopback (may be equal)."""

    public: socket.socket
    loopback: socket.socket

    @property
    def url(self) -> str:
        """The address to show to people."""
        return _url(self.public)

    @property
    def loopback_url(self) -> str:
        """The address for commands on this machine."""
        return _url(self.loopback)


def listen(host: str, port: int) -> Sockets:
    """Bind `host` and `port` (0 = any free one), and loopback where `host` does not cover it.

    Raises:
        AssistantError: The address cannot be bound.
    """
    try:
        public = _bound(host, port)
    except OSError as exc:
        raise AssistantError(
            f"An {host}:{port} kann der Server nicht lauschen: {exc.strerror or exc}. "
            "Ist der Port schon belegt? Mit PORT= oder --port einen anderen wählen."
        ) from exc
    if _covers_loopback(host):
        return Sockets(public, public)
    return Sockets(public, _bound("127.0.0.1", 0))


def run(
    service: Service, options: ServerOptions, sockets: Sockets, ready: Callable[[], None]
) -> None:
    """Serve until SIGTERM or Ctrl-C; `ready` is called when requests are accepted."""
    server = _Announced(configured(service, options), ready)
    listening = list(dict.fromkeys((sockets.public, sockets.loopback)))
    server.run(sockets=listening)


def configured(service: Service, options: ServerOptions) -> uvicorn.Config:
    """Return how uvicorn is to serve: it logs nobody, believes nobody and bounds what it reads."""
    return uvicorn.Config(
        create_app(service, options),
        log_config=None,  # `assistant.logs` has seen to it
        access_log=False,
        http=_BoundedHeads,
        ws="none",  # we have none, and a refused one would be logged with address and query
        server_header=False,
        proxy_headers=False,  # `Callers` reads them, and believes nobody by default
        timeout_graceful_shutdown=5,
    )


class _Announced(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(_BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _covers_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address == ipaddress.ip_address("0.0.0.0")


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    if host == "0.0.0.0":  # every address of this machine; people open it by loopback
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _BoundedHeads(_Parser):
    """uvicorn's protocol that breaks off where a head is too long: its C parser keeps all of it."""

    _in_head = True
    _taken = 0

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless too much has come already."""
        super().data_received(data)
        if not self._in_head:
            return
        self._taken += len(data)
        if self._taken > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("Request header too large.")

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._in_head, self._taken = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Count no more: the body has its own limit."""
        self._in_head = False
        super().on_headers_complete()
