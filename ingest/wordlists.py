"""Counts the automatic numbers of Word's lists, which stand nowhere in the text. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any
_ALPHABET = 26
_DIGITS = {"decimal", "decimalZero", "ordinal", "cardinalText"}
_LETTERS = {"lowerLetter": "a", "upperLetter": "A"}


@dataclass(slots=True)
class Numbering:
    """Formats and running counts of the lists of one document.

    `formats` maps (list, level) to (kind of number, first number); levels count from 0.
    """

    formats: dict[tuple[str, int], tuple[str, int]]
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Node | None) -> Numbering:
        """Read the numbering part, None for documents without lists."""
        formats: dict[tuple[str, int], tuple[str, int]] = {}
        if root is None:
            return cls(formats)
        abstract = {
            node.get(f"{W}abstractNumId"): dict(map(_level, node.iterfind(f"{W}lvl")))
            for node in root.iterfind(f"{W}abstractNum")
        }
        for number in root.iterfind(f"{W}num"):
            link = number.find(f"{W}abstractNumId")
            levels = abstract.get(link.get(f"{W}val"), {}) if link is not None else {}
            for level, shape in levels.items():
                formats[(number.get(f"{W}numId"), level)] = shape
        return cls(formats)

    def label(self, properties: Node) -> str | None:
        """Count one more item of the list that `properties` (``w:numPr``) names.

        Returns:
            ``3.`` or ``c)`` for a numbered item, "" for a bullet, None where the list is off.
        """
        key, level = _value(properties, "numId"), int(_value(properties, "ilvl") or 0)
        if key == "0":
            return None
        if key is None:
            return ""
        kind, first = self.formats.get((key, level), ("bullet", 1))
        number = self.counts.get((key, level), first - 1) + 1
        self.counts[(key, level)] = number
        for below in [place for place in self.counts if place[0] == key and place[1] > level]:
            del self.counts[below]
        if kind in _DIGITS:
            return f"{number}."
        if kind in _LETTERS:
            return f"{chr(ord(_LETTERS[kind]) + (number - 1) % _ALPHABET)})"
        return ""


def _level(node: Node) -> tuple[int, tuple[str, int]]:
    kind = _value(node, "numFmt") or "bullet"
    return int(node.get(f"{W}ilvl", "0")), (kind, int(_value(node, "start") or 1))


def _value(node: Node, name: str) -> str | None:
    child = node.find(f"{W}{name}")
    return str(child.get(f"{W}val")) if child is not None else None
