"""Reads files of cases: one JSON object a line, empty lines left out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Json = dict[str, Any]
Case = TypeVar("Case")


class CasesInvalid(Exception):
    """The file of cases cannot be read; the message names the line."""


def read_lines(path: Path, made: Callable[[Json], Case]) -> list[Case]:
    """Return what `made` makes of each line.

    Raises:
        CasesInvalid: The file or a line is broken, or `made` misses a field.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise CasesInvalid(f"{path}: {exc}") from exc
    cases = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                cases.append(made(json.loads(line)))
        except (ValueError, KeyError, TypeError, re.error) as exc:
            raise CasesInvalid(f"{path}, line {number}: {exc!r}") from exc
    return cases


def patterns(given: Json) -> tuple[re.Pattern[str], ...]:
    """Compile the expressions of `gold`: case is ignored, a dot also matches a line's end."""
    return tuple(re.compile(p, re.IGNORECASE | re.DOTALL) for p in given.get("gold") or ())
