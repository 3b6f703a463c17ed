"""Element tree → blocks, for HTML and for the simplified tree that trafilatura makes of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lxml import etree

from ingest.document import Block, BlockKind
from ingest.office.office import row_texts
from ingest.wording.wrapping import HARD_BREAK

_LISTS = frozenset({"ul", "ol", "menu", "dl", "list"})
_ITEMS = frozenset({"li", "dd", "item"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "head"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "cell", "details"}
    | {"dir", "div", "doc", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr"}
    | {"html", "legend", "main", "nav", "p", "pre", "quote", "row", "section", "summary", "table"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr"}
)
_ROWS = ("tr", "row")
_MAX_SPAN, _MAX_ROWS, _MAX_REPEATED = 60, 1000, 200
_MAX_COPIES = 5000  # of spanned cells in one table; trafilatura takes a millisecond for each ten
_CELLS = frozenset({"td", "th", "cell"})
_MAX_DEPTH = 200  # libxml2 stops at 255; nobody writes pages that deep


class Node(Protocol):
    """What reading needs of an element; lxml's elements have it."""

    tag: Any  # a function for comments
    text: Any
    tail: Any

    def __iter__(self) -> Iterator[Any]: ...  # noqa: D105 - as in lxml
    def get(self, key: str, /) -> Any: ...  # noqa: D102, ANN401 - as in lxml
    def iter(self, *tags: str) -> Iterator[Any]: ...  # noqa: D102 - as in lxml
    def itertext(self) -> Iterator[Any]: ...  # noqa: D102 - as in lxml


def blocks_of(root: Node) -> list[Block]:
    """Read a tree in document order.

    Returns:
        Headings with their level, list items (ordered ones with their number), table rows and
        paragraphs; white space is collapsed as a browser does, ``<br>`` becomes
        `HARD_BREAK`, and a `HARD_BREAK` in the text stays one.
    """
    walk = _Walk()
    walk.visit(root, 0)
    walk.flush()
    return walk.blocks


@dataclass(slots=True)
class _Walk:
    """The text since the last block border, and what it will become."""

    blocks: list[Block] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    kind: BlockKind = BlockKind.PARAGRAPH
    mark: str = ""

    def visit(self, node: Node, depth: int) -> None:
        """Read `node` with everything in it; the text behind it belongs to its parent."""
        tag = node.tag if isinstance(node.tag, str) else ""
        if depth > _MAX_DEPTH:
            self.parts.append(" ".join(node.itertext()))
        elif tag in {"br", "lb"}:
            self.parts.append(HARD_BREAK)
        elif tag in _HEADINGS:
            self.flush()
            self._children(node, depth)
            self.flush(BlockKind.HEADING, _level(node))
        elif tag in _LISTS:
            self._list(node, depth)
        elif tag in _BLOCKS or tag in _ITEMS:
            self._block(node, depth)
        elif tag:
            self._children(node, depth)

    def flush(self, kind: BlockKind | None = None, level: int = 0) -> None:
        """End the current block, as `kind` where it is told only now."""
        lines = (" ".join(line.split()) for line in "".join(self.parts).split(HARD_BREAK))
        text = HARD_BREAK.join(line for line in lines if line)
        self.parts = []
        if not text:
            return
        self.blocks.append(Block(kind or self.kind, self.mark + text, level))
        self.kind, self.mark = BlockKind.PARAGRAPH, ""

    def _block(self, node: Node, depth: int) -> None:
        self.flush()
        if node.tag == "table" and _is_data(node):
            self._table(node)
        else:
            self._children(node, depth)
        self.flush()

    def _children(self, node: Node, depth: int) -> None:
        self.parts.append(node.text or "")
        for child in node:
            self.visit(child, depth + 1)
            self.parts.append(child.tail or "")

    def _list(self, node: Node, depth: int) -> None:
        self.flush()
        ordered = node.tag == "ol" or node.get("rend") == "ol"
        number = _number(node.get("start"), 1)
        term = ""
        for child in node:
            if child.tag == "dt" or str(child.get("rend")).startswith("dt"):
                self._paragraph(term)
                term = " ".join("".join(child.itertext()).split())
                continue
            self.kind = BlockKind.ITEM
            self.mark = f"{term}: " if term else f"{number}. " if ordered else ""
            term = ""
            self.visit(child, depth + 1)
            self.flush()
            self.kind, self.mark = BlockKind.PARAGRAPH, ""
            self._paragraph(child.tail or "")
            number += 1
        self._paragraph(term)

    def _paragraph(self, text: str) -> None:
        self.parts.append(text)
        self.flush()

    def _table(self, node: Node) -> None:
        rows = [[cell for cell in row if cell.tag in _CELLS] for row in node.iter(*_ROWS)]
        rows = [row for row in rows if row]
        header = all(cell.tag == "th" or cell.get("role") == "head" for cell in rows[0])
        for text in row_texts(_grid(rows), header=header):
            self.blocks.append(Block(BlockKind.ROW, text))


