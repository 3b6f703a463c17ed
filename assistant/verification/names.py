"""Does each name of a claim stand in its passages, and where it says what the claim says? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from assistant.verification import lexicon, ties
from assistant.verification.alignment import Part, share
from assistant.verification.matching import FOREIGN, Match
from assistant.verification.reading import Token, is_named, region

_ENDINGS = ("s", "es", "er", "ern", "ers", "n", "en")
_LEAST_STUMP = 3
_LEAST_BODY = 4
_CLOSE = 0.8
"""Share from which on a name of any other class may have been put in, too."""
_RATIO = 1.3
_RATIO_BESIDE = 1.6
"""For two names of one sentence, which words in another order bring nearer."""
_RESTATED = 0.6
"""Share of a sentence's other words from which on the claim restates it."""
_POINTING = frozenset(
    (
        "er", "sie", "es", "dies", "diese", "dieser", "dieses", "dort", "dazu", "darin", "hier",
        "ihr", "ihre", "ihren", "sein", "seine", "it", "they", "this", "these", "there", "its",
        "davon", "dabei", "daran", "damit", "dafür", "beide", "das", "dadurch", "daraus",
    )
)  # fmt: skip


def missing(match: Match) -> Iterator[Token]:
    """Yield the names and bodies of the claim that no passage and no heading of one names."""
    tokens = [token for token in match.claim.tokens if is_named(match.claim, token)]
    if tokens:
        held = _Held(match)
        yield from (token for token in tokens if not held.names(token))


def misplaced(match: Match, parts: Iterable[Part]) -> Iterator[Token]:
    """Yield the names of the claim that stand where the passages say something else."""
    for part in parts:
        yield from _put_in(match, part)
    tokens = [token for token in match.claim.tokens if is_named(match.claim, token)]
    if not tokens:
        return
    held = _Held(match)
    asked = frozenset(key for token in tokens for key in _keys(token))
    others = list(_others(match, asked))
    for token in tokens:
        same = list(held.places(token))
        if _carried_over(match, same):
            continue
        fitting = [place for place, other in others if _same_class(token, other)]
        numbers = {number for number, _ in same}
        beside = [place for place in fitting if place[0] in numbers]
        apart = [place for place in fitting if place[0] not in numbers]
        if ties.put_for_another(match, token, same, apart, ratio=_RATIO) or ties.put_for_another(
            match, token, same, beside, ratio=_RATIO_BESIDE
        ):
            yield token


def _put_in(match: Match, part: Part) -> Iterator[Token]:
    """Yield the names of a part that restates a sentence, where that has others in their place."""
    statement = match.sentences[part.number].statement
    theirs = [token for token in statement.tokens if is_named(statement, token)]
    places = {token.place for token in theirs}

    def counts(token: Token) -> bool:
        return token.content and not token.fact and token.place not in places

    alike = share(match, part, counts)
    if alike < _RESTATED:
        return
    own = [match.claim.tokens[at] for at in sorted(part.tokens)]
    own = [token for token in own if is_named(match.claim, token)]
    spare: list[Token] = []
    for token in own:
        same = next((t for t in theirs if _is_same(match, part.number, token, t)), None)
        if same is None:
            spare.append(token)
        else:
            theirs.remove(same)
    yield from (t for t in spare if any(alike >= _CLOSE or _same_class(t, o) for o in theirs))


def _is_same(match: Match, number: int, token: Token, other: Token) -> bool:
    places = match.places[token.place].get(number, ())
    if any(at == other.place and fit >= FOREIGN for at, fit in places):
        return True
    if _keys(token) & _keys(other):
        return True
    return _ends_alike(token, other)


def _ends_alike(one: Token, other: Token) -> bool:
    """Tell whether one body is named shorter than the other: Verbund, Kooperationsverbund."""
    if region(one) or region(other):
        return False
    pairs = ((a, b) for a in one.stems for b in other.stems if "=" not in (a[0], b[0]))
    return any(
        len(min(a, b, key=len)) >= _LEAST_BODY and (a.endswith(b) or b.endswith(a))
        for a, b in pairs
    )


def _keys(token: Token) -> frozenset[str]:
    """Return what a name is known by, without the endings that cases and places take."""
    if term := region(token):
        return frozenset((term,))
    named = frozenset(stem for stem in token.stems if stem[0] == "=")
    return _spellings(token.word) | named if named else _spellings(token.word)


