"""Recognised words of a page → segments, as a text page has them. Pure.

Pages are scanned askew and sideways. Which way a page is turned shows in the direction in which
the words of a line follow each other, and its skew in the slope of the longer lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.page.furniture import Sheet
from ingest.page.segments import MARKER_GAP, SEGMENT_GAP, Segment
from ingest.scan.grey import POINTS_PER_INCH, Grey
from ingest.scan.hocr import Word, WordLine
from ingest.wording.markers import marker_only

_SAME_SIZE = 0.14  # what two lines in one type may be measured apart
_LEAST_SURENESS = 30
_LEAST_LINES = 3  # of a paragraph that shows how wide its column is
_TABLE_GAP = 2.2  # ems
_OUTSTANDING = 2.0  # times the narrowest blank of its line
_LONG_LINE = 0.25  # of the page's width
_MOST_SKEW = 0.1

_DESCENDERS = re.compile(r"[gjpqyßQJ,;()\[\]/§„‚]")
_LETTER = re.compile(r"[^\W_]")
# What bullets are read as; none of these stands alone at the start of a German line.
_BULLETS = frozenset("eo°*®©¢«»¤+■▪●•")

_SECTION_SIGNS = {"$": "§", "$$": "§§"}  # German writes an amount as "20 $"


def sheet_of(number: int, picture: Grey, lines: Sequence[WordLine]) -> Sheet:
    """Return a recognised page as the PDF reader would return it.

    Args:
        number: The page, counted from 1.
        picture: What was recognised; its size and resolution give the page's size in points.
        lines: The recognised lines, boxes in pixels of the picture.
    """
    upright, width, height = _upright(picture, lines)
    straight = _straight(upright, _skew(upright, width))
    scale = POINTS_PER_INCH / picture.dpi
    sizes = _sizes(straight)
    pieces = tuple(
        Segment(
            text,
            round(x0 * scale, 2),
            round(x1 * scale, 2),
            round((height - baseline) * scale, 2),
            round(size * scale, 2),
            bold=False,
        )
        for line, size, whole in zip(straight, sizes, _justified(straight, sizes), strict=True)
        for baseline in (_baseline(line),)
        for text, x0, x1 in _cells(line, size, whole=whole)
    )
    return Sheet(number, width * scale, height * scale, pieces)


def skew_of(picture: Grey, lines: Sequence[WordLine]) -> float:
    """Return how much the lines of a page slope: units downwards for each to the right."""
    upright, width, _ = _upright(picture, lines)
    return _skew(upright, width)


def _upright(picture: Grey, lines: Sequence[WordLine]) -> tuple[list[WordLine], int, int]:
    """Return the lines to be trusted, turned upright, and width and height of the page then."""
    sure = [line for line in map(_sure, lines) if line is not None]
    turn = _turn(sure)
    upright = [_turned(line, turn, picture) for line in sure]
    size = (picture.height, picture.width) if turn % 2 else (picture.width, picture.height)
    return upright, *size


def _sure(line: WordLine) -> WordLine | None:
    """Drop what recognition made of pictures and dirt."""
    if not any(_LETTER.search(word.text) for word in line.words):
        return None
    if median(word.sureness for word in line.words) < _LEAST_SURENESS:
        return None
    return line


def _turn(lines: Iterable[WordLine]) -> int:
    """Return by how many quarter turns anticlockwise the page is to be turned to be upright."""
    votes = [0.0, 0.0, 0.0, 0.0]  # reading to the right, downwards, to the left, upwards
    for line in lines:
        for a, b in pairwise(line.words):
            across, down = b.x0 + b.x1 - a.x0 - a.x1, b.y0 + b.y1 - a.y0 - a.y1
            if abs(across) >= abs(down):
                votes[0 if across > 0 else 2] += abs(across)
            else:
                votes[1 if down > 0 else 3] += abs(down)
    return votes.index(max(votes))


def _turned(line: WordLine, turn: int, picture: Grey) -> WordLine:
    if not turn:
        return line
    return replace(line, words=tuple(_turned_word(word, turn, picture) for word in line.words))


def _turned_word(word: Word, turn: int, picture: Grey) -> Word:
    width, height = picture.width, picture.height
    x0, y0, x1, y1 = {
        1: (word.y0, width - word.x1, word.y1, width - word.x0),
        2: (width - word.x1, height - word.y1, width - word.x0, height - word.y0),
        3: (height - word.y1, word.x0, height - word.y0, word.x1),
    }[turn]
    return replace(word, x0=x0, y0=y0, x1=x1, y1=y1)


def _skew(lines: Sequence[WordLine], width: int) -> float:
    slopes = [slope for line in lines if (slope := _slope(line, width)) is not None]
    return median(slopes) if slopes else 0.0


def _straight(lines: Sequence[WordLine], skew: float) -> list[WordLine]:
    """Take the skew out of a page: what slopes by it is level afterwards."""
    if not 0 < abs(skew) < _MOST_SKEW:
        return list(lines)
    return [replace(line, words=tuple(_shorn(word, skew) for word in line.words)) for line in lines]


def _shorn(word: Word, skew: float) -> Word:
    # A box around sloping letters is higher than they are; its middle is where it should be.
    down = skew * (word.x0 + word.x1) / 2
    extra = abs(skew) * (word.x1 - word.x0) / 2
    top, foot = word.y0 - down + extra, word.y1 - down - extra
    across = skew * (word.y0 + word.y1) / 2
    return replace(word, x0=word.x0 + across, x1=word.x1 + across, y0=min(top, foot), y1=foot)


def _slope(line: WordLine, width: int) -> float | None:
    feet = [word for word in line.words if not _DESCENDERS.search(word.text)]
    if not feet or feet[-1].x1 - feet[0].x0 < _LONG_LINE * width:
        return None
    first, last = feet[0], feet[-1]
    run = (last.x0 + last.x1 - first.x0 - first.x1) / 2
    return (last.y1 - first.y1) / run if run > 0 else None


def _baseline(line: WordLine) -> float:
    feet = [word.y1 for word in line.words if not _DESCENDERS.search(word.text)]
    return median(feet) if feet else min(word.y1 for word in line.words)


def _sizes(lines: Sequence[WordLine]) -> list[float]:
    """Return each line's size of type: that of most text where it is nearly the same."""
    if not lines:
        return []
    body = _usual(lines)
    sizes = [body if _alike(line.size, body) else line.size for line in lines]
    paragraphs: dict[int, list[float]] = {}
    for line, size in zip(lines, sizes, strict=True):
        if size != body:
            paragraphs.setdefault(line.paragraph, []).append(size)
    usual = {number: median(found) for number, found in paragraphs.items()}
    return [
        usual[line.paragraph] if size != body and _alike(size, usual[line.paragraph]) else size
        for line, size in zip(lines, sizes, strict=True)
    ]


