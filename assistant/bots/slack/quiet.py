"""A log for libraries that would write texts, addresses and tokens into theirs. Pure."""

from __future__ import annotations

import logging

NAME = "assistant.bots.slack.library"


def quiet_log() -> logging.Logger:
    """Return a log that says where something happened and what kind of error it was, no more."""
    log = logging.getLogger(NAME)
    log.setLevel(logging.WARNING)
    if not log.filters:
        log.addFilter(_without_content)
    return log


def _without_content(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    name = f" {kind.__name__}" if kind else ""
    record.msg = f"slack library: {record.module}.{record.funcName}:{record.lineno}{name}"
    record.args, record.exc_info, record.exc_text = (), None, None
    return True
