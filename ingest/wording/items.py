"""List markers at the beginning of a line: bullets, numbers, letters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.facts.tables import table
from ingest.wording.markers import split_bullet

_DASH = re.compile(r"[-–—*](?:\s+(?P<rest>.*)|)$")
_NUMBER = re.compile(r"(?P<shown>(?P<value>\d{1,3})[.)])\s+(?P<rest>\S.*)$")
_LETTER = re.compile(r"(?P<shown>\(?(?P<value>[a-z])\))\s+(?P<rest>\S.*)$")
_SENTENCE_END = re.compile(r"[.!?:;,][)\]\"”“’']*$")


@dataclass(frozen=True, slots=True)
class Marker:
    """What marks a list item.

    `shown` is the number as the source shows it, empty for a bullet; `value` is its place in
    the count (1 for "1." and "a)"), 0 for bullets and dashes.
    """

    shown: str
    value: int
    style: str


def marker_of(
    line: str, before: str, last: Marker | None, *, dashed: bool = False
) -> tuple[Marker | None, str]:
    """Find the list marker of a line.

    Bullets always mark an item. A dash or a number may also stand in the middle of a sentence
    ("am␤4. November"): inside a paragraph it needs a sign that a list begins or goes on.

    Args:
        line: Without spaces at its ends.
        before: The line above in the same paragraph or item, empty when there is none.
        last: The marker of the piece above.
        dashed: More than one line of this stretch begins with a dash: it is a list.

    Returns:
        The marker, None when there is none, and the line without it.
    """
    dash = _DASH.match(line)
    bullet = None if dash else split_bullet(line)
    if bullet is not None:
        return Marker("", 0, "bullet"), bullet
    if dash and (dashed or _dash_marks(dash["rest"] or "", before, last)):
        return Marker("", 0, "dash"), dash["rest"] or ""
    for style, pattern in (("number", _NUMBER), ("letter", _LETTER)):
        found = pattern.match(line)
        if found and not _is_date(found["rest"]):
            value = _place(found["value"])
            if _counts_on(value, style, before, last):
                return Marker(found["shown"], value, style), found["rest"]
    return None, line


def is_dashed(line: str) -> bool:
    """Tell whether a line begins with a dash, whatever the dash means."""
    return bool(_DASH.match(line.strip()))


def _dash_marks(rest: str, before: str, last: Marker | None) -> bool:
    if not before or before.endswith(":") or (last is not None and last.style == "dash"):
        return True
    return rest[:1].isupper() and bool(_SENTENCE_END.search(before))


def _counts_on(value: int, style: str, before: str, last: Marker | None) -> bool:
    if not before:
        return True
    if last is not None and last.style == style:
        return value == last.value + 1
    return value == 1 and bool(_SENTENCE_END.search(before))


def _place(value: str) -> int:
    return int(value) if value.isdigit() else ord(value) - ord("a") + 1


def _is_date(rest: str) -> bool:
    word = re.match(r"\w+", rest)
    return word is not None and word.group().lower() in table("facts")["months"]
