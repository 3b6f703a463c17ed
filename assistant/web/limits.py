"""Refuses uploads without a key, and bodies that are too large or never end. Plain ASGI."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import NotAllowed, ScopeMissing
from assistant.web import problems
from assistant.web.access import writer
from assistant.web.caller import own_path

SMALL_BODY = 64_000
WHOLE_CONVERSATIONS = 1_000_000
UPLOAD_PATH = "/v1/documents"
COMPLETIONS_PATH = "/v1/chat/completions"
SIGNED_BODY = 256_000
"""Bytes; a button pressed in Slack comes with the whole message above it."""
SLACK_PATH = "/slack/events"
BODY_SECONDS = 30.0
"""So long a body may take; of an upload, which has shown its key, each part of it."""
_DRAINED = 2_000_000
_DRAIN_SECONDS = 5.0
_MEGABYTE = 1_000_000
_TOO_SLOW = "Die Anfrage kam zu langsam. Bitte noch einmal versuchen."


class BodyLimit:
    """ASGI middleware: 401 or 403 for an upload without its key, 413 for large, 408 for slow."""

    def __init__(self, app: ASGIApp, upload: int) -> None:
        """Wrap `app`; `upload` is the limit in bytes for uploads.

        Programs that send all that was ever said have `WHOLE_CONVERSATIONS`, the rest `SMALL_BODY`.
        """
        self._app = app
        self._limits = {
            UPLOAD_PATH: upload,
            COMPLETIONS_PATH: WHOLE_CONVERSATIONS,
            SLACK_PATH: SIGNED_BODY,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(own_path(scope), SMALL_BODY)
        refusal = _refusal(scope, limit)
        if refusal is not None:
            await _drain(receive)
            await refusal(scope, receive, send)
            return
        taken, whole, until = 0, False, 0.0
        patient = own_path(scope) == UPLOAD_PATH

        async def counted() -> Message:
            nonlocal taken, whole, until
            if whole:  # what comes now is that the client leaves
                return await receive()
            now = time.monotonic()
            until = until if until and not patient else now + BODY_SECONDS
            try:
                async with asyncio.timeout(until - now):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, _TOO_SLOW, {"Connection": "close"}) from None
            whole = not message.get("more_body", False)
            taken += len(message.get("body", b""))
            if taken > limit:
                await _drain(receive, message)
                raise HTTPException(413, _detail(limit))
            return message

        await self._app(scope, counted, send)


def _refusal(scope: Scope, limit: int) -> Response | None:
    """Return what is wrong with a request by its head alone."""
    if own_path(scope) == UPLOAD_PATH and scope["method"] == "POST":
        try:
            writer(Request(scope))
        except (NotAllowed, ScopeMissing) as refused:
            return problems.of(refused)
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > limit:
        return problems.refused(Request(scope), 413, _detail(limit), "too_large")
    return None


async def _drain(receive: Receive, last: Message | None = None) -> None:
    """Read some of what still comes: a client that is cut off while sending sees no answer."""
    taken = 0
    more = last is None or last.get("more_body", False)
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while more and taken < _DRAINED:
                message = await receive()
                taken += len(message.get("body", b""))
                more = message["type"] == "http.request" and message.get("more_body", False)


def _detail(limit: int) -> str:
    size = f"{limit // _MEGABYTE} MB" if limit >= _MEGABYTE else f"{limit // 1_000} kB"
    return f"Die Anfrage ist größer als {size}."
