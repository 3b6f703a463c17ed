"""Checks one sentence of a language model against the passages that it cites. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.verification import cover, names, opposites, polarity, ties
from assistant.verification.alignment import Part, parts
from assistant.verification.evidence import sentences_of
from assistant.verification.fact import FLAWS, Fact, Kind, proves
from assistant.verification.matching import Match, match
from assistant.verification.reading import Statement, Token, read
from assistant.verification.verdict import Flaw, Verdict
from retrieval.records import Hit

LEAST_COVERAGE = 0.5
LEAST_COVERAGE_FOREIGN = 0.4

Flaws = Iterator[tuple[Flaw, str]]


def verify(
    sentence: str, language: str, sources: Sequence[Hit], rarity: Callable[[str], float]
) -> Verdict:
    """Check whether `sources` say what `sentence` says.

    Numbers, dates, money, references, names and bodies must occur, and of the same thing; negation,
    "nur", modal verbs and opposites must not flip; enough of the words must occur.

    Args:
        sentence: One sentence, without marks of citations.
        language: Its language (ISO 639-1); what is not English is read as German.
        sources: The passages that it cites.
        rarity: How telling a stem is (idf).
    """
    if not sources:
        return Verdict(False, ((Flaw.UNCITED, sentence),), 0.0, ())
    found = match(read(sentence, language), sentences_of(sources, language), rarity)
    share, lacking = cover.covered(found)
    restating = parts(found)
    flaws = [
        *_facts(found, restating),
        *_names(found, restating),
        *_turned(found, restating),
    ]
    if share < _least(found):
        flaws.append((Flaw.COVERAGE, ", ".join(lacking) or sentence))
    carrying = cover.spans(found)
    if not carrying and not flaws:  # enough of the words, but no sentence that says it
        flaws.append((Flaw.COVERAGE, sentence))
    once = tuple(dict.fromkeys(flaws))
    return Verdict(not once, once, share, carrying)


def _least(found: Match) -> float:
    own = found.claim.language
    foreign = any(s.statement.language != own for s in found.sentences)
    return LEAST_COVERAGE_FOREIGN if foreign else LEAST_COVERAGE


def _facts(found: Match, restating: Sequence[Part]) -> Flaws:
    wrong = [t for t in found.claim.facts if not _is_proven(found, t)]
    wrong += list(ties.misplaced(found, restating))
    for token in wrong:
        if token.fact:
            yield FLAWS[token.fact.kind], token.fact.words


def _is_proven(found: Match, token: Token) -> bool:
    fact = token.fact
    if fact is None or fact.weak or found.places[token.place]:
        return True
    if fact.kind is Kind.REFERENCE:
        return _is_own_absatz(found, fact)
    # Day and year may stand apart: "zwischen dem 22. Juni und dem 28. August 2023".
    year, *day = fact.value
    if fact.kind is not Kind.DATE or not (year and fact.value[2]):
        return False
    return any(_apart(sentence.statement, year, tuple(day)) for sentence in found.sentences)


def _is_own_absatz(found: Match, fact: Fact) -> bool:
    """Tell whether a passage is the Absatz that is named: "(2)" under the heading of its §."""
    number, absatz, *parts, law = fact.value
    if not (number and absatz) or any(parts):
        return False
    whole = replace(fact, value=(number, "", "", "", law))
    sources = {
        sentence.source
        for sentence in found.sentences
        if sentence.own and any(t.fact and proves(t.fact, whole) for t in sentence.statement.facts)
    }
    begin = re.compile(rf"\s*\({re.escape(absatz)}\)\s")
    return any(
        sentence.source in sources and begin.match(sentence.statement.text)
        for sentence in found.sentences
    )


def _apart(statement: Statement, year: str, day: tuple[str, ...]) -> bool:
    values = [token.fact.value for token in statement.facts if token.fact]
    return ("", *day) in values and any(value[0] == year for value in values)


def _names(found: Match, restating: Sequence[Part]) -> Flaws:
    for token in (*names.missing(found), *names.misplaced(found, restating)):
        yield Flaw.NAME, token.word


def _turned(found: Match, restating: Sequence[Part]) -> Flaws:
    for word in polarity.turned(found, restating):
        yield Flaw.NEGATION, word
    for token in opposites.limits(found):
        yield Flaw.NEGATION, token.word
