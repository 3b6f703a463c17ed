"""Text → search terms, the same for documents and questions. Pure.

Two kinds of terms: stems (Snowball, with umlauts folded) with concepts, legal references, dates and
numbers as one term each, and character n-grams of the folded words, which find parts of German
compounds and survive most recognition errors (McNamee & Mayfield 2004, "Character N-Gram
Tokenization for European Language Text Retrieval").

Every function takes `steps`, so that a measurement can leave single steps out. Snowball folds
umlauts by itself: without `Steps.fold` stems still do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from threading import Lock

import snowballstemmer

from retrieval import concepts
from retrieval.concepts import Concept, Table
from retrieval.folding import clean, fold
from retrieval.gender import plain_forms, plain_person
from retrieval.naming import find_concepts
from retrieval.numbers import Number, find_numbers, without_numbers
from retrieval.references import books, find_references, without_references
from retrieval.steps import ALL, Steps

__all__ = [
    "GRAM", "VERSION", "content_grams", "content_stems", "fingerprint", "fold", "function_words",
    "grams", "reference_share", "references", "stems", "units", "words",
]  # fmt: skip

VERSION = 1
"""Raise when the terms of a text change: an index holds the terms of its passages."""
GRAM = 4

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_PERCENT = re.compile(r"%(?<=[\d \u00a0]%)")
_CACHED = 100_000  # words
_LONGEST_WORD = 100  # letters; what is longer is no word, and Snowball takes its time with it

Stemmer = Callable[[str], str]


@cache
def function_words() -> frozenset[str]:
    """Return the German and English words that carry no subject, lower case, umlauts kept."""
    words: set[str] = set()
    for language in ("de", "en"):
        table = files("retrieval").joinpath(f"data/function_words_{language}.txt")
        lines = table.read_text(encoding="utf-8").splitlines()
        words.update(word for line in lines if not line.startswith("#") for word in line.split())
    return frozenset(words)


@lru_cache(maxsize=4)
def _digest(table: Table) -> str:
    concepts_held = sorted(
        (name, forms.german, forms.english, forms.both) for name, forms in table.concepts.items()
    )
    held = repr((concepts_held, version("snowballstemmer")))
    return hashlib.blake2b(held.encode(), digest_size=8).hexdigest()


def fingerprint(steps: Steps = ALL) -> str:
    """Return what the terms of a text depend on: `VERSION`, the table of concepts, the steps."""
    switched = (steps.fold, steps.stemming, steps.gender, steps.concepts, steps.references)
    flags = "".join(str(int(flag)) for flag in (*switched, steps.numbers))
    return f"{VERSION}-{_digest(concepts.current())}-{flags}"


def words(text: str, *, steps: Steps = ALL) -> Iterator[str]:
    """Yield the words of `text` as they stand, gender forms reduced to their plain form."""
    yield from _plain(_cleaned(text, steps), steps)


def references(text: str) -> Iterator[str]:
    """Yield the terms of each §, article and book of the Sozialgesetzbuch that `text` names."""
    for reference in find_references(text):
        yield from reference.terms()
    yield from books(text)


def stems(text: str, language: str | None, *, steps: Steps = ALL) -> list[str]:
    """Return the stems, concepts, references and numbers of `text`, function words included.

    Args:
        text: Any text.
        language: Its language (ISO 639-1); what is not English is stemmed as German.
        steps: The steps that take part.
    """
    cleaned = _cleaned(text, steps)
    plain = _plain(cleaned, steps)
    found = _stems(plain, language, steps)
    return [*found, *_named(cleaned, plain, found, language, steps)]


def content_stems(text: str, language: str | None, *, steps: Steps = ALL) -> list[str]:
    """Return the terms of `text` that carry its subject, in order, with repetitions."""
    cleaned = _cleaned(text, steps)
    plain = _plain(cleaned, steps)
    found = _stems(plain, language, steps)
    skip = function_words()
    kept = [stem for word, stem in zip(plain, found, strict=True) if word.lower() not in skip]
    return [*kept, *_named(cleaned, plain, found, language, steps)]


def units(text: str, language: str | None, *, steps: Steps = ALL) -> list[tuple[str, ...]]:
    """Return what a question asks about: one tuple of equivalent terms for each thing.

    A text speaks of a thing if it holds any of its terms. Function words are left out.
    """
    rest = _cleaned(text, steps)
    named = list(references(rest)) if steps.references else []
    if steps.references:
        rest = without_references(rest)
    numbers = list(find_numbers(rest, language)) if steps.numbers else []
    if numbers:
        dated = [unit for number in numbers for unit in _asked(number, rest, language, steps)]
        rest = without_numbers(rest, language)
    else:
        dated = []
    # The law stands for itself: a statute seldom repeats its own name beside its paragraphs.
    laws = [(term,) for term in named if "@" not in term]
    return [*_things(rest, language, steps), *dated, *laws]


def _things(text: str, language: str | None, steps: Steps) -> Iterator[tuple[str, ...]]:
    plain = _plain(text, steps)
    found = _stems(plain, language, steps)
    skip = function_words()
    held = {concept.first: concept for concept in _concepts(plain, found, language, steps)}
    at = 0
    while at < len(plain):
        concept = held.get(at)
        last = concept.last if concept else at + 1
        own = [found[i] for i in range(at, last) if plain[i].lower() not in skip]
        if concept:
            joined = (own[0],) if len(own) == 1 else ()
            # A number in words is asked for as the word that it is.
            yield (*joined, concept.term) if concept.term.isdigit() else (concept.term, *joined)
        elif own:
            yield (own[0],)
        at = last


def _asked(
    number: Number, text: str, language: str | None, steps: Steps
) -> Iterator[tuple[str, ...]]:
    month = _LETTERS.search(text, number.start, number.end)
    for term in number.asked:
        # A month is often named without its year, which stands in a heading.
        monthly = month and term.count("-") == 1
        yield (term, _stemmer(language, steps)(month[0])) if month and monthly else (term,)


def reference_share(text: str, language: str | None, *, steps: Steps = ALL) -> float:
    """Return how much of what a question asks about is §, article and law, 0..1."""
    if not steps.references:
        return 0.0
    asked = units(text, language, steps=steps)
    named = set(references(_cleaned(text, steps)))
    return sum(unit[0] in named for unit in asked) / len(asked) if asked else 0.0


def grams(text: str, *, steps: Steps = ALL) -> list[str]:
    """Return the character n-grams of the folded words; shorter words stand as they are."""
    cut = _folded_grams if steps.fold else _plain_grams
    found: list[str] = []
    for word in _plain(_cleaned(text, steps), steps):
        found.extend(cut(word))
    return found


def content_grams(text: str, *, steps: Steps = ALL) -> list[str]:
    """Return the n-grams of those words that carry the subject of `text`."""
    cut = _folded_grams if steps.fold else _plain_grams
    skip = function_words()
    found: list[str] = []
    for word in _plain(_cleaned(text, steps), steps):
        if word.lower() not in skip:
            found.extend(cut(word))
    return found


@lru_cache(maxsize=_CACHED)
def _folded_grams(word: str) -> tuple[str, ...]:
    return _cut(fold(word))


@lru_cache(maxsize=_CACHED)
def _plain_grams(word: str) -> tuple[str, ...]:
    return _cut(word.lower())


def _cut(word: str) -> tuple[str, ...]:
    if len(word) <= GRAM:
        return (word,)
    return tuple(word[at : at + GRAM] for at in range(len(word) - GRAM + 1))


def _cleaned(text: str, steps: Steps) -> str:
    return clean(text) if steps.fold else text


def _plain(text: str, steps: Steps) -> list[str]:
    """Return the words of a cleaned text, signs and gender forms spelled out."""
    if steps.numbers:
        text = _PERCENT.sub(" Prozent ", text.replace("€", " Euro "))
    if steps.gender:
        text = plain_forms(text)
    return _WORD.findall(text)


def _stems(plain: Sequence[str], language: str | None, steps: Steps) -> list[str]:
    return list(map(_stemmer(language, steps), plain))


def _named(
    text: str, plain: Sequence[str], found: Sequence[str], language: str | None, steps: Steps
) -> Iterator[str]:
    """Yield the terms beside the stems: concepts, references, dates and numbers."""
    for concept in _concepts(plain, found, language, steps):
        yield concept.term
    if steps.references:
        yield from references(text)
    if steps.numbers:
        for number in find_numbers(text, language):
            yield from number.terms


_GERMAN = snowballstemmer.stemmer("german")
_ENGLISH = snowballstemmer.stemmer("english")
# A stemmer works on a word that it keeps in itself: two threads at once would mix theirs up.
_STEMMING = Lock()


def _stemmer(language: str | None, steps: Steps) -> Stemmer:
    if not steps.stemming:
        return fold if steps.fold else str.lower
    if language == "en":
        return _english_stemmer(steps.fold)
    return _german_stemmer(steps.fold, steps.gender)


@cache
def _german_stemmer(folded: bool, gender: bool) -> Stemmer:
    @lru_cache(maxsize=_CACHED)
    def stem(word: str) -> str:
        plain = word.lower()
        if folded:
            plain = plain.replace("ii", "ü").replace("é", "e").replace("è", "e")
        if len(plain) > _LONGEST_WORD:
            return fold(plain) if folded else plain
        plain = plain_person(plain) if gender else plain
        with _STEMMING:
            found = str(_GERMAN.stemWord(plain))
        return fold(found) if folded else found

    return stem


@cache
def _english_stemmer(folded: bool) -> Stemmer:
    @lru_cache(maxsize=_CACHED)
    def stem(word: str) -> str:
        if len(word) > _LONGEST_WORD:
            return fold(word) if folded else word.lower()
        with _STEMMING:
            found = str(_ENGLISH.stemWord(word.lower()))
        return fold(found) if folded else found

    return stem


def _concepts(
    plain: Sequence[str], found: Sequence[str], language: str | None, steps: Steps
) -> Iterator[Concept]:
    if steps.concepts or steps.numbers:
        yield from find_concepts(plain, found, (language, steps), _stemmer)
