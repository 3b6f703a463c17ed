"""One line in the log for each request, and its id for whoever asked. Plain ASGI."""

from __future__ import annotations

import logging
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.logs import requested
from assistant.web.caller import own_path
from assistant.web.metrics import Templates

HEADER = "X-Request-Id"
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})

_log = logging.getLogger("kgc.request")


class RequestLog:
    """ASGI middleware: method, template of the path, status and duration; nobody's words.

    What asks every few seconds whether the server lives is told at the level ``debug``.
    """

    def __init__(self, app: ASGIApp, templates: Templates) -> None:
        """Wrap `app`."""
        self._app = app
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, name it, and write the line when all of the answer is out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # An id of the client's own could hold anything.
        name, begun, status = secrets.token_hex(8), time.monotonic(), 0
        path = own_path(scope)  # a mounted application changes the scope

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        with requested(name):
            try:
                await self._app(scope, receive, told)
            finally:
                self._write(scope["method"], path, status, time.monotonic() - begun)

    def _write(self, method: str, path: str, status: int, seconds: float) -> None:
        route = self._templates.of(path)
        known = method if method in _METHODS else "other"
        facts = {"method": known, "route": route, "status": status}
        write = _log.debug if route in _QUIET else _log.info
        write("request", extra={"facts": facts | {"ms": round(seconds * 1_000, 1)}})
