"""Where a passage speaks of the query. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from retrieval import analysis

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3


def highlights(
    text: str, query: str, language: str | None, shown: Mapping[int, str] | None = None
) -> list[list[int]]:
    """Return [start, end] offsets into `text` of the words that match a word of `query`.

    `shown` says, by its offset, how a misread word of `text` should have been read.
    """
    speaks = _judge(query, language)
    read = shown or {}
    return [
        [match.start(), match.end()]
        for match in _WORD.finditer(text)
        if speaks(read.get(match.start(), match.group()))
    ]


@lru_cache(maxsize=64)
def _judge(query: str, language: str | None) -> Callable[[str], bool]:
    """Return what tells whether a word speaks of `query`; it is asked for every hit."""
    wanted = {
        term
        for code in {language or "de", "de"}
        for term in analysis.content_stems(query, code)
        if len(term) >= _SHORTEST
    }
    parts = tuple(term for term in wanted if len(term) > analysis.GRAM and term.isalpha())

    @lru_cache(maxsize=2_000)
    def speaks(word: str) -> bool:
        if word.lower() in analysis.function_words():
            return False
        # A compound holds a wanted stem, as "Gesundheitskonferenz" the one of "Gesundheit".
        stems, folded = _read(word, language)
        return not wanted.isdisjoint(stems) or any(part in folded for part in parts)

    return speaks


@lru_cache(maxsize=20_000)
def _read(word: str, language: str | None) -> tuple[frozenset[str], str]:
    """Return the terms of a word and its folded form; passages share most of their words."""
    return frozenset(analysis.stems(word, language)), analysis.fold(word)
