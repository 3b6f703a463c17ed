"""Which concepts a text names, by its language. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from retrieval import concepts
from retrieval.concepts import Concept, ConceptTable, Table
from retrieval.numbers import numerals
from retrieval.steps import Steps

Stemmers = Callable[[str | None, Steps], Callable[[str], str]]
_PHRASE = re.compile(r"[\s-]")


def find_concepts(
    words: Sequence[str],
    stems: Sequence[str],
    reading: tuple[str | None, Steps],
    stemmers: Stemmers,
) -> Iterator[Concept]:
    """Yield the concepts and the numbers in words that a text names, in order.

    German names count in English texts too, with a capital letter; English words count in German
    texts as phrases alone: "act" and "fund" are German words of another meaning.

    Args:
        words: The words of the text.
        stems: Their stems in the text's language.
        reading: The language and the steps that take part.
        stemmers: Returns the stemmer of a language.
    """
    language, steps = reading
    table = concepts.current()
    if language != "en":
        yield from _finder(table, "de", steps, stemmers).find(words, stems)
        return
    every = [*_finder(table, "en", steps, stemmers).find(words, stems)]
    every += _finder(table, "de in en", steps, stemmers).find(words)
    done = 0
    for concept in sorted(every, key=lambda concept: (concept.first, -concept.last)):
        if concept.first >= done:
            yield concept
            done = concept.last


@lru_cache(maxsize=32)
def _finder(table: Table, where: str, steps: Steps, stemmers: Stemmers) -> ConceptTable:
    forms: dict[str, Sequence[str]] = {}
    if steps.concepts:
        for name, held in table.concepts.items():
            german = (*held.both, *held.german)
            phrases = [form for form in held.english if _PHRASE.search(form) or form.isupper()]
            chosen = {"de": (*german, *phrases), "en": (*held.both, *held.english)}
            forms[f"={name}"] = chosen.get(where, german)
    if steps.numbers:
        forms.update(numerals())
    stem = stemmers("en" if where == "en" else "de", steps)
    return ConceptTable(forms, stem, capitalised=where == "de in en")
