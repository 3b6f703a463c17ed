"""A list of sources (TOML) that is taken in again and again. Pure.

::

    [[source]]
    sitemap = "https://example.org/sitemap.xml"
    include = ["/themen/*"]
    pause = 2

    [[source]]
    path = "Rundschreiben"
    internal = true
    type = "Rundschreiben"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from dataclasses import fields as fields_of
from enum import StrEnum
from typing import Any

from ingest.document import Metadata
from ingest.errors import Reason, SourceError

MOST_BYTES = 1_000_000
MOST_SOURCES = 10_000
MOST_PATTERNS = 100
LONGEST_PATTERN = 200
LONGEST_PAUSE = 60.0
PAUSE = 0.5
"""Seconds between two requests to one host unless the list says otherwise."""
FACTS = tuple(entry.name for entry in fields_of(Metadata) if entry.name != "state")
_PATTERNS = ("include", "exclude")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


class Kind(StrEnum):
    """What an entry points to."""

    PATH = "path"
    URL = "url"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files or pages of a source are wanted: all, or those that fit `include`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wants(self, name: str) -> bool:
        """Tell whether `name` is wanted: a path below the folder, or the path of an address.

        ``*`` stands for any characters, also "/", ``?`` for one; letters count as written.
        """
        fits = not self.include or any(_glob(pattern, name) for pattern in self.include)
        return fits and not any(_glob(pattern, name) for pattern in self.exclude)


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of a list.

    `place` is a path, as written, or an address; `facts` are (name, value), several values of
    one fact joined by ";"; `pause` are seconds between two requests to one host.
    """

    kind: Kind
    place: str
    internal: bool = False
    selection: Selection = EVERYTHING
    facts: tuple[tuple[str, str], ...] = ()
    pause: float = PAUSE


def read(data: bytes) -> tuple[Source, ...]:
    """Read a list.

    Raises:
        SourceError: DAMAGED, with the line or the number of the entry and what is wrong there.
    """
    if len(data) > MOST_BYTES:
        raise SourceError(Reason.TOO_LARGE, f"Eine Quellenliste hat höchstens {MOST_BYTES} Bytes.")
    try:
        held = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise wrong("Sie ist nicht in UTF-8 geschrieben.") from exc
    except (ValueError, RecursionError) as exc:  # too many digits are no TOMLDecodeError
        raise wrong(_where(exc)) from exc
    entries = held.pop("source", [])
    if held:
        raise wrong(f"„{min(held)}“ ist nicht bekannt. Jede Quelle beginnt mit [[source]].")
    if not isinstance(entries, list) or len(entries) > MOST_SOURCES:
        raise wrong(f"Jede Quelle beginnt mit [[source]]; es sind höchstens {MOST_SOURCES}.")
    return tuple(_source(number, entry) for number, entry in enumerate(entries, start=1))


def _source(number: int, entry: Any) -> Source:  # noqa: ANN401  # TOML
    if not isinstance(entry, dict):
        raise wrong(f"Quelle {number}: Jede Quelle beginnt mit [[source]].")
    try:
        return _checked(dict(entry))
    except ValueError as exc:
        raise wrong(f"Quelle {number}: {exc}.") from exc


def _checked(entry: dict[str, Any]) -> Source:
    kinds = [kind for kind in Kind if kind in entry]
    if len(kinds) != 1:
        raise ValueError("genau eines von path, url und sitemap muss dastehen")
    place = _text(kinds[0], entry.pop(kinds[0]))
    internal = entry.pop("internal", False)
    if not isinstance(internal, bool):
        raise ValueError("internal muss true oder false sein")  # noqa: TRY004
    include, exclude = (_patterns(name, entry.pop(name, [])) for name in _PATTERNS)
    pause = _pause(entry.pop("pause", PAUSE))
    if unknown := entry.keys() - set(FACTS):
        known = ", ".join((*Kind, "internal", *_PATTERNS, "pause", *FACTS))
        raise ValueError(f"„{min(unknown)}“ ist nicht bekannt; möglich sind {known}")
    facts = tuple((name, _fact(name, value)) for name, value in entry.items())
    return Source(kinds[0], place, internal, Selection(include, exclude), facts, pause)


def _text(name: str, value: Any) -> str:  # noqa: ANN401  # TOML
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(f"{name} muss Text in einer Zeile sein")
    return value.strip()


def _fact(name: str, value: Any) -> str:  # noqa: ANN401  # TOML
    if isinstance(value, list):
        return ";".join(_text(name, part) for part in value)
    return _text(name, value)


def _patterns(name: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401  # TOML
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or len(given) > MOST_PATTERNS:
        raise ValueError(f"{name} muss eine Liste von höchstens {MOST_PATTERNS} Mustern sein")
    patterns = tuple(_text(name, pattern) for pattern in given)
    if any(len(pattern) > LONGEST_PATTERN for pattern in patterns):
        raise ValueError(f"ein Muster in {name} ist länger als {LONGEST_PATTERN} Zeichen")
    return patterns


def _pause(value: Any) -> float:  # noqa: ANN401  # TOML
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= LONGEST_PAUSE:
        raise ValueError(f"pause muss eine Zahl von 0 bis {LONGEST_PAUSE:.0f} (Sekunden) sein")
    return float(value)


def _glob(pattern: str, name: str) -> bool:
    """Match all beginnings at once: no pattern takes more steps than both lengths multiplied."""
    reached = {0}
    for sign in pattern:
        if sign == "*":
            reached = set(range(min(reached), len(name) + 1)) if reached else reached
        else:
            reached = {n + 1 for n in reached if n < len(name) and sign in ("?", name[n])}
    return len(name) in reached


def _where(exc: Exception) -> str:
    place = _PLACE.search(str(exc))
    line = f"Zeile {place.group(1)}, Spalte {place.group(2)}" if place else "am Ende"
    return f"Sie ist kein gültiges TOML ({line})."


def wrong(detail: str) -> SourceError:
    """Return the error for a list that says something wrong."""
    error = SourceError(Reason.DAMAGED)
    error.message = f"Die Quellenliste stimmt nicht: {detail}"
    return error
