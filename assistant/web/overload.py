"""So many questions may wait for their turn, beyond that 503: nobody waits for ever. Plain ASGI."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web import problems
from assistant.web.caller import own_path
from assistant.web.stream import AT_WORK

RETRY_SECONDS = 5
_QUESTIONS = frozenset({("POST", "/v1/chat"), ("POST", "/v1/chat/completions"), ("POST", "/")})
_FREE = ("/livez", "/readyz", "/metrics", "/static/", "/widget/")
_DETAIL = "Gerade sind zu viele Anfragen unterwegs. Bitte gleich noch einmal versuchen."


class Overload:
    """ASGI middleware: counts questions and other requests under way, each for themselves."""

    def __init__(self, app: ASGIApp, most_waiting: int) -> None:
        """Wrap `app`; beside the `AT_WORK` that are answered `most_waiting` of a kind may wait."""
        self._app = app
        self._most = AT_WORK + most_waiting
        self._under_way = {True: 0, False: 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 503 with the seconds to wait."""
        path = own_path(scope) if scope["type"] == "http" else ""
        if not path or path.startswith(_FREE):
            await self._app(scope, receive, send)
            return
        asks = (scope["method"], path) in _QUESTIONS
        if self._under_way[asks] >= self._most:
            headers = {"Retry-After": str(RETRY_SECONDS)}
            refusal = problems.refused(Request(scope), 503, _DETAIL, "overloaded", headers)
            await refusal(scope, receive, send)
            return
        self._under_way[asks] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[asks] -= 1
