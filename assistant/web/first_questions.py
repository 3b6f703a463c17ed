"""First questions for the chat, from what is indexed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest

from assistant.headings import uncounted
from retrieval.records import DocumentRecord, Outline

MOST = 4
LOOKED_AT = 60
LONGEST = 90

_FEWEST_WORDS = 4
_FEWEST_NAMES = 2
# What a question names: "§ 20a", "KGC", or a noun, which German writes with a capital letter.
_SHORT_NAME = re.compile(r"§|\b[A-ZÄÖÜ]\w*[A-ZÄÖÜ]")
_NOUN = re.compile(r"(?<=\s)[^\w\s]?[A-ZÄÖÜ]\w")
_NO_NOUN = re.compile(r"\b(?:Sie|Ihnen|Ihre?[nmrs]?|Verfügung|Ort|Euro|Prozent)\b")
# "die Mitglieder", "der Betrag": which ones stands before; a long compound says it itself.
_SAID_BEFORE = re.compile(r"\b(?:der|die|das|den|dem|des) [A-ZÄÖÜ][a-zäöüß]{0,11}\b(?! [A-ZÄÖÜ§])")
_INNER_QUOTES = str.maketrans("„“”»«", "‚‘‘‚‘")


def first_questions(
    records: Sequence[DocumentRecord], outline: Callable[[DocumentRecord], Outline]
) -> list[str]:
    """Return at most `MOST` questions that the documents themselves ask and answer.

    Headings that are questions serve, one document after the other, as long as they can be asked
    without what stands around them; where there are none, the titles do. `outline` returns the
    headings of a document.
    """
    german = [r for r in records if r.metadata.language != "en"][:LOOKED_AT]
    asked = [
        [words for _, _, heading in outline(r).headings if _asks(words := uncounted(heading))]
        for r in german
    ]
    in_turn = (words for words in chain(*zip_longest(*asked)) if words is not None)
    found = list(dict.fromkeys(in_turn))
    titles = (r.title.translate(_INNER_QUOTES) for r in german if r.metadata.title)
    named = [f"Worum geht es in „{title}“?" for title in titles if len(title) <= LONGEST]
    return (found or named)[:MOST]


def _asks(words: str) -> bool:
    """Tell whether a heading is a question that is understood alone.

    "Was kostet das?" and "Welche Ziele nennen die Mitglieder?" are not: what they are about stands
    before.
    """
    if not words.endswith("?") or len(words) > LONGEST or len(words.split()) < _FEWEST_WORDS:
        return False
    if _SHORT_NAME.search(words):
        return True
    named = _NOUN.findall(_NO_NOUN.sub("", words))
    return len(named) >= _FEWEST_NAMES and not _SAID_BEFORE.search(words)
