"""Is a statement turned round? Negation, "nur", "muss" for "kann", opposites. Pure.

The part of a claim that restates a sentence must have as many negations as it, the same modal
verbs and no word's opposite. Where it restates less, a mark of its own must find one nearby.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.verification import opposites
from assistant.verification.alignment import Part, restated, share
from assistant.verification.matching import PART, Match
from assistant.verification.opposites import Marks, marks_of
from assistant.verification.reading import Statement, Token

_RESTATED = 0.6
"""Share of a sentence's words from which on the claim restates it."""
_CLOSE = 0.85
"""Share from which on it does so in nearly the same words."""
_CARRIED = 0.5
"""Share of the words around a mark that a sentence must have to be compared with the claim."""
_REACH = 6
_FEW = 1
_LEADING = frozenset(
    ("ohne", "without", "no", "kein", "keine", "keinen", "keinem", "keiner", "keines")
)
"""Negations of the word behind them."""


def turned(match: Match, parts: Sequence[Part]) -> Iterator[str]:
    """Yield the words of the claim, or of a passage, that turn the statement round."""
    claim = marks_of(match.claim)
    compared: set[int] = set()
    for part in parts:
        if _share(match, part) < _RESTATED or part.support < _CARRIED:
            continue
        compared |= part.tokens
        if _statement(match, part.number).text.rstrip().endswith("?"):
            yield from _answered(match, part, claim.at(part.tokens))
        else:
            yield from _differences(match, part, claim.at(part.tokens))
    rest = claim.at(frozenset(range(len(match.claim.tokens))) - compared)
    yield from _added(match, rest)
    for part in parts:
        if not part.tokens <= compared:
            yield from _dropped(match, part, claim.at(part.tokens))
            if part.support >= _CARRIED:
                yield from _opposed(match, part, claim.at(part.tokens))


def _share(match: Match, part: Part) -> float:
    return share(match, part, _carries)


def _carries(token: Token) -> bool:
    return token.content and not token.fact


def _statement(match: Match, number: int) -> Statement:
    return match.sentences[number].statement


def _differences(match: Match, part: Part, claim: Marks) -> Iterator[str]:
    """Compare a part of the claim with the sentence that it restates."""
    source = marks_of(_statement(match, part.number))
    swaps = list(opposites.swapped(match, part.number, part.tokens))
    more, less = list(claim.negations), _restated_negations(match, part, source)
    if len(more) > len(less):
        more = [token for token in more if _is_shared(match, token)] or less
    if (abs(len(more) - len(less)) + len(swaps)) % 2 and (
        swaps or not _said_otherwise(claim, source)
    ):
        marks = more if len(more) > len(less) else less
        yield swaps[0] if swaps else marks[-1].word
    dropped = bool(source.only) and not _restates_only(match, part, source)
    if bool(claim.only) != bool(source.only) and not dropped:
        bare, full = (claim, source) if source.only else (source, claim)
        if not _fresh(bare.only_hidden, full.only_hidden):
            yield full.only[0].word
    yield from _other_modals(claim, source)


def _focus(statement: Statement, token: Token) -> set[int]:
    """Return the places of the words that a negation is nearest to."""
    content = [t.place for t in statement.tokens if t.content and not t.fact]
    after = [at for at in content if at > token.place][:1]
    before = [at for at in content if at < token.place][-1:]
    return set(after or before) if token.word.lower() in _LEADING else {*before, *after}


def _is_shared(match: Match, token: Token) -> bool:
    focus = _focus(match.claim, token)
    return not focus or any(match.anywhere(at) >= PART for at in focus)


def _restated_negations(match: Match, part: Part, source: Marks) -> list[Token]:
    """Return the negations of a sentence that stand at words which the claim restates."""
    statement, held = _statement(match, part.number), restated(match, part)
    found: list[Token] = []
    for token in source.negations:
        focus = _focus(statement, token)
        if not focus or focus & held:
            found.append(token)
    return found


def _restates_only(match: Match, part: Part, source: Marks) -> bool:
    """Tell whether the claim restates what "nur" limits in a sentence."""
    statement, held = _statement(match, part.number), restated(match, part)
    content = [t.place for t in statement.tokens if _carries(t)]
    for token in source.only:
        following = {at for at in content if at > token.place}
        if not following or min(following) in held:
            return True
    return False


