"""Words of the field that mean the same: one term for all their forms, from a data file. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ABBREVIATION = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜa-zäöü]{0,3}[A-ZÄÖÜ]|[A-ZÄÖÜ]{2,}")


@dataclass(frozen=True, slots=True)
class Concept:
    """An occurrence: words ``first..last`` (exclusive) of a text name the concept `term`."""

    term: str
    first: int
    last: int


@cache
def _sections() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    text = files("retrieval").joinpath("data/concepts.toml").read_text(encoding="utf-8")
    return {
        section: {name: tuple(forms) for name, forms in entries.items()}
        for section, entries in tomllib.loads(text).items()
    }


def table() -> dict[str, tuple[str, ...]]:
    """Return the forms of each concept as editors wrote them."""
    return {name: forms for entries in _sections().values() for name, forms in entries.items()}


def regions() -> frozenset[str]:
    """Return the terms that stand for a Bundesland."""
    return frozenset(f"={name}" for name in _sections()["regions"])


class ConceptTable:
    """Finds concepts in a sequence of words."""

    def __init__(self, forms: Mapping[str, Sequence[str]], stem: Callable[[str], str]) -> None:
        """Index `forms`; `stem` reduces one word, the same way for forms and texts."""
        self._stem = stem
        self._abbreviations: dict[str, str] = {}
        self._phrases: dict[tuple[str, ...], str] = {}
        for name, spellings in forms.items():
            for form in spellings:
                if _ABBREVIATION.fullmatch(form):
                    self._abbreviations[form] = f"={name}"
                else:
                    self._phrases[tuple(stem(word) for word in re.split(r"[\s-]+", form))] = (
                        f"={name}"
                    )
        self._lengths: dict[str, tuple[int, ...]] = {}
        for phrase in self._phrases:
            lengths = {*self._lengths.get(phrase[0], ()), len(phrase)}
            self._lengths[phrase[0]] = tuple(sorted(lengths, reverse=True))

    def find(self, words: Sequence[str]) -> Iterator[Concept]:
        """Yield the concepts in `words`, of overlapping forms the first and longest."""
        stems = [self._stem(word) for word in words]
        at = 0
        while at < len(words):
            concept = self._longest_at(at, words[at], stems)
            if concept is not None:
                yield concept
            # What stands inside is not meant by itself: "Lower Saxony" does not speak of Saxony.
            at = concept.last if concept else at + 1

    def _longest_at(self, first: int, word: str, stems: Sequence[str]) -> Concept | None:
        if word in self._abbreviations:
            return Concept(self._abbreviations[word], first, first + 1)
        for length in self._lengths.get(stems[first], ()):
            phrase = tuple(stems[first : first + length])
            if phrase in self._phrases:
                return Concept(self._phrases[phrase], first, first + len(phrase))
        return None