def _usual(lines: Sequence[WordLine]) -> float:
    """Return the size that lies in the middle, each line counted with its letters."""
    weighed = sorted((line.size, sum(len(word.text) for word in line.words)) for line in lines)
    half, seen = sum(letters for _, letters in weighed) / 2, 0
    for size, letters in weighed:
        seen += letters
        if seen >= half:
            return size
    return weighed[-1][0]


def _alike(a: float, b: float) -> bool:
    return abs(a - b) <= _SAME_SIZE * max(a, b)


def _cells(line: WordLine, size: float, *, whole: bool) -> list[tuple[str, float, float]]:
    """Part a line at wide gaps: (text, left edge, right edge) of each piece."""
    reach = float("inf") if whole else _reach(line, size)
    cells: list[tuple[str, float, float]] = []
    for text, word in zip(_texts(line.words), line.words, strict=True):
        if cells:
            before, x0, x1 = cells[-1]
            if word.x0 - x1 <= (MARKER_GAP * size if marker_only(before) else reach):
                cells[-1] = (f"{before} {text}", x0, max(x1, word.x1))
                continue
        cells.append((text, word.x0, word.x1))
    return cells


def _reach(line: WordLine, size: float) -> float:
    """Return the widest blank of a line that is none between two cells of a table."""
    # Blanks of a justified line may all be wide; only one that stands out is a gap of a table.
    narrowest = min((b.x0 - a.x1 for a, b in pairwise(line.words)), default=0.0)
    return max(size * SEGMENT_GAP, min(size * _TABLE_GAP, _OUTSTANDING * narrowest))


def _justified(lines: Sequence[WordLine], sizes: Sequence[float]) -> list[bool]:
    """Say for each line whether it is one of running text, set to the width of its column."""
    paragraphs: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        paragraphs.setdefault(line.paragraph, []).append(index)
    whole = [False] * len(lines)
    for members in paragraphs.values():
        plain = sum(len(_cells(lines[i], sizes[i], whole=False)) == 1 for i in members)
        if len(members) < _LEAST_LINES or 2 * plain < len(members):
            continue
        left = min(lines[i].words[0].x0 for i in members)
        right = max(lines[i].words[-1].x1 for i in members)
        for i in members:
            first, last = lines[i].words[0].x0, lines[i].words[-1].x1
            whole[i] = max(first - left, right - last) <= sizes[i]
    return whole


def _texts(words: Sequence[Word]) -> list[str]:
    """Return the words of a line with the signs put right that are no letters."""
    texts = [word.text for word in words]
    for index, following in enumerate(texts[1:]):
        if index == 0 and texts[0] in _BULLETS:
            texts[0] = "•"
        elif texts[index] in _SECTION_SIGNS and following[0].isdecimal():
            texts[index] = _SECTION_SIGNS[texts[index]]
    return texts
