"""Names of persons in a line of text: titles, first names, double names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.facts.tables import table

_LOWER = "a-zäöüßà-öø-ÿšžčćłńğışç’'"
_PART = rf"[A-ZÀ-ÖØ-ÞŠŽÇŞİ][{_LOWER}]+(?:[A-ZÄÖÜ][{_LOWER}]+)?"
_WORD = re.compile(rf"{_PART}(?:-{_PART})?")
_INITIAL = re.compile(r"[A-ZÄÖÜ]\.")
_TOKEN = re.compile(r"[^\s,;:()|/<>\[\]]+|[^\s]")
_TRAILING = ".!?"


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name at ``start..end`` of a line; `sure` where a title or first name shows it."""

    start: int
    end: int
    text: str
    sure: bool


def names_in(line: str) -> Iterator[Name]:
    """Yield what may be names of persons in a line, in order, without overlap."""
    tokens = [(match.start(), match.group()) for match in _TOKEN.finditer(line)]
    place = 0
    while place < len(tokens):
        found = _name_from(line, tokens, place)
        if found is None:
            place += 1
        else:
            place, name = found
            yield name


def name_at(text: str) -> str | None:
    """Return the name that `text` consists of, None where it is no name for sure."""
    plain = text.strip()
    found = next(names_in(plain), None)
    fits = found is not None and found.sure and found.end == len(plain)
    return found.text if found and fits and not _before(plain[: found.start]) else None


def _before(text: str) -> bool:
    return bool(text.strip()) and text.strip() not in table("contacts")["addresses"]


def _name_from(line: str, tokens: Sequence[tuple[int, str]], place: int) -> tuple[int, Name] | None:
    """Read a name that begins at token `place`; returns the token behind it and the name."""
    words = [word for _, word in tokens]
    at = place
    addressed = words[at] in table("contacts")["addresses"]
    at += addressed
    begin = at
    while at < len(words) and _is_title(words[at]):
        at += 1
    titled = at > begin
    last = _family_name(words, at, alone=addressed or titled)
    if last is None or _names_a_place(words, last + 1):
        return None
    known = _is_first_name(words[at]) and last > at
    if not (known or titled or addressed) and _is_first_name(words[last]):
        return None  # "Leitung Anna": the name begins one word later
    start = tokens[begin][0]
    end = tokens[last][0] + len(words[last].rstrip(_TRAILING))
    name = Name(start, end, " ".join(line[start:end].split()), known or titled or addressed)
    return last + 1, name


def _family_name(words: Sequence[str], at: int, *, alone: bool) -> int | None:
    """Return the place of the last word of the name whose first one stands at `at`."""
    if at >= len(words) or not _is_name_word(words[at], ends=alone):
        return None
    behind = at + 1
    while behind + 1 < len(words) and (
        _INITIAL.fullmatch(words[behind])
        or (_is_first_name(words[behind]) and _is_name_word(words[behind + 1], ends=True))
    ):
        behind += 1
    while behind + 1 < len(words) and words[behind] in table("contacts")["particles"]:
        behind += 1
    if behind < len(words) and _is_name_word(words[behind], ends=True):
        whole = not words[at].endswith(tuple(_TRAILING))
        return behind if whole else None
    return at if alone else None


def _is_title(word: str) -> bool:
    return bool(_titles().fullmatch(word))


def _is_name_word(word: str, *, ends: bool) -> bool:
    plain = word.rstrip(_TRAILING) if ends else word
    return bool(_WORD.fullmatch(plain)) and not any(map(_is_no_name, plain.split("-")))


def _is_first_name(word: str) -> bool:
    low = word.lower()
    return low in _first_names() or ("-" in low and low.split("-")[0] in _first_names())


def _names_a_place(words: Sequence[str], behind: int) -> bool:
    """Tell "Anna Seghers Schule" and "Rosa Luxemburg Platz" from persons."""
    following = words[behind].lower() if behind < len(words) else ""
    return following.endswith(tuple(table("contacts")["place_endings"]))


@cache
def _titles() -> re.Pattern[str]:
    titles = sorted(table("contacts")["titles"], key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, titles))})+")


@cache
def _first_names() -> frozenset[str]:
    return frozenset(table("contacts")["first_names"].split())


@lru_cache(maxsize=4096)
def _is_no_name(word: str) -> bool:
    tables = table("contacts")
    low = word.lower()
    return word in tables["no_names"] or (
        low not in _first_names() and low.endswith(tuple(tables["no_name_endings"]))
    )
