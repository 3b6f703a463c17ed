"""What a page did beside what one sees."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Trace:
    """The URLs a page asked for, and its errors and those of the console."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
