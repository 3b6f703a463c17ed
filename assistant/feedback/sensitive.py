"""Whether a question tells something about the asker that nobody may keep (Art. 9 GDPR). Pure.

Health first: "Ich habe Depressionen", "mein Sohn ist behindert". A question about others in general
("Angebote für Menschen mit Depressionen", "ich habe eine Frage zu Depressionen") is none. Where it
is in doubt, the question counts as private.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# No end of a sentence: "z. B.", "ca. drei", "seit 3. Mai".
_SENTENCE = re.compile(r"(?<!\b\w)(?<!\d)[.!?;]+\s+(?=[^\W\d_])(?=[A-ZÄÖÜ])")


@dataclass(frozen=True, slots=True)
class _Rules:
    """`patterns` mark a private sentence, unless the words between its ends hold an `about`."""

    patterns: tuple[re.Pattern[str], ...]
    about: re.Pattern[str]


def is_private(text: str) -> bool:
    """Tell whether a sentence of `text` says something about the asker's own health or life."""
    rules = _rules()
    for plain in _SENTENCE.split(" ".join(text.split())):
        for pattern in rules.patterns:
            for found in pattern.finditer(plain):
                between = found.groupdict().get("between") or ""
                if not rules.about.search(between):
                    return True
    return False


@cache
def _rules() -> _Rules:
    table = files("assistant").joinpath("data/private.toml").read_text(encoding="utf-8")
    held = tomllib.loads(table)
    parts = {name: "|".join(words) for name, words in held["words"].items()}
    between = r"(?P<between>.{0,80}?)"
    patterns = []
    for pattern in held["patterns"]:
        filled = pattern.replace("{…}", between)
        for name, words in parts.items():
            filled = filled.replace(f"{{{name}}}", f"(?:{words})")
        patterns.append(re.compile(filled, re.IGNORECASE))
    return _Rules(tuple(patterns), re.compile("|".join(held["about"]), re.IGNORECASE))