def _said_otherwise(claim: Marks, source: Marks) -> bool:
    """Tell whether the side with fewer negations has another word for one."""
    if len(claim.negations) < len(source.negations):
        return _fresh(claim.hidden, source.hidden)
    return _fresh(source.hidden, claim.hidden)


def _fresh(own: Sequence[Token], other: Sequence[Token]) -> bool:
    held = {stem for token in other for stem in token.stems}
    return any(not token.stems & held for token in own)


def _other_modals(claim: Marks, source: Marks) -> Iterator[str]:
    if not claim.modal_kinds or not source.modal_kinds:
        return
    mine, theirs = Counter(claim.modal_kinds), Counter(source.modal_kinds)
    apart = not claim.modal & source.modal
    put = mine.total() == theirs.total() and mine != theirs
    if apart or put:
        spare = (mine - theirs) or mine
        pairs = zip(claim.modal_tokens, claim.modal_kinds, strict=True)
        yield next(token.word for token, kind in pairs if kind in spare)
    elif not source.must_hidden:
        for token, kind in zip(claim.modal_tokens, claim.modal_kinds, strict=True):
            if kind == "must" and kind not in source.modal:
                yield token.word


def _answered(match: Match, part: Part, claim: Marks) -> Iterator[str]:
    """Compare a part of the claim with the answer to the question that it restates."""
    following = part.number + 1
    if following >= len(match.sentences):
        return
    begin = _statement(match, following).tokens[:1]
    denied = bool(begin) and opposites.is_denial(begin[0].word)
    source = marks_of(_statement(match, part.number))
    if denied and not (len(claim.negations) - len(source.negations)) % 2:
        yield begin[0].word


def _added(match: Match, claim: Marks) -> Iterator[str]:
    """Look for the place of each mark of the claim in sentences that it restates in part."""
    for token in claim.negations:
        held = [marks_of(_statement(match, at)) for at in _carriers(match, token)]
        if held and not any(marks.negations or marks.hidden for marks in held):
            yield token.word
    for token in claim.only:
        held = [marks_of(_statement(match, at)) for at in _carriers(match, token)]
        if held and not any(marks.only or marks.only_hidden for marks in held):
            yield token.word
    for token, kind in zip(claim.modal_tokens, claim.modal_kinds, strict=True):
        kinds = {
            k for at in _carriers(match, token) for k in marks_of(_statement(match, at)).modal_kinds
        }
        if kinds and kind not in kinds:
            yield token.word


def _dropped(match: Match, part: Part, claim: Marks) -> Iterator[str]:
    """Look for clauses of a sentence that lost their negation in its part of the claim."""
    if claim.negations or claim.hidden:
        return
    statement = _statement(match, part.number)
    held = restated(match, part)
    for token in marks_of(statement).negations:
        around = {
            t.place
            for t in statement.tokens
            if t.clause == token.clause
            and t.content
            and not t.fact
            and abs(t.place - token.place) <= _REACH
        }
        if len(around) >= _FEW and len(held & around) >= _CLOSE * len(around):
            yield token.word


def _opposed(match: Match, part: Part, claim: Marks) -> Iterator[str]:
    source = marks_of(_statement(match, part.number))
    swaps = list(opposites.swapped(match, part.number, part.tokens, content=True))
    if len(swaps) % 2 and len(source.negations) == len(claim.negations):
        yield swaps[0]


def _carriers(match: Match, mark: Token) -> list[int]:
    """Return the sentences that have most of the words around a mark of the claim."""
    around = [
        (token.place, match.weights[token.place])
        for token in match.claim.tokens
        if token.clause == mark.clause and token.place != mark.place
        if abs(token.place - mark.place) <= _REACH
    ]
    total = sum(weight for _, weight in around)
    if not total:
        return []
    scores = {
        at: sum(weight * match.strength(token, at) for token, weight in around) / total
        for at, sentence in enumerate(match.sentences)
        if not (sentence.heading or sentence.statement.text.rstrip().endswith("?"))
    }
    best = max(scores.values(), default=0.0)
    return [at for at, score in scores.items() if score >= max(_CARRIED, 0.9 * best)]
