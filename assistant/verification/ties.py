"""Is a value tied to what it counts? A passage may hold it, but say it of something else. Pure.

A budget of 2021 given for 2022, the telephone number of another town: the value occurs, but where
it does, other words stand around it than in the claim, and where the claim's words stand, there
is another value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from assistant.verification.alignment import Part, share
from assistant.verification.fact import Fact, Kind, proves, rivals
from assistant.verification.matching import Match
from assistant.verification.reading import Token

_LEAST = 0.3
"""Nearness from which on another value stands where the claim's words do."""
_LEAST_OWN = 0.9
"""The same for the § that the passage itself is, as a share of what the claim's own words give.

An answer may name that § anywhere.
"""
_LEAST_ALONE = 0.2
"""The same where the value stands in a heading only."""
_RESTATED = 0.6
"""Share of a sentence's words from which on the claim restates it."""
_RATIO = 1.2
_MARGIN = 0.06
_CROSSED = 1.12

Place = tuple[int, int]
"""A sentence and a place in it."""


def misplaced(match: Match, parts: Iterable[Part]) -> Iterator[Token]:
    """Yield the facts of the claim that its passages hold, but of something else."""
    own = [token for token in match.claim.facts if token.fact and not token.fact.weak]
    proven = [t for t in own if match.places[t.place] or is_own(match, t)]
    found = {token.place for part in parts for token in _put_in(match, part)}
    for token in proven:
        least = _LEAST_OWN * match.nearest(token.place) if is_own(match, token) else 0.0
        if put_for_another(match, token, _places(match, token), _rivals(match, token), least=least):
            found.add(token.place)
    for one, other in combinations(proven, 2):
        if one.fact and other.fact and rivals(one.fact, other.fact) and _crossed(match, one, other):
            found |= {one.place, other.place}
    yield from (token for token in proven if token.place in found)


def _put_in(match: Match, part: Part) -> Iterator[Token]:
    """Yield the facts of a part that restates a sentence, where that has others in their place."""
    if share(match, part, lambda token: token.content and not token.fact) < _RESTATED:
        return
    statement = match.sentences[part.number].statement
    theirs = [token.fact for token in statement.tokens if token.fact and not token.fact.weak]
    own = [match.claim.tokens[place] for place in sorted(part.tokens)]
    spare = [token for token in own if token.fact and not token.fact.weak]
    for fits in (_equals, proves):
        for token in tuple(spare):
            same = next((fact for fact in theirs if token.fact and fits(fact, token.fact)), None)
            if same is not None:
                theirs.remove(same)
                spare.remove(token)
    inside = {token.place for token in own}
    named = [t.fact for t in match.claim.facts if t.fact and t.place not in inside]
    named = [fact for fact in named if not fact.weak]
    theirs = [fact for fact in theirs if not any(proves(fact, other) for other in named)]
    for token in spare:
        # A statute's sentence never names the § that it stands in; an answer does.
        named_above = is_own(match, token)
        if token.fact and any(
            _is_like(fact, token.fact) and (not named_above or fact.value[0] == token.fact.value[0])
            for fact in theirs
        ):
            yield token


def is_own(match: Match, token: Token) -> bool:
    """Tell whether a token is the § that a passage itself is."""
    if token.fact is None or token.fact.kind is not Kind.REFERENCE:
        return False
    number, *_, law = token.fact.value
    whole = replace(token.fact, value=(number, "", "", "", law))
    above = (t.fact for s in match.sentences if s.own for t in s.statement.facts)
    return any(fact is not None and proves(fact, whole) for fact in above)


def _equals(one: Fact, other: Fact) -> bool:
    return (one.kind, one.value) == (other.kind, other.value)


def _is_like(one: Fact, other: Fact) -> bool:
    return rivals(one, other) and not proves(one, other)


def put_for_another(
    match: Match,
    token: Token,
    same: Iterable[Place],
    others: Iterable[Place],
    *,
    ratio: float = _RATIO,
    least: float = 0.0,
) -> bool:
    """Tell whether the claim's words stand `ratio` times nearer to `others` than to `same`."""
    held = [match.nearness(token.place, *place) for place in same]
    here, least = max(held, default=0.0), max(least, _LEAST if held else _LEAST_ALONE)
    there = max((match.nearness(token.place, *place) for place in others), default=0.0)
    return there >= least and there > ratio * here + _MARGIN


def _places(match: Match, token: Token) -> Iterator[Place]:
    for sentence, held in match.places[token.place].items():
        if not match.sentences[sentence].heading:
            yield from ((sentence, place) for place, _ in held)


def _rivals(match: Match, token: Token) -> Iterator[Place]:
    """Yield where values of the same kind stand that the claim does not name."""
    asked = [other.fact for other in match.claim.facts if other.fact]
    for number, sentence in enumerate(match.sentences):
        for other in () if sentence.heading else sentence.statement.facts:
            fact = other.fact
            if fact is None or fact.weak or token.fact is None or not rivals(fact, token.fact):
                continue
            if not any(proves(fact, own) for own in asked):
                yield number, other.place


def _crossed(match: Match, one: Token, other: Token) -> bool:
    """Tell whether two values of the claim have changed places."""
    if one.fact is None or other.fact is None:
        return False
    if proves(one.fact, other.fact) or proves(other.fact, one.fact):
        return False
    pair = (one.place, other.place)

    def near(token: Token, at: Token) -> float:
        places = _places(match, at)
        return max((match.nearness(token.place, *p, without=pair) for p in places), default=0.0)

    straight = near(one, one) + near(other, other)
    across = near(one, other) + near(other, one)
    return across > _CROSSED * straight + _MARGIN
