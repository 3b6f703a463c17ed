"""One misread word → the one word that it must be. Pure; a lexicon says which words there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, islice, pairwise
from math import log
from typing import Protocol

from ingest.facts.tables import function_words, table

_MOST_MISREAD = 3  # letters of one word
_FREQUENT = 20  # count from which a misreading is looked for three times in one word
_READINGS = 600  # of one word with one number of misread letters
_ALL_READINGS = 1_000_000  # of one document; 100 pages of real text take 50 000
_PARTS = 100_000  # remembered
_SURE = 5  # how many times likelier than the next one a reading must be
_SHORTEST, _SHORTEST_NAME, _LONGEST = 3, 4, 40
_SHORTEST_PART = 4
_LINKS = ("", "s", "es", "n", "en", "er", "e", "ns")
_ADJECTIVE = ("lich", "ig", "isch", "bar", "sam", "haft", "los")
_ABSTRACT = ("ung", "keit", "heit", "schaft", "tät", "tum", "nis", "ion", "enz", "anz", "chen")
_ABSTRACTS = (*_ABSTRACT, *(suffix + "en" for suffix in _ABSTRACT))
_PLURALS = ("e", "en", "n", "er", "es", "nen", "se", "sen")
_PLACES = (
    "burg", "berg", "heim", "hausen", "ingen", "stadt", "furt", "furth", "dorf", "bach",
    "brück", "brücken", "kirchen", "feld", "stein", "hagen", "gladbach",
)  # fmt: skip
_OF_PLACES = ("s", "er", "ern", "ers")  # Kölns, Kölner
_OF_PEOPLE = ("er", "mann", "meister", "schmidt", *_PLACES)
_LONG = 10
_BARE = frozenset(zip("aou", "äöü", strict=True))


class Lexicon(Protocol):
    """The words of German."""

    def has(self, word: str) -> bool:
        """Tell whether `word` is a word in just this spelling and case."""
        ...

    def lemma(self, word: str) -> str | None:
        """Return the basic form of `word`, None for unknown words."""
        ...


@dataclass(frozen=True, slots=True)
class _Site:
    """A place in a word that may be misread: ``word[start:end]`` for `right`."""

    start: int
    end: int
    right: str
    count: int


@dataclass(slots=True)
class Speller:
    """Finds how the misread words of one document must be read.

    It remembers the parts of compounds it met and gives up after a million readings, which only
    a text made to keep it busy has.
    """

    lexicon: Lexicon
    _left: int = _ALL_READINGS
    _parts: dict[str, bool] = field(default_factory=dict)

    def right(self, word: str, *, linked: bool = False) -> str | None:
        """Return how `word` must be read, None where it may be right or that is not sure.

        A reading must be a word, or a compound of few words where `word` is none of as few; it
        must be the only one with so few misread letters, or by far the likeliest. The case of the
        letters must be that of a word, so that "groB" is not the word "grob".

        Args:
            word: Letters and digits.
            linked: A hyphen follows, so that it may be a part such as "Präventions".
        """
        if not _SHORTEST <= len(word) <= _LONGEST or word.isdigit() or self._left <= 0:
            return None
        rare: dict[str, str] = table("misreadings")["rare"]
        if word in rare:
            return rare[word]
        sites = _sites(word)
        if self._is_dative(word):
            return self._plural(word, sites)
        levels = [
            self.is_word,
            *([self._is_part] if linked else []),
            self._is_pair,
            self._is_triple,
        ]
        for is_level in levels:
            if is_level(word):
                return None
            if self._ends_in_dative(word):
                sites = _bare(word, sites)
            if found := self._likeliest(word, sites, is_level):
                return found if self._fits(word, found) else None
        return None

    def is_noun(self, word: str) -> bool:
        """Tell whether `word`, which has a capital letter, would be unknown without it."""
        return not self.lexicon.has(word.lower())

    def is_name(self, word: str) -> bool:
        """Tell whether `word`, read right, is rather a proper name than a common noun.

        Names of the table are names. The lexicon knows others without a plural, where they are
        no adjective, no abstract noun and no compound of other words.
        """
        name = word.capitalize()
        stems = (name, *(name.removesuffix(end) for end in _OF_PLACES if name.endswith(end)))
        if any(stem in _names(kind) for stem in stems for kind in ("places", "people")):
            return True
        if (
            name.removesuffix("s") in _names("common")
            or self.lexicon.has(name.lower())
            or name.endswith(_ABSTRACTS)
        ):
            return False
        if name.endswith(_PLACES) and not self._has_plural(name):
            return True
        return any(self._is_lonely(stem) for stem in stems)

    def is_common(self, word: str) -> bool:
        """Tell whether `word`, read right, is nobody's name: an abstract noun or a compound."""
        if word.endswith(_ABSTRACTS) and not self.is_name(word):
            return True
        return len(word) >= _LONG and not word.endswith(_OF_PEOPLE) and self._is_pair(word)

    def noun_for(self, right: str) -> str | None:
        """Return the noun "Größe" for the adjective "Große" that may have lost dots as well."""
        if not right[0].isupper() or not self.lexicon.has(right.lower()):
            return None
        sites = _bare_sites(right)
        nouns = (reading for reading, _ in _readings(right, sites, 1))
        has = self.lexicon.has
        return next((noun for noun in nouns if has(noun) and not has(noun.lower())), None)

    def _is_lonely(self, name: str) -> bool:
        if self.lexicon.lemma(name) != name or self._has_plural(name):
            return False
        return not self._is_pair(name)

    def _has_plural(self, noun: str) -> bool:
        for basic in {noun, re.sub("ß$", "ss", noun)}:
            plurals = (basic, *(reading for reading, _ in _readings(basic, _bare_sites(basic), 1)))
            if any(self.lexicon.lemma(form + end) == basic for form in plurals for end in _PLURALS):
                return True
        return False

    def _fits(self, word: str, found: str) -> bool:
        """Tell whether nothing speaks against reading `word` as `found`."""
        if found.lower() in function_words("de"):
            return True
        if word[0].isupper():
            return len(word) >= _SHORTEST_NAME or not word.isalpha()
        # A noun in small letters is rather a part of a word.
        return not (_is_plain(word) and self.lexicon.has(word.capitalize()))

    def is_word(self, word: str) -> bool:
        """Tell whether `word` is in the lexicon, at the start of a sentence or all in capitals."""
        if not _is_plain(word):
            return False
        has = self.lexicon.has
        if has(word) or (word[0].isupper() and has(word.lower())):
            return True
        return word.isupper() and has(word.capitalize())

    def _plural(self, word: str, sites: Sequence[_Site]) -> str | None:
        """Return the plural "Verträge" for "Vertrage", which would be an old-fashioned dative."""
        return self._likeliest(
            word, _bare(word, sites), lambda form: self.lexicon.lemma(form) == word[:-1]
        )

    def _likeliest(
        self, word: str, sites: Sequence[_Site], known: Callable[[str], bool]
    ) -> str | None:
        """Return the known reading with the fewest misread letters, None without a clear one."""
        for misread in range(1, _MOST_MISREAD + 1):
            readings = list(islice(_readings(word, sites, misread), _READINGS))
            self._left -= len(readings)
            found = sorted((cost, reading) for reading, cost in readings if known(reading))
            if found:
                cost, best = found[0]
                rivals = (other - cost for other, reading in found if reading != best)
                return best if all(lead >= log(_SURE) for lead in rivals) else None
        return None

    def _is_dative(self, noun: str) -> bool:
        return noun.endswith("e") and noun[0].isupper() and self.lexicon.lemma(noun) == noun[:-1]

    def _ends_in_dative(self, word: str) -> bool:
        return _is_plain(word) and any(map(self._is_dative, self._heads(word, self._starts)))

    def _is_pair(self, word: str) -> bool:
        return self._is_compound(word, self._is_linked)

    def _is_triple(self, word: str) -> bool:
        return self._is_compound(word, self._starts)

    def _is_compound(self, word: str, starts: Callable[[str], bool]) -> bool:
        if not _is_plain(word):
            return False
        return any(not self._is_dative(head) for head in self._heads(word, starts))

    def _heads(self, word: str, starts: Callable[[str], bool]) -> Iterator[str]:
        """Yield the words that `word` may be a compound of at its end."""
        low, noun = word.lower(), not word.islower()
        for at in range(_SHORTEST_PART, len(low) - _SHORTEST_PART + 1):
            head = self._head(low[at:], noun=noun)
            if head and starts(low[:at]):
                yield head

    def _head(self, low: str, *, noun: bool) -> str | None:
        if noun and self.lexicon.has(low.capitalize()):
            return low.capitalize()
        lemma = self.lexicon.lemma(low)
        return low if lemma and (not noun or lemma.endswith(_ADJECTIVE)) else None

    def _is_part(self, word: str) -> bool:
        return _is_plain(word) and self._is_linked(word.lower())

    def _starts(self, part: str) -> bool:
        """Tell whether `part` may stand before the head: one word or two, linked."""
        known = self._parts.get(part)
        if known is None:
            if len(self._parts) >= _PARTS:
                self._parts.clear()
            known = self._parts[part] = self._is_linked(part) or any(
                self._is_linked(part[at:]) and self._is_linked(part[:at])
                for at in range(_SHORTEST_PART, len(part) - _SHORTEST_PART + 1)
            )
        return known

    def _is_linked(self, part: str) -> bool:
        stems = (part.removesuffix(link) for link in _LINKS if part.endswith(link))
        found = (stem for stem in stems if len(stem) >= _SHORTEST_PART)
        return any(self.lexicon.has(stem.capitalize()) for stem in found) or self.lexicon.has(part)


