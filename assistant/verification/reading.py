"""A sentence as tokens: words with what they may be matched by, and facts in their place. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from assistant.verification import lexicon
from assistant.verification.fact import Fact
from assistant.verification.facts import find_facts, without
from retrieval import analysis, concepts
from retrieval.concepts import Table
from retrieval.folding import clean
from retrieval.gender import plain_forms
from retrieval.naming import find_concepts
from retrieval.steps import Steps

_BESIDE = 2  # words on both sides in which another town shows that one is meant
_STEPS = Steps(numbers=False, references=False)
_WORD = re.compile(r"[^\W_]+")
_CLAUSE = re.compile(r"[,;:.!?–(){}„“\"|]|\s-\s")
_DOTTED = re.compile(r"\b(?:[A-ZÄÖÜ]\.\s?){2,}")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a fact at `place` (counted from 0) in clause number `clause`.

    `stems` are what it may be matched by, concepts (with "=" before them) among them; `content`
    tells whether it carries a subject. A fact has no stems.
    """

    word: str
    place: int
    clause: int
    stems: frozenset[str] = frozenset()
    content: bool = True
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or list item that was read."""

    text: str
    language: str
    tokens: tuple[Token, ...]

    @property
    def facts(self) -> list[Token]:
        """The tokens that are facts."""
        return [token for token in self.tokens if token.fact]

    def after(self, token: Token) -> Token | None:
        """Return the token behind `token`, None at the end."""
        return self.tokens[token.place + 1] if token.place + 1 < len(self.tokens) else None

    def before(self, token: Token) -> str:
        """Return the word before `token`, empty at the beginning."""
        return self.tokens[token.place - 1].word if token.place else ""


def read(text: str, language: str) -> Statement:
    """Read a sentence.

    Args:
        text: One sentence or list item.
        language: Its language; what is not English is read as German.
    """
    spoken = "en" if language == "en" else "de"
    plain = _DOTTED.sub(_undotted, plain_forms(clean(text)))
    facts = find_facts(plain, spoken)
    bare = without(plain, facts)
    words = list(_WORD.finditer(bare))
    named = _concepts([found.group() for found in words], spoken)
    borders = [found.start() for found in _CLAUSE.finditer(bare)]
    made = [(f.start, Token(f.words, 0, 0, fact=f)) for f in facts]
    made += [
        (word.start(), _token(word.group(), held, spoken))
        for word, held in zip(words, named, strict=True)
    ]
    tokens = [
        replace(token, place=place, clause=bisect_left(borders, start))
        for place, (start, token) in enumerate(sorted(made, key=lambda pair: pair[0]))
    ]
    return Statement(plain, spoken, tuple(tokens))


def _token(word: str, named: frozenset[str], language: str) -> Token:
    content = word.lower() not in analysis.function_words() or lexicon.is_abbreviation(word)
    return Token(word, 0, 0, lexicon.stems(word, language) | named, content)


def _undotted(found: re.Match[str]) -> str:
    """Write "G.I.B." and "e. V." in one word, followed by as many blanks as it lost signs."""
    letters = re.sub(r"[.\s]", "", found.group())
    return letters.ljust(len(found.group()))


def _concepts(words: Sequence[str], language: str) -> list[frozenset[str]]:
    """Return for each word the concepts that it, or a phrase it belongs to, names."""
    held: list[set[str]] = [set() for _ in words]
    stems = [lexicon.stem(word, language) for word in words]
    for concept in find_concepts(words, stems, (language, _STEPS), _stemmer):
        for at in range(concept.first, concept.last):
            held[at].add(concept.term)
    return [frozenset(found) for found in held]


def _stemmer(language: str | None, _: Steps) -> Callable[[str], str]:
    return partial(lexicon.stem, language="en" if language == "en" else "de")


def region(token: Token) -> str:
    """Return the term of the Bundesland that a token names, empty for none."""
    return next(iter(token.stems & _regions(concepts.current())), "")


@lru_cache(maxsize=4)
def _regions(_: Table) -> frozenset[str]:
    return concepts.regions()


def is_named(statement: Statement, token: Token) -> bool:
    """Tell whether a token of a statement is a name or a body."""
    if token.fact or not token.content or not token.word[:1].isupper() or len(token.word) == 1:
        return False
    if region(token):
        return True
    if statement.language == "en":
        first = token.place == 0 or token.clause != statement.tokens[token.place - 1].clause
        known = lexicon.is_abbreviation(token.word) or lexicon.is_place(token.word)
        return known or not first
    if lexicon.is_name(token.word, statement.before(token)) or lexicon.is_body(token.word):
        return True
    # "Halle" is a hall, but in "Halle, Wuppertal und Gelsenkirchen" a town.
    around = statement.tokens[max(0, token.place - _BESIDE) : token.place + _BESIDE + 1]
    named = (t.word for t in around if t is not token and not t.fact)
    return lexicon.is_place(token.word) and any(map(lexicon.is_town, named))
