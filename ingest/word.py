"""Reads Word. The only module that knows python-docx.

The body is walked element by element, for python-docx's paragraphs pass over content controls,
tracked insertions and text boxes, and its table cells repeat merged ones.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from ingest.document import Block, BlockKind, Extract, Metadata
from ingest.errors import Reason, SourceError
from ingest.facts.properties import plausible_date, plausible_title, stated_type
from ingest.office.office import (
    as_document,
    check_package,
    damage_mapped,
    has_macros,
    loss_noted,
    warnings_of,
)
from ingest.office.packagemend import loss_names, mend
from ingest.office.wordhidden import Sight, is_white
from ingest.office.wordlists import Numbering
from ingest.office.wordstyles import Styles, looks_like_heading
from ingest.office.wordtables import (
    bold_column,
    cells,
    header_rows,
    rows_of,
    styled_header,
    table_lines,
)
from ingest.wording.markers import split_bullet
from ingest.wording.wrapping import HARD_BREAK

# The elements of the XML tree; python-docx types them by generated classes without content.
Node: TypeAlias = Any

PARSER = f"python-docx {docx.__version__}"
FOOTNOTE_PREFIX = "Fußnote: "
BOLD_HEADING_LEVEL = 2
_MAX_DEPTH = 40
_HOLDERS = {
    qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")
}
_DROPPED = {
    qn(name)
    for name in (
        *("w:del", "w:moveFrom", "w:instrText", "w:delText"),
        *("w:pPr", "w:rPr", "w:tblPr", "w:sdtPr"),
    )
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_WRITTEN = {qn("w:t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_CITING = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_SIGNS = {
    qn("w:tab"): " ",
    qn("w:cr"): HARD_BREAK,
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "\u00ad",
}


@dataclass(slots=True)
class _Reading:
    """What a pass over the body needs to know and to remember."""

    styles: Styles
    numbering: Numbering
    sight: Sight
    has_styled_headings: bool
    losses: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    boxes: list[Node] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)


def read_word(data: bytes) -> Extract:
    """Read a Word file (.docx, .docm, .dotx, .dotm). Word files have no pages until they are set.

    Returns:
        Blocks without page numbers. Footnotes and endnotes follow the paragraph that cites them.
        Deleted and hidden text, running heads, feet and tables of contents are left out. Hidden
        text and parts that are broken are named in the warnings.

    Raises:
        SourceError: DAMAGED, ENCRYPTED, TOO_LARGE (see `office.check_package`), NO_TEXT.
    """
    check_package(data)
    with damage_mapped():
        document, losses = _opened(as_document(data))
        reading = _start(document)
        blocks = tuple(_content(document.element.body, reading))
        metadata = Metadata()
        with loss_noted(reading.losses, "Eigenschaften"):
            metadata = _metadata(document)
    losses += [name for name in reading.losses if name not in losses]
    if not any(block.text.strip() for block in blocks):
        raise SourceError(Reason.DAMAGED if losses else Reason.NO_TEXT)
    told = warnings_of(losses, macros=has_macros(data), hidden=reading.sight.hidden)
    return Extract(blocks=blocks, parser=PARSER, metadata=metadata, warnings=tuple(told))


def _opened(package: bytes) -> tuple[Document, list[str]]:
    """Open a package, mended where it is broken; name what that lost."""
    opened: list[Document] = []
    with loss_noted([], ""):
        opened.append(docx.Document(io.BytesIO(package)))
    if opened:
        return opened[0], []
    mended = mend(package)
    return docx.Document(io.BytesIO(mended.data)), loss_names(mended.losses, {})


def _start(document: Document) -> _Reading:
    styles, numbering, losses = Styles({}, ""), Numbering(), list[str]()
    with loss_noted(losses, "Formatvorlagen"):
        styles = Styles.of(style.element for style in document.styles)
    with loss_noted(losses, "Nummerierung"):
        numbering = Numbering.of(_part(document, RELATIONSHIP_TYPE.NUMBERING))
    ranks = [styles.heading_level(p) for p in document.element.body.iter(qn("w:p"))]
    paper = document.element.find(qn("w:background"))
    colour = str(paper.get(qn("w:color"), "auto")) if paper is not None else "auto"
    sight = Sight(styles, dark_page=colour != "auto" and not is_white(colour))
    # A title alone does not show that the author knows heading styles.
    headed = sum(map(bool, ranks)) > 1
    reading = _Reading(styles, numbering, sight, has_styled_headings=headed, losses=losses)
    for kind, name in (("footnote", "Fußnoten"), ("endnote", "Endnoten")):
        with loss_noted(losses, name):
            reading.notes.update(_notes(document, kind, reading))
    reading.boxes.clear()
    reading.cited.clear()
    return reading


def _notes(document: Document, kind: str, reading: _Reading) -> dict[str, str]:
    notes: dict[str, str] = {}
    root = _part(document, f"{RELATIONSHIP_TYPE.FOOTNOTES.rsplit('/', 1)[0]}/{kind}s")
    for note in root if root is not None else ():
        if note.get(qn("w:type"), "normal") == "normal":
            paragraphs = (_text(p, reading).strip() for p in note.iter(qn("w:p")))
            notes[f"{kind} {note.get(qn('w:id'))}"] = HARD_BREAK.join(filter(None, paragraphs))
    return notes


def _part(document: Document, relation: str) -> Node | None:
    """Return the root of a part that belongs to the document, None where there is none."""
    for link in document.part.rels.values():
        if link.reltype == relation and not link.is_external:
            return parse_xml(link.target_part.blob)
    return None


def _content(parent: Node, reading: _Reading, depth: int = 0) -> Iterator[Block]:
    """Yield the blocks of a body, cell, text box or content control."""
    if depth > _MAX_DEPTH:
        return
    for child in parent:
        if child.tag == qn("w:p"):
            yield from _paragraph(child, reading, depth)
        elif child.tag == qn("w:tbl"):
            yield from _table(child, reading, depth)
        elif child.tag in _HOLDERS and not _is_prompt(child):
            yield from _content(child, reading, depth + 1)


def _paragraph(paragraph: Node, reading: _Reading, depth: int) -> Iterator[Block]:
    text = _text(paragraph, reading).strip().strip(HARD_BREAK)
    boxes, reading.boxes = reading.boxes, []
    cited, reading.cited = reading.cited, []
    if text and not reading.styles.is_contents(paragraph):
        yield _classified(paragraph, text, reading)
    for box in boxes:
        yield from _content(box, reading, depth + 1)
    for key in cited:
        note = reading.notes.pop(key, "")
        if note:
            yield Block(BlockKind.NOTE, FOOTNOTE_PREFIX + note)


def _classified(paragraph: Node, text: str, reading: _Reading) -> Block:
    level = reading.styles.heading_level(paragraph)
    if level:
        return Block(BlockKind.HEADING, " ".join(text.split()), level)
    if not reading.has_styled_headings and looks_like_heading(paragraph, text):
        return Block(BlockKind.HEADING, text, BOLD_HEADING_LEVEL)
    label = _list_label(paragraph, reading)
    bare = split_bullet(text)
    if label is not None:
        return Block(BlockKind.ITEM, f"{label} {bare or text}".strip())
    if bare is not None:
        return Block(BlockKind.ITEM, bare)
    return Block(BlockKind.PARAGRAPH, text)


def _list_label(paragraph: Node, reading: _Reading) -> str | None:
    """Return a list item's number, "" for a bullet, None for a paragraph that is no item."""
    for source in reading.styles.chain(paragraph):
        numbered = source.find(f".//{qn('w:numPr')}")
        if numbered is not None:
            return reading.numbering.label(numbered)
    return "" if reading.styles.is_list(paragraph) else None


