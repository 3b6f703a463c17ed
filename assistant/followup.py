"""A question that leans on the one before it → a question that stands alone. Pure.

"Und in Sachsen-Anhalt?" and "Wer bezahlt das?" are searched together with what they refer to:
the last question of the conversation that stood alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question import read_question
from retrieval.concepts import regions

# A question with this many things of its own needs no other, whatever words it uses.
SELF_SUFFICIENT = 3

_OPENING = re.compile(
    r"^\W*(und|aber|oder|auch|sondern|nein|doch|wie sieht es|was ist mit|gilt das|and|but|or"
    r"|what about|how about)\b",
    re.IGNORECASE,
)
# "das" before a noun is an article, "es" in "gibt es" points at nothing.
_POINTING = re.compile(
    r"\bdas\b(?!\s+(?:\w+\s+)?[A-ZÄÖÜ])|(?<![Gg]ibt )(?<![Gg]ab )\b[Ee]s\b"
    r"|\b(?i:dies|diese[rsnm]?|jene[rsnm]?|dafür|davon|dazu|daran|damit|darüber|darin|daraus|dabei"
    r"|dort|deren|dessen|ihr|ihre[rsnm]?|ihnen|ihm|ihn|er|sie|denen|solche[rsnm]?"
    r"|it|its|this|these|those|they|them|their|he|she)\b"
)


def leans(question: str) -> bool:
    """Tell whether `question` cannot be understood without the one before it."""
    units = read_question(question).units
    if not units:
        return True
    if len(units) >= SELF_SUFFICIENT:
        return False
    only_places = all(unit[0] in regions() for unit in units)
    return bool(_OPENING.search(question) or _POINTING.search(question)) or only_places


def standalone(question: str, earlier: Sequence[str]) -> str:
    """Return `question` with what it refers to in front of it, unchanged if it stands alone.

    Args:
        question: What is asked now.
        earlier: The questions of the conversation so far, oldest first.

    Returns:
        The question to search with. A Land that the new question names replaces an older one.
    """
    if not leans(question):
        return question
    for before in reversed(earlier):
        if not leans(before):
            return f"{_without_places(before, question)} {question}"
    return question


def _without_places(before: str, question: str) -> str:
    if not any(unit[0] in regions() for unit in read_question(question).units):
        return before
    kept = [word for word in before.split() if not _names_place(word)]
    return " ".join(kept)


def _names_place(word: str) -> bool:
    return any(unit[0] in regions() for unit in read_question(word).units)
