"""Text of documents and people → text that calls nobody and hides nothing in a room. Pure."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from assistant.proxies import from_outside

__all__ = ["harmless", "link_target", "marked_up"]

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters, directions, zero-width and tag characters."""
_APART = "\u2060"
"""WORD JOINER: invisible, keeps the line together, and ends what a client would take for a name."""
# @room calls everybody; @user:server, #alias:server, !room:server become pills in some clients.
_CALL = re.compile(r"(?<![\w.+-])([@#!])(?=room\b|[\w.=/+-]+:[\w.\[])", re.IGNORECASE)
_PILL = re.compile(r"(?i)\b(matrix)(?=\.to\b|:(?:u|r|roomid)/)")
_NO_ADDRESS = re.compile(r"[\s\x00-\x20\\<>\"'`]")
_LONGEST_LINK = 2_000


def harmless(text: str) -> str:
    """Return `text` without hidden characters, and with names that call nobody."""
    shown = _HIDDEN.sub("", text)
    return _PILL.sub(rf"\1{_APART}", _CALL.sub(rf"\1{_APART}", shown))


def marked_up(text: str) -> str:
    """Return harmless text as HTML: every sign that means something there is escaped."""
    return escape(harmless(text))


def link_target(address: object, base: str = "") -> str | None:
    """Return where a link may lead, None where it may not be one.

    Args:
        address: What stands in the answer: an address, or a path on our server.
        base: Our server's address for browsers, "" where others cannot reach it.

    Returns:
        An http, https or tel address of one line; never one that clients turn into a pill.
    """
    if not isinstance(address, str) or not 0 < len(address) <= _LONGEST_LINK:
        return None
    if address.startswith("/") and not address.startswith(("//", "/\\")):
        address = from_outside(address, base) if base else ""
    hidden = _NO_ADDRESS.search(address) or _HIDDEN.search(address)
    return None if hidden or not _leads_out(address) else address


def _leads_out(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.scheme == "tel":
        return re.fullmatch(r"tel:\+?[0-9]{3,20}", address) is not None
    pill = host == "matrix.to" or host.endswith(".matrix.to")
    return parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc and not pill
