"""Abbreviations of a question spelled out, for a reader that only sees the words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from retrieval.concepts import EXACT, Table, as_typed, is_abbreviation

_WORD = re.compile(r"[^\W_]+")


def spelled_out(question: str, passages: Sequence[str], table: Table) -> str:
    """Return `question` with the long form behind each abbreviation that no passage uses.

    "Womit startet BGF?" becomes "Womit startet BGF (betriebliche Gesundheitsförderung)?" where the
    passages speak of betriebliche Gesundheitsförderung only. What the passages abbreviate too is
    left as it is.
    """
    long = _long_forms(table)
    asked = question.casefold()
    written = {word for text in passages for word in _WORD.findall(text)}

    def spelled(found: re.Match[str]) -> str:
        word = found[0]
        form = long.get(word)
        if form is None or form.casefold() in asked or {word, word.upper()} & written:
            return word
        return f"{word} ({form})"

    return _WORD.sub(spelled, question)


@lru_cache(maxsize=2)
def _long_forms(table: Table) -> Mapping[str, str]:
    long: dict[str, str] = {}
    for forms in table.concepts.values():
        named = (*forms.both, *forms.german)
        written = [f for f in named if not is_abbreviation(f) and not f.startswith(EXACT)]
        for form in forms if written else ():
            if is_abbreviation(form):
                long.update((typed, written[0]) for typed in as_typed(form) if typed not in long)
    return long
