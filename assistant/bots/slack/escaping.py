"""Words of documents, people and models → text that calls, links and hides nothing. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from assistant.proxies import from_outside

__all__ = ["Markdown", "address", "cut", "markdown", "mrkdwn", "plain", "words_of"]

_STEERING = re.compile(
    "\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Terminal sequences, control characters, directions, zero-width and tag characters."""
_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# In the server's Markdown a backslash stands before a sign that is one of the text.
_ENTITY = re.compile(r"&(?=(?:amp|lt|gt|#\d+|#x[0-9a-fA-F]+);)")
_LINK = re.compile(r"(?<!\\)\](?=[(:])|(?<!\\)!(?=\[)")
_CODE = re.compile(r"(?<!\\)`[^`\n]*`")
_WEB = re.compile(r"(?i)\b(?:https?://|www\.)[^\s`|]+")
_AFTER_ADDRESS = ".,;:!?)]}'\"“”*_"
_LONGEST_LINK = 2_000
_NO_ADDRESS = re.compile(rf"[\s\\<>|\"'`]|{_STEERING.pattern}")


def plain(text: object) -> str:
    """Return one line of text without what steers or hides; "" for what is no text."""
    return " ".join(_STEERING.sub("", text).split()) if isinstance(text, str) else ""


def cut(text: str, longest: int) -> str:
    """Return at most `longest` characters; where some are missing, "…" says so."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def mrkdwn(text: object, longest: int = 3_000) -> str:
    """Return one line for a text object of type ``mrkdwn``, at most `longest` characters."""
    shown = plain(text)
    while len(shown.translate(_SIGNS)) > longest:
        shown = cut(shown, len(shown) - max(1, (len(shown.translate(_SIGNS)) - longest) // 5))
    return shown.translate(_SIGNS)


def markdown(text: str) -> str:
    """Return the server's Markdown as Slack takes it: no mention, no link, no image of its own.

    Addresses become code, so that Slack neither links nor unfolds them: those to be followed stand
    in the list of sources.
    """
    written = Markdown()
    return written.feed(text) + written.flush()


class Markdown:
    """Does what `markdown` does while the text is still coming in."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._rest = ""

    def feed(self, text: str) -> str:
        """Take the next words; returns what is certain by now."""
        held = self._rest + text
        # What follows may change the meaning of the last word: an address, a sign with its escape.
        end = max(held.rfind(" "), held.rfind("\n")) + 1
        if held.count("`", 0, end) % 2:  # in the middle of code
            end = held.rfind("`", 0, end)
        self._rest = held[end:]
        return _safe(held[:end])

    def flush(self) -> str:
        """Return what was held back."""
        held, self._rest = self._rest, ""
        return _safe(held)


def _safe(text: str) -> str:
    shown = _STEERING.sub("", text)
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(shown):
        parts += [_prose(shown[at : code.start()]), _signs(code.group())]
        at = code.end()
    parts.append(_prose(shown[at:]))
    return "".join(parts)


def _prose(text: str) -> str:
    parts: list[str] = []
    at = 0
    for found in _WEB.finditer(text):
        shown = found.group().rstrip(_AFTER_ADDRESS).rstrip("\\")
        parts += [_inert(text[at : found.start()]), "`", _signs(shown), "`"]
        at = found.start() + len(shown)
    parts.append(_inert(text[at:]))
    return "".join(parts)


def _inert(text: str) -> str:
    return _signs(_LINK.sub(lambda found: "\\" + found.group(), text))


def _signs(text: str) -> str:
    return text.replace("\\<", "<").replace("\\>", ">").translate(_SIGNS)


def address(link: object, base: str) -> str | None:
    """Return where a link may lead, in the form that ``<address|words>`` takes; None for nowhere.

    Args:
        link: An address, or a path on our server.
        base: Our server's address for browsers, "" where others cannot reach it.
    """
    if not isinstance(link, str) or not link or len(link) > _LONGEST_LINK:
        return None
    if link.startswith("/") and not link.startswith(("//", "/\\")) and base:
        link = from_outside(link, base)
    if _NO_ADDRESS.search(link):
        return None
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme == "tel" and re.fullmatch(r"tel:\+?[0-9]{3,20}", link):
        return link
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    return link.replace("&", "&amp;")


_MENTION = re.compile(r"<([@#!])([^<>|]*)(?:\|([^<>]*))?>")
_SHOWN_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def _label(found: re.Match[str]) -> str:
    label = found.group(2)
    return label if label is not None else found.group(1).removeprefix("mailto:")


def _named(found: re.Match[str]) -> str:
    """Return a channel's name; people and groups are none of the question's words."""
    return f"#{found[3]}" if found[1] == "#" and found[3] else ""


def words_of(text: str) -> str:
    """Return what somebody wrote: Slack's message text without mentions and escapes."""
    shown = _SHOWN_LINK.sub(_label, text)
    shown = _MENTION.sub(_named, shown)
    for written, meant in _ENTITIES:
        shown = shown.replace(written, meant)
    return plain(shown)