def _text(node: Node, reading: _Reading) -> str:
    """Return the visible text below `node`; text boxes and cited notes are put aside."""
    return "".join(_text_of(child, reading) for child in node if _is_read(child, reading))


def _is_read(node: Node, reading: _Reading) -> bool:
    if node.tag in _DROPPED or not isinstance(node.tag, str) or _is_prompt(node):
        return False
    return node.tag != qn("w:r") or reading.sight.sees(node)


def _text_of(node: Node, reading: _Reading) -> str:
    if node.tag in _WRITTEN:
        return node.text or ""
    if node.tag in _SIGNS:
        return _SIGNS[node.tag]
    if node.tag == qn("w:br"):
        return HARD_BREAK if node.get(qn("w:type"), "line") in ("line", "textWrapping") else " "
    if node.tag == qn("w:txbxContent"):
        reading.boxes.append(node)
        return ""
    if node.tag in _CITING:
        reading.cited.append(f"{_CITING[node.tag]} {node.get(qn('w:id'))}")
        return ""
    return _text(node, reading)


def _is_prompt(node: Node) -> bool:
    """Whether a content control shows only what is to be filled in."""
    return (
        node.tag == qn("w:sdt")
        and node.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is not None
    )


def _table(table: Node, reading: _Reading, depth: int) -> Iterator[Block]:
    """Yield the rows of a table; a table of one column is a box around paragraphs."""
    rows = [list(cells(row)) for row in rows_of(table)]
    if max((len(row) for row in rows), default=0) <= 1:
        for row in rows:
            for cell in row:
                yield from _content(cell, reading, depth + 1)
        return
    notes: list[Block] = []
    nested: list[list[Block]] = [[] for _ in rows]
    texts = [
        [_cell_text(cell, reading, depth, (notes, nested[n])) for cell in row]
        for n, row in enumerate(rows)
    ]
    heads = header_rows(table, texts)
    if not heads and len(texts) > 1 and styled_header(table, reading.styles):
        heads = int(all(texts[0]) and not texts[0][0].endswith(":"))
    lines = table_lines(texts, heads, bold_labels=bold_column(table))
    for line, inner in zip(lines, nested, strict=True):
        if line:
            yield Block(BlockKind.ROW, line)
        yield from inner
    yield from notes


def _cell_text(
    cell: Node | None, reading: _Reading, depth: int, aside: tuple[list[Block], list[Block]]
) -> str:
    """Return a cell's text on one line; footnotes and rows of tables in it are put `aside`."""
    found = [] if cell is None else list(_content(cell, reading, depth + 1))
    aside[0].extend(block for block in found if block.kind is BlockKind.NOTE)
    aside[1].extend(block for block in found if block.kind is BlockKind.ROW)
    own = (b.text for b in found if b.kind not in (BlockKind.NOTE, BlockKind.ROW))
    return " ".join(" ".join(own).split())


def _metadata(document: Document) -> Metadata:
    properties = document.core_properties
    category = " ".join(properties.category.split())
    return Metadata(
        title=plausible_title(properties.title),
        date=plausible_date(properties.created, properties.modified),
        type=stated_type(category, properties.subject) or category or None,
    )
