"""Rows of a table → their texts, each cell named by the head of its column. Pure.

A row found alone has to say what it means: ``Ort: Halle; Jahr: 2021``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.page.layout import Line
from ingest.page.segments import Segment

CELL_MARK = " | "
_MIN_HEADS = 2


def row_texts(rows: Sequence[tuple[int, Line]]) -> list[str | None]:
    r"""Return the texts of the rows of one table, None for the heads.

    Args:
        rows: Page (from 1) and line of each row, in reading order. A head is a first row that
            is bold while others are not, or one that the next page begins with again.

    Returns:
        One text a row; cells without a named column are set apart by " | ". The head's row
        itself has no text where others carry it. Line ends in cells stay ``\n``.
    """
    texts: list[str | None] = []
    head: Line | None = None
    for index, (page, line) in enumerate(rows):
        first = index == 0 or rows[index - 1][0] != page
        if first and index and head is not None and _same(head, line):
            texts.append(None)
            continue
        if index == 0 and _is_head(rows):
            head = line
            texts.append(None)
            continue
        texts.append(_named(head, line) if head is not None else plain_row(line.cells))
    return texts


def plain_row(cells: Sequence[Segment]) -> str:
    """Join cells; a label with a colon stands directly before its value."""
    text = cells[0].text
    for cell in cells[1:]:
        text += (" " if text.endswith(":") else CELL_MARK) + cell.text
    return text


def _is_head(rows: Sequence[tuple[int, Line]]) -> bool:
    head = rows[0][1]
    if (
        len(rows) == 1
        or len(head.cells) < _MIN_HEADS
        or any(c.text.endswith(":") for c in head.cells)
    ):
        return False
    if head.bold and not all(line.bold for _, line in rows):
        return True
    return any(_same(head, line) for line in _first_rows(rows))


def _first_rows(rows: Sequence[tuple[int, Line]]) -> Iterator[Line]:
    for index, (page, line) in enumerate(rows):
        if index and rows[index - 1][0] != page:
            yield line


def _same(a: Line, b: Line) -> bool:
    return [c.text for c in a.cells] == [c.text for c in b.cells]


def _named(head: Line, line: Line) -> str:
    names = [_head_of(cell, head.cells) for cell in line.cells]
    if len(set(names)) < len(names):
        return plain_row(line.cells)
    pairs = zip(names, line.cells, strict=True)
    return "; ".join(
        cell.text if name == cell.text else f"{name.rstrip(':')}: {cell.text}"
        for name, cell in pairs
    )


def _head_of(cell: Segment, heads: Sequence[Segment]) -> str:
    """Return the head above a cell: the one that shares most width with it, else the nearest."""

    def distance(head: Segment) -> tuple[float, float]:
        shared = min(head.x1, cell.x1) - max(head.x0, cell.x0)
        return -max(shared, 0.0), min(abs(head.x0 - cell.x0), abs(head.x1 - cell.x1))

    return min(heads, key=distance).text
