"""Where a passage speaks of the query. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from retrieval import analysis

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3


def highlights(
    text: str, query: str, language: str | None, shown: Mapping[int, str] | None = None
) -> list[list[int]]:
    """Return [start, end] offsets into `text` of the words that match a word of `query`.

    `shown` says, by its offset, how a misread word of `text` should have been read.
    """
    wanted = {
        term
        for code in {language or "de", "de"}
        for term in analysis.content_stems(query, code)
        if len(term) >= _SHORTEST
    }
    grams = {gram for term in wanted for gram in analysis.grams(term) if len(term) > analysis.GRAM}
    found: list[list[int]] = []
    for match in _WORD.finditer(text):
        word = (shown or {}).get(match.start(), match.group())
        if word.lower() in analysis.function_words():
            continue
        if wanted.intersection(analysis.stems(word, language)) or _contains(word, wanted, grams):
            found.append([match.start(), match.end()])
    return found


def _contains(word: str, wanted: set[str], grams: set[str]) -> bool:
    """Tell whether a compound holds a wanted stem, as ``Gesundheitskonferenz`` the one of it."""
    folded = analysis.fold(word)
    if not grams.intersection(analysis.grams(folded)):
        return False
    return any(len(term) > analysis.GRAM and term in folded for term in wanted)
