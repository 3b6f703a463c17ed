"""Footnotes at the foot of a column: read after the text of their page. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from ingest.page.layout import Line

RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s*\S")
_SMALLER = 0.9


def notes_last(
    lines: Sequence[Line], size: float, runs_on: Callable[[Line, Line], bool]
) -> list[Line]:
    """Move footnotes that stand inside a sentence behind the other lines of a page.

    Args:
        lines: Of one page in reading order.
        size: Of the document's running text in points.
        runs_on: Whether a sentence goes on from the last line of a column to the first of the
            next one. Where none does, nothing moves.

    Returns:
        The same lines; smaller or marked ones at the foot of a column last.
    """
    columns = [list(column) for _, column in groupby(lines, key=lambda line: line.column)]
    notes: list[Line] = []
    for index, column in enumerate(columns[:-1]):
        start = _foot(column, size)
        head = columns[index + 1][0]
        beside = head.left > column[-1].left and head.y > column[-1].y
        if 0 < start < len(column) and beside and runs_on(column[start - 1], head):
            notes += column[start:]
            columns[index] = column[:start]
    return [*(line for column in columns for line in column), *notes]


def _foot(column: Sequence[Line], size: float) -> int:
    """Return the place of the first line of the footnotes that end a column."""
    start = len(column)
    for index in range(len(column) - 1, -1, -1):
        if column[index].size > _SMALLER * size and not RAISED.match(column[index].text):
            break
        start = index
    return start
