"""Where the words of a claim stand in its passages, and how near to each other. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.verification import lexicon
from assistant.verification.evidence import Sentence
from assistant.verification.fact import proves
from assistant.verification.reading import Statement, Token

PART = 0.8
"""What a part of a compound, or a whole of which the word is a part, counts."""
LEAST_PART = 5
FOREIGN = 0.9
"""What a translation counts."""
_SHARED_STEM = 6
_ENDING = 4
_BESIDE = 0.35
"""What a word of the sentence before or behind counts."""
_NEAR_CLAIM = 4
_NEAR_SOURCE = 6
_LEAST_WEIGHT, _MOST_WEIGHT = 0.4, 7.0
_FACT_WEIGHT = 3.0

Places = Mapping[int, Sequence[tuple[int, float]]]
"""Where a word stands: by the number of the sentence the places in it and how well it fits."""


@dataclass(frozen=True)
class Match:
    """A claim with the sentences of its passages.

    By token of the claim: `places` are where it stands, `fits` how well it stands in a sentence at
    best, `weights` how telling it is.
    """

    claim: Statement
    sentences: Sequence[Sentence]
    places: Sequence[Places] = field(repr=False)
    fits: Sequence[Mapping[int, float]] = field(repr=False)
    weights: Sequence[float] = field(repr=False)

    def strength(self, token: int, sentence: int) -> float:
        """Return how well a token of the claim stands in a sentence, 0..1."""
        return self.fits[token].get(sentence, 0.0)

    def anywhere(self, token: int) -> float:
        """Return how well a token of the claim stands in any sentence, 0..1."""
        return max(self.fits[token].values(), default=0.0)

    def nearness(
        self, token: int, sentence: int, place: int, without: Container[int] = ()
    ) -> float:
        """Return how alike the words around a token and around a place of a passage are, 0..1.

        Words count by their rarity, and the less, the further away they stand; the tokens
        `without` do not count.
        """
        total = found = 0.0
        for other, weight in enumerate(self.weights):
            if other == token or not weight or other in without:
                continue
            weighed = weight / (1 + abs(other - token) / _NEAR_CLAIM)
            total += weighed
            found += weighed * self._beside(other, sentence, place)
        return found / total if total else 0.0

    def nearest(self, token: int) -> float:
        """Return what `nearness` is where a passage has the very words of the claim, 0..1."""
        total = found = 0.0
        for other, weight in enumerate(self.weights):
            if other != token and weight:
                weighed = weight / (1 + abs(other - token) / _NEAR_CLAIM)
                total += weighed
                found += weighed / (1 + abs(other - token) / _NEAR_SOURCE)
        return found / total if total else 0.0

    def _beside(self, token: int, sentence: int, place: int) -> float:
        held = self.places[token]
        best = max(
            (
                fit / (1 + abs(at - place) / _NEAR_SOURCE)
                for at, fit in held.get(sentence, ())
                if at != place
            ),
            default=0.0,
        )
        for beside in (sentence - 1, sentence + 1):
            if best < _BESIDE and beside in held and self._neighbours(sentence, beside):
                best = max(best, *(_BESIDE * fit for _, fit in held[beside]))
        return best

    def _neighbours(self, one: int, other: int) -> bool:
        first, second = self.sentences[one], self.sentences[other]
        return first.source == second.source and not (first.heading or second.heading)


def match(claim: Statement, sentences: Sequence[Sentence], rarity: Callable[[str], float]) -> Match:
    """Find every token of `claim` in `sentences`."""
    index: dict[str, list[tuple[int, int]]] = defaultdict(list)
    facts: list[tuple[int, Token]] = []
    for number, sentence in enumerate(sentences):
        for token in sentence.statement.tokens:
            if token.fact and _counts(sentence.statement, token, claim):
                facts.append((number, token))
            for stem in token.stems:
                index[stem].append((number, token.place))
    foreign = any(s.statement.language != claim.language for s in sentences)
    places = [
        _places(token, index, facts, claim.language if foreign else "") for token in claim.tokens
    ]
    weights = [_weight(token, rarity) for token in claim.tokens]
    fits = [{at: max(fit for _, fit in held) for at, held in found.items()} for found in places]
    return Match(claim, sentences, places, fits, weights)


def _counts(statement: Statement, token: Token, claim: Statement) -> bool:
    """Tell whether "ein" is the number one: where the claim too counts what stands behind it."""
    if not (token.fact and token.fact.weak and token.word.lower().startswith("ein")):
        return True
    following = statement.after(token)
    return following is not None and any(
        after.stems & following.stems for fact in claim.facts if (after := claim.after(fact))
    )


def _weight(token: Token, rarity: Callable[[str], float]) -> float:
    if token.fact:
        return 0.0 if token.fact.weak else _FACT_WEIGHT
    if not token.content or not token.stems or token.word.lower() in lexicon.FRAMES:
        return 0.0
    rare = min(rarity(stem) for stem in token.stems)
    return min(max(rare, _LEAST_WEIGHT), _MOST_WEIGHT)


def _places(
    token: Token,
    index: Mapping[str, Sequence[tuple[int, int]]],
    facts: Sequence[tuple[int, Token]],
    language: str,
) -> Places:
    found: dict[int, dict[int, float]] = defaultdict(dict)
    if token.fact:
        for number, other in () if token.fact.weak else facts:
            if other.fact and proves(other.fact, token.fact):
                found[number][other.place] = 1.0
    else:
        for stem, fit in _ways(token, index, language):
            for number, place in index[stem]:
                found[number][place] = max(fit, found[number].get(place, 0.0))
    return {number: tuple(held.items()) for number, held in found.items()}


def _ways(token: Token, index: Mapping[str, object], language: str) -> list[tuple[str, float]]:
    """Return the stems of the passages that a token may be matched by, and how well each fits."""
    ways = [(stem, 1.0) for stem in token.stems if stem in index]
    if language:
        ways += [(s, FOREIGN) for s in lexicon.translations(token.word, language) if s in index]
    if ways or not token.content:
        return ways
    return [(stem, PART) for stem in index if any(alike(own, stem) for own in token.stems)]


def alike(one: str, other: str) -> bool:
    """Tell whether one stem is a part of the other, or both come from one word."""
    if one.startswith("=") or other.startswith("="):
        return False
    short, long = sorted((one, other), key=len)
    if len(short) < LEAST_PART:
        return False
    if long.endswith(short) or long.startswith(short):
        return True
    shared = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), 0)
    return shared >= _SHARED_STEM and len(long) - shared <= _ENDING
