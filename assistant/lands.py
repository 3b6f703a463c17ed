"""Whether a whole document is about the Land that a question names. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.question import Question
from retrieval.concepts import Table, as_written, current, regions


def land_told(question: Question, text: str) -> frozenset[str]:
    """Return the Land of the question, as its term, where `text` names it and no other.

    A passage of such a document tells of that Land without naming it again.
    """
    asked = {unit[0] for unit in question.units} & regions()
    names = _names(current())
    if len(asked) != 1 or not any(name in text for name in names.of[next(iter(asked))]):
        return frozenset()
    found = {names.terms[match[0]] for match in names.pattern.finditer(text)}
    return frozenset(asked) if found == asked else frozenset()


@dataclass(frozen=True, slots=True)
class _Names:
    """How the Länder are written, longest first where one name begins another."""

    terms: Mapping[str, str]
    of: Mapping[str, tuple[str, ...]]
    pattern: re.Pattern[str]


@lru_cache(maxsize=2)
def _names(table: Table) -> _Names:
    of = {f"={name}": tuple(map(as_written, table.concepts[name])) for name in table.regions}
    terms = {name: term for term, names in of.items() for name in names}
    longest_first = sorted(map(re.escape, terms), key=len, reverse=True)
    return _Names(terms, of, re.compile(rf"\b(?:{'|'.join(longest_first)})(?=(?:s|er)?\b)"))
