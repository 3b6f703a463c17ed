"""The words of a question in the other language, from a German–English glossary.

Dictionary-based search across languages (Ballesteros & Croft 1997, "Phrasal Translation and Query
Expansion Techniques for Cross-Language Information Retrieval"); the translations of a word share
its weight ("balanced translation", Levow, Oard & Resnik 2005). Editors may add lines to the tables
in ``data/glossary``: a German word, a tab, its English translations, separated by semicolons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from retrieval import analysis
from retrieval.compounds import SEEN, split
from retrieval.steps import ALL, Steps

LONGEST = 3
"""Words of the longest phrase that is looked up as one."""

Phrase = tuple[str, ...]
"""The stems of one or more words."""

_WORDS = Steps(concepts=False, references=False, numbers=False)


class Glossary:
    """Translations between two languages, by stems. Immutable."""

    def __init__(self, entries: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Index `entries`: a German word or phrase with its English translations."""
        tables: dict[str, dict[Phrase, list[Phrase]]] = {
            "de": defaultdict(list),
            "en": defaultdict(list),
        }
        for german, translations in entries:
            left = _phrase(german, "de")
            for english in translations:
                right = _phrase(english, "en")
                if left and right:
                    tables["de"][left].append(right)
                    tables["en"][right].append(left)
        self._tables: Mapping[str, Mapping[Phrase, Sequence[Phrase]]] = {
            language: {phrase: tuple(dict.fromkeys(found)) for phrase, found in table.items()}
            for language, table in tables.items()
        }

    def translated(self, text: str, language: str, *, steps: Steps = ALL) -> dict[str, float]:
        """Return the terms that a passage in the other language would have, with their weights.

        A word counts 1, shared by its translations; one that is not known, such as a name, stands
        as it is. Concepts, references and numbers are the same in both languages.

        Args:
            text: A question.
            language: Its language, ``de`` or ``en``; another one has no translations.
            steps: The steps of the analysis.
        """
        table = self._tables.get(language)
        if table is None:
            return {}
        other = "en" if language == "de" else "de"
        weights: dict[str, float] = defaultdict(float)
        skip = analysis.function_words()
        words = [word for word in analysis.words(text, steps=steps) if word.lower() not in skip]
        for term, weight in self._each(words, language, other, table):
            weights[term] += weight
        plain = set(analysis.content_stems(text, language, steps=_WORDS))
        for term in analysis.content_stems(text, language, steps=steps):
            if term not in plain:
                weights[term] += 1.0
        return dict(weights)

    def _each(
        self,
        words: Sequence[str],
        language: str,
        other: str,
        table: Mapping[Phrase, Sequence[Phrase]],
    ) -> Iterator[tuple[str, float]]:
        stems = [_phrase(word, language) for word in words]
        at = 0
        while at < len(words):
            for length in range(min(LONGEST, len(words) - at), 0, -1):
                phrase = tuple(stem for found in stems[at : at + length] for stem in found)
                if phrase in table:
                    # Many words are the same in both languages; they stand in no glossary.
                    same = _phrase(" ".join(words[at : at + length]), other)
                    yield from _shared((*table[phrase], same), float(length))
                    break
            else:
                length = 1
                yield from _unknown(words[at], stems[at], other, table)
            at += length


def _unknown(
    word: str, stems: Phrase, other: str, table: Mapping[Phrase, Sequence[Phrase]]
) -> Iterator[tuple[str, float]]:
    """Translate the parts of a compound; another word stands as it is."""
    parts = split(stems[0], lambda terms: [SEEN * ((t,) in table) for t in terms]) if stems else ()
    for part in parts:
        yield from _shared(table[(part,)], 1 / len(parts))
    if not parts:
        for stem in _phrase(word, other):
            yield stem, 1.0


def _shared(translations: Sequence[Phrase], weight: float) -> Iterator[tuple[str, float]]:
    for phrase in translations:
        for stem in phrase:
            yield stem, weight / len(translations) / len(phrase)


def _phrase(text: str, language: str) -> Phrase:
    """Return the stems of `text` without function words, of all words where it has no others."""
    found = analysis.content_stems(text, language, steps=_WORDS)
    return tuple(found or analysis.stems(text, language, steps=_WORDS))


@cache
def packaged() -> Glossary:
    """Return the glossary that comes with the program."""
    return Glossary(_entries())


def _entries() -> Iterator[tuple[str, Sequence[str]]]:
    for table in sorted(files("retrieval").joinpath("data/glossary").iterdir(), key=str):
        for line in table.read_text(encoding="utf-8").splitlines():
            german, tab, english = line.partition("\t")
            if tab and not line.startswith("#"):
                yield german, [part.strip() for part in english.split(";") if part.strip()]
