"""The words of German with their basic forms. The only file that knows simplemma.

Its table (1.1 million forms with their case, 110 MiB in memory, 0.7 s to load) is only loaded for
a text that needs putting right, a question that may name a town or a person, and the check of a
language model's sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Word forms with their basic forms, in the spelling and case of the language."""

    lemmas: Mapping[str, str]

    def has(self, word: str) -> bool:
        """Tell whether `word` is a word in just this spelling and case."""
        return self.lemmas.get(word) is not None

    def lemma(self, word: str) -> str | None:
        """Return the basic form of `word`, None for unknown words."""
        return self.lemmas.get(word)


@cache
def german() -> Dictionary:
    """Load the dictionary of German once."""
    # Imported here because hardly any document and few questions need it.
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory  # noqa: PLC0415

    return Dictionary(DefaultDictionaryFactory().get_dictionary("de"))
