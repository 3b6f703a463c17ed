"""Which part of a claim restates which sentence of its passages. Pure.

A claim may join sentences, so each of its words is given to one of the few sentences that cover it
best; neighbours go together unless their words speak against it (Viterbi 1967, with a price for
every change from one sentence to another).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.verification.matching import PART, Match
from assistant.verification.reading import Token, is_named

_MOST = 4
"""Sentences that a claim may join."""
_GAIN = 0.1
"""Share of a claim that a further sentence must add."""
_CHANGE = 5.0
"""Price of going from one sentence to another, in weights of words; half of it between clauses."""
_LEAST = 0.3
"""What words count here that carry no subject: "nicht" goes where it stands."""
_BOUND = 0.8
"""What a fact or name counts here: it goes with the words around it, for it may be put in."""


@dataclass(frozen=True, slots=True)
class Part:
    """The tokens of the claim, by place, that restate sentence `number`.

    `support` is the weighted share of them that the sentence has, 0..1.
    """

    number: int
    tokens: frozenset[int]
    support: float


def parts(match: Match) -> list[Part]:
    """Return the parts of the claim, those of its passages' sentences that it restates."""
    chosen = _chosen(match)
    if not chosen:
        return []
    labels = _labels(match, chosen)
    found: list[Part] = []
    for number in chosen:
        own = [at for at, label in enumerate(labels) if label == number]
        total = sum(match.weights[at] for at in own)
        if total:
            held = sum(match.weights[at] * match.strength(at, number) for at in own)
            found.append(Part(number, frozenset(own), held / total))
    return found


def share(match: Match, part: Part, counts: Callable[[Token], bool]) -> float:
    """Return how much of the sentence its part of the claim has, 0..1.

    Args:
        match: The claim and its passages.
        part: A part of the claim.
        counts: Which tokens of the sentence count.
    """
    tokens = match.sentences[part.number].statement.tokens
    carrying = {token.place for token in tokens if counts(token)}
    return len(carrying & restated(match, part)) / len(carrying) if carrying else 0.0


def restated(match: Match, part: Part) -> set[int]:
    """Return the places of the sentence that its part of the claim restates."""
    return {
        at
        for token in part.tokens
        for at, fit in match.places[token].get(part.number, ())
        if fit >= PART
    }


def _chosen(match: Match) -> list[int]:
    """Choose the few sentences that cover most together, one after the other."""
    total = sum(match.weights)
    held = [0.0] * len(match.weights)
    rows = {
        number: [match.strength(at, number) for at in range(len(match.weights))]
        for number, sentence in enumerate(match.sentences)
        if not sentence.heading
    }
    chosen: list[int] = []
    while rows and len(chosen) < _MOST:
        gains = {
            number: sum(
                weight * (fit - had)
                for weight, fit, had in zip(match.weights, row, held, strict=True)
                if fit > had
            )
            for number, row in rows.items()
        }
        best = max(gains, key=lambda number: gains[number])
        if gains[best] <= _GAIN * total:
            break
        held = [max(had, fit) for had, fit in zip(held, rows.pop(best), strict=True)]
        chosen.append(best)
    return chosen


def _binding(match: Match, token: Token) -> float:
    weight = max(match.weights[token.place], _LEAST)
    if token.fact or is_named(match.claim, token):
        return min(weight, _BOUND)
    return weight


def _labels(match: Match, chosen: Sequence[int]) -> list[int]:
    """Give each token of the claim to one of the chosen sentences."""
    tokens = match.claim.tokens
    weights = [_binding(match, token) for token in tokens]
    scores = [0.0] * len(chosen)
    back: list[list[int]] = []
    for at, weight in enumerate(weights):
        best = max(range(len(chosen)), key=lambda label: scores[label])
        border = at and tokens[at].clause != tokens[at - 1].clause
        price = _CHANGE / 2 if border else _CHANGE
        came: list[int] = []
        fresh: list[float] = []
        for label, number in enumerate(chosen):
            stays = scores[label] >= scores[best] - price
            came.append(label if stays else best)
            before = scores[label] if stays else scores[best] - price
            fresh.append(before + weight * match.strength(at, number))
        scores, back = fresh, [*back, came]
    label = max(range(len(chosen)), key=lambda label: scores[label])
    labels: list[int] = []
    for came in reversed(back):
        labels.append(chosen[label])
        label = came[label]
    return labels[::-1]
