"""Which names of this server, and which pages, may reach ``/mcp`` (MCP's rule on DNS rebinding).

A page elsewhere can let its own name lead to this machine and then read what the server answers.
A Host header gives that away: it holds the page's name. An address in its place cannot be such a
name, so addresses and ``localhost`` are always ours. Pure.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

LONGEST = 300
_PORT = re.compile(r":[0-9]{1,5}\Z")


def is_ours(host: str, names: Collection[str]) -> bool:
    """Tell whether a Host header names this server.

    Args:
        host: The header, with or without a port.
        names: In lower case, how the server is called from outside; each with any port, or with
            one of its own (``name:8443``).
    """
    held = host.strip().lower()
    bare = _PORT.sub("", held)
    if not bare or len(held) > LONGEST:
        return False
    return bare == "localhost" or _is_address(bare) or held in names or bare in names


def may_ask(origin: str | None, names: Collection[str], pages: Collection[str]) -> bool:
    """Tell whether a request that a page at `origin` makes is allowed (None: it is no page's).

    Args:
        origin: The Origin header.
        names: As for `is_ours`.
        pages: Other origins that are allowed, as browsers write them.
    """
    if origin is None or origin in pages:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_ours(parts.netloc, names)


def _is_address(host: str) -> bool:
    if "%" in host:  # behind it could stand any name
        return False
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
