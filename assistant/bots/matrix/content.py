"""The contents of events ``m.room.message`` that the bot sends. Pure."""

from __future__ import annotations

from assistant.bots.matrix.port import Content
from assistant.bots.matrix.rendering import Rendered

__all__ = ["edit", "in_thread", "notice"]


def notice(rendered: Rendered) -> Content:
    """Return a notice, which other bots do not answer; it calls nobody."""
    return {
        "msgtype": "m.notice",
        "body": rendered.body,
        "format": "org.matrix.custom.html",
        "formatted_body": rendered.html,
        "m.mentions": {},
    }


def in_thread(rendered: Rendered, root: str, reply_to: str) -> Content:
    """Return a notice in a thread; programs without threads show it as a reply to `reply_to`."""
    relation = {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": reply_to},
    }
    return notice(rendered) | {"m.relates_to": relation}


def edit(rendered: Rendered, original: str) -> Content:
    """Return what takes the place of the message `original`."""
    starred = Rendered(f"* {rendered.body}", rendered.html)
    return notice(starred) | {
        "m.new_content": notice(rendered),
        "m.relates_to": {"rel_type": "m.replace", "event_id": original},
    }
