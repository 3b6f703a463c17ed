"""The manifest of the Slack app: what an administrator pastes when creating it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from assistant.backend import Json
from assistant.bots.slack.wording import FALLBACK_PROMPTS, NAME

SCOPES = ("app_mentions:read", "assistant:write", "chat:write", "commands", "im:history")
EVENTS = ("app_home_opened", "app_mention", "message.im")
COMMAND = "/kgc"
EVENTS_PATH = "/slack/events"
_DESCRIPTION = (
    "Beantwortet Fragen zur gesundheitlichen Chancengleichheit aus den Dokumenten des "
    "Kooperationsverbunds"
)


def manifest(url: str = "") -> Json:
    """Return the manifest.

    Args:
        url: Our server's public address if Slack is to send events there; "" for Socket Mode,
            which needs no public address.
    """
    socket = not url
    request = {} if socket else {"request_url": url.rstrip("/") + EVENTS_PATH}
    command = {
        "command": COMMAND,
        "description": "Dokumente suchen",
        "usage_hint": "Suchworte",
        "should_escape": True,
    } | ({} if socket else {"url": url.rstrip("/") + EVENTS_PATH})
    prompts = [{"title": words, "message": words} for words in FALLBACK_PROMPTS]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": NAME, "description": _DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {"agent_description": _DESCRIPTION, "suggested_prompts": prompts},
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": request | {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True} | request,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(value: object) -> str:
    """Return JSON data as YAML; words stand in the quotes of JSON, which YAML reads the same."""
    return "\n".join(_lines(value, "")) + "\n"


def _lines(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if isinstance(part, Mapping | list) and part:
                yield f"{indent}{name}:"
                yield from _lines(part, indent + "  ")
            else:
                yield f"{indent}{name}: {_word(part)}"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            first, *rest = list(_lines(part, indent + "  ")) or [_word(part)]
            yield f"{indent}- {first.strip()}"
            yield from rest
    else:
        yield f"{indent}{_word(value)}"


def _word(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
