"""Text → sentence spans, for German and English, in time linear in the text.

A line of the document text is a unit of its own (a heading, an item, a row, a paragraph), so a
line break always ends a sentence. Inside a line, a run of ``. ! ? …`` ends a sentence unless what
stands before or after it says otherwise: an abbreviation, an ordinal, an initial, a list number,
a lower-case continuation. The rules follow the heuristics of Punkt (Kiss & Strunk 2006) with
fixed word lists in place of learned ones, so that the same text always splits the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

Span = tuple[int, int]

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"[-–•▪‣◦*][ \t\u00a0]+")
# A run is taken whole, so the search goes on behind it: linear also on a megabyte of dots.
_STOP = re.compile(r"([.!?…]+)[\"'”“»«’‘›‹)\]}*_]*(?:\[\d{1,3}\])*")
_WORD = re.compile(r"\w{1,30}")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_ORDINAL = re.compile(r"\d{1,3}|\d{1,2}\.\d{1,2}")
_ROMAN = re.compile(r"[IVXLC]{1,6}")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_OPENERS = "\"'„“»«‚‘›‹([{*_–—- \t\u00a0"
_GOES_ON = ".…,;:"
_REACH = 48  # characters looked at before a stop; keeps hostile text without spaces linear
_LABEL = 12  # a list number or letter is at most this long
_FOLLOWING_PAGES = re.compile(r"\d+[a-z]?ff?")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Find the sentences in ``text[start:end]``.

    Args:
        text: The document text; every line feed in it is a real line break.
        start: Offset of the first character looked at.
        end: Offset behind the last one, None for the end of the text.

    Returns:
        Offsets into `text`, ordered, without overlap and without white space at either side.
        Together they hold every visible character but the bullet signs of list items.
    """
    found: list[Span] = []
    for line in _LINE.finditer(text, start, len(text) if end is None else end):
        begin, stop = trim(text, *line.span())
        bullet = _BULLET.match(text, begin, stop)
        if begin < stop:
            found.extend(_sentences_of_line(text, bullet.end() if bullet else begin, stop))
    return found


def trim(text: str, start: int, end: int) -> Span:
    """Narrow ``start..end`` until it neither begins nor ends with white space."""
    part = text[start:end]
    body = part.strip()
    if not body:
        return start, start
    lead = len(part) - len(part.lstrip())
    return start + lead, start + lead + len(body)


def _sentences_of_line(text: str, start: int, end: int) -> Iterator[Span]:
    begin = trim(text, start, end)[0]
    for stop in _STOP.finditer(text, begin, end):
        behind = stop.end()
        if behind < end and text[behind].isspace() and _ends_sentence(text, begin, stop, end):
            yield begin, behind
            begin = next_visible(text, behind, end)
    if begin < end:
        yield begin, end


def next_visible(text: str, start: int, end: int) -> int:
    """Return the first offset from `start` on without white space; a line ends visibly."""
    while start < end and text[start].isspace():
        start += 1
    return start


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Judge the stop `stop` of the sentence that began at `begin`; white space follows it."""
    follower = _follower(text, stop.end(), end)
    if follower[:1].islower() or text[next_visible(text, stop.end(), end)] in _GOES_ON:
        return False
    at, marks = stop.start(), stop.group(1)
    before = text[max(begin, at - _REACH) : at]
    if "!" in marks or "?" in marks:
        return True
    if len(marks) > 1 or marks == "…":  # not "(...)" and not the leader of a table of contents
        omission = before.endswith(("(", "[")) or not before.strip(_OPENERS)
        return not omission and not follower[:1].isdigit()
    if at - begin <= _LABEL and not _TWO_LETTERS.search(text, begin, at):
        return False  # nothing but a list number, a letter or "(1)" so far
    closed = any(bracket in stop.group() for bracket in ")]}")
    return _full_stop_ends(before, follower, closed=closed)


def _follower(text: str, start: int, end: int) -> str:
    """Return the first word behind `start`, looking through quotation marks and dashes."""
    limit = min(end, start + _REACH)
    while start < limit and text[start] in _OPENERS:
        start += 1
    word = _WORD.match(text, start, end)
    return word.group() if word else ""


def _full_stop_ends(before: str, follower: str, *, closed: bool) -> bool:
    """Judge a single full stop by the characters before it and the word after it.

    `closed` says that a bracket closes right behind the full stop.
    """
    words = before.split()
    if not words or not words[-1].strip(_GOES_ON):
        return False
    last = words[-1].lstrip(_OPENERS)
    previous = words[-2] if len(words) > 1 else ""
    starts = follower.lower() in _groups()["starter"]
    kind = _abbreviation(words)
    if kind is not None:
        return not closed and (kind == "closing" or (kind == "before" and starts))
    if _ORDINAL.fullmatch(last):
        return follower.lower() not in _groups()["month"] and (starts or _is_counter(previous))
    if _ROMAN.fullmatch(last) or (len(last) == 1 and last.isalpha()):
        numeral = _is_counter(previous) or (starts and not previous.endswith("."))
        return numeral and last.isupper()
    return starts or not (_ACRONYM.fullmatch(last) or _FOLLOWING_PAGES.fullmatch(last))


def _is_counter(word: str) -> bool:
    return word.strip("().").lower() in _groups()["counter"]


def _abbreviation(words: list[str]) -> str | None:
    """Name the group of the abbreviation that `words` end with, spaced or not, else None."""
    known = _abbreviations()
    joined = ""
    best = None
    for word in reversed(words[-4:]):
        if joined and not word.endswith("."):
            break
        joined = word.lstrip(_OPENERS).lower() + joined
        best = known.get(joined, best)
        if word[:1] in _OPENERS:
            break
    return "before" if best is None and joined.endswith("str") else best


@cache
def _groups() -> dict[str, frozenset[str]]:
    """Read the word lists that ship beside this module."""
    groups: dict[str, set[str]] = {}
    name = ""
    for line in Path(__file__).with_name("sentence_words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            groups.setdefault(name, set()).update(line.split())
    return {name: frozenset(words) for name, words in groups.items()}


@cache
def _abbreviations() -> dict[str, str]:
    return {word: name for name in ("inside", "before", "closing") for word in _groups()[name]}
