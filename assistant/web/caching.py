"""What a client may keep, for how long, and whether what it keeps is still right (RFC 9111)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from starlette.requests import Request

_KEYS = {"authorization", "x-api-key"}
_VARY = "Authorization, X-API-Key, KGC-Audience, Origin"


def tag_of(stamp: str, parameters: Mapping[str, object], *, internal: bool) -> str:
    """Return the entity tag of an answer to a request.

    Args:
        stamp: What changes with the index.
        parameters: All that the answer depends on besides, as JSON values.
        internal: Whether internal documents were looked at.
    """
    held = json.dumps([stamp, dict(parameters), internal], sort_keys=True)
    return f'"{hashlib.sha256(held.encode("ascii")).hexdigest()[:32]}"'


def headers(request: Request, tag: str | None = None) -> dict[str, str]:
    """Return the headers: what anybody may see is kept for a minute, what a key opens never."""
    private = not _KEYS.isdisjoint(request.headers.keys())
    found = {
        "Cache-Control": "private, no-store" if private else "public, max-age=60",
        "Vary": _VARY,
    }
    return found | ({"ETag": tag} if tag else {})


def is_known(held: str, tag: str) -> bool:
    """Tell whether the client holds `tag`, by its If-None-Match header.

    Compared weakly (RFC 9110 §13.1.2): a proxy that packs anew marks a tag as weak.
    """
    tags = (entry.strip().removeprefix("W/") for entry in held.split(","))
    return held.strip() == "*" or tag in tags
