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

GRAM = 4

_WORD = re.compile(r"[^\W_]+(?:[*:_/]-?(?=[Ii]n(?:nen)?\b)[Ii]n(?:nen)?)?")
_GENDER = re.compile(r"(?:[*:_/]-?[Ii]n(?:nen)?|(?<=[a-zäöüß])In(?:nen)?)$")
# A letter that stands apart belongs to the number, except in "§ 20 f." and "§ 20 i. V. m.".
_NUMBER = r"\d{1,4}(?!\d)(?:[A-Za-z]\b|\s(?!f\.)[a-z]\b(?!\.\s?[A-Za-z]\.))?"
_PARAGRAPH = re.compile(
    rf"(?:§§\s*(?P<several>{_NUMBER}(?:\s*(?:,|–|-|\b(?:und|bis|oder|and)\b)\s*{_NUMBER})*)"
    # "8" and "S" are how an English recognition model reads "§".
    rf"|(?:§|\b[Pp]aragra(?:ph|f)(?:en)?\b|\b[8S](?=\s{_NUMBER}\s+(?:Abs\b|SGB)))"
    rf"\s*(?P<one>{_NUMBER}))"
)
_BOOK = re.compile(
    r"\b(?:(?:(?i:SGB)\)?[\s-]*|Sozialgesetzbuch(?:e?s)?\s+)"
    r"(?:(?P<roman>(?i:XIV|XIII|XII|XI|X|IX|VIII|VII|VI|IV|V|III|II|I))(?![A-Za-z])"
    r"|(?P<digits>\d{1,2})\b)"
    r"|(?P<name>Erste|Zweite|Dritte|Vierte|Fünfte|Sechste|Siebte|Achte|Neunte|Zehnte|Elfte|Zwölfte)"
    r"[sn]?\s+Buch)"
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
_NAMES = (
    "Erste",
    "Zweite",
    "Dritte",
    "Vierte",
    "Fünfte",
    "Sechste",
    "Siebte",
    "Achte",
    "Neunte",
    "Zehnte",
    "Elfte",
    "Zwölfte",
)
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
    for match in _WORD.finditer(text):
        yield _GENDER.sub("", match.group()) or match.group()


def references(text: str) -> Iterator[str]:
    """Yield one term for each § and each book of the Sozialgesetzbuch that `text` names."""
    for match in _PARAGRAPH.finditer(text):
        for number in re.findall(_NUMBER, match.group("several") or match.group("one")):
            yield "§" + "".join(number.split()).lower().lstrip("0")
    for match in _BOOK.finditer(text):
        yield f"sgb{_book_number(match)}"


def _book_number(match: re.Match[str]) -> int:
    if match.group("digits"):
        return int(match.group("digits"))
    if match.group("roman"):
        return _ROMAN.index(match.group("roman").upper()) + 1
    return _NAMES.index(match.group("name")) + 1


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
    plain = list(words(_BOOK.sub(" ", _PARAGRAPH.sub(" ", text))))
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
    found.extend((reference,) for reference in references(text))
    return found


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
