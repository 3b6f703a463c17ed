"""Which text of a Word file nobody sees: marked hidden, white on white, or of no size. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ingest.office.wordlists import W, whole
from ingest.office.wordstyles import OFF, Styles

# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any

_TINY_HALF_POINTS = 2
_WHITE = 0xFA  # the least value of red, green and blue that still looks like paper
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_PAINTED = {"solidFill", "gradFill", "blipFill", "pattFill"}


@dataclass(frozen=True, slots=True)
class _Look:
    """What holds for a piece of text: hidden, colour (empty for the usual one), half-points."""

    vanish: str = ""
    colour: str = ""
    size: str = ""

    def over(self, below: _Look) -> _Look:
        """Return this look with what it leaves open taken from `below`."""
        return _Look(
            self.vanish or below.vanish, self.colour or below.colour, self.size or below.size
        )


@dataclass(slots=True)
class Sight:
    """Tells what is seen, and counts the characters of what is not.

    `dark_page` says that the page itself has a colour other than white.
    """

    styles: Styles
    dark_page: bool = False
    hidden: int = 0
    looks: dict[str, _Look] = field(default_factory=dict)

    def sees(self, run: Node) -> bool:
        """Whether a ``w:r`` is seen; what is not is counted."""
        look = self._look(run)
        seen = not (
            _is_on(look.vanish)
            or whole(look.size, _TINY_HALF_POINTS + 1) <= _TINY_HALF_POINTS
            or (is_white(look.colour) and not self._has_ground(run))
        )
        if not seen:
            self.hidden += sum(len((node.text or "").strip()) for node in run.iter(f"{W}t"))
        return seen

    def _look(self, run: Node) -> _Look:
        own = run.find(f"{W}rPr")
        look = _look_of(own)
        named = own.find(f"{W}rStyle") if own is not None else None
        if named is not None:
            look = look.over(self._style(str(named.get(f"{W}val", ""))))
        paragraph = next(run.iterancestors(f"{W}p"), None)
        if paragraph is None:
            return look
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        key = str(named.get(f"{W}val", "")) if named is not None else self.styles.default
        return look.over(self._style(key))

    def _style(self, key: str) -> _Look:
        if key not in self.looks:
            look = _Look()
            for style in self.styles.based_on(key):
                look = look.over(_look_of(style.find(f"{W}rPr")))
            self.looks[key] = look
        return self.looks[key]

    def _has_ground(self, run: Node) -> bool:
        """Whether something other than white paper lies, or may lie, behind a run."""
        own = run.find(f"{W}rPr")
        if own is not None and (own.find(f"{W}highlight") is not None or _is_shaded(own)):
            return True
        return self.dark_page or any(map(self._grounds, run.iterancestors()))

    def _grounds(self, node: Node) -> bool:
        if node.tag == f"{W}p":
            sources = (
                s if s.tag == f"{W}pPr" else s.find(f"{W}pPr") for s in self.styles.chain(node)
            )
            return any(source is not None and _is_shaded(source) for source in sources)
        if node.tag == f"{W}tc":
            return _is_shaded(node.find(f"{W}tcPr"))
        if node.tag == f"{W}tbl":
            named = node.find(f"{W}tblPr/{W}tblStyle")
            key = str(named.get(f"{W}val", "")) if named is not None else ""
            styles = self.styles.based_on(key)
            return any(_is_dark(shade) for style in styles for shade in style.iter(f"{W}shd"))
        return _is_painted(node)


def _look_of(properties: Node | None) -> _Look:
    if properties is None:
        return _Look()
    vanish, colour, size = (properties.find(f"{W}{n}") for n in ("vanish", "color", "sz"))
    return _Look(
        vanish.get(f"{W}val", "1") if vanish is not None else "",
        colour.get(f"{W}val", "") if colour is not None else "",
        size.get(f"{W}val", "") if size is not None else "",
    )


def _is_on(value: str) -> bool:
    return bool(value) and value not in OFF


def is_white(colour: str) -> bool:
    """Whether six hexadecimal digits name a colour that cannot be told from white paper."""
    return bool(_HEX.fullmatch(colour)) and min(bytes.fromhex(colour)) >= _WHITE


def _is_shaded(properties: Node | None) -> bool:
    shade = properties.find(f"{W}shd") if properties is not None else None
    return shade is not None and _is_dark(shade)


def _is_dark(shade: Node) -> bool:
    fill = shade.get(f"{W}fill", "auto")
    solid = shade.get(f"{W}val") == "solid" and not is_white(shade.get(f"{W}color", "auto"))
    return solid or (fill != "auto" and not is_white(fill))


def _is_painted(node: Node) -> bool:
    """Whether a drawn shape has a colour of its own."""
    name = node.tag.rsplit("}", 1)[-1]
    if name in ("wsp", "sp"):
        return any(_local(part) in _PAINTED for part in _children(node, "spPr")) or any(
            _local(part) == "fillRef" and part.get("idx") != "0"
            for part in _children(node, "style")
        )
    return name in ("shape", "rect", "roundrect") and bool(node.get("fillcolor"))


def _children(node: Node, name: str) -> Iterator[Node]:
    for child in node:
        if _local(child) == name:
            yield from child


def _local(node: Node) -> str:
    return str(node.tag).rsplit("}", 1)[-1]
