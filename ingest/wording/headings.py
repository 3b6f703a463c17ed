"""Which lone lines of an unmarked text are headings. Pure, and rather none than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from ingest.document import Block, BlockKind
from ingest.facts.tables import table
from ingest.wording.markers import section_depth
from ingest.wording.wrapping import HARD_BREAK, open_words, starts_contact

_MAX_CHARACTERS = 120
_MAX_WORDS = 16
_MAX_LINES = 3  # of a heading block broken on purpose: masthead, title, subtitle
_MAX_COMMAS = 2
_LOOK_AHEAD = 5  # blocks between a title and the text: date, author, key words
_PROSE = 60  # a paragraph from here on, or a full sentence, is content
_MIN_LETTER_SHARE = 0.6
_STOP = re.compile(r"[.,;:!…–—-][)\]\"”“’']*$")
_SENTENCE = re.compile(r"[.!?][)\]\"”“’']*$")
_BEGINS = re.compile(r"[A-ZÄÖÜ0-9§\"'„“”‚‘«»(]")
_CONTACT = re.compile(
    r"\S@\S|www\.|https?://|\b\d{5} [A-ZÄÖÜ]|(?:\d[\s/()–—-]*){7,}|"
    r"(?i:\b(?:tel(?:efon)?|(?:tele)?fax|e-?mail|ansprechpartner(?:in|innen)?|isbn|issn)\b)"
)
_LABEL = re.compile(r"^[\w-]+\s?:\s?.*(?:\d|,)")
_NUMBERED = re.compile(r"^(?:\d{1,2}\.|[A-Z]\.|[IVX]{1,5}\.)\s")
_NAME_LIST = re.compile(
    r"^(?:[A-ZÄÖÜ][\w.-]*,? )*[A-ZÄÖÜ][\w.-]*, [A-ZÄÖÜ][\w.-]*(?: [A-ZÄÖÜ][\w.-]*)*$"
)
_DATE_PART = re.compile(r"\d|\W|(?i:\b(?:uhr|den|am|vom|von|bis|um|der)\b)")


def mark_headings(blocks: Iterable[Block]) -> list[Block]:
    """Turn paragraphs that are headings into headings.

    A heading is short, has no end mark, names no contact and has content below it. The first
    one is the title (level 1); numbered ones rank by their number, all others are level 2.
    """
    given = list(blocks)
    split = [part for place in range(len(given)) for part in _split_lines(given, place)]
    marked: list[Block] = []
    titled = False
    for place, block in enumerate(split):
        if _is_heading(split, place, title=not titled):
            level = 1 + max(1, section_depth(block.text)) if titled else 1
            marked.append(replace(block, kind=BlockKind.HEADING, level=level))
            titled = True
        else:
            marked.append(block)
    return marked


@lru_cache(maxsize=1024)  # each block is looked at again from the blocks above it
def looks_like_heading(text: str) -> bool:
    """Judge a line by its form alone: short, no end mark, no contact, no date, no open end."""
    text = text.replace("\n", " ").strip()
    words = text.split()
    if not words or len(text) > _MAX_CHARACTERS or len(words) > _MAX_WORDS:
        return False
    if not _BEGINS.match(text) or _STOP.search(text) or text.count(",") > _MAX_COMMAS:
        return False
    if HARD_BREAK in text or words[-1].lower() in open_words():
        return False
    letters = sum(map(str.isalpha, text))
    if letters < _MIN_LETTER_SHARE * len("".join(words)):
        return False
    return not (
        starts_contact(text)
        or _CONTACT.search(text)
        or _LABEL.match(text)
        or _NAME_LIST.match(text)
        or is_date_line(text)
        or is_navigation(text)
    )


def is_date_line(text: str) -> bool:
    """Tell whether a line holds a date and next to nothing else."""
    months = table("facts")["months"]
    words = (_DATE_PART.sub("", word).lower() for word in text.split())
    rest = [word for word in words if word and word not in months]
    days = table("facts")["weekdays"]
    return any(char.isdigit() for char in text) and all(word in days for word in rest)


def is_navigation(text: str) -> bool:
    """Tell whether a line is a skip link or the like, left over from a copied web page."""
    folded = text.strip().lower()
    return any(folded.startswith(phrase) for phrase in table("facts")["navigation"])


def _split_lines(blocks: list[Block], place: int) -> list[Block]:
    """Take the headings glued to the top of a paragraph off it, or apart from each other."""
    block = blocks[place]
    if block.kind is not BlockKind.PARAGRAPH or HARD_BREAK not in block.text:
        return [block]
    lines = block.text.split(HARD_BREAK)
    heads = 0
    while heads < min(len(lines), _MAX_LINES) and looks_like_heading(lines[heads]):
        heads += 1
    whole = heads == len(lines) <= _MAX_LINES
    masthead = whole and _has_content_below(blocks, place, title=place == 0)
    if not (masthead or (heads == 1 and _is_prose(lines[1]))):
        return [block]
    rest = HARD_BREAK.join(lines[heads:])
    return [replace(block, text=text) for text in [*lines[:heads], rest] if text]


def _is_heading(blocks: list[Block], place: int, *, title: bool) -> bool:
    block = blocks[place]
    if block.kind is BlockKind.ITEM:
        return _is_numbered_heading(blocks, place)
    return (
        block.kind is BlockKind.PARAGRAPH
        and looks_like_heading(block.text)
        and _has_content_below(blocks, place, title=title)
    )


def _is_numbered_heading(blocks: list[Block], place: int) -> bool:
    """Tell "1. Aims" above its text from the item of a numbered list."""
    block = blocks[place]
    if not (_NUMBERED.match(block.text) and looks_like_heading(block.text)):
        return False
    number = _number(block)
    before = _number(blocks[place - 1]) if place else None
    after = _number(blocks[place + 1]) if place + 1 < len(blocks) else None
    if number is not None and (before == number - 1 or after == number + 1):
        return False
    return _has_content_below(blocks, place, title=False)


def _number(block: Block) -> int | None:
    match = re.match(r"\d+", block.text) if block.kind is BlockKind.ITEM else None
    return int(match.group()) if match else None


def _has_content_below(blocks: list[Block], place: int, *, title: bool) -> bool:
    question = blocks[place].text.rstrip().endswith("?")
    below = blocks[place + 1 : place + 1 + (_LOOK_AHEAD if title else 2)]
    for block in below:
        if block.kind is BlockKind.ITEM or _is_prose(block.text):
            return not (question and block.text.rstrip().endswith("?"))
        if _CONTACT.search(block.text) or starts_contact(block.text):
            return False
        if not (title or looks_like_heading(block.text)):
            return False
    return False


def _is_prose(text: str) -> bool:
    if looks_like_heading(text) or _CONTACT.search(text[:_MAX_CHARACTERS]):
        return False
    return len(text) >= _PROSE or bool(_SENTENCE.search(text))
