"""Problem documents that OpenAI's clients can read too: with their member ``error``. Plain ASGI."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.caller import own_path
from assistant.web.problems import MEDIA_TYPE

PATHS = ("/v1/models", "/v1/chat/completions")
_SERVERS_FAULT = 500


def with_error(problem: dict[str, Any]) -> dict[str, Any]:
    """Return a problem document with the member that OpenAI's clients take their message from."""
    kind = "server_error" if problem["status"] >= _SERVERS_FAULT else "invalid_request_error"
    code = problem["type"].rpartition("/")[2]
    error = {"message": problem["detail"], "type": kind, "param": None, "code": code}
    return {**problem, "error": error}


class ErrorMember:
    """ASGI middleware: adds the member to every problem document on `PATHS`."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and what is answered back."""
        if scope["type"] != "http" or own_path(scope) not in PATHS:
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        held = b""

        async def told(message: Message) -> None:
            nonlocal start, held
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            held += message.get("body", b"")
            if not message.get("more_body", False):
                body = json.dumps(with_error(json.loads(held)), ensure_ascii=False).encode()
                MutableHeaders(scope=start)["content-length"] = str(len(body))
                await send(start)
                await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, told)


def _is_problem(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "") == MEDIA_TYPE
