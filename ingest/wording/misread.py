"""German text that was recognised with a model for another language: find it, put it right. Pure.

An English recognition model knows no umlauts and no sharp s; it reads "für" as "fiir" and
"Maßnahme" as "MaBnahme". The document text keeps the words as read; repairs say what to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from ingest.document import PageSpan, Repair
from ingest.facts.tables import function_words, table
from ingest.wording.readings import Lexicon, Speller

Span = tuple[int, int]

_WORD = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"\S+")
_JOINED = re.compile(r"\w+(?:[-/._]\w+)*")
_BLOCK = re.compile(r"[^\n]+")
_ADDRESS = re.compile(r"@|://|\bwww\.|\w\.(?:de|org|com|net|eu|info|at|ch)\b", re.IGNORECASE)

_UMLAUTS = "äöüßÄÖÜ"
_FEW = 0.006  # of the characters; text that was read right has two to four times as many
_SAMPLE = 20_000  # characters of a stretch that are searched for signs
_SIGN, _FOREIGN_SIGN = 2, 1
_ENOUGH = 4  # the weight of two signs
_RANDOM = 2  # misreadings counted so seldom are no signs
_SHAPES = re.compile(r"[a-zäöü]*(?:ii[b-df-hk-np-tvwz]|[b-df-hk-np-tvwz]é[b-df-hk-np-tvwz])[a-z]*")
"""What German words never look like; "Hawaii", "Café" and "René" are none of it."""
_GERMAN = 0.08  # of the words are function words

_LOOK_BACK = 24
_TITLE = re.compile(r"\b(?:Bad|Sankt|St\.|Frau|Herrn?|Familie|Dr\.|Prof\.|Mag\.|[A-ZÄÖÜ]\.)[ -]$")
_NEIGHBOUR = re.compile(r"(?<![\w-])([A-ZÄÖÜ]\w*) $")
_CAPITAL = re.compile(r" [A-ZÄÖÜ]")
_OBVIOUS = re.compile(r"ii|é|\d|(?<=[a-zäöüß])[A-Z]")
_COMMON = re.compile(
    r"\b(?i:der|die|das|dem|den|des|k?ein(?:e[mnrs]?)?|jede[mnrs]?|zum|zur|vom|im) "
    r"([^\W_]+)(?!-?\w| [A-ZÄÖÜ])"
)
"""A noun with an article is no name of a place."""
_GENITIVE = re.compile(r" (?:des|der|eine[rs]|diese[rs]|ihre[rs]|seine[rs]|von)\b")
_DATIVE = re.compile(r"\b(?:[Ii]m|[Zz]um|[Aa]m|[Bb]eim|[Vv]om|[Zz]u|\w+em)(?: \w+)? $")
# "Im Falle", "dem guten Grunde": a dative in "e" that is meant.


@dataclass(frozen=True, slots=True)
class _Signs:
    """Words that tell: as they should be, and as they are misread with their weight."""

    right: frozenset[str]
    misread: Mapping[str, int]


def misread_stretches(text: str, pages: Sequence[PageSpan] = ()) -> list[Span]:
    """Find what was recognised with a model for another language.

    Args:
        text: A document text.
        pages: Its pages. They are judged one by one where there are any; a page that says too
            little is judged like the pages around it.

    Returns:
        Stretches of `text` in order: pages, or the whole text. Empty for text that was read
        right, that is not German, or that says too little.
    """
    spans = [(page.start, page.end) for page in pages] or [(0, len(text))]
    poor = [span for span in spans if _lacks_umlauts(text, span)]
    weights = {span: _weight(text, span) for span in poor}
    total = sum(weights.values())
    everywhere = total >= _ENOUGH and 2 * len(poor) > len(spans)
    return [
        span for span in poor if weights[span] >= _ENOUGH or (everywhere and weights[span] >= 0)
    ]


def repairs(text: str, stretches: Sequence[Span], lexicon: Lexicon) -> tuple[Repair, ...]:
    """Put words of `stretches` right where `lexicon` leaves no doubt how they must be read.

    Numbers, references, addresses, names, and words that are words as they stand are left alone,
    as are the lines of another language.

    Returns:
        Repairs of single words, in order, not overlapping.
    """
    repairer = _Repairer(text, Speller(lexicon))
    return tuple(repair for span in stretches for repair in repairer.stretch(span))


def corrected(words: str, text: str, found: Sequence[Repair]) -> str:
    """Return `words`, which were taken from `text`, with the same repairs made."""
    rights = {text[repair.start : repair.end]: repair.text for repair in found}
    return _WORD.sub(lambda match: rights.get(match.group(), match.group()), words)


def warning(found: Sequence[Repair]) -> str:
    """Return the sentence that tells people about repairs."""
    shown = "1 Wort wird" if len(found) == 1 else f"{len(found)} Wörter werden"
    return (
        "Der Text wurde mit einem Modell für eine andere Sprache erkannt; "
        f"{shown} berichtigt angezeigt."
    )


def _lacks_umlauts(text: str, span: Span) -> bool:
    found = sum(text.count(letter, *span) for letter in _UMLAUTS)
    return found < _FEW * (span[1] - span[0])


def _weight(text: str, span: Span) -> int:
    """Return how much speaks for a misreading of a stretch; below 0: it speaks against."""
    words = _lower_words(text[span[0] : min(span[1], span[0] + _SAMPLE)])
    if not _is_german(words, _GERMAN):
        return -1
    signs = _signs()
    misread = sum(signs.misread.get(word) or _shape(word) for word in words)
    right = _SIGN * sum(word in signs.right for word in words)
    return misread if misread >= right else -right


def _shape(word: str) -> int:
    return _FOREIGN_SIGN if _SHAPES.fullmatch(word) else 0


def _is_german(words: Sequence[str], least: float = 0) -> bool:
    german = sum(word in function_words("de") for word in words)
    english = sum(word in function_words("en") for word in words)
    return german >= english and german >= least * len(words)


def _lower_words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


@cache
def _signs() -> _Signs:
    signs = table("misreadings")["signs"]
    right = frozenset(signs["right"].split())
    foreign, words = signs["foreign"].split(), signs["words"].split()
    misread = {
        form: _FOREIGN_SIGN if form in foreign else _SIGN
        for word in right
        for form in _misread_forms(word)
        if form not in words
    }
    return _Signs(right, misread)


def _misread_forms(word: str) -> Iterator[str]:
    letters = table("misreadings")["letters"]
    reads = [
        [read.lower() for read, count in letters.get(letter, {}).items() if count > _RANDOM]
        or [letter]
        for letter in word
    ]
    yield from map("".join, product(*reads))


@dataclass(slots=True)
class _Repairer:
    """Puts the words of one document right; `known` holds what it found for each word."""

    text: str
    speller: Speller
    known: dict[tuple[str, bool], str | None] = field(default_factory=dict)
    names: dict[str, bool] = field(default_factory=dict)
    common: frozenset[str] | None = None

    def stretch(self, span: Span) -> Iterator[Repair]:
        """Yield the repairs of one stretch in order."""
        for block in _BLOCK.finditer(self.text, *span):
            if not _is_german(_lower_words(block.group())):
                continue
            for chunk in _CHUNK.finditer(self.text, *block.span()):
                if not _ADDRESS.search(chunk.group()):
                    yield from self._chunk(chunk.span())

    def _chunk(self, span: Span) -> Iterator[Repair]:
        for joined in _JOINED.finditer(self.text, *span):
            matches = list(_WORD.finditer(self.text, *joined.span()))
            rights = [
                self._right(match.group(), linked=self.text.startswith("-", match.end()))
                for match in matches
            ]
            if len(matches) > 1 and self._is_fixed(matches, rights):
                continue
            for match, right in zip(matches, rights, strict=True):
                shown = right and self._in_context(match, right)
                if shown and not self._is_meant(match.group(), shown, match.start()):
                    yield Repair(*match.span(), shown)

    def _is_fixed(self, matches: Sequence[re.Match[str]], rights: Sequence[str | None]) -> bool:
        """Tell whether joined words are an identifier ("4-B-12") or the name of a place."""
        words = [match.group() for match in matches]
        for word, right in zip(words, rights, strict=True):
            if len(word) == 1 or (right is None and any(map(str.isdigit, word))):
                return True
        return words[-1][0].isupper() and self._is_name(words[-1], rights[-1] or words[-1])

    def _in_context(self, match: re.Match[str], right: str) -> str | None:
        """Return the reading that the next word asks for where an adjective is a noun as well."""
        noun = self.speller.noun_for(right)
        if noun is None:
            return right
        if _GENITIVE.match(self.text, match.end()):
            return noun if noun.endswith("e") else None
        return right if _CAPITAL.match(self.text, match.end()) else None

    def _is_name(self, word: str, right: str) -> bool:
        if self.common is None:
            self.common = frozenset(_COMMON.findall(self.text))
        if right not in self.names:
            self.names[right] = self.speller.is_name(right)
        return self.names[right] and word not in self.common

    def _right(self, word: str, *, linked: bool) -> str | None:
        key = (word, linked)
        if key not in self.known:
            self.known[key] = self.speller.right(word, linked=linked)
        return self.known[key]

    def _is_meant(self, word: str, right: str, start: int) -> bool:
        """Tell whether the words before show that `word` is a name or a dative, as it stands."""
        if not word[0].isupper():
            return False
        before = self.text[max(0, start - _LOOK_BACK) : start]
        if _TITLE.search(before) or self._is_name(word, right):
            return True
        if _OBVIOUS.search(word):
            return False
        if right.endswith("e") and _DATIVE.search(before) and self.speller.is_word(word):
            return True
        neighbour = _NEIGHBOUR.search(before)
        if neighbour is None or self.speller.is_common(right):
            return False
        first = neighbour.group(1)
        return self.speller.is_noun(self._right(first, linked=False) or first)
