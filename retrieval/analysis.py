"""Text → search terms, the same for documents and questions. Pure.

Two kinds of terms: stems (Snowball, with umlauts folded, legal references as one term each) and
character n-grams of the folded words, which find parts of German compounds and survive most
recognition errors (McNamee & Mayfield 2004, "Character N-Gram Tokenization for European
Language Text Retrieval").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib.resources import files

import snowballstemmer

from retrieval.concepts import ConceptTable, table
from retrieval.references import books, find_references, without_references

GRAM = 4

_WORD = re.compile(r"[^\W_]+(?:[*:_/]-?(?=[Ii]n(?:nen)?\b)[Ii]n(?:nen)?)?")
_GENDER_ENDS = ("In", "in", "Innen", "innen")
_GENDER = re.compile(r"(?:[*:_/]-?[Ii]n(?:nen)?|(?<=[a-zäöüß])In(?:nen)?)$")
# "ii" is how an English recognition model reads "ü".
_FOLD = (("ß", "ss"), ("ii", "u"), ("ä", "a"), ("ö", "o"), ("ü", "u"), ("é", "e"), ("è", "e"))


@cache
def function_words() -> frozenset[str]:
    """Return the German and English words that carry no subject, lower case, umlauts kept."""
    words: set[str] = set()
    for language in ("de", "en"):
        table = files("retrieval").joinpath(f"data/function_words_{language}.txt")
        lines = table.read_text(encoding="utf-8").splitlines()
        words.update(word for line in lines if not line.startswith("#") for word in line.split())
    return frozenset(words)


def fold(word: str) -> str:
    """Return `word` in lower case without umlauts, sharp s and their misreadings."""
    word = word.lower()
    for old, new in _FOLD:
        if old in word:
            word = word.replace(old, new)
    return word


def words(text: str) -> Iterator[str]:
    """Yield the words of `text` as they stand, gender forms reduced to their plain form."""
    for word in _WORD.findall(text):
        # Only a word that ends so can be a gender form; to ask is cheaper than to substitute.
        yield (_GENDER.sub("", word) or word) if word.endswith(_GENDER_ENDS) else word


def references(text: str) -> Iterator[str]:
    """Yield the terms of each §, article and book of the Sozialgesetzbuch that `text` names."""
    for reference in find_references(text):
        yield from reference.terms()
    yield from books(text)


def stems(text: str, language: str | None) -> list[str]:
    """Return the stems, concepts and legal references of `text`, function words included."""
    plain = list(words(text))
    stem = _stemmer(language)
    found = [stem(word) for word in plain]
    found.extend(concept.term for concept in _concepts().find(plain))
    found.extend(references(text))
    return found


def content_stems(text: str, language: str | None) -> list[str]:
    """Return the terms of `text` that carry its subject, in order, with repetitions."""
    plain = list(words(text))
    stem = _stemmer(language)
    skip = function_words()
    found = [stem(word) for word in plain if word.lower() not in skip]
    found.extend(concept.term for concept in _concepts().find(plain))
    found.extend(references(text))
    return found


def units(text: str, language: str | None) -> list[tuple[str, ...]]:
    """Return what a question asks about: one tuple of equivalent terms for each thing.

    A text speaks of a thing if it holds any of its terms. Function words are left out.
    """
    plain = list(words(without_references(text)))
    stem = _stemmer(language)
    skip = function_words()
    concepts = {concept.first: concept for concept in _concepts().find(plain)}
    found: list[tuple[str, ...]] = []
    at = 0
    while at < len(plain):
        concept = concepts.get(at)
        last = concept.last if concept else at + 1
        named = [stem(word) for word in plain[at:last] if word.lower() not in skip]
        if concept:
            joined = (named[0],) if len(named) == 1 else ()
            found.append((concept.term, *joined))
        elif named:
            found.append((named[0],))
        at = last
    # The law stands for itself: a statute seldom repeats its own name beside its paragraphs.
    found.extend((term,) for term in references(text) if "@" not in term)
    return found


def reference_share(text: str, language: str | None) -> float:
    """Return how much of what a question asks about is §, article and law, 0..1."""
    asked = units(text, language)
    named = set(references(text))
    return sum(unit[0] in named for unit in asked) / len(asked) if asked else 0.0


def grams(text: str) -> list[str]:
    """Return the character n-grams of the folded words; shorter words stand as they are."""
    found: list[str] = []
    for word in words(text):
        found.extend(_grams(word))
    return found


def content_grams(text: str) -> list[str]:
    """Return the n-grams of those words that carry the subject of `text`."""
    skip = function_words()
    found: list[str] = []
    for word in words(text):
        if word.lower() not in skip:
            found.extend(_grams(word))
    return found


@lru_cache(maxsize=100_000)
def _grams(word: str) -> tuple[str, ...]:
    folded = fold(word)
    if len(folded) <= GRAM:
        return (folded,)
    return tuple(folded[at : at + GRAM] for at in range(len(folded) - GRAM + 1))


_GERMAN = snowballstemmer.stemmer("german")
_ENGLISH = snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def _stem_german(word: str) -> str:
    stem = fold(_GERMAN.stemWord(word.lower().replace("ii", "ü")))
    # The plural "Ärztinnen" keeps a letter more than "Ärztin".
    return stem[:-1] if stem.endswith("inn") else stem


@lru_cache(maxsize=100_000)
def _stem_english(word: str) -> str:
    return fold(_ENGLISH.stemWord(word.lower()))


def _stemmer(language: str | None) -> Callable[[str], str]:
    return _stem_english if language == "en" else _stem_german


@cache
def _concepts() -> ConceptTable:
    # Forms of both languages stand in one table; a text is looked up with the German stemmer.
    return ConceptTable(table(), _stem_german)
