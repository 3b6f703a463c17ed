"""Takes out of a web page what nobody sees, and counts it. Pure.

What a click shows is kept: the panels of accordions and tabs are hidden only until somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

_INVISIBLE = (
    "script", "style", "noscript", "noframes", "template", "iframe", "object", "svg", "math",
    "canvas", "audio", "video", "select", "textarea", "input", "datalist", "head",
)  # fmt: skip
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|"
    r"(?:font-size|opacity)\s*:\s*0(?:\.0*)?(?![.\d])|"
    r"(?:left|top|text-indent)\s*:\s*-\d{4,}|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
_WHITE_VALUE = r"(?:white\b|#fff(?:fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)"
_WHITE = re.compile(rf"(?:^|[;\s])color\s*:\s*{_WHITE_VALUE}", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;]+)", re.IGNORECASE)
_NO_GROUND = re.compile(rf"^\s*(?:{_WHITE_VALUE}|transparent|none|inherit|initial)", re.IGNORECASE)
_MENU = re.compile(
    r"cookie|consent|navi?(?:gation)?\b|menu|modal|dialog|overlay|popup|tooltip|skip|sr-only|"
    r"visually-?hidden|screen-?reader|banner|share|search|lightbox",
    re.IGNORECASE,
)
_MENU_TAGS = frozenset({"nav", "header", "footer", "form", "dialog", "aside", "button"})
_FEW_WORDS = 3


def remove_unseen(tree: html.HtmlElement) -> int:
    """Take scripts, hidden elements and white text out of `tree`.

    Returns:
        How many characters of hidden text were left out, those of menus, notices about cookies
        and labels of a few words aside.
    """
    for node in list(tree.iter(*_INVISIBLE)):
        drop(node)
    shown = _reachable(tree)
    hidden = 0
    for node in list(tree.iter(etree.Element)):
        if node is tree or not _is_hidden(node) or node.get("id") in shown:
            continue
        if node.getroottree().getroot() is not tree:
            continue  # went out with an element around it
        words = " ".join(node.itertext()).split()
        if len(words) > _FEW_WORDS and not _is_menu(node):
            hidden += len(" ".join(words))
        drop(node)
    for button in list(tree.iter("button")):
        if _opens(button) or _in_heading(button):
            button.tag = "span"
        else:
            drop(button)
    return hidden


def drop(node: html.HtmlElement) -> None:
    """Take a node out of the tree and leave the text behind it."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is None:
            parent.text = (parent.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail
    parent.remove(node)


def _is_hidden(node: html.HtmlElement) -> bool:
    if node.get("hidden", "until-found") != "until-found" or node.get("aria-hidden") == "true":
        return True
    style = node.get("style", "")
    if style and (_HIDING.search(style) or (_WHITE.search(style) and not _has_ground(node))):
        return True
    return bool(
        node.tag == "font"
        and re.fullmatch(_WHITE_VALUE, node.get("color", ""), re.IGNORECASE)
        and not _has_ground(node)
    )


def _has_ground(node: html.HtmlElement) -> bool:
    """Whether an element, or one around it, says that it has a colour behind it."""
    return any(map(_paints, (node, *node.iterancestors())))


def _paints(node: html.HtmlElement) -> bool:
    ground = _GROUND.search(node.get("style", ""))
    stated = ground[1] if ground else node.get("bgcolor") or node.get("background")
    return bool(stated) and not _NO_GROUND.match(str(stated))


def _reachable(tree: html.HtmlElement) -> frozenset[str]:
    """Return the ids of what the page's own buttons and links open, those of menus aside."""
    return frozenset(
        name
        for node in tree.iter("a", "button", "div", "h2", "h3", "h4", "h5", "span", "summary", "li")
        if _opens(node) and not _is_menu(node.getparent())
        for name in _targets(node)
    )


def _opens(node: html.HtmlElement) -> bool:
    return bool(node.get("aria-controls") or node.get("data-target") or node.get("data-bs-target"))


def _in_heading(node: html.HtmlElement) -> bool:
    return any(re.fullmatch("h[1-6]|summary|dt", str(above.tag)) for above in node.iterancestors())


def _targets(node: html.HtmlElement) -> Iterator[str]:
    for key in ("aria-controls", "data-target", "data-bs-target"):
        yield from node.get(key, "").replace("#", " ").split()


def _is_menu(node: html.HtmlElement | None) -> bool:
    while node is not None:
        name = f"{node.get('class', '')} {node.get('id', '')} {node.get('role', '')}"
        if node.tag in _MENU_TAGS or _MENU.search(name):
            return True
        node = node.getparent()
    return False
