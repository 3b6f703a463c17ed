r"""Undo what layout and file formats did to a text: text → text, pure.

`clean_text` is idempotent and loses no letter: it removes only the characters of `_REMOVED`,
undoes line wrapping and hyphenation, and normalises spaces. What OCR misread stays as read.

A ``\n`` in a block is ambiguous: wrapped by layout or broken on purpose. Cleaning decides. What
stays broken leaves as `HARD_BREAK`, so that cleaning again cannot decide otherwise; `with_lines`
writes ``\n`` for it as the last step.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from ingest.document import Block, BlockKind
from ingest.wording.wrapping import HARD_BREAK, mend_torn, unwrap

__all__ = ["HARD_BREAK", "clean_block", "clean_text", "with_lines"]

_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
}  # fmt: skip
_REMOVED = re.compile(
    "["
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # joiners and fillers without a shape
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, directions, invisible operators
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb"  # variation selectors, byte order mark, annotations
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
    "\ue000-\uf8ff\U000f0000-\U0010fffd"  # private use: glyphs of symbol fonts
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
    "]"
)
_SOFT_HYPHEN = "\u00ad"
_MAPPED = str.maketrans(
    {
        **_LIGATURES,
        "\u2010": "-",
        "\u2011": "-",
        "\r": "\n",
        "\x0c": "\n",
        "\x85": "\n",
        "\x0b": HARD_BREAK,  # the line break of slides
        "\u2029": HARD_BREAK,
    }
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n\u2028]+")
_AROUND_BREAK = re.compile(" *[\u2028\n][ \u2028\n]*")
_LOOSE_POINT = re.compile(r"(?<=[\w)\]»”“\"’']) (?=[,;.!?](?:[\s\u2028]|$))")
_ONE_LINE = {BlockKind.HEADING, BlockKind.ROW}


def clean_block(block: Block) -> Block:
    """Return the block with its text cleaned; everything else stays."""
    return replace(block, text=clean_text(block.text, block.kind))


def clean_text(text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> str:
    r"""Clean the text of one block.

    Args:
        text: As a reader saw it: ``\n`` where a line ended, `HARD_BREAK` where it was meant to.
        kind: Headings and table rows become one line.

    Returns:
        The text without ``\n``; `HARD_BREAK` stands where lines stay apart. Composed characters
        (NFC), so that ² and ½ stay what they are; no space at either end of a line.
    """
    text = unwrap(_normalise(text)).replace(_SOFT_HYPHEN, "")
    if kind in _ONE_LINE:
        text = text.replace(HARD_BREAK, " ")
    text = _tidy_spaces(unicodedata.normalize("NFC", text))
    return mend_torn(_LOOSE_POINT.sub("", text))


def _normalise(text: str) -> str:
    """Bring characters into one form: NFC, plain spaces and hyphens, nothing invisible.

    Line ends stay where they are. A soft hyphen stays where it ends a line, for `unwrap`.
    """
    text = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n")).translate(_MAPPED)
    text = _REMOVED.sub("", text)
    text = re.sub(f"{_SOFT_HYPHEN}+(?![^\\S\\n]*\\n)", "", text)
    return _tidy_spaces(unicodedata.normalize("NFC", text))


def with_lines(block: Block) -> Block:
    r"""Write ``\n`` for each `HARD_BREAK`: the form the document text has."""
    return replace(block, text=block.text.replace(HARD_BREAK, "\n"))


def _tidy_spaces(text: str) -> str:
    text = _SPACES.sub(" ", text)
    return _AROUND_BREAK.sub(lambda found: _one_break(found.group()), text).strip(" \n\u2028")


def _one_break(run: str) -> str:
    return HARD_BREAK if HARD_BREAK in run else "\n"
