"""Counts the automatic numbers of Word's lists, which stand nowhere in the text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any

_ALPHABET = 26
_LEVELS = 9
_MAX_LABEL = 20
_LETTERS = {"lowerLetter": "a", "upperLetter": "A"}
_ROMANS = {"lowerRoman", "upperRoman"}
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_ROMAN = 3999
_NO_NUMBER = {"bullet", "none"}
_PLACE = re.compile(r"%(\d)")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: kind of number, first number, and how the number is written.

    `pattern` holds ``%1`` for the number of the first level, and so on. `restart` is the number
    that this list begins anew with although it shares its counts with others, None for none.
    """

    kind: str = "bullet"
    first: int = 1
    pattern: str = ""
    restart: int | None = None


@dataclass(slots=True)
class Numbering:
    """The levels of the lists of one document and their running counts.

    `levels` maps (list, level) to the level, `family` a list to the lists it shares its counts
    with; levels count from 0.
    """

    levels: dict[tuple[str, int], Level] = field(default_factory=dict)
    family: dict[str, str] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: Node | None) -> Numbering:
        """Read the numbering part, None for documents without lists."""
        found = cls()
        if root is None:
            return found
        abstract = {
            node.get(f"{W}abstractNumId"): dict(map(_level, node.iterfind(f"{W}lvl")))
            for node in root.iterfind(f"{W}abstractNum")
        }
        for number in root.iterfind(f"{W}num"):
            link = number.find(f"{W}abstractNumId")
            key, family = str(number.get(f"{W}numId")), str(_value(number, "abstractNumId"))
            levels = dict(abstract.get(link.get(f"{W}val"), {})) if link is not None else {}
            levels.update(_overrides(number, levels))
            found.family[key] = family
            found.levels.update({(key, level): shape for level, shape in levels.items()})
        return found

    def label(self, properties: Node) -> str | None:
        """Count one more item of the list that `properties` (``w:numPr``) names.

        Returns:
            ``3.``, ``3.1`` or ``c)`` for a numbered item, "" for a bullet, None where the list is
            off.
        """
        key, level = _value(properties, "numId"), whole(_value(properties, "ilvl"), 0)
        if key == "0":
            return None
        if key is None:
            return ""
        shape = self.levels.get((key, level), Level())
        family = self.family.get(key, key)
        before = self.counts.get((family, level), shape.first - 1)
        if shape.restart is not None and (key, level) not in self.begun:
            before = shape.restart - 1
        self.begun.add((key, level))
        self.counts[(family, level)] = before + 1
        for below in [at for at in self.counts if at[0] == family and at[1] > level]:
            del self.counts[below]
        return "" if shape.kind in _NO_NUMBER else self._written(key, family, level)

    def _written(self, key: str, family: str, level: int) -> str:
        def number(place: int) -> str:
            shape = self.levels.get((key, place), Level("decimal"))
            return _number(shape.kind, self.counts.get((family, place), shape.first))

        shape = self.levels[(key, level)]
        if not _PLACE.search(shape.pattern) or len(shape.pattern) > _MAX_LABEL:
            return f"{number(level)}{')' if shape.kind in _LETTERS else '.'}"
        return _PLACE.sub(lambda match: number(int(match[1]) - 1), shape.pattern).strip()


def whole(text: str | None, default: int) -> int:
    """Return a number of at most nine digits, `default` for everything else."""
    shown = text or ""
    fits = re.fullmatch(r"[+-]?[0-9]{1,9}", shown)
    return int(shown) if fits else default


def _number(kind: str, number: int) -> str:
    if kind in _LETTERS and number > 0:
        times, letter = divmod(number - 1, _ALPHABET)
        return chr(ord(_LETTERS[kind]) + letter) * min(times + 1, _LEVELS)
    if kind in _ROMANS and 0 < number <= _MAX_ROMAN:
        shown = ""
        for value, sign in _ROMAN:
            times, number = divmod(number, value)
            shown += sign * times
        return shown.upper() if kind == "upperRoman" else shown
    return str(number)


def _level(node: Node) -> tuple[int, Level]:
    kind = _value(node, "numFmt") or "bullet"
    first = whole(_value(node, "start"), 1)
    return whole(node.get(f"{W}ilvl"), 0), Level(kind, first, _value(node, "lvlText") or "")


def _overrides(number: Node, levels: dict[int, Level]) -> dict[int, Level]:
    changed: dict[int, Level] = {}
    for override in number.iterfind(f"{W}lvlOverride"):
        level = whole(override.get(f"{W}ilvl"), 0)
        own = override.find(f"{W}lvl")
        shape = _level(own)[1] if own is not None else levels.get(level, Level())
        restart = _value(override, "startOverride")
        again = whole(restart, shape.first) if restart is not None else None
        changed[level] = Level(shape.kind, shape.first, shape.pattern, again)
    return changed


def _value(node: Node, name: str) -> str | None:
    child = node.find(f"{W}{name}")
    return str(child.get(f"{W}val")) if child is not None else None
