"""The app's home tab: what is indexed, how to ask. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.backend import Json
from assistant.bots.slack.escaping import address, mrkdwn, plain
from assistant.bots.slack.rendering import ask_buttons
from assistant.bots.slack.wording import HOW_TO_ASK, NAME, NOTICE, UNREACHABLE

_MOST_DOCUMENTS = 15
_MOST_TYPES = 6
_LONGEST_TITLE = 150
_LONGEST_LINK = 600


def home_view(
    documents: Sequence[Mapping[str, Any]], questions: Sequence[object], base: str
) -> Json:
    """Return the view for `documents`, newest first, with buttons that ask `questions`."""
    blocks = [_header(NAME), _section(NOTICE), _header("So fragen Sie"), _section(HOW_TO_ASK)]
    buttons = ask_buttons(questions)
    if buttons:
        blocks += [_section("*Zum Beispiel:*"), {"type": "actions", "elements": buttons}]
    blocks += [{"type": "divider"}, _header("Was ich gelesen habe"), _section(_counted(documents))]
    newest = sorted(documents, key=lambda one: str(one.get("date") or ""), reverse=True)
    lines = [_line(one, base) for one in newest[:_MOST_DOCUMENTS]]
    for at in range(0, len(lines), 3):  # three long titles with links stay below 3,000 characters
        blocks.append(_section("\n".join(lines[at : at + 3])))
    if len(documents) > _MOST_DOCUMENTS:
        blocks.append(_section(f"… und {len(documents) - _MOST_DOCUMENTS} weitere"))
    return {"type": "home", "blocks": blocks}


def home_without_server() -> Json:
    """Return the view for a time when the server does not answer."""
    return {"type": "home", "blocks": [_header(NAME), _section(UNREACHABLE)]}


def _counted(documents: Sequence[Mapping[str, Any]]) -> str:
    if not documents:
        return "Noch keine Dokumente."
    types = Counter(mrkdwn(one.get("type"), 60) or "ohne Angabe" for one in documents)
    told = ", ".join(f"{count} {name}" for name, count in types.most_common(_MOST_TYPES))
    return f"*{len(documents)} Dokumente* ({told}), die neuesten:"


def _line(one: Mapping[str, Any], base: str) -> str:
    title = mrkdwn(one.get("title"), _LONGEST_TITLE) or "…"
    link = address(one.get("link"), base) or address(one.get("url"), "")
    if link is not None and len(link) <= _LONGEST_LINK:
        title = f"<{link}|{title.replace('|', '/')}>"
    year = plain(one.get("date"))[:4]
    return f"• {title}" + (f" ({mrkdwn(year)})" if year else "")


def _header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
