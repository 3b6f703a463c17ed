"""Right sentences, and the same sentences with one fact swapped. Pure but for chance.

Right ones are the sentences of documents as they stand, reworded by rule (`eval.rewordings`) and
written by hand (``eval/cases/paraphrases.jsonl``). A swap puts another number, date, amount, §,
name or polarity into one of them, by preference one that the same passage or document holds
elsewhere, which is what a language model mixes up.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.verification import lexicon
from assistant.verification.fact import Fact, Kind, proves
from assistant.verification.facts import find_facts
from assistant.verification.reading import read
from retrieval.folding import clean
from retrieval.records import Hit

SWAPS = ("number", "date", "money", "reference", "name", "negation")
_AMOUNTS = (Kind.NUMBER, Kind.PERCENT, Kind.ORDINAL)
_KINDS = {
    "number": _AMOUNTS, "date": (Kind.DATE, Kind.TIME), "money": (Kind.MONEY,),
    "reference": (Kind.REFERENCE, Kind.BOOK),
}  # fmt: skip
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_BOOK_SHARE = 0.2
"""Of the references in which the book is changed and not the number."""
_BOOKS = ("SGB II", "SGB III", "SGB V", "SGB VIII", "SGB IX", "SGB XI", "SGB XII")
_LANDS = (
    "Bayern", "Berlin", "Brandenburg", "Bremen", "Hamburg", "Hessen", "Niedersachsen", "Saarland",
    "Nordrhein-Westfalen", "Rheinland-Pfalz", "Sachsen", "Sachsen-Anhalt", "Thüringen",
    "Schleswig-Holstein", "Baden-Württemberg", "Mecklenburg-Vorpommern",
)  # fmt: skip
_TOWNS = (
    "Bochum", "Magdeburg", "Halle", "Dortmund", "Köln", "Stendal", "Wuppertal", "Bottrop", "Kiel",
    "Gelsenkirchen", "Rostock", "Erfurt", "Leipzig", "Dresden", "München", "Kassel", "Trier",
    "Lindlar", "Steinheim", "Ahaus", "Nienburg", "Rendsburg", "Pinneberg", "Wittenau",
)  # fmt: skip
_BODIES = (
    "Krankenkassen", "Pflegekassen", "Jobcenter", "Gesundheitsämter", "GKV-Spitzenverband", "BZgA",
    "Rentenversicherung", "Unfallversicherung", "Gesundheitsamt", "Jugendamt", "Bundesagentur",
    "Robert Koch-Institut", "Caritas", "Barmer", "AOK", "Diakonie", "KGC", "KGK", "Bundesrat",
    "Bundesministerium", "Städtetag", "Sachverständigenrat", "Bertelsmann Stiftung", "WHO", "RKI",
)  # fmt: skip
_BULLET = re.compile(r"^(?:\d{1,2}[.)]|[-–•*])\s+")
_WHOLE_NAME = re.compile(r"[A-ZÄÖÜ]\w*(?:\.[A-Z]\w+)*(?:-[A-ZÄÖÜ]\w*)*")


@dataclass(frozen=True, slots=True)
class Right:
    """A sentence that its passage supports; `how` it was made: verbatim, reworded, hand."""

    sentence: str
    language: str
    source: Hit
    how: str


@dataclass(frozen=True, slots=True)
class Swapped:
    """A right sentence with one thing of `kind` put for another; `origin` says where from."""

    sentence: str
    right: Right
    kind: str
    origin: str


def sentences(hit: Hit) -> Iterator[str]:
    """Yield the sentences of a passage that say something, white space joined."""
    for start, end in hit.passage.sentences:
        text = _BULLET.sub("", " ".join(hit.passage.display(start, end).split()))
        if len(text.split()) > 4 and not text.endswith("?"):  # noqa: PLR2004  # a statement's words
            yield text


class Pool:
    """The facts and names of a collection, from which swaps are drawn."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        """Read all facts and names of `hits`."""
        self._facts: dict[str, list[Fact]] = {}
        self._documents: dict[str, list[str]] = defaultdict(list)
        for hit in hits:
            key = hit.passage.chunk_id
            language = hit.document.metadata.language or "de"
            self._facts[key] = [
                f for f in find_facts(clean(hit.passage.text), language) if not f.weak
            ]
            self._documents[hit.document.document_id].append(key)

    def words(self, hit: Hit, kinds: Sequence[Kind]) -> list[tuple[str, str]]:
        """Return (origin, words) of the facts of `kinds` in the passage and its document."""
        own = [f.words for f in self._facts[hit.passage.chunk_id] if f.kind in kinds]
        keys = self._documents[hit.document.document_id]
        rest = [f.words for key in keys for f in self._facts[key] if f.kind in kinds]
        return [("passage", w) for w in own] + [("document", w) for w in rest]


def swap(right: Right, kind: str, pool: Pool, chance: random.Random) -> Iterator[Swapped]:
    """Yield up to two sentences with one `kind` swapped: from the document, and by chance."""
    makers: dict[str, Callable[[Right, Pool, random.Random], Iterator[tuple[str, str]]]] = {
        "name": _names, "negation": _negations,
    }  # fmt: skip
    maker = makers.get(kind)
    made = maker(right, pool, chance) if maker else _facts(right, kind, pool, chance)
    for origin, sentence in made:
        if sentence != right.sentence:
            yield Swapped(sentence, right, kind, origin)


def _facts(right: Right, kind: str, pool: Pool, chance: random.Random) -> Iterator[tuple[str, str]]:
    text = clean(right.sentence)
    found = [
        fact
        for fact in find_facts(text, right.language)
        if fact.kind in _KINDS[kind] and not fact.weak and fact.start < fact.end
    ]
    if not found:
        return
    fact = chance.choice(found)
    values = {f.value for f in found}
    held = [
        (origin, words)
        for origin, words in pool.words(right.source, (fact.kind,))
        if _reads_otherwise(words, fact, values, right.language)
    ]
    if held:
        origin, words = chance.choice(held)
        yield origin, f"{text[: fact.start]}{words}{text[fact.end :]}"
    if other := _changed(fact, right.language, chance):
        yield "chance", f"{text[: fact.start]}{other}{text[fact.end :]}"


def _reads_otherwise(words: str, fact: Fact, values: set[tuple[str, ...]], language: str) -> bool:
    """Tell whether `words` read alone are one fact with another value, as exact as `fact`."""
    read = [f for f in find_facts(words, language) if not f.weak]
    if len(read) != 1 or read[0].value in values or read[0].kind is not fact.kind:
        return False
    if proves(read[0], fact) or proves(fact, read[0]):
        return False
    return [bool(v) for v in read[0].value[:4]] == [bool(v) for v in fact.value[:4]]


def _changed(fact: Fact, language: str, chance: random.Random) -> str:
    """Return the words of `fact` with another day, month, year, figure, Absatz or book."""
    words = fact.words
    if fact.kind is Kind.DATE:
        return _other_date(words, language, chance)
    if fact.kind is Kind.BOOK or (fact.kind is Kind.REFERENCE and chance.random() < _BOOK_SHARE):
        book = re.search(r"SGB [IVX]+", words)
        others = [b for b in _BOOKS if book and b != book.group()]
        return words.replace(book.group(), chance.choice(others)) if book else ""
    figures = list(re.finditer(r"\d+", words))
    if not figures:
        return _other_numeral(words, chance)
    figure = chance.choice(figures)
    value = int(figure.group())
    other = str(chance.choice([value + 1, value + 2, max(1, value - 1), value + 10, value + 7]))
    if other == figure.group():
        other = str(value + 3)
    return words[: figure.start()] + other.zfill(len(figure.group())) + words[figure.end() :]


def _other_numeral(words: str, chance: random.Random) -> str:
    numerals = ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "neun", "zehn", "elf", "zwölf")
    return (
        chance.choice([n for n in numerals if n != words.lower()])
        if words.lower() in numerals
        else ""
    )


def _other_date(words: str, language: str, chance: random.Random) -> str:
    parts: list[tuple[int, int, str]] = []
    for found in re.finditer(r"\d{1,4}", words):
        value = int(found.group())
        year = len(found.group()) == len("2021")
        figure = value + chance.choice([-2, -1, 1, 3]) if year else value % 28 + 1
        if not year and found.start() > 0 and words.count(".") > 1:
            figure = value % 12 + 1
        parts.append((found.start(), found.end(), str(figure).zfill(len(found.group()))))
    for names in (_MONTHS, _ENGLISH_MONTHS):
        for number, name in enumerate(names):
            if (place := words.find(name)) >= 0:
                same = _MONTHS if language != "en" else _ENGLISH_MONTHS
                other_month = same[(number + chance.randint(1, 11)) % 12]
                parts.append((place, place + len(name), other_month))
    if not parts:
        return ""
    start, end, other = chance.choice(parts)
    return words[:start] + other + words[end:]


def _names(right: Right, pool: Pool, chance: random.Random) -> Iterator[tuple[str, str]]:
    del pool
    text = right.sentence
    places = [found for found in _WHOLE_NAME.finditer(text) if _group(found, text)]
    if not places:
        return
    found = chance.choice(places)
    group = _group(found, text)
    own = {w.group() for w in _WHOLE_NAME.finditer(text)}
    passage = " ".join(right.source.passage.text.split())
    held = sorted(
        {w.group() for w in _WHOLE_NAME.finditer(passage) if _group(w, passage) == group} - own
    )
    if held := [name for name in held if not _related(name, found.group())]:
        yield "passage", f"{text[: found.start()]}{chance.choice(held)}{text[found.end() :]}"
    lists = {"land": _LANDS, "town": _TOWNS}
    every = lists.get(group, _BODIES)
    others = [
        n for n in every if n not in text and n not in passage and not _related(n, found.group())
    ]
    if others:
        yield "chance", f"{text[: found.start()]}{chance.choice(others)}{text[found.end() :]}"


def _group(found: re.Match[str], text: str) -> str:
    """Return land, town or body for a name that may be swapped, empty for other words."""
    word = found.group().rstrip(".")
    number = re.fullmatch(r"[IVX]+", word) or word.startswith("SGB") or len(word) == 1
    in_capitals = word.isupper() and lexicon.is_ordinary(word.capitalize())
    if number or in_capitals:
        return ""
    if word in _LANDS or word.removesuffix("s") in _LANDS:
        return "land"
    if lexicon.is_body(word.split("-")[-1]) or lexicon.is_abbreviation(word):
        return "body"
    before = text[: found.start()].split()[-1:]
    town = lexicon.is_place(word) and lexicon.is_name(word, "".join(before))
    return "town" if town else ""


def _related(one: str, other: str) -> bool:
    """Tell whether one name may stand for the other: BZgA and BIÖG, Kasse and Krankenkasse."""
    terms = [{s for t in read(name, "de").tokens for s in t.stems} for name in (one, other)]
    if terms[0] & terms[1] or any(_ends_alike(a, b) for a in terms[0] for b in terms[1]):
        return True
    low, high = one.lower(), other.lower()
    if low[:6] == high[:6] or low.endswith(high[-6:]) or high.endswith(low[-6:]):
        return True
    pairs = ({"bzga", "biög"}, {"gkv", "krankenkassen"}, {"gkv", "krankenkasse"}, {"lvg", "kgc"})
    return {low, high} in pairs


def _ends_alike(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


_TURNS = (
    (r"\bnicht (?!nur|zuletzt)", ""),
    (r"\bkein(e?[nmrs]?)\b", r"ein\1"), (r"\bKein(e?)\b", r"Ein\1"),
    (r"\bmindestens\b", "höchstens"), (r"\bMindestens\b", "Höchstens"), (r"\bmuss\b", "kann"),
    (r"\bmüssen\b", "können"), (r"\bkann\b", "muss"), (r"\bkönnen\b", "müssen"),
    (r"\bdarf\b", "muss"),
    (r"\bdürfen\b", "müssen"), (r"\bsollen\b", "müssen"), (r"\bist\b", "ist nicht"),
    (r"\bsind\b", "sind nicht"), (r"\bwird\b", "wird nicht"), (r"\bwerden\b", "werden nicht"),
    (r"\bohne\b", "mit"), (r"\bmehr als\b", "weniger als"), (r"\büber (?=[\d.]+\b)", "unter "),
    (r"\bhat\b", "hat nicht"), (r"\bhaben\b", "haben nicht"), (r"\bseit (?=\d{4})", "bis "),
    (r"\bSeit (?=\d{4})", "Bis "), (r"\bbis (?=\w+ \d{4})", "seit "), (r"\bnur\b", ""),
    (r"\bare\b", "are not"), (r"\bhave\b", "have not"), (r"\bat least\b", "at most"),
    (r"\bmust\b", "may"), (r"\bmore than\b", "less than"), (r"\bis\b", "is not"),
)  # fmt: skip


def _negations(right: Right, pool: Pool, chance: random.Random) -> Iterator[tuple[str, str]]:
    del pool
    fitting = [turn for turn in _TURNS if re.search(turn[0], right.sentence)]
    for pattern, other in chance.sample(fitting, min(2, len(fitting))):
        changed = re.sub(pattern, other, right.sentence, count=1)
        if not re.search(r"nicht (?:nicht|nur|kein)|not not|not only", changed):
            yield "turned", " ".join(changed.split())
