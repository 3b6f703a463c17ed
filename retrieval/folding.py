"""Spellings of one letter, and what recognition makes of it → one letter. Pure.

For analysis alone: what is shown and quoted stays as it was read. The transliterations "ae", "oe"
and "ue" lose their "e", so that "Praevention", "Prävention" and "Pravention" meet. "q" and a vowel
before keep it ("Quelle", "neue"), as does an "e" behind.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that NFKD does not take apart.
_LETTERS = str.maketrans(
    {"ß": "ss", "ä": "a", "ö": "o", "ü": "u", "é": "e", "è": "e", "æ": "a", "œ": "o", "ø": "o"}
    | {"ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_TRANSLITERATED = re.compile(r"([ao])e(?!e)|(?<![qaeo])ue(?!e)")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u034f"
_SIGNS = str.maketrans(
    dict.fromkeys(_INVISIBLE, "")
    | dict.fromkeys("\u2010\u2011", "-")
    # A raised figure is a footnote or a unit's power, no part of the word before it.
    | dict.fromkeys("¹²³⁰⁴⁵⁶⁷⁸⁹", " ")
    | {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
)
_ODD = re.compile(r"[^\x00-\x7fÄÖÜäöüßéè§€°–—„“”‚‘’«»•·…\n]")


def clean(text: str) -> str:
    """Return `text` in compatibility form (NFKC) without invisible characters."""
    if text.isascii() or not _ODD.search(text):
        return text
    return unicodedata.normalize("NFKC", text.translate(_SIGNS))


def fold(word: str) -> str:
    """Return `word` in lower case without umlauts, accents, sharp s and their misreadings."""
    word = word.lower()
    if not word.isascii():
        word = word.translate(_LETTERS)
        if not word.isascii():
            word = _without_marks(word)
    # "ii" is how an English recognition model reads "ü".
    if "ii" in word:
        word = word.replace("ii", "u")
    return _TRANSLITERATED.sub(_vowel, word) if "e" in word else word


def _vowel(match: re.Match[str]) -> str:
    return match[1] or "u"


def _without_marks(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word).lower()
    kept = (sign for sign in parts if unicodedata.category(sign) not in {"Mn", "Cf"})
    return "".join(kept).translate(_LETTERS) or word
