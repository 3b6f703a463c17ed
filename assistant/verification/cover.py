"""How much of a claim its passages cover, and by which of their sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.verification import lexicon
from assistant.verification.evidence import Sentence
from assistant.verification.matching import Match
from assistant.verification.reading import is_named
from assistant.verification.verdict import Span
from retrieval import analysis

_MOST_SENTENCES = 4
"""Of all passages that may cover a claim together."""
_LONGEST = 3
"""Neighbouring sentences of a span."""
_GAIN = 0.08
"""Share of a claim that a further sentence must add."""
_LEAST_SPAN = 0.15
_ABOVE = 0.9
"""What a word counts that stands in a heading."""
_SOFT = 0.8
_LEAST_GRAMS = 0.5
_SYNONYM = 0.7


def covered(match: Match) -> tuple[float, list[str]]:
    """Return the weighted share of the claim that the passages have, 0..1, and what they lack."""
    words = [t.place for t in match.claim.tokens if match.weights[t.place] and not t.fact]
    total = sum(match.weights[at] for at in words)
    if not total:
        return 1.0, []
    chosen = _chosen(match, words)
    headings = [at for at, s in enumerate(match.sentences) if s.heading]
    shown = [*chosen, *headings]
    grams, meanings = _grams(match, shown), _meanings(match, shown)
    share, lacking = 0.0, []
    for at in words:
        best = max((match.strength(at, s) for s in chosen), default=0.0)
        best = max(best, _ABOVE * max((match.strength(at, s) for s in headings), default=0.0))
        if not best:
            word = match.claim.tokens[at].word
            best = _soft(word, grams) or _meant(word, match.claim.language, meanings)
            lacking += [match.claim.tokens[at].word] if not best else []
        share += match.weights[at] * best
    return share / total, lacking


def _chosen(match: Match, words: Sequence[int]) -> list[int]:
    """Choose the few sentences that cover most together, one after the other."""
    open_ = {at for at, s in enumerate(match.sentences) if not s.heading}
    held = dict.fromkeys(words, 0.0)
    chosen: list[int] = []
    while open_ and len(chosen) < _MOST_SENTENCES:
        gains = {
            number: sum(
                match.weights[at] * max(0.0, match.strength(at, number) - held[at]) for at in words
            )
            for number in sorted(open_)
        }
        best = max(gains, key=lambda number: gains[number])
        if not gains[best]:
            break
        chosen.append(best)
        open_.discard(best)
        held = {at: max(value, match.strength(at, best)) for at, value in held.items()}
    return chosen


def _grams(match: Match, numbers: Sequence[int]) -> frozenset[str]:
    words = (t.word for n in numbers for t in match.sentences[n].statement.tokens if not t.fact)
    return frozenset(gram for word in words for gram in analysis.grams(word))


def _meanings(match: Match, numbers: Sequence[int]) -> frozenset[str]:
    """Return what the words of some sentences mean in the other language."""
    tokens = (token for n in numbers for token in match.sentences[n].statement.tokens)
    spoken = match.claim.language
    found = (lexicon.meanings(t.word, spoken) for t in tokens if t.content and not t.fact)
    return frozenset(meaning for held in found for meaning in held)


def _meant(word: str, language: str, held: frozenset[str]) -> float:
    """Return what a word counts whose synonym stands in the passages: it translates alike."""
    own = lexicon.meanings(word, language)
    return _SYNONYM if own & held else 0.0


def _soft(word: str, held: frozenset[str]) -> float:
    own = analysis.grams(word)
    if len(word) <= analysis.GRAM or not own:
        return 0.0
    share = sum(gram in held for gram in own) / len(own)
    return _SOFT * share if share >= _LEAST_GRAMS else 0.0


def spans(match: Match) -> tuple[Span, ...]:
    """Return the sentences that carry the claim: for each source, the best first, its best run.

    Then those that hold a fact or a name of the claim which neither these nor a heading do.
    """
    total = sum(match.weights)
    found: list[tuple[float, Span]] = []
    for source in sorted({sentence.source for sentence in match.sentences}):
        own = [
            (number, sentence)
            for number, sentence in enumerate(match.sentences)
            if sentence.source == source and not sentence.heading
        ]
        best = max(_windows(match, own), key=lambda window: window[0], default=None)
        if best is not None and total and best[0] >= _LEAST_SPAN * total:
            found.append(best)
    found.sort(key=lambda window: window[0], reverse=True)
    best_runs = [span for _, span in found]
    return (*best_runs, *_left_out(match, best_runs)) if best_runs else ()


def _left_out(match: Match, runs: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences that must be shown beside `runs`, each once."""
    shown = {
        number
        for number, sentence in enumerate(match.sentences)
        if sentence.heading or any(_lies_in(sentence, run) for run in runs)
    }
    for token in match.claim.tokens:
        held = match.fits[token.place]
        if not (token.fact or is_named(match.claim, token)) or not held or shown & held.keys():
            continue
        best = max(held, key=lambda number: (_weight(match, number), -number))
        shown.add(best)
        sentence = match.sentences[best]
        yield Span(sentence.source, sentence.start, sentence.end)


def _lies_in(sentence: Sentence, run: Span) -> bool:
    within = run.start <= sentence.start and sentence.end <= run.end
    return within and sentence.source == run.source


def _weight(match: Match, number: int) -> float:
    return sum(weight * match.strength(token, number) for token, weight in enumerate(match.weights))


def _windows(match: Match, own: Sequence[tuple[int, Sentence]]) -> Iterator[tuple[float, Span]]:
    """Yield the runs of neighbours with their weight; a further sentence must be worth it."""
    cost = _GAIN * sum(match.weights)
    for first in range(len(own)):
        for last in range(first, min(len(own), first + _LONGEST)):
            numbers = [number for number, _ in own[first : last + 1]]
            weight = sum(
                own_weight * max(match.strength(token, number) for number in numbers)
                for token, own_weight in enumerate(match.weights)
                if own_weight
            )
            sentence, end = own[first][1], own[last][1].end
            value = weight - cost * (last - first)
            yield value, Span(sentence.source, sentence.start, end)
