"""The outermost layer: protective headers on every response, no error beyond it. Plain ASGI."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web import problems
from assistant.web.caller import shown_key
from assistant.web.pages import CONTENT_SECURITY_POLICY

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Guard:
    """ASGI middleware around all others."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a HEAD like a GET (the server drops the body), an unexpected error with 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        started = False
        # What a key opens is kept by nobody; caches know one of its two headers only.
        keyed = shown_key(Request(scope)) is not None

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if keyed:
                    headers.setdefault("Cache-Control", "private, no-store")
            await send(message)

        try:
            await self._app(inner, receive, guarded)
        except Exception as error:  # noqa: BLE001  # a foreign message may hold words of a question
            problems.note(error)
            if not started:
                await problems.problem(500)(scope, receive, guarded)
