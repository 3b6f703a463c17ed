"""Takes out of a web page what nobody sees, and counts it. Pure.

What a click shows is kept: the panels of accordions and tabs are hidden only until somebody asks.
"""

from __future__ import annotations

import itertools
import re

from lxml import etree, html

from ingest.web.stylerules import apply_rules
from ingest.web.webpanels import follows_question, make_question, openers, plain

_INVISIBLE = (
    "script", "style", "noscript", "noframes", "template", "iframe", "object", "svg", "math",
    "canvas", "audio", "video", "select", "textarea", "input", "datalist", "head",
)  # fmt: skip
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|"
    r"(?:font-size|opacity)\s*:\s*(?:0|0?\.0\d*)(?![.\d])|font-size\s*:\s*[01](?:\.\d+)?p[xt]|"
    r"font\s*:\s*0[\s/]|filter\s*:\s*opacity\(\s*0|scale\(\s*0|clip-path\s*:\s*inset\(\s*100|"
    r"(?:^|[;\s])color\s*:\s*(?:transparent|(?:rgb|hsl)a\([^)]*,\s*0(?:\.0+)?\s*\))|"
    r"(?:left|top|text-indent)\s*:\s*-(?:\d{4,}|\d{3,}r?em)|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
_WHITE_VALUE = (  # nobody tells the last few steps below white from white
    r"(?:white\b|#fff\b|#(?:f[a-f0-9]){3}\b|rgba?\(\s*25\d\s*,\s*25\d\s*,\s*25\d"
    r"|rgba?\(\s*100%\s*,\s*100%\s*,\s*100%|hsla?\([^)]*\b100%\s*[,)])"
)
_WHITE = re.compile(rf"(?:^|[;\s])color\s*:\s*{_WHITE_VALUE}", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;]+)", re.IGNORECASE)
_NO_GROUND = re.compile(rf"^\s*(?:{_WHITE_VALUE}|transparent|none|inherit|initial)", re.IGNORECASE)
_MENU = re.compile(
    r"cookie|consent|navi?(?:gation)?\b|menu|modal|dialog|overlay|popup|tooltip|skip|sr-only|"
    r"visually-?hidden|screen-?reader|banner|share|search|lightbox",
    re.IGNORECASE,
)
_MENU_TAGS = frozenset({"nav", "header", "footer", "form", "dialog", "aside", "button"})
_FEW_WORDS, _MAX_PIECES = 3, 300
_LABELS = frozenset({"span", "a", "i", "b", "em", "strong", "small", "label"})
_HIDDEN_NAMES = frozenset({"hidden", "d-none", "is-hidden", "u-hidden"})
_SHOWN_LATER = re.compile(r"^(?:(?:sm|md|lg|xl):|d-(?:sm|md|lg|xl|xxl)-)(?!none|hidden)")
# Names of classes that trafilatura takes for parts that are no content.
_MISTAKEN = re.compile(r"button|^btn|^hid|hide|noprint|notloaded", re.IGNORECASE)


def remove_unseen(tree: html.HtmlElement) -> tuple[int, list[str]]:
    """Take scripts, hidden elements and white text out of `tree`; what a click opens stays.

    Returns:
        How many characters of hidden text were left out, those of menus, notices about cookies
        and labels of a few words aside; and pieces of the text that a click opens.
    """
    apply_rules(tree)
    for node in list(tree.iter(*_INVISIBLE)):
        drop(node)
    opening = [(n, p) for n, p in openers(tree, _is_hidden) if not _is_menu(n.getparent())]
    opened = {panel for _, panel in opening if not _is_notice(panel)}
    hidden = 0
    for node in list(tree.iter(etree.Element)):
        if node is tree or node.getroottree().getroot() is not tree or not _is_hidden(node):
            continue  # or it went out with an element around it
        if node in opened or (follows_question(node) and not _is_menu(node)):
            opened.add(node)
        else:
            hidden += _worth(node)
            drop(node)
    for node, panel in opening:
        if panel in opened and node.getroottree().getroot() is tree:
            make_question(node, panel)
    for node in opened:
        plain(node)
    _settle_looks(tree)
    inside = (
        text for node in opened for text in node.itertext() if len(text.split()) >= _FEW_WORDS
    )
    return hidden, list(itertools.islice(inside, _MAX_PIECES))


def _worth(node: html.HtmlElement) -> int:
    """Return how many characters of a hidden element are worth a word to the reader."""
    text = " ".join(" ".join(node.itertext()).split())
    label = node.tag in _LABELS and len(text.split()) <= _FEW_WORDS
    return 0 if label or _is_menu(node) else len(text)


def _settle_looks(tree: html.HtmlElement) -> None:
    """Keep the buttons of headings, drop others; take off marks of sight, which are judged."""
    for button in list(tree.iter("button")):
        if _opens(button) or _in_heading(button):
            button.tag = "span"
            plain(button)
        else:
            drop(button)
    for node in tree.iter(etree.Element):
        for name in ("style", "hidden", "aria-hidden"):
            node.attrib.pop(name, None)
        names = node.get("class", "").split()
        if any(map(_MISTAKEN.search, names)):
            node.set("class", " ".join(n for n in names if not _MISTAKEN.search(n)))


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
    names = set(node.get("class", "").split())
    if names & _HIDDEN_NAMES and not any(map(_SHOWN_LATER.match, names)):
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


def _opens(node: html.HtmlElement) -> bool:
    return bool(node.get("aria-controls") or node.get("data-target") or node.get("data-bs-target"))


def _in_heading(node: html.HtmlElement) -> bool:
    return any(re.fullmatch("h[1-6]|summary|dt", str(above.tag)) for above in node.iterancestors())


def _is_notice(panel: html.HtmlElement) -> bool:
    return bool(_MENU.search(f"{panel.get('class', '')} {panel.get('role', '')}"))


def _is_menu(node: html.HtmlElement | None) -> bool:
    while node is not None:
        name = f"{node.get('class', '')} {node.get('id', '')} {node.get('role', '')}"
        if node.tag in _MENU_TAGS or _MENU.search(name):
            return True
        node = node.getparent()
    return False
