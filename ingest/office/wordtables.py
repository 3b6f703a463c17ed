"""Rows, cells and header rows of Word's tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from ingest.office.wordlists import W, whole
from ingest.office.wordstyles import OFF

# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any

_MAX_SPAN = 63
_FIRST_ROW = 0x20
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


def has_header(table: Node) -> bool:
    """Whether the first row of a table names its columns."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    marked = table.find(f"{W}tr/{W}trPr/{W}tblHeader")
    if marked is not None or look is None:
        return marked is not None
    first = look.get(f"{W}firstRow")
    if first is not None:
        return first not in OFF
    # Word before 2010 wrote a bit field; bit 5 is the first row (ISO 29500-1 §17.4.55).
    bits = str(look.get(f"{W}val", ""))
    return bool(_BITS.fullmatch(bits)) and bool(int(bits, 16) & _FIRST_ROW)