@lru_cache(maxsize=50_000)
def _spellings(word: str) -> frozenset[str]:
    plain = lexicon.exonyms().get(word.lower(), word.lower())
    stumps = (plain.removesuffix(end) for end in _ENDINGS if plain.endswith(end))
    return frozenset((plain, *(stump for stump in stumps if len(stump) >= _LEAST_STUMP)))


class _Held:
    """The words of the passages by their keys."""

    def __init__(self, match: Match) -> None:
        self._match = match
        self._keys: dict[str, list[tuple[int, int]]] = {}
        for number, sentence in enumerate(match.sentences):
            for token in sentence.statement.tokens:
                if not token.fact and (token.content or token.word[:1].isupper()):
                    for key in _keys(token):
                        self._keys.setdefault(key, []).append((number, token.place))

    def names(self, token: Token) -> bool:
        """Tell whether the passages name what a token of the claim does."""
        if any(key in self._keys for key in _keys(token)):
            return True
        if region(token):
            return False
        if lexicon.is_abbreviation(token.word):
            return self._spelled_out(token.word)
        foreign = self._foreign() or lexicon.is_body(token.word)
        return foreign and self._spoken_of(token)

    def places(self, token: Token) -> Iterator[tuple[int, int]]:
        """Yield where the passages, without their headings, name it."""
        found = {place for key in _keys(token) for place in self._keys.get(key, ())}
        held = self._match.places[token.place].items()
        found |= {(number, at) for number, places in held for at, fit in places if fit >= FOREIGN}
        yield from (place for place in found if not self._match.sentences[place[0]].heading)

    def _spoken_of(self, token: Token) -> bool:
        if self._match.anywhere(token.place) >= FOREIGN:
            return True
        if self._foreign() and not lexicon.is_abbreviation(token.word):
            # The glossary knows few bodies; what it does not know says nothing against it.
            return lexicon.is_body(token.word)
        return any(_ends_alike(token, body) for body in self._bodies())

    def _bodies(self) -> Iterator[Token]:
        for sentence in self._match.sentences:
            yield from (t for t in sentence.statement.tokens if lexicon.is_body(t.word))

    def _foreign(self) -> bool:
        own = self._match.claim.language
        return any(s.statement.language != own for s in self._match.sentences)

    def _spelled_out(self, abbreviation: str) -> bool:
        """Tell whether capitalised words in a row begin with the letters of an abbreviation."""
        letters = abbreviation.upper()
        for sentence in self._match.sentences:
            words = [t.word for t in sentence.statement.tokens if t.content and not t.fact]
            initials = "".join(word[0] for word in words)
            at = initials.upper().find(letters)
            if (
                at >= 0
                and len(letters) > 1
                and initials[at] == letters[0]
                and (sum(map(str.isupper, initials[at : at + len(letters)])) >= len(letters) - 1)
            ):
                return True
        return False


def _others(match: Match, asked: frozenset[str]) -> Iterator[tuple[tuple[int, int], Token]]:
    """Yield the names and bodies of the passages that the claim does not name."""
    for number, sentence in enumerate(match.sentences):
        if sentence.heading:
            continue
        for token in sentence.statement.tokens:
            if is_named(sentence.statement, token) and not _keys(token) & asked:
                yield (number, token.place), token


def _same_class(one: Token, other: Token) -> bool:
    """Tell whether one name may be put for the other: a Land for a Land, a body for a body."""
    if region(one) or region(other):
        places = lexicon.is_place(one.word) or lexicon.is_place(other.word)
        return bool(region(one) and region(other)) or places
    return _class(one) == _class(other) or {_class(one), _class(other)} == {"body", "short"}


def _class(token: Token) -> str:
    if lexicon.is_abbreviation(token.word):
        return "short"
    return "body" if lexicon.is_body(token.word) else "name"


def _carried_over(match: Match, same: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the sentence that carries the claim only points at the name before it."""
    best = max(
        (at for at, sentence in enumerate(match.sentences) if not sentence.heading),
        key=lambda at: sum(
            weight * match.strength(token, at) for token, weight in enumerate(match.weights)
        ),
        default=-1,
    )
    if best < 0:
        return False
    begin = match.sentences[best].statement.tokens[:2]
    numbers = {number for number, _ in same}
    pointing = any(token.word.lower() in _POINTING for token in begin)
    return pointing and best not in numbers and best - 1 in numbers
