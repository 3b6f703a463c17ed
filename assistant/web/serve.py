"""Runs the application on a port until told to stop."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from assistant.errors import AssistantError
from assistant.service import Service
from assistant.web.app import ServerOptions, create_app

_BACKLOG = 2_048


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
    config = uvicorn.Config(
        create_app(service, options),
        log_config=None,  # `assistant.logs` has seen to it
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `Callers` reads them, and believes nobody by default
        timeout_graceful_shutdown=5,
    )
    server = _Announced(config, ready)
    listening = list(dict.fromkeys((sockets.public, sockets.loopback)))
    server.run(sockets=listening)


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
