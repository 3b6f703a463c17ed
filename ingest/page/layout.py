"""Segments of one page → lines in reading order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.page.ground import Area
from ingest.page.order import Hints, order
from ingest.page.ruled import boxes_of, edges_of, ruled_tables
from ingest.page.segments import Segment, rows_of


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one column in reading order.

    `left` and `right` are the edges of its column; lines of the same stretch of text share
    `column`, a number that counts up in reading order. `cells` are the pieces between wide
    gaps, with their edges, so that table rows can be told from prose; `is_row` says that the
    cells are known to be a table's, each of them one or more lines of text. `edge` is the right
    edge of the box the line stands in, 0 without a box.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    left: float
    right: float
    column: int
    cells: tuple[Segment, ...]
    is_row: bool = False
    edge: float = 0.0


def lines(pieces: Sequence[Segment], frames: Sequence[Area] = ()) -> list[Line]:
    """Put the segments of a page into reading order and join them to lines.

    Args:
        pieces: All upright segments of the page.
        frames: Rectangles drawn on it, some of which may be boxes around text.
    """
    out: list[Line] = []
    boxes = boxes_of(pieces, frames)
    edges = edges_of(pieces, boxes)
    hints = Hints(boxes, tuple(ruled_tables(frames)))
    for number, stretch in enumerate(order(pieces, hints)):
        left = min(s.x0 for s in stretch.segments)
        right = max(s.x1 for s in stretch.segments)
        if stretch.cells:
            row = [_cell(cell) for cell in stretch.cells]
            out.append(replace(_line(row, left, right, number), is_row=True))
        else:
            rows = rows_of(stretch.segments)
            for row in rows:
                edge = edges.get(id(row[0]), 0.0)
                out.append(replace(_line(row, left, right, number), edge=edge))
    return out


def _cell(pieces: Sequence[Segment]) -> Segment:
    text = "\n".join(piece.text for row in rows_of(pieces) for piece in row)
    right = max(piece.x1 for piece in pieces)
    return replace(pieces[0], text=text, x0=min(piece.x0 for piece in pieces), x1=right)


def _line(row: Sequence[Segment], left: float, right: float, column: int) -> Line:
    widest = max(row, key=lambda s: len(s.text))
    return Line(
        text=" ".join(s.text for s in row),
        x0=row[0].x0,
        x1=max(s.x1 for s in row),
        y=widest.y,
        size=widest.size,
        bold=all(s.bold for s in row),
        left=left,
        right=right,
        column=column,
        cells=tuple(row),
    )