@cache
def _names(kind: str) -> frozenset[str]:
    return frozenset(table("misreadings")["names"][kind].split())


def _bare(word: str, sites: Sequence[_Site]) -> list[_Site]:
    """Return the places where nothing but the dots of an umlaut may have been lost."""
    return [site for site in sites if (word[site.start : site.end], site.right) in _BARE]


def _bare_sites(word: str) -> list[_Site]:
    return _bare(word, _sites(word))


def _readings(word: str, sites: Sequence[_Site], misread: int) -> Iterator[tuple[str, float]]:
    """Yield the ways to read `word` with so many misread places, each with its unlikeliness."""
    if misread == _MOST_MISREAD:
        sites = [site for site in sites if site.count >= _FREQUENT]
    for chosen in combinations(sites, misread):
        if any(left.end > right.start for left, right in pairwise(chosen)):
            continue
        parts: list[str] = []
        at = 0
        for site in chosen:
            parts += (word[at : site.start], site.right)
            at = site.end
        yield "".join((*parts, word[at:])), -sum(log(site.count) for site in chosen)


@cache
def _rights() -> dict[str, list[tuple[str, int]]]:
    """Return what letters as read may stand for: (right letter, count)."""
    found: dict[str, list[tuple[str, int]]] = {}
    for right, reads in table("misreadings")["letters"].items():
        for read, count in reads.items():
            found.setdefault(read, []).append((right, count))
    return found


def _sites(word: str) -> list[_Site]:
    longest = max(map(len, _rights()))
    return [
        _Site(start, start + size, right, count)
        for start in range(len(word))
        for size in range(1, min(longest, len(word) - start) + 1)
        for right, count in _rights().get(word[start : start + size], ())
    ]


def _is_plain(word: str) -> bool:
    """Tell whether the case of the letters is that of a word: word, Word or WORD."""
    return word.isalpha() and (word[1:].islower() or word.isupper())
