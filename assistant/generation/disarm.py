"""Text of a document or a person → text that is safe to put into a prompt. Pure."""

from __future__ import annotations

import re
import unicodedata

_KEPT = "\n\t"
# Control, format (zero width, direction, tags), private use, surrogates, unassigned.
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# Selectors and fillers that print nothing but are no format characters.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
# What the chat formats of models begin a turn with; "< 5 %" is none.
_TURN = re.compile(r"<(?=[|/!\w])|\[(?=/?INST\b)|\[(?=/?SYSTEM_PROMPT\b)", re.IGNORECASE)
_FENCES = re.compile(r"<{2,}|>{2,}|={4,}|#{3,}|`{3,}|-{4,}")


def visible(text: str) -> str:
    """Return `text` without what nobody sees: zero width, direction, tag, control characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        for char in text
        if char in _KEPT or not (unicodedata.category(char) in _INVISIBLE or char in _FILLERS)
    )


def disarmed(text: str) -> str:
    """Return `text` so that a model can take nothing in it for the frame of the conversation.

    Invisible characters go, marks of chat formats (``<|im_start|>``, ``[INST]``, ``</s>``) lose
    their bracket, rows of signs that prompts are fenced with become one sign.
    """
    shown = visible(text)
    shown = _FENCES.sub(lambda found: found.group()[0], shown)
    return _TURN.sub(lambda found: "‹" if found.group() == "<" else "(", shown)
