"""A second look at a sentence and its quotes that shares nothing with the product's check. Pure.

It knows less than `assistant.verification` and is meant to: what both let pass, two independent
readers let pass. It asks whether every number, every abbreviation and every word that no
dictionary knows (a name) of the sentence stands in what it cites.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.wording.dictionary import german

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CAPITALS = 2


def unproven(sentence: str, proof: Sequence[str], language: str) -> list[str]:
    """Return the numbers, abbreviations and names of `sentence` that `proof` does not hold.

    Args:
        sentence: What is said.
        proof: The quotes, and the titles and headings they stand under.
        language: Of the sentence; where a quote is in another one, names may be translated, so
            that only numbers and abbreviations are asked for.
    """
    held = "\n".join(proof)
    numbers = set(_NUMBER.findall(held))
    lacking = [n for n in _NUMBER.findall(sentence) if n not in numbers]
    folded = held.casefold()
    for place, word in enumerate(_WORD.findall(sentence)):
        if word.casefold() in folded:
            continue
        abbreviation = sum(char.isupper() for char in word) >= _CAPITALS and "-" not in word
        if abbreviation or (language == "de" and _is_name(word, first=place == 0)):
            lacking.append(word)
    return lacking


def _is_name(word: str, *, first: bool) -> bool:
    """Tell whether a word with a capital is in no dictionary, compounds by their last part."""
    if not word[0].isupper() or first:
        return False
    lemmas = german().lemmas
    forms = (word, word.lower(), *(word[at:].lower() for at in range(3, len(word) - 3)))
    return not any(form in lemmas or form.capitalize() in lemmas for form in forms)
