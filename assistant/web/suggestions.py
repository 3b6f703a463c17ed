"""First questions for the chat page, from what is indexed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, zip_longest

from retrieval.records import DocumentRecord, Outline

MOST = 4
LOOKED_AT = 60
LONGEST = 90

_INNER_QUOTES = str.maketrans("„“”»«", "‚‘‘‚‘")


def first_questions(
    records: Sequence[DocumentRecord], outline: Callable[[DocumentRecord], Outline]
) -> list[str]:
    """Return at most `MOST` questions that the documents themselves ask and answer.

    Headings that are questions serve, one document after the other; where there are none, the
    titles do. `outline` returns the headings of a document.
    """
    german = [r for r in records if r.metadata.language != "en"][:LOOKED_AT]
    asked = [[words for _, _, words in outline(r).headings if _is_question(words)] for r in german]
    in_turn = (words for words in chain(*zip_longest(*asked)) if words is not None)
    found = list(dict.fromkeys(in_turn))
    titles = (r.title.translate(_INNER_QUOTES) for r in german if r.metadata.title)
    named = [f"Worum geht es in „{title}“?" for title in titles if len(title) <= LONGEST]
    return (found or named)[:MOST]


def _is_question(words: str) -> bool:
    return words.endswith("?") and len(words) <= LONGEST
