"""What a server writes on stderr: one line an event, as text or JSON. Standard library only.

Nobody's words get there. Our own messages and uvicorn's hold none; what other libraries say may
quote a question, so below the level ``debug`` only their name and the kind of error is written. Of
an exception its class and place are told, never its message.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

__all__ = ["Form", "Level", "configure", "requested"]

Form = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]

_OURS = ("kgc", "assistant", "uvicorn")
_SECRETS = re.compile(r"kgc_\w+|(?i:bearer|basic)\s+\S+|xox[a-z]-\S+|xapp-\S+")
_ACCESS = "uvicorn.access"  # would tell addresses and what was searched for
_ERRORS = "uvicorn.error"
_request: ContextVar[str] = ContextVar("request id", default="")


@contextmanager
def requested(request_id: str) -> Iterator[None]:
    """Let every line inside this context name a request."""
    before = _request.set(request_id)
    try:
        yield
    finally:
        _request.reset(before)


def configure(form: Form, level: Level | None = None, stream: TextIO | None = None) -> None:
    """Let all loggers of this process write to `stream` (stderr), nothing else and once.

    Args:
        form: One JSON object or one sentence a line.
        level: From which level on; by default ``info`` for JSON, ``warning`` for text.
        stream: Where to, by default stderr.
    """
    chosen = level or ("info" if form == "json" else "warning")
    handler = logging.StreamHandler(stream or sys.stderr)
    shows_foreign = chosen == "debug"
    handler.setFormatter(_Json(shows_foreign) if form == "json" else _Text(shows_foreign))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if shows_foreign else logging.WARNING)
    for name in _OURS:
        ours = logging.getLogger(name)
        ours.handlers.clear()
        ours.propagate = True
        ours.setLevel(chosen.upper())
    logging.getLogger(_ERRORS).setLevel(logging.NOTSET)  # another server may have hushed it
    silent = logging.getLogger(_ACCESS)
    silent.handlers.clear()
    silent.propagate = False
    logging.captureWarnings(capture=True)


class _Line(logging.Formatter):
    def __init__(self, shows_foreign: bool) -> None:
        super().__init__()
        self._shows_foreign = shows_foreign

    def message(self, record: logging.LogRecord) -> str:
        """Return what a record says as far as it may be written, without secrets, on one line."""
        ours = record.name.partition(".")[0] in _OURS
        said = record.getMessage() if ours or self._shows_foreign else ""
        text = " ".join([*said.split(), *([_place(record)] if record.exc_info else [])])
        return _SECRETS.sub("***", text) or f"{record.levelname.lower()} of {record.name}"


class _Text(_Line):
    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        request = f" [{_request.get()}]" if _request.get() else ""
        told = "".join(f" {name}={value}" for name, value in _facts(record).items())
        return f"{record.levelname} {record.name}:{request} {self.message(record)}{told}"


class _Json(_Line):
    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        made = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": made.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message(record),
        }
        if _request.get():
            line["request_id"] = _request.get()
        return json.dumps(line | _facts(record), ensure_ascii=False)


def _facts(record: logging.LogRecord) -> dict[str, str | int | float]:
    """Return the figures of one of our records."""
    found: dict[str, str | int | float] = getattr(record, "facts", {})
    return found


def _place(record: logging.LogRecord) -> str:
    """Return the class of an exception and where it came up."""
    kind, _, trace = record.exc_info or (None, None, None)
    frames = traceback.extract_tb(trace)[-1:] if trace else []
    where = ", ".join(f"{Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames)
    name = kind.__name__ if kind else "error"
    return f"{name} at {where}" if where else name
