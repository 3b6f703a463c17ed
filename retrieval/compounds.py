"""German compounds and their parts, by the words that a collection itself has. Pure.

A word is a compound if it is made of words that stand alone elsewhere, joined by nothing or by a
linking element (Fugenelement). That needs no dictionary and knows the field's own words (compare
Koehn & Knight 2003, "Empirical Methods for Compound Splitting"; theirs takes frequencies alike).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

LEAST = 4
"""Letters of the shortest part."""
SEEN = 2
"""In how many passages a part must stand alone."""
PARTS = 3
PART_WEIGHT = 0.5
"""What a part of a compound that a question names counts beside the compound."""
LONGEST = 40
"""Longer words are not split: no German word is, and the work grows with the square."""
LINKS = ("", "s", "es", "n", "en", "er", "e", "ns", "ungs", "heits", "keits", "igkeits")
"""What may stand between two parts; the longer ones with what the stemmer takes off a word."""

Seen = Callable[[Sequence[str]], Sequence[int]]
"""In how many passages each of some terms stands."""


def splittable(term: str) -> bool:
    """Return whether a term is a word: no reference, number or concept is ever split."""
    return LEAST <= len(term) <= LONGEST and term.isalpha()


def split(word: str, seen: Seen) -> tuple[str, ...]:
    """Return the parts of a compound, first to last; empty for any other word.

    Of several readings the one with the fewest parts counts, then the one with the most frequent.
    """
    if not splittable(word) or len(word) < 2 * LEAST:
        return ()
    spans = [
        (start, end)
        for start in (0, *range(LEAST, len(word) - LEAST + 1))
        for end in range(start + LEAST, len(word) + 1)
        if start or end < len(word)
    ]
    counts = seen([word[start:end] for start, end in spans])
    known: dict[int, list[tuple[int, float]]] = {}
    for (start, end), count in zip(spans, counts, strict=True):
        if count >= SEEN:
            known.setdefault(start, []).append((end, math.log(count)))
    return _best(word, known)


_Reading = tuple[float, tuple[str, ...]]
"""Minus the parts' log frequency, and the parts: the less, the better."""


def _best(word: str, known: dict[int, list[tuple[int, float]]]) -> tuple[str, ...]:
    """Return the best reading; `known` has the ends and log frequencies of parts by start."""
    begun: dict[int, _Reading] = {0: (0.0, ())}
    for _ in range(PARTS):
        longer: dict[int, _Reading] = {}
        for start, (cost, parts) in begun.items():
            for end, weight in known.get(start, ()):
                reading = (cost - weight, (*parts, word[start:end]))
                for after in _after(word, end):
                    longer[after] = min(longer.get(after, reading), reading)
        if len(word) in longer:
            return longer[len(word)][1]
        begun = longer
    return ()


def _after(word: str, end: int) -> list[int]:
    """Return where the next part may start behind one that ends at `end`."""
    if end == len(word):
        return [end]
    return [
        end + len(link)
        for link in LINKS
        if end + len(link) < len(word) and word.startswith(link, end)
    ]
