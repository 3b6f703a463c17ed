"""Simple rules of a page's own ``<style>`` elements, written to the elements they hold for. Pure.

No cascade and no conditions: a rule for a tag, classes or an id counts, later ones win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree, html

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_BRACE = re.compile(r"([{}])")
_SIMPLE = re.compile(r"([A-Za-z][\w-]*|\*)?((?:[.#][\w-]+){0,4})")
_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)", re.IGNORECASE)
_ASKED = frozenset(
    {"display", "visibility", "font-size", "opacity", "color", "clip", "left", "top", "text-indent"}
    | {"background", "background-color", "background-image"}
)
_MAX_CSS, _MAX_RULES, _MAX_ALIKE = 1_000_000, 5_000, 50
_MAX_NESTED = 20


def apply_rules(tree: html.HtmlElement) -> None:
    """Write what the page's simple rules say about sight into the ``style`` of its elements."""
    css = "".join(str(node.text or "") for node in tree.iter("style"))[:_MAX_CSS]
    rules: dict[str, list[tuple[str, frozenset[str], dict[str, str]]]] = {}
    for count, (selector, declared) in enumerate(_rules(_COMMENT.sub("", css))):
        match = _SIMPLE.fullmatch(selector)
        if count > _MAX_RULES or match is None or not selector:
            continue
        names = frozenset(re.findall(r"[.#][\w-]+", match[2]))
        tag = (match[1] or "*").lower()
        alike = rules.setdefault(min(names, default=tag), [])
        if len(alike) < _MAX_ALIKE:
            alike.append((tag, names, declared))
    for node in tree.iter(etree.Element) if rules else ():
        _apply(node, rules)


def _apply(
    node: html.HtmlElement,
    rules: Mapping[str, list[tuple[str, frozenset[str], dict[str, str]]]],
) -> None:
    own = {f".{name}" for name in node.get("class", "").split()} | {f"#{node.get('id', '')}"}
    style: dict[str, str] = {}
    for key in ("*", str(node.tag), *sorted(own)):
        for tag, names, declared in rules.get(key, ()):
            if tag in ("*", node.tag) and names <= own:
                style |= declared
    if style:
        style |= _declarations(node.get("style", ""))
        node.set("style", "; ".join(f"{name}: {value}" for name, value in style.items()))


def _rules(css: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield selectors with their declarations, those under other media than the screen aside."""
    open_: list[bool] = []  # for each open brace, whether what is in it counts
    heads: list[str] = []
    pieces = _BRACE.split(css)
    for text, sign in zip(pieces[::2], pieces[1::2], strict=False):
        if sign == "{" and len(heads) >= _MAX_NESTED:
            return
        if sign == "{":
            heads.append(text.rsplit(";", 1)[-1].strip())
            open_.append(not heads[-1].startswith("@") or bool(_SCREEN.fullmatch(heads[-1])))
        elif heads:
            head, counts = heads.pop(), all(open_)
            open_.pop()
            declared = _declarations(text) if counts and not head.startswith("@") else {}
            if declared:
                yield from ((one.strip(), declared) for one in head.split(",")[:100])


def _declarations(text: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in text.split(";"))
    return {
        name.strip().lower(): value.strip()
        for name, sign, value in pairs
        if sign and name.strip().lower() in _ASKED
    }
