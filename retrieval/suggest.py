"""What somebody may be about to type: phrases by the beginnings of their words. Pure.

Phrases with a beginning as typed come first; where they are few, those with a slip of the fingers
follow: one edit in words of 4 letters or more, two in words of 8 or more (an edit is a letter too
much, too few, another one or two exchanged; Damerau 1964). The edits are counted for all words at
once, column by column of the usual table, of which only the band of few edits is filled.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.folding import clean, fold

ONE_EDIT, TWO_EDITS = 4, 8
"""From how many letters a typed word may differ by one edit, by two."""
LONGEST_WORD = 24
"""Letters of a word that are compared where it is mistyped."""
MOST_WORDS = 12
"""Typed words that count."""

_WORD = re.compile(r"[^\W_]+")
_NEVER = 100
_AFTER_ALL = "\U0010ffff"

Costs = NDArray[np.int16]
Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to suggest; `document_id` names the document it leads to, None where many do."""

    text: str
    document_id: str | None = None


class Suggester:
    """Completes what is typed from a list of phrases. Immutable; any number of readers."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Index `phrases`, the most welcome first; what reads the same is kept once."""
        read: dict[tuple[str, ...], Phrase] = {}
        for phrase in phrases:
            words = folded_words(phrase.text)
            if words:
                read.setdefault(words, phrase)
        self._phrases = tuple(read.values())
        self._words = sorted({word for words in read for word in words})
        numbers = {word: number for number, word in enumerate(self._words)}
        pairs = sorted({(numbers[w], at) for at, words in enumerate(read) for w in words})
        table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        # One line for each word of each phrase, in order of the words.
        self._word_of, self._phrase_of = table[:, 0].copy(), table[:, 1].copy()
        self._first = np.array([numbers[words[0]] for words in read], dtype=np.int32)
        self._letters = _letters(self._words)

    def __len__(self) -> int:
        """Return how many phrases there are."""
        return len(self._phrases)

    def suggest(self, typed: str, limit: int) -> list[Phrase]:
        """Return at most `limit` phrases, best first; none where nothing begins like `typed`.

        Every word of `typed` must begin a word of the phrase, in any order.
        """
        words = folded_words(typed)[:MOST_WORDS]
        if not words or not self._phrases or limit < 1:
            return []
        ranges = [self._beginning(word) for word in words]
        found = self._best([self._exact(span) for span in ranges], ranges[0], limit)
        if len(found) < limit:
            # What was found again has no edits, so it stands before all others again.
            costs = map(self._near, words, ranges)
            found = self._best(list(costs), ranges[0], limit)
        return [self._phrases[at] for at in found]

    def _beginning(self, word: str) -> tuple[int, int]:
        """Return the words, from..to, that begin with `word`."""
        return bisect_left(self._words, word), bisect_left(self._words, word + _AFTER_ALL)

    def _exact(self, span: tuple[int, int]) -> Costs:
        """Return what each phrase costs: 0 where it has a word of `span`, else `_NEVER`."""
        costs = np.full(len(self._phrases), _NEVER, dtype=np.int16)
        start, end = np.searchsorted(self._word_of, span)
        costs[self._phrase_of[start:end]] = 0
        return costs

    def _near(self, word: str, span: tuple[int, int]) -> Costs:
        """Return the fewest edits by which a word of each phrase begins like `word`."""
        costs = self._exact(span)
        most = allowed_edits(word)
        if most == 0:
            return costs
        edits = beginning_edits(word, self._letters, most)[self._word_of]
        for count in range(most, 0, -1):
            at = self._phrase_of[edits == count]
            costs[at] = np.minimum(costs[at], count)
        return costs

    def _best(self, costs: Sequence[Costs], span: tuple[int, int], limit: int) -> list[int]:
        """Return the cheapest phrases; among equals those that begin with a word of `span`."""
        total = np.sum(costs, axis=0)
        found = np.flatnonzero(total < _NEVER)
        begins = (self._first[found] >= span[0]) & (self._first[found] < span[1])
        order = np.argsort(2 * total[found] + ~begins, kind="stable")
        return [int(place) for place in found[order[:limit]]]


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in lower case without umlauts, accents and sharp s."""
    return tuple(fold(word) for word in _WORD.findall(clean(text)))


def allowed_edits(word: str) -> int:
    """Return by how many edits a typed word may miss: 0, 1 or 2."""
    return (len(word) >= ONE_EDIT) + (len(word) >= TWO_EDITS)


def beginning_edits(word: str, letters: Places, most: int) -> Costs:
    """Return by how many edits each word begins like `word`.

    Args:
        word: The typed word, folded; letters beyond `LONGEST_WORD` do not count.
        letters: The code points of the words, shape (`LONGEST_WORD` + 2, n), 0 after their ends.
        most: How many edits are of interest, 0..2.

    Returns:
        Shape (n,); a number above `most` says no more than that there are more.
    """
    codes = [ord(letter) for letter in word[:LONGEST_WORD]]
    far = np.full(letters.shape[1], most + 1, dtype=np.int16)
    # Rows of the table: column → edits from the typed letters so far to the word's first letters.
    before: dict[int, Costs] = {}
    row = {at: np.full_like(far, at) for at in range(most + 1)}
    for i, code in enumerate(codes, start=1):
        above, row = row, {}
        for j in range(max(0, i - most), min(i + most, len(letters)) + 1):
            cell = above.get(j, far) + 1
            if j > 0:
                cell = np.minimum(cell, row.get(j - 1, far) + 1)
                cell = np.minimum(cell, above.get(j - 1, far) + (letters[j - 1] != code))
            if i > 1 and j > 1 and j - 2 in before:
                swapped = (letters[j - 1] == codes[i - 2]) & (letters[j - 2] == code)
                cell = np.where(swapped, np.minimum(cell, before[j - 2] + 1), cell)
            row[j] = cell.astype(np.int16, copy=False)
        before = above
    least: Costs = np.minimum.reduce([far, *row.values()])
    return least


def _letters(words: Sequence[str]) -> Places:
    """Return the code points of the words, one column each, 0 after their ends."""
    length = LONGEST_WORD + 2
    held = np.array(words, dtype=f"<U{length}").view(np.uint32).reshape(len(words), length)
    return np.ascontiguousarray(held.T.astype(np.int32))
