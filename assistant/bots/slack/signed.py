"""Requests from Slack over HTTP, before a library looks at them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from assistant.bots.hooks import HookReply

TIMESTAMP = "x-slack-request-timestamp"
SIGNATURE = "x-slack-signature"
_LONGEST_TIMESTAMP = 12
_PASSED_ON = frozenset(
    {TIMESTAMP, SIGNATURE, "content-type", "x-slack-retry-num", "x-slack-retry-reason"}
)


def refusal(headers: Mapping[str, str]) -> HookReply | None:
    """Return the answer to a request whose headers make no sense, None for others.

    Slack's library takes the time stamp for a number without looking.
    """
    stamp = headers.get(TIMESTAMP, "")
    odd = not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_TIMESTAMP)
    unsigned = not headers.get(SIGNATURE, "").isascii() or not headers.get(SIGNATURE)
    return HookReply(401, body=b"signature missing or odd") if odd or unsigned else None


def readable(body: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a body is what Slack sends: a JSON object, or a form that may hold one."""
    try:
        if headers.get("content-type", "").startswith("application/json") or body[:1] == "{":
            return isinstance(json.loads(body), dict)
        payload = parse_qs(body).get("payload")
        return payload is None or isinstance(json.loads(payload[0]), dict)
    except (ValueError, RecursionError):
        return False


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that matter."""
    return {name: value for name, value in headers.items() if name in _PASSED_ON}
