"""Rows, cells and header rows of Word's tables. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ingest.office.office import are_labels, labelled, named_cells
from ingest.office.wordlists import W, whole
from ingest.office.wordstyles import OFF, Styles

# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any

_MAX_SPAN = 63
_FIRST_ROW = 0x20
_TWO, _COLUMNS, _NAME_WORDS, _LONGER = 2, 3, 4, 3
_BITS = re.compile("[0-9A-Fa-f]{1,8}")


def rows_of(table: Node) -> Iterator[Node]:
    """Yield the rows of a table, without those of tables in its cells."""
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl"), None) is table:
            yield row


def cells(row: Node) -> Iterator[Node | None]:
    """Yield a row's cells, None for the places that a merged cell covers."""
    for cell in row.iter(f"{W}tc"):
        if next(cell.iterancestors(f"{W}tr"), None) is not row:
            continue
        properties = cell.find(f"{W}tcPr")
        span = merged = None
        if properties is not None:
            span, merged = properties.find(f"{W}gridSpan"), properties.find(f"{W}vMerge")
        covered = merged is not None and merged.get(f"{W}val", "continue") == "continue"
        yield None if covered else cell
        width = whole(span.get(f"{W}val"), 1) if span is not None else 1
        yield from [None] * (min(width, _MAX_SPAN) - 1)


def header_rows(table: Node, texts: Sequence[Sequence[str]]) -> int:
    """Return how many of the first rows name the columns, from marks, type or content.

    The choice "header row" of the table's style is no mark: Word makes it for nearly every table.
    """
    rows = list(rows_of(table))
    if len(rows) < _TWO or sum(map(bool, texts[0])) < _TWO:
        return 0
    marked = sum(1 for _ in itertools.takewhile(_is_marked, rows))
    if 0 < marked < len(rows):
        return max(marked, _deep(rows, texts))
    if _bold_head(rows) or _differs(texts, _deep(rows, texts)):
        return _deep(rows, texts)
    return 0


def styled_header(table: Node, styles: Styles) -> bool:
    """Whether the table's style sets its first row in bold or on a dark ground."""
    named, look = table.find(f"{W}tblPr/{W}tblStyle"), table.find(f"{W}tblPr/{W}tblLook")
    if named is None or look is None or not _looks_first(look):
        return False
    return any(
        part.find(f".//{W}b") is not None or part.find(f".//{W}shd") is not None
        for style in styles.based_on(str(named.get(f"{W}val", "")))
        for part in style.findall(f"{W}tblStylePr")
        if part.get(f"{W}type") == "firstRow"
    )


def _looks_first(look: Node) -> bool:
    first = look.get(f"{W}firstRow")
    if first is not None:
        return first not in OFF
    # Word before 2010 wrote a bit field; bit 5 is the first row (ISO 29500-1 §17.4.55).
    bits = str(look.get(f"{W}val", ""))
    return bool(_BITS.fullmatch(bits)) and bool(int(bits, 16) & _FIRST_ROW)


def table_lines(texts: Sequence[Sequence[str]], heads: int, *, bold_labels: bool) -> list[str]:
    """Return a line for each row, empty for head rows and for rows without text.

    Args:
        texts: The cells' texts on one line each, empty for what a merged cell covers.
        heads: How many of the first rows name the columns; their names are joined.
        bold_labels: The first column is set apart by bold type.
    """
    if heads:
        names = _names(texts[:heads])
        return [""] * heads + [named_cells(names, row) for row in texts[heads:]]
    firsts = [row[0] for row in texts if any(row)]
    pairs = max(map(len, texts), default=0) == _TWO and all(firsts)
    if pairs and (bold_labels or are_labels(firsts)):
        return [labelled(row[0], row[1]) if all(row[:2]) and row[1:] else "".join(row)
                for row in texts]  # fmt: skip
    return [" | ".join(filter(None, row)) for row in texts]


def bold_column(table: Node) -> bool:
    """Whether the first column is all bold and the second is not."""
    rows = [[cell for cell in cells(row) if cell is not None] for row in rows_of(table)]
    pairs = [row[:_TWO] for row in rows if len(row) >= _TWO]
    return bool(pairs) and all(_is_bold(a) and not _is_bold(b) for a, b in pairs)


def _is_marked(row: Node) -> bool:
    mark = row.find(f"{W}trPr/{W}tblHeader")
    return mark is not None and mark.get(f"{W}val", "1") not in OFF


def _bold_head(rows: Sequence[Node]) -> bool:
    """Whether all of the first row is bold, and the first cells below are not."""
    first = [cell for cell in cells(rows[0]) if cell is not None and _runs(cell)]
    below = [cell for row in rows[1:] for cell in itertools.islice(cells(row), 1)]
    below = [cell for cell in below if cell is not None and _runs(cell)]
    return len(first) > 1 and all(map(_is_bold, first)) and not all(map(_is_bold, below))


def _runs(cell: Node) -> list[Node]:
    return [
        run for run in cell.iter(f"{W}r") if any((t.text or "").strip() for t in run.iter(f"{W}t"))
    ]


def _is_bold(cell: Node) -> bool:
    marks = [run.find(f"{W}rPr/{W}b") for run in _runs(cell)]
    return bool(marks) and all(m is not None and m.get(f"{W}val", "1") not in OFF for m in marks)


def _deep(rows: Sequence[Node], texts: Sequence[Sequence[str]]) -> int:
    """Return 2 where cells of the first row are merged over names in the second, else 1."""
    spans = any(cell is not None and cell.find(f"{W}tcPr/{W}gridSpan") is not None
                for cell in cells(rows[0]))  # fmt: skip
    if not spans or len(texts) <= _TWO:
        return 1
    under = [text for text in texts[1] if text]
    return 2 if under and not any(map(_is_value, under)) and len(set(under)) == len(under) else 1


def _differs(texts: Sequence[Sequence[str]], heads: int) -> bool:
    """Whether short, distinct names stand over three columns of another kind of content."""
    width = max(map(len, texts))
    names, body = _names(texts[:heads]), texts[heads:]
    short = all(name and len(name.split()) <= _NAME_WORDS for name in names)
    if width < _COLUMNS or len(names) < width or not short or len(set(names)) < len(names):
        return False
    if any(_is_value(name) or name.endswith(":") for name in names):
        return False
    return any(_other_kind(name, [row[n] for row in body if len(row) > n and row[n]])
               for n, name in enumerate(names))  # fmt: skip


def _other_kind(name: str, column: Sequence[str]) -> bool:
    values = sum(map(_is_value, column))
    words = sum(len(cell.split()) for cell in column)
    return bool(column) and (
        values > len(column) / 2 or words >= _LONGER * len(column) * len(name.split())
    )


def _is_value(text: str) -> bool:
    return any(sign.isdigit() or sign == "@" for sign in text)


def _names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join the names above each column; merged cells reach over the empty ones beside them."""
    columns: list[list[str]] = [[] for _ in range(max(map(len, rows)))]
    for level, row in enumerate(rows):
        last = ""
        for n, column in enumerate(columns):
            text = row[n] if n < len(row) else ""
            below = any(n < len(later) and later[n] for later in rows[level + 1 :])
            last = text or (last if below else "")
            if last and last not in column:
                column.append(last)
    return [" ".join(column) for column in columns]
