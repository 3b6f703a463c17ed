"""Questions and answers that a click opens: accordions, tabs, collapsed boxes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree, html

_OPENS = ("aria-controls", "data-target", "data-bs-target")
_TOGGLES = frozenset({"collapse", "tab", "pill", "accordion"})
_HEADING = re.compile("h[1-6]|summary|dt")
_FAQ = re.compile(r"\bfaq|accordion|akkordeon|collaps|toggle", re.IGNORECASE)
_MORE = re.compile(r"(?:mehr|weiter|details?|alle|schlie|öffnen|anzeigen|read more|show)", re.I)
_LOOKS = ("class", "style", "hidden", "role", "tabindex")
_DEEPEST, _MAX_OPENERS = 6, 500
_MADE = "data-question"  # marks the headings made here


def openers(
    tree: html.HtmlElement, is_hidden: Callable[[html.HtmlElement], bool]
) -> list[tuple[html.HtmlElement, html.HtmlElement]]:
    """Return the buttons, tabs and links that open a part of the page, each with that part."""
    named = {node.get("id"): node for node in tree.iter(etree.Element) if node.get("id")}
    found: list[tuple[html.HtmlElement, html.HtmlElement]] = []
    for node in tree.iter(etree.Element):
        if len(found) >= _MAX_OPENERS or is_hidden(node):
            continue
        for name in _targets(node):
            panel = named.get(name)
            if panel is None or panel is node or panel in node.iterancestors():
                continue
            if _is_toggle(node) or is_hidden(panel):
                found.append((node, panel))
    return found


def follows_question(panel: html.HtmlElement) -> bool:
    """Whether an element stands right behind the heading or button that opens it."""
    before = panel.getprevious()
    if before is None or (panel.getparent() is None):
        return False
    text = " ".join(before.itertext()).strip()
    names = [f"{n.get('class', '')} {n.get('id', '')}" for n in (before, *panel.iterancestors())]
    asked = text.endswith("?") or any(map(_FAQ.search, names))
    heads = [n for n in before.iter(etree.Element) if _is_head(n)]
    return bool(text) and asked and any(" ".join(n.itertext()).strip() == text for n in heads)


def make_question(opener: html.HtmlElement, panel: html.HtmlElement) -> None:
    """Make what opens a panel a heading, in front of it or, for tabs, in it."""
    text = " ".join(" ".join(opener.itertext()).split())
    inside = [n for n in opener.iterancestors() if _HEADING.fullmatch(str(n.tag))]
    for node in (opener, *inside):
        plain(node)
    if inside:
        opener.tag = "span"
    elif not text or _MORE.match(text) or opener.tag not in ("a", "button", "div", "li", "span"):
        return
    elif any(n.tag in ("li", "p", "td", "th") for n in opener.iterancestors()):
        opener.tag = "span"
        if any(n.tag == "li" for n in opener.iterancestors()) and panel.tag != "li":
            _head_panel(panel, text, opener)
    else:
        opener.tag = f"h{_rank(opener)}"
        opener.set(_MADE, "")


def plain(node: html.HtmlElement) -> None:
    """Take off what trafilatura could take for a reason to leave the element out."""
    for name in list(node.attrib):
        if name in _LOOKS or name.startswith(("aria-", "data-")):
            del node.attrib[name]
    if re.search("hidden|button|tab|collaps|panel|modal", node.get("id", "")):
        del node.attrib["id"]


def _head_panel(panel: html.HtmlElement, text: str, opener: html.HtmlElement) -> None:
    """Put the name of a tab into its panel and take it out of the row of tabs."""
    head = etree.SubElement(panel, f"h{_rank(panel)}")
    head.text, head.tail = text, panel.text
    head.set(_MADE, "")
    panel.text = None
    panel.insert(0, head)
    for node in opener.iter(etree.Element):
        node.text = None
        if node is not opener:
            node.tail = None


def _rank(node: html.HtmlElement) -> int:
    before = node.xpath("preceding::*[self::h1 or self::h2 or self::h3 or self::h4][1]")
    if not before:
        return 2
    rank = int(before[0].tag[1])
    return rank if before[0].get(_MADE) is not None else min(rank + 1, _DEEPEST)


def _is_head(node: html.HtmlElement) -> bool:
    return bool(
        _HEADING.fullmatch(str(node.tag))
        or node.tag == "button"
        or node.get("role") in ("tab", "button")
    )


def _is_toggle(node: html.HtmlElement) -> bool:
    toggle = node.get("data-toggle") or node.get("data-bs-toggle")
    return (
        any(node.get(key) for key in _OPENS)
        or toggle in _TOGGLES
        or node.get("role") in ("tab", "button")
    )


def _targets(node: html.HtmlElement) -> Iterator[str]:
    for key in _OPENS:
        yield from node.get(key, "").replace("#", " ").split()
    link = node.get("href", "")
    if node.tag == "a" and len(link) > 1 and link.startswith("#"):
        yield link[1:]
