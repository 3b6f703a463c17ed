"""One fact of a text, and when one stands for another. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.verification.verdict import Flaw


class Kind(StrEnum):
    """What a fact is."""

    NUMBER = "number"
    ORDINAL = "ordinal"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    REFERENCE = "reference"
    BOOK = "book"
    PHONE = "phone"
    ADDRESS = "address"


FLAWS = {
    Kind.NUMBER: Flaw.NUMBER, Kind.ORDINAL: Flaw.NUMBER, Kind.PERCENT: Flaw.NUMBER,
    Kind.MONEY: Flaw.MONEY, Kind.DATE: Flaw.DATE, Kind.TIME: Flaw.DATE,
    Kind.REFERENCE: Flaw.REFERENCE, Kind.BOOK: Flaw.REFERENCE,
    Kind.PHONE: Flaw.NUMBER, Kind.ADDRESS: Flaw.NAME,
}  # fmt: skip

_PLAIN = frozenset({Kind.NUMBER, Kind.ORDINAL})
_AMOUNTS = _PLAIN | {Kind.PERCENT, Kind.MONEY}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact at ``start..end`` of its text, which writes it as `words`.

    `value` depends on the kind: (figure,) of an amount; (year, month, day, part of the year or
    week) of a date, empty where it has none; (number, Absatz, Satz, Nummer, law) of a reference.
    A `weak` fact may prove another one but needs no proof itself ("ein", "beide").
    """

    kind: Kind
    value: tuple[str, ...]
    start: int
    end: int
    words: str
    weak: bool = False


def rivals(one: Fact, other: Fact) -> bool:
    """Tell whether two facts are of one kind, so that one may have been put for the other."""
    if one.kind in _AMOUNTS:
        # A bare figure of a table may be anything.
        same = one.kind == other.kind or Kind.NUMBER in (one.kind, other.kind)
        return other.kind in _AMOUNTS and same
    if one.kind is Kind.DATE and other.kind is Kind.DATE:
        return any(a and b for a, b in zip(one.value, other.value, strict=True))
    return one.kind == other.kind


def proves(source: Fact, claim: Fact) -> bool:
    """Tell whether a passage that has `source` says `claim`."""
    if Kind.DATE in (source.kind, claim.kind):
        return _proves_date(source, claim)
    if claim.kind is Kind.REFERENCE:
        return source.kind is Kind.REFERENCE and _within(source.value, claim.value)
    if claim.kind is Kind.BOOK:
        return source.value[-1] == claim.value[-1]
    if claim.kind is Kind.ADDRESS:
        return source.kind is Kind.ADDRESS and _same_address(source.value[0], claim.value[0])
    one_unit = source.kind == claim.kind
    if claim.kind in _AMOUNTS and source.kind in _AMOUNTS:
        one_unit = one_unit or bool({source.kind, claim.kind} & _PLAIN)
    return one_unit and source.value == claim.value


def _proves_date(source: Fact, claim: Fact) -> bool:
    if source.kind is not claim.kind:
        # "2000" may be a year or an amount.
        dated, other = (source, claim) if source.kind is Kind.DATE else (claim, source)
        return other.kind in _PLAIN and dated.value == (*other.value, "", "", "")
    return all(
        not mine or mine == theirs or (at == len(claim.value) - 1 and _in_part(mine, source))
        for at, (theirs, mine) in enumerate(zip(source.value, claim.value, strict=True))
    )


_PARTS = {
    "spring": "3 4 5", "summer": "6 7 8", "autumn": "9 10 11", "winter": "12 1 2",
    "begin": "1 2 3", "middle": "5 6 7 8", "end": "10 11 12", "half1": "1 2 3 4 5 6",
    "half2": "7 8 9 10 11 12", "quarter1": "1 2 3", "quarter2": "4 5 6", "quarter3": "7 8 9",
    "quarter4": "10 11 12",
}  # fmt: skip


def _in_part(part: str, source: Fact) -> bool:
    return not source.value[3] and source.value[1] in _PARTS.get(part, "").split()


def _within(source: tuple[str, ...], claim: tuple[str, ...]) -> bool:
    """Compare number, Absatz, Satz, Nummer, law; a passage may leave the law to its heading."""
    *parts, law = claim
    *held, source_law = source
    pairs = zip(parts, held, strict=True)
    fits = all(set(mine.split()) <= set(theirs.split()) for mine, theirs in pairs)
    return fits and (not law or not source_law or law == source_law)


def _same_address(source: str, claim: str) -> bool:
    if source == claim or "@" in source or "@" in claim:
        return source == claim
    return source.startswith(f"{claim}/")
