"""Telephone numbers and mail addresses in a line of text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_NUMBER = re.compile(r"(?<![\w+/.,-])(?:\+|\(?0|[1-9])[\d \u00a0()/.–—-]{4,34}")
_SECOND = re.compile(r"\s*/\s*(?=\(?0\d{2,4}\)?[\s/-]*\d{4})|[,.]\s|\s{2,}|\s\d{5}(?=\s+[A-ZÄÖÜ])")
_PLAIN = re.compile(r"(?:\+\d{2}|\(?0\d{2,5}\)?\s?[ /–-])")
_PHONE_LABEL = re.compile(
    r"\b(?:tel(?:efon|\.-nr|efonnummer)?|fon|phone|mobil(?:telefon)?|mobile|handy|hotline|t(?=[:.])|"
    r"m(?=[:.]))\W{0,3}(?:\([^()]{0,20}\)\W{0,2})?$|☎\W*$",
    re.IGNORECASE,
)
_BOTH_LABEL = re.compile(
    r"\btel(?:efon)?\W{0,3}(?:u(?:nd)?\.?\s)?(?:tele)?fax\W{0,3}$", re.IGNORECASE
)
_FAX_LABEL = re.compile(r"\b(?:(?:tele)?fax|f(?=[:.]))\W{0,3}(?:nr\W{0,3})?$", re.IGNORECASE)
_OTHER_NUMBERS = re.compile(
    r"\b(?:iban|bic|isbn|issn|konto|kto|blz|ust|steuer|hrb|vr|az|aktenzeichen|art|bestell|doi)",
    re.IGNORECASE,
)
_LEAST_DIGITS, _MOST_DIGITS = 6, 15
_LABEL_REACH = 30
_AT = re.compile(r"@|\s?[(\[{]\s?(?:at|ät|@)\s?[)\]}]\s?", re.IGNORECASE)
_LOCAL = re.compile(r"[\w.+-]{1,64}$")
_DOMAIN = re.compile(
    r"[a-z0-9äöü-]{1,63}(?:(?:\.|\s?[(\[{](?:dot|punkt|\.)[)\]}]\s?)[a-z0-9äöü-]{1,63}){1,4}",
    re.IGNORECASE,
)
_DOT = re.compile(r"\s?[(\[{](?:dot|punkt|\.)[)\]}]\s?", re.IGNORECASE)
_AROUND = 80
_MOST = 40  # in one line; more are no contacts but data


@dataclass(frozen=True, slots=True)
class Reach:
    """A telephone number or mail address at ``start..end`` of a line."""

    start: int
    end: int
    text: str


def phones_in(line: str) -> Iterator[Reach]:
    """Yield the telephone numbers of a line as they are written; fax numbers are none."""
    for match in islice(_NUMBER.finditer(line), _MOST):
        before = line[max(0, match.start() - _LABEL_REACH) : match.start()]
        labelled = bool(_PHONE_LABEL.search(before) or _BOTH_LABEL.search(before))
        if _FAX_LABEL.search(before) and not _BOTH_LABEL.search(before):
            continue
        number = _one_number(match.group(), line[match.end() : match.end() + 12])
        digits = sum(map(str.isdigit, number))
        if not _LEAST_DIGITS <= digits <= _MOST_DIGITS:
            continue
        if labelled or (_PLAIN.match(number) and not _OTHER_NUMBERS.search(line)):
            yield Reach(match.start(), match.start() + len(number), number)


def mails_in(line: str) -> Iterator[Reach]:
    """Yield the mail addresses of a line, written with @ and plain points."""
    for match in islice(_AT.finditer(line), _MOST):
        local = _LOCAL.search(line[max(0, match.start() - _AROUND) : match.start()])
        domain = _DOMAIN.match(line[match.end() : match.end() + 2 * _AROUND])
        if local is None or domain is None:
            continue
        name = local.group().lstrip(".-+")
        host = _DOT.sub(".", domain.group())
        if name and host.rsplit(".", 1)[1].isalpha():
            start = match.start() - len(name)
            yield Reach(start, match.end() + domain.end(), f"{name}@{host}")


def _one_number(found: str, behind: str) -> str:
    """Cut a stretch of digits after the first number: no second number, no post code."""
    end = len(found)
    for match in _SECOND.finditer(found + behind):
        if sum(map(str.isdigit, found[: match.start()])) >= _LEAST_DIGITS:
            end = min(end, match.start())
            break
    number = found[:end]
    digits = [place for place, char in enumerate(number) if char.isdigit()]
    return number[: digits[-1] + 1] if digits else ""
