"""First questions for the chat, from what is indexed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest

from retrieval.records import DocumentRecord, Outline

MOST = 4
LOOKED_AT = 60
LONGEST = 90

# "Schritt 1: ", "2.3 ", "Frage 4 – ": the heading's place in its document, no part of the question.
_COUNTED = re.compile(r"(?:[A-ZÄÖÜ]\w+ \d+\s*[:.)–-]|\d+(?:\.\d+)+|\d+[.)])\s+")
_INNER_QUOTES = str.maketrans("„“”»«", "‚‘‘‚‘")


def first_questions(
    records: Sequence[DocumentRecord], outline: Callable[[DocumentRecord], Outline]
) -> list[str]:
    """Return at most `MOST` questions that the documents themselves ask and answer.

    Headings that are questions serve, one document after the other; where there are none, the
    titles do. `outline` returns the headings of a document.
    """
    german = [r for r in records if r.metadata.language != "en"][:LOOKED_AT]
    asked = [
        [_uncounted(words) for _, _, words in outline(r).headings if _is_question(words)]
        for r in german
    ]
    in_turn = (words for words in chain(*zip_longest(*asked)) if words is not None)
    found = list(dict.fromkeys(in_turn))
    titles = (r.title.translate(_INNER_QUOTES) for r in german if r.metadata.title)
    named = [f"Worum geht es in „{title}“?" for title in titles if len(title) <= LONGEST]
    return (found or named)[:MOST]


def _is_question(words: str) -> bool:
    return words.endswith("?") and len(words) <= LONGEST


def _uncounted(words: str) -> str:
    found = _COUNTED.match(words)
    rest = words[found.end() :] if found else words
    return rest if rest[:1].isupper() else words