def _grid(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Return the texts of cells in their columns, those of merged ones once, at their first."""
    grid: list[list[str]] = []
    covered: dict[int, int] = {}  # column: rows below this one that a cell above reaches into
    for row in rows:
        texts: list[str] = []
        cells = deque(row)
        while cells or any(column >= len(texts) for column in covered):
            column = len(texts)
            if column in covered:
                covered[column] -= 1
                texts.append("")
            elif cells:
                cell = cells.popleft()
                width = min(max(_number(cell.get("colspan"), 1), 1), _MAX_SPAN)
                height = min(max(_number(cell.get("rowspan"), 1), 1), _MAX_ROWS)
                texts += [_cell(cell), *[""] * (width - 1)]
                covered.update({column + n: height for n in range(width) if height > 1})
                for n in range(width):
                    if column + n in covered:
                        covered[column + n] -= 1
            else:
                texts.append("")
        covered = {column: left for column, left in covered.items() if left > 0}
        grid.append(texts)
    return grid


def repeat_spanned(table: Any) -> None:  # noqa: ANN401 - an element of lxml, which is untyped
    """Give each row its own copy of a short cell that is merged over several rows."""
    reaching: dict[int, tuple[int, Any]] = {}  # column: rows left, the cell
    if next(table.iterdescendants("table"), None) is not None:
        return  # it lays out the page
    copies = 0
    for row in table.iter("tr"):
        column = 0
        for cell in [cell for cell in row if cell.tag in _CELLS]:
            while column in reaching:
                cell.addprevious(_copied(reaching, column))
                column += 1
            height = min(_number(cell.get("rowspan"), 1), _MAX_ROWS)
            width = min(max(_number(cell.get("colspan"), 1), 1), _MAX_SPAN)
            cell.attrib.pop("rowspan", None)
            for n in range(column, column + width) if height > 1 and column < _MAX_SPAN else ():
                reaching[n] = (height, cell if n == column else None)
            column += width
        copies += len(reaching)
        if copies > _MAX_COPIES:
            return
        while column in reaching and len(row):
            row.append(_copied(reaching, column))
            column += 1
        reaching = {n: (left - 1, cell) for n, (left, cell) in reaching.items() if left > 1}


def _copied(reaching: dict[int, tuple[int, Any]], column: int) -> Any:  # noqa: ANN401 - as above
    cell = reaching[column][1]
    copy = etree.Element("td" if cell is None else cell.tag)
    text = "" if cell is None else _cell(cell)
    copy.text = text if len(text) <= _MAX_REPEATED else ""
    return copy


def _is_data(table: Node) -> bool:
    """Tell a table of data from one that only lays out a page."""
    nested = sum(1 for _ in table.iter("table")) > 1
    rows = [sum(cell.tag in _CELLS for cell in row) for row in table.iter(*_ROWS)]
    return not nested and max(rows, default=0) > 1


def _cell(cell: Node) -> str:
    return " ".join(" ".join(cell.itertext()).split())


def _level(node: Node) -> int:
    name = node.get("rend") if node.tag == "head" else node.tag
    return _number(str(name)[1:], 2)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else default
