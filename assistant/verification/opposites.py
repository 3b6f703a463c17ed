"""The words that turn a statement round: where they stand, and pairs of opposites. Pure."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.verification import lexicon
from assistant.verification.fact import Fact, Kind
from assistant.verification.matching import Match
from assistant.verification.reading import Statement, Token

_PRIVATIVE = re.compile(r".{3,}(?:los|frei)(?:e[mnrs]?|er|es)?")
_UN = "un"
_LEAST = 4  # letters behind "un-"
_SORTS = ("negations", "hidden", "only", "only_hidden", "must_hidden", "modal_tokens")
_BEFORE = 3  # words before an amount or a date in which its limit stands
_AMOUNTS = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.MONEY})


@cache
def _table() -> dict[str, Any]:
    held = files("assistant").joinpath("data/polarity.toml").read_text(encoding="utf-8")
    return tomllib.loads(held)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_table()["words"][name].split())


@cache
def _negations(language: str) -> frozenset[str]:
    return frozenset(_table()["negations"][language].split())


@cache
def _modal() -> dict[str, str]:
    return {word: kind for kind, words in _table()["modal"].items() for word in words.split()}


@cache
def _opposites() -> dict[str, frozenset[str]]:
    """Return the opposites of each stem."""
    found: dict[str, set[str]] = defaultdict(set)
    for pair in _table()["opposites"]["pairs"]:
        for language in ("de", "en"):
            one, other = (lexicon.stem(word, language) for word in pair.split())
            if one != other:
                found[one].add(other)
                found[other].add(one)
    return {stem: frozenset(others) for stem, others in found.items()}


@dataclass(frozen=True, slots=True)
class Marks:
    """The words of a statement that turn it round, in order.

    `hidden`, `only_hidden` and `must_hidden` may stand for a negation, "nur" and "muss".
    `modal_kinds` has the kind
    (must, may, should) of each of `modal_tokens`.
    """

    negations: tuple[Token, ...]
    hidden: tuple[Token, ...]
    only: tuple[Token, ...]
    only_hidden: tuple[Token, ...]
    must_hidden: tuple[Token, ...]
    modal_tokens: tuple[Token, ...]
    modal_kinds: tuple[str, ...]

    @property
    def modal(self) -> frozenset[str]:
        """The kinds of modal verbs."""
        return frozenset(self.modal_kinds)

    def at(self, places: Container[int]) -> Marks:
        """Return the marks at `places`."""

        def kept(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
            return tuple(token for token in tokens if token.place in places)

        pairs = zip(self.modal_tokens, self.modal_kinds, strict=True)
        return Marks(
            kept(self.negations),
            kept(self.hidden),
            kept(self.only),
            kept(self.only_hidden),
            kept(self.must_hidden),
            kept(self.modal_tokens),
            tuple(kind for token, kind in pairs if token.place in places),
        )


def marks_of(statement: Statement) -> Marks:
    """Find the marks of a statement."""
    sorts: dict[str, list[Token]] = defaultdict(list)
    kinds: list[str] = []
    negations = _negations(statement.language)
    tokens = statement.tokens
    for token in tokens:
        word = token.word.lower()
        following = tokens[token.place + 1].word.lower() if token.place + 1 < len(tokens) else ""
        before = statement.before(token).lower()
        if word in negations:
            sorts["soft" if following in _words("softening") else "negations"].append(token)
        elif word in _words("hidden") or _PRIVATIVE.fullmatch(word) or _is_negated(word):
            sorts["hidden"].append(token)
        if word in _words("only") and before not in negations:
            sorts["only"].append(token)
        if word in _words("only_hidden"):
            sorts["only_hidden"].append(token)
        if word in _words("must_hidden"):
            sorts["must_hidden"].append(token)
        if kind := _modal().get(word) or _modal().get(f"{word}+{following}"):
            sorts["modal_tokens"].append(token)
            kinds.append(kind)
    found = {name: tuple(sorts[name]) for name in _SORTS}
    return Marks(**found, modal_kinds=tuple(kinds))


def is_denial(word: str) -> bool:
    """Tell whether an answer that begins with `word` says no."""
    return word.lower() in _words("denials")


def _is_negated(word: str) -> bool:
    """Tell whether "un-" negates a word: "unzulässig"."""
    return bool(_positive(word))


def _positive(word: str) -> str:
    plain = word.removeprefix(_UN)
    if plain == word or len(plain) < _LEAST or word.startswith(("unter", "uni", "und", "unse")):
        return ""
    return plain if lexicon.is_ordinary(plain) else ""


def swapped(
    match: Match, number: int, places: Container[int], *, content: bool = False
) -> Iterator[str]:
    """Yield the words of the claim that stand where a sentence has their opposite.

    Args:
        match: The claim and its passages.
        number: The sentence.
        places: The tokens of the claim that restate it.
        content: Leave out words that carry no subject, such as "mit" and "ohne".
    """
    tokens = match.sentences[number].statement.tokens
    held = {stem for token in tokens for stem in token.stems}
    own = {stem for token in match.claim.tokens for stem in token.stems}
    for token in match.claim.tokens:
        if token.fact or token.place not in places or (content and not token.content):
            continue
        if token.stems & held:
            continue
        against = {o for stem in token.stems for o in _against(stem)}
        if any(stem in held and stem not in own for stem in against):
            yield token.word


def _against(stem: str) -> frozenset[str]:
    plain = stem.removeprefix(_UN)
    un = frozenset((f"{_UN}{stem}",)) if plain == stem else frozenset((plain,))
    return _opposites().get(stem, frozenset()) | (un if len(plain) >= _LEAST else frozenset())


def limits(match: Match) -> Iterator[Token]:
    """Yield the amounts and dates of the claim before which another limit stands.

    "höchstens" for "mindestens", "bis" for "seit"; a limit where the passage has none.
    """
    for token in match.claim.facts:
        fact = token.fact
        if fact is None or fact.weak or fact.kind not in _AMOUNTS | {Kind.DATE}:
            continue
        mine = _limit(match.claim, token, fact)
        places = [
            (match.nearness(token.place, number, at), number, at)
            for number, held in match.places[token.place].items()
            if not match.sentences[number].heading
            for at, _ in held
        ]
        if not mine or not places:
            continue
        best = max(places)[0]
        near = [place for place in places if place[0] >= best - 0.05]
        theirs = {_limit_at(match, number, at) for _, number, at in near}
        strict = fact.kind is not Kind.DATE
        if mine not in theirs and (theirs - {""} or (strict and theirs == {""})):
            yield token


def _limit_at(match: Match, number: int, at: int) -> str:
    statement = match.sentences[number].statement
    token = statement.tokens[at]
    return _limit(statement, token, token.fact) if token.fact else ""


def _limit(statement: Statement, token: Token, fact: Fact) -> str:
    before = [t.word.lower() for t in statement.tokens[max(0, token.place - _BEFORE) : token.place]]
    name = "order" if fact.kind is Kind.DATE else "limit"
    for at in range(len(before) - 1, -1, -1):
        for kind, words in _table()[name].items():
            if before[at] in words.split() or "+".join(before[at - 1 : at + 1]) in words.split():
                return str(kind)
    return ""
