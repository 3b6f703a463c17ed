"""What a single word is: its terms, whether it is a name, whether it names a body. Pure.

German writes every noun with a capital letter, so a capital alone tells nothing. An ordinary noun
is one that the glossary translates, that German can put into the plural, or that is made of such
words; what is none of it is taken for a name. The dictionary has towns and families too, but no
plurals of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from ingest.facts.tables import table
from ingest.wording.dictionary import german
from retrieval import analysis, glossary
from retrieval.compounds import SEEN, split
from retrieval.steps import Steps

_CACHED = 50_000  # words
_PLAIN = Steps(concepts=False, references=False, numbers=False)
_ABBREVIATION = re.compile(
    r"(?:[A-ZÄÖÜ][a-zäöüß]{0,3}){2,}[A-ZÄÖÜ]?|[A-ZÄÖÜ]{2,}\d*|[A-ZÄÖÜ]+[a-z]?[A-ZÄÖÜ]+"
)
_NOUN_ENDING = re.compile(
    r".{3,}(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|ismus|ismen"
    r"|enz|enzen|anz|anzen|ment|mente|nis|nisse|nissen|ling|linge|innen|erin|lein|chen)"
)
_PLURALS = ("e", "en", "n", "er", "ern", "s", "se", "nen")
_BODY = re.compile(
    r".*(?:(?:amt|amte?s|ämter|ämtern|verb[aä]nd|verband(?:e?s|en)|verb[aä]nden?|verbund(?:e?s)?)"
    r"|(?:verein(?:e?s|en?)?|institut(?:e?s|en?)?|ministeri(?:ums?|en)"
    r"|zentr(?:ums?|en)|center[sn]?)"
    r"|(?:versicherung|konferenz|stiftung|agentur|gesellschaft|vereinigung|direktion|anstalt"
    r"|universität|regierung|genossenschaft)(?:en)?"
    r"|(?:kasse|zentrale|behörde|hochschule|kammer)n?"
    r"|gericht(?:e?s|en?)?|ausschu(?:ss|sses)|ausschüssen?|büros?|bünd(?:nis|nisses|nissen?)"
    r"|(?:[a-zäöü]{3}(?:en|s|t|d|i)rat|beirat)(?:e?s)?|(?:städte|land|bundes|kreis)tag(?:e?s)?"
    r"|studierendenwerk(?:e?s)?)",
    re.IGNORECASE,
)
FRAMES = frozenset(
    """
    demnach gilt laut zufolge unterlage unterlagen quelle quellen dokument passage text zwar
    außerdem zudem ferner darüber hinaus insbesondere beispielsweise dagegen hingegen jedoch
    allerdings somit daher deshalb folglich ebenfalls ebenso nämlich genannt beschrieben heißt
    bedeutet konkret wiederum zusammengefasst insgesamt grundsätzlich schließlich according
    moreover furthermore however therefore also document source
    """.split()  # noqa: SIM905  # a list of 55 words, one a line, hides what it says
)
"""Words by which an answer is put together; they say nothing that a passage must say."""


@lru_cache(maxsize=_CACHED)
def stem(word: str, language: str) -> str:
    """Return the stem of one word."""
    found = analysis.stems(word, language, steps=_PLAIN)
    return found[0] if found else word.lower()


@lru_cache(maxsize=_CACHED)
def stems(word: str, language: str) -> frozenset[str]:
    """Return what a word may be matched by: its stem and that of its basic form.

    The basic form joins what the stemmer does not: "entstand" and "entstehen".
    """
    found = {stem(word, language)}
    if language != "en":
        for spelling in (word, word.lower()):
            lemma = german().lemma(spelling)
            if lemma is not None and " " not in lemma:
                found.add(stem(lemma, language))
    return frozenset(found)


@lru_cache(maxsize=_CACHED)
def translations(word: str, language: str) -> frozenset[str]:
    """Return the stems of a word of `language` in the other one of German and English."""
    own = stems(word, language)
    # A basic form finds what an inflected one does not.
    forms = [word]
    if language != "en" and (lemma := german().lemma(word) or german().lemma(word.lower())):
        forms.append(lemma)
    found: set[str] = set()
    for form in forms:
        found |= set(glossary.packaged().translated(form, language))
    other = "de" if language == "en" else "en"
    return frozenset(found | {stem(word, other)} | own)


@lru_cache(maxsize=_CACHED)
def meanings(word: str, language: str) -> frozenset[str]:
    """Return the stems of the translations of a word; none for one that the glossary lacks."""
    same = {stem(word, "de"), stem(word, "en")}
    return frozenset(translations(word, language) - stems(word, language) - same)


@cache
def _places() -> frozenset[str]:
    held = files("assistant").joinpath("data/places.txt").read_text(encoding="utf-8")
    lines = (line for line in held.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


@cache
def exonyms() -> dict[str, str]:
    """Return the German name of towns and countries by their English one, lower case."""
    return {
        "munich": "münchen", "cologne": "köln", "nuremberg": "nürnberg", "hanover": "hannover",
        "brunswick": "braunschweig", "vienna": "wien", "germany": "deutschland",
        "switzerland": "schweiz", "austria": "österreich", "europe": "europa",
        "belgium": "belgien", "denmark": "dänemark", "finland": "finnland", "france": "frankreich",
        "greece": "griechenland", "hungary": "ungarn", "ireland": "irland", "italy": "italien",
        "norway": "norwegen", "poland": "polen", "romania": "rumänien",
        "scotland": "schottland", "spain": "spanien", "sweden": "schweden", "turkey": "türkei",
        "kyiv": "kiew", "copenhagen": "kopenhagen", "prague": "prag", "warsaw": "warschau",
        "zurich": "zürich", "geneva": "genf", "netherlands": "niederlande",
    }  # fmt: skip


@lru_cache(maxsize=_CACHED)
def is_abbreviation(word: str) -> bool:
    """Tell whether `word` is written as an abbreviation: BZgA, KGC, GKV."""
    return bool(_ABBREVIATION.fullmatch(word)) and sum(map(str.isupper, word)) > 1


@lru_cache(maxsize=_CACHED)
def is_body(word: str) -> bool:
    """Tell whether a German noun names a kind of body: Gesundheitsamt, Krankenkasse, Jobcenter."""
    return word[:1].isupper() and bool(_BODY.fullmatch(word))


@lru_cache(maxsize=_CACHED)
def is_place(word: str) -> bool:
    """Tell whether `word` is a known town or country, also as "Hamburgs" and "Hamburger"."""
    places = _places()
    if word in places:
        return True
    bare = (word[: -len(end)] for end in ("s", "er", "ern", "ers") if word.endswith(end))
    return any(stump in places or f"{stump}en" in places or f"{stump}e" in places for stump in bare)


def is_town(word: str) -> bool:
    """Tell whether `word` is a known place and nothing else."""
    return is_place(word) and not _is_ambiguous(word)


_PLACING = frozenset(
    (
        "in",
        "aus",
        "nach",
        "bei",
        "stadt",
        "kreis",
        "landkreis",
        "gemeinde",
        "raum",
        "ort",
        "von",
        "near",
        "from",
    )
)
_ADDRESSING = frozenset(("frau", "herr", "herrn", "dr", "prof", "ms", "mr", "mrs"))


def is_name(word: str, before: str = "") -> bool:
    """Tell whether a capitalised German word is a name and no ordinary noun.

    Args:
        word: The word.
        before: The word before it, which shows what "Essen" or "Frau Fischer" is.
    """
    if _is_ambiguous(word) or _may_be_town(word):
        return before.lower() in _PLACING
    return before.lower() in _ADDRESSING or _stands_for_one(word)


_TOWN = re.compile(
    r"[A-ZÄÖÜ][a-zäöüß]+(?:heim|burg|berg|stadt|hausen|dorf|ingen|kirchen|rode|stedt|leben"
    r"|bach|feld|münde|brücken?|haven|furt|beck|hagen|born|walde|kreis)"
)


@lru_cache(maxsize=_CACHED)
def _may_be_town(word: str) -> bool:
    """Tell whether a word that no dictionary has ends as towns do: Steinheim."""
    plain = _TOWN.fullmatch(word) and not german().lemma(word)
    return bool(plain) and not is_place(word) and not _translated(word)


@lru_cache(maxsize=_CACHED)
def _is_ambiguous(word: str) -> bool:
    """Tell whether a town is called like something else: Essen, Halle, Hof."""
    return word in _places() and bool(german().lemma(word.lower()) or _inflects(word))


@lru_cache(maxsize=_CACHED)
def _stands_for_one(word: str) -> bool:
    if (
        is_abbreviation(word)
        or is_place(word)
        or word in _organisations()
        or word.lower() in _first_names()
    ):
        return True
    return word[:1].isupper() and len(word) > 1 and not is_ordinary(word)


@cache
def _organisations() -> frozenset[str]:
    held = files("assistant").joinpath("data/organisations.txt").read_text(encoding="utf-8")
    lines = (line for line in held.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


@cache
def _first_names() -> frozenset[str]:
    return frozenset(table("contacts")["first_names"].split())


@lru_cache(maxsize=_CACHED)
def is_ordinary(word: str) -> bool:
    """Tell whether a word is an ordinary one of German, also a compound of such words."""
    if _NOUN_ENDING.fullmatch(word) or _translated(word) or german().lemma(word.lower()):
        return True
    lemma = german().lemma(word)
    if lemma is not None and (_inflects(lemma) or _translated(lemma)):
        return True
    return _is_compound(word)


def _translated(word: str) -> bool:
    # German has taken many English words: Workshop, Setting.
    return stem(word, "de") in _glossary_words() or stem(word, "en") in _english_words()


@cache
def _glossary_words() -> frozenset[str]:
    """Return the stems of all German words that the glossary has alone."""
    words = (german_word for german_word, _ in _glossary_lines())
    return frozenset(stem(word, "de") for word in words if word.isalpha() and not is_place(word))


@cache
def _english_words() -> frozenset[str]:
    """Return the stems of all English words that the glossary has alone."""
    every = (word for _, english in _glossary_lines() for word in english)
    return frozenset(stem(word, "en") for word in every if word.isalpha() and not is_place(word))


def _glossary_lines() -> Iterator[tuple[str, list[str]]]:
    for part in files("retrieval").joinpath("data/glossary").iterdir():
        for line in part.read_text(encoding="utf-8").splitlines():
            word, tab, english = line.partition("\t")
            if tab and not line.startswith("#"):
                yield word, [other.strip() for other in english.split(";")]


def _inflects(noun: str) -> bool:
    """Tell whether the dictionary has a plural of `noun`; names of towns and people have none."""
    endings = (f"{noun}{end}" for end in _PLURALS if end != "s")
    return any(german().lemma(form) == noun for form in endings)


@lru_cache(maxsize=_CACHED)
def _is_part(word: str) -> bool:
    if is_place(word.capitalize()):
        return False
    if stem(word, "de") in _glossary_words() or german().lemma(word):
        return True
    lemma = german().lemma(word.capitalize())
    return lemma is not None and _inflects(lemma)


def _is_compound(word: str) -> bool:
    plain = word.lower()
    return bool(plain.isalpha() and split(plain, lambda parts: [SEEN * _is_part(p) for p in parts]))
