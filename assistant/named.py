"""Towns, persons and quoted words of a question → the documents that know them. Pure.

What a document says of Halle does not answer a question about Stendal, however well its words fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.verification import lexicon
from assistant.wording import names_land
from ingest.facts.names import names_in
from ingest.wording.dictionary import german
from retrieval import analysis
from retrieval.records import DocumentText, Hit

_QUOTED = re.compile(r"[„“\"«»‚]([A-ZÄÖÜ0-9][^„“”\"«»‚‘]{1,60}?)[“”\"«»‘]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[\"„»]?[A-ZÄÖÜ])")
_CLOSING = "\"“”»«’') "
# Who asks says where they are: "Ich arbeite in Ulm und wüsste gern …".
_INTRODUCED = re.compile(
    r"\b(?:(?:ich|wir) (?:bin|sind|arbeiten?|wohnen?|leben?|leiten?|kommen? aus)"
    r"|(?:arbeiten?|wohnen?|leben?|leiten?) (?:ich|wir)"
    r"|(?:i|we) (?:am|are|work|live|come from)|i'm|we're)\b[^,;–]*?(?=[,;–]|\bund\b|\band\b|$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_JOINED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLACING = frozenset(
    ("in", "aus", "nach", "stadt", "kreis", "landkreis", "gemeinde", "ort", "ortsteil", "stadtteil")
)
# "im Projekt Hofrunde": a word that no dictionary has is what one of several is called.
_NAMING = re.compile(r"(?:\w+p|P)(?:rojekts?|rogramms?)|\w*[Nn]etzwerks?|\w*[Kk]ampagne|Initiative")
_EVERYWHERE = frozenset(("Deutschland", "Germany", "Bundesrepublik", "Europa", "Europe", "Euro"))
"""These are no place of their own: what stands anywhere is true of them, or they are no place."""
_MOST = 6
"""Names that are looked for; a question of nothing but quotes would keep the server busy."""
_SHORTEST = 4
_ENDINGS = ("s", "es", "er", "ern", "ers", "n", "en", "e")
_LONGEST_ENDING = 3
_MISTYPED_FROM = 6


@dataclass(frozen=True, slots=True)
class Known:
    """The hits of documents that know a name, and the names that no document knows."""

    hits: tuple[Hit, ...]
    unknown: tuple[str, ...]


def names(question: str) -> tuple[str, ...]:
    """Return the towns, family names and quoted words that a question is about.

    Länder are left out, which have a rule of their own, and where the asker comes from.
    """
    asked = _INTRODUCED.sub(" ", _asking(question))
    found = [quoted[1].strip() for quoted in _QUOTED.finditer(asked)]
    plain = _QUOTED.sub(" ", asked)
    found += [_family(name.text) for name in names_in(plain) if name.sure]
    found += _towns(plain)
    return tuple(dict.fromkeys(found))[:_MOST]


def known(
    names: Sequence[str],
    language: str,
    hits: Sequence[Hit],
    text_of: Callable[[str], DocumentText],
) -> Known:
    """Return the hits whose documents know one of the names, all where none does.

    Args:
        names: Those of the question.
        language: Its language; what it quotes has other words in a document of another one.
        hits: The passages, best first.
        text_of: Returns a document's text.
    """
    if not names:
        return Known(tuple(hits), ())
    held: dict[str, list[str]] = {}
    for hit in hits:
        document = hit.document
        if document.document_id in held:
            continue
        facts = [document.title, document.metadata.region or ""]
        beside = [h.passage.text for h in hits if h.document.document_id == document.document_id]
        text = "\n".join([*facts, text_of(document.document_id).text]).lower()
        near = {analysis.fold(w) for part in [*facts, *beside] for w in _WORD.findall(part)}
        foreign = document.metadata.language not in (None, language)
        held[document.document_id] = [
            name for name in names if (foreign and " " in name) or _knows(name, text, near)
        ]
    told = {name for found in held.values() for name in found}
    kept = tuple(hit for hit in hits if held[hit.document.document_id])
    return Known(kept or tuple(hits), tuple(name for name in names if name not in told))


def _asking(question: str) -> str:
    """Return the sentences that ask, all where none has a question mark."""
    parts = _SENTENCE.split(question)
    asking = [part for part in parts if part.rstrip(_CLOSING).endswith("?")]
    return " ".join(asking) or question


def _family(person: str) -> str:
    """Return the last word of a person's name, before what follows in "Frau Erdems Zeugnis"."""
    words = person.split()
    while len(words) > 1 and lexicon.is_ordinary(words[-1]):
        words.pop()
    return words[-1]


def _towns(asked: str) -> Iterator[str]:
    """Yield the words that name a town, or what stands where one would."""
    words = [part for found in _JOINED.finditer(asked) for part in _parts(found[0])]
    if asked == asked.lower():  # typed in haste
        yield from (w for w in words if len(w) >= _SHORTEST and lexicon.is_town(w.capitalize()))
        return
    for before, word in pairwise(["", *words]):
        if _may_name(word) and _names_town(word, before):
            yield word


def _parts(joined: str) -> list[str]:
    """Return the words that hyphens join, as one where they are a Land together."""
    return [joined] if "-" in joined and names_land(joined) else joined.split("-")


def _may_name(word: str) -> bool:
    if len(word) < _SHORTEST or not word[0].isupper() or word in _EVERYWHERE:
        return False
    if word.lower() in analysis.function_words() or names_land(word):
        return False
    return not lexicon.is_abbreviation(word) and not lexicon.is_body(word)


def _names_town(word: str, before: str) -> bool:
    if lexicon.is_town(word):
        return not (word.endswith("er") and lexicon.is_ordinary(word))  # "Sieger", of Siegen
    if _NAMING.fullmatch(before) and german().lemma(word) is None:
        return True
    return before.lower() in _PLACING and lexicon.is_name(word, "in")


def _knows(name: str, text: str, near: set[str]) -> bool:
    """Tell whether a document knows a name: as it is, inflected, or mistyped.

    Args:
        name: The name.
        text: The document's text in lower case.
        near: The folded words of its title and of what was found of it, among which a slip counts.
    """
    if name.lower() in text:
        return True
    words = [word.lower() for word in _WORD.findall(name) if len(word) >= _SHORTEST]
    return bool(words) and all(_has(word, text, near) for word in words)


def _has(word: str, text: str, near: set[str]) -> bool:
    forms = [form for form in _forms(word) if form in text]
    inflected = rf"\b(?:{'|'.join(map(re.escape, forms))})\w{{0,{_LONGEST_ENDING}}}\b"
    if forms and re.search(rf"\b{re.escape(word)}|{inflected}", text):
        return True
    folded = analysis.fold(word)
    return len(word) >= _MISTYPED_FROM and any(_mistyped(folded, other) for other in near)


def _forms(word: str) -> tuple[str, ...]:
    """Return a name without the endings that cases and places take, in German and English."""
    plain = lexicon.exonyms().get(word, word)
    stumps = [plain.removesuffix(end) for end in _ENDINGS if plain.endswith(end)]
    english = [there for there, here in lexicon.exonyms().items() if here == plain]
    return (word, plain, *english, *(stump for stump in stumps if len(stump) >= _SHORTEST))


def _mistyped(word: str, other: str) -> bool:
    """Tell whether two words differ by one letter, or by two neighbours that changed places."""
    if abs(len(word) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    if at is None:
        return True
    rest, others = word[at:], other[at:]
    if rest[1:] == others or rest == others[1:] or rest[1:] == others[1:]:
        return True
    return rest[:2] == others[1::-1] and rest[2:] == others[2:]
