"""Signs that open a list item or a numbered heading. Pure; shared by the readers."""

from __future__ import annotations

import re

# Bullets of Word, PowerPoint and LibreOffice; the private use area is where Symbol and
# Wingdings land when a file does not say what their glyphs mean.
_SIGNS = "•●○◦▪▫■□▸▹►▻▶➢➤➔‣⁃∙·❖◆◇✓✔✗☐☑★\ue000-\uf8ff"
_SIGN = re.compile(rf"^[{_SIGNS}]\s*")
_DASH = re.compile(r"^[-–—*−]\s+(?=\S)")
_LETTER_O = re.compile(r"^o\s+(?=[A-ZÄÖÜ„\"(])")
_NUMBER = re.compile(r"^\(?(?:\d{1,3}[.)]|[a-z]\)|[ivx]{1,5}\))\s+(?=\S)")
_SECTION = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[A-ZÄÖÜ„])")
_MARKER = re.compile(
    rf"^(?:[{_SIGNS}o–—\-*−]|\(?\d{{1,3}}[.)]|\d{{1,2}}(?:\.\d{{1,2}})*\.?|\(?[a-z]\)|§+\s?\d+\w?)$"
)


def split_bullet(text: str) -> str | None:
    """Return `text` without its bullet sign, None where it does not begin with one."""
    for pattern in (_SIGN, _DASH, _LETTER_O):
        match = pattern.match(text)
        if match:
            return text[match.end() :]
    return None


def certain_bullet(text: str) -> bool:
    """Whether `text` begins with a sign that is never a word or a dash within a sentence."""
    return _SIGN.match(text) is not None


def numbered(text: str) -> bool:
    """Whether `text` begins like a numbered list item: ``1.``, ``2)``, ``a)``, ``iv)``."""
    return _NUMBER.match(text) is not None


def section_depth(text: str) -> int:
    """Return the depth of a heading's number (``2`` = 1, ``2.1`` = 2), 0 without one."""
    match = _SECTION.match(text)
    return match[1].count(".") + 1 if match else 0


def marker_only(text: str) -> bool:
    """Whether `text` is nothing but a bullet or a number, its item standing further right."""
    return _MARKER.match(text) is not None
