"""Requests that other services send to our server, handed on to a bot. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HookReply:
    """What a service gets back: HTTP status, media type, body."""

    status: int
    media_type: str = "text/plain"
    body: bytes = b""


Hook = Callable[[bytes, Mapping[str, str]], Awaitable[HookReply]]
"""Takes a request's body and headers (names in lower case)."""
