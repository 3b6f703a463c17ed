"""What Word's paragraph styles mean, in German and English templates. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ingest.office.wordlists import W, whole
from ingest.wording.markers import split_bullet
from ingest.wording.wrapping import HARD_BREAK

# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any

OFF = frozenset({"0", "false", "none", "off"})
BOLD_HEADING_CHARACTERS = 120
_MAX_LEVEL = 6
_BODY_TEXT = 9  # outline level of text that is no heading (ISO 29500-1 §17.3.1.20)
_HEADING = re.compile(r"^(?:heading|überschrift)\s*(\d)", re.IGNORECASE)
_TITLES = {"title", "titel"}
_LIST = re.compile(r"^(?:list|liste|aufzählung)(?!.*(?:continue|fortsetzung))", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc|verzeichnis|inhaltsverzeichnis|table of)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph styles of one document by their id, and the id of the default one."""

    elements: dict[str, Node]
    default: str

    @classmethod
    def of(cls, styles: Iterable[Node]) -> Styles:
        """Collect the ``w:style`` elements of a document."""
        elements = {style.get(f"{W}styleId", ""): style for style in styles}
        default = next((key for key, style in elements.items() if _is_default(style)), "")
        return cls(elements, default)

    def chain(self, paragraph: Node) -> Iterator[Node]:
        """Yield what holds for a paragraph: its own properties, then those of its styles."""
        own = paragraph.find(f"{W}pPr")
        key = self.default
        if own is not None:
            yield own
            named = own.find(f"{W}pStyle")
            key = named.get(f"{W}val", "") if named is not None else key
        yield from self.based_on(key)

    def based_on(self, key: str) -> Iterator[Node]:
        """Yield the style `key` and those it is based on, nearest first; none where unknown."""
        seen: set[str] = set()
        while key in self.elements and key not in seen:
            seen.add(key)
            style = self.elements[key]
            yield style
            base = style.find(f"{W}basedOn")
            key = base.get(f"{W}val", "") if base is not None else ""

    def names(self, paragraph: Node) -> Iterator[str]:
        """Yield the name of a paragraph's style and of those it is based on."""
        for source in self.chain(paragraph):
            name = source.find(f"{W}name")
            if name is not None:
                yield str(name.get(f"{W}val", ""))

    def heading_level(self, paragraph: Node) -> int:
        """Return the rank of a heading by style or outline level, 0 for other paragraphs."""
        for name in self.names(paragraph):
            match = _HEADING.match(name)
            if match:
                return min(max(int(match[1]), 1), _MAX_LEVEL)
            if name.casefold() in _TITLES:
                return 1
        for source in self.chain(paragraph):
            level = source.find(f".//{W}outlineLvl")
            if level is not None:
                rank = whole(level.get(f"{W}val"), _BODY_TEXT)
                return min(rank + 1, _MAX_LEVEL) if 0 <= rank < _BODY_TEXT else 0
        return 0

    def is_list(self, paragraph: Node) -> bool:
        """Whether a paragraph's style is one of the list styles."""
        return any(_LIST.match(name) for name in self.names(paragraph))

    def is_contents(self, paragraph: Node) -> bool:
        """Whether a paragraph is a line of a table of contents."""
        return any(_CONTENTS.match(name) for name in self.names(paragraph))


def looks_like_heading(paragraph: Node, text: str) -> bool:
    """Whether a paragraph without heading style is short, all bold and no sentence."""
    if len(text) > BOLD_HEADING_CHARACTERS or HARD_BREAK in text or text.endswith((".", ",", ";")):
        return False
    runs = [
        run
        for run in paragraph.iter(f"{W}r")
        if any((node.text or "").strip() for node in run.iter(f"{W}t"))
    ]
    return bool(runs) and all(map(_bold, runs)) and split_bullet(text) is None


def _bold(run: Node) -> bool:
    mark = run.find(f"{W}rPr/{W}b")
    return mark is not None and mark.get(f"{W}val", "1") not in OFF


def _is_default(style: Node) -> bool:
    if style.get(f"{W}type") != "paragraph":
        return False
    return style.get(f"{W}default", "0") not in OFF
