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
from ingest.markers import split_bullet
from ingest.office import as_document, check_package, damage_mapped, row_texts
from ingest.properties import plausible_date, plausible_title, stated_type
from ingest.wordlists import Numbering
from ingest.wordstyles import OFF, Styles, looks_like_heading
from ingest.wrapping import HARD_BREAK

# The elements of the XML tree; python-docx types them by generated classes without content.
Node: TypeAlias = Any

PARSER = f"python-docx {docx.__version__}"
FOOTNOTE_PREFIX = "Fußnote: "
BOLD_HEADING_LEVEL = 2
_MAX_DEPTH = 40
_MAX_SPAN = 63
_FIRST_ROW = 0x20
_DROPPED = {
    qn(name)
    for name in ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:pPr", "w:rPr", "w:tblPr")
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
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
    has_styled_headings: bool
    notes: dict[str, str] = field(default_factory=dict)
    boxes: list[Node] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)


def read_word(data: bytes) -> Extract:
    """Read a Word file (.docx, .docm, .dotx, .dotm). Word files have no pages until they are set.

    Returns:
        Blocks without page numbers. Footnotes and endnotes follow the paragraph that cites them.
        Deleted text, running heads, feet and tables of contents are left out.

    Raises:
        SourceError: DAMAGED, ENCRYPTED, TOO_LARGE (see `office.check_package`), NO_TEXT.
    """
    check_package(data)
    with damage_mapped():
        document = docx.Document(io.BytesIO(as_document(data)))
        reading = _start(document)
        blocks = tuple(_content(document.element.body, reading))
        metadata = _metadata(document)
    if not any(block.text.strip() for block in blocks):
        raise SourceError(Reason.NO_TEXT)
    return Extract(blocks=blocks, parser=PARSER, metadata=metadata)


def _start(document: Document) -> _Reading:
    styles = Styles.of(style.element for style in document.styles)
    numbering = Numbering.of(_part(document, RELATIONSHIP_TYPE.NUMBERING))
    ranks = [styles.heading_level(p) for p in document.element.body.iter(qn("w:p"))]
    # A title alone does not show that the author knows heading styles.
    reading = _Reading(styles, numbering, has_styled_headings=sum(map(bool, ranks)) > 1)
    for kind in ("footnote", "endnote"):
        root = _part(document, f"{RELATIONSHIP_TYPE.FOOTNOTES.rsplit('/', 1)[0]}/{kind}s")
        for note in root if root is not None else ():
            if note.get(qn("w:type"), "normal") == "normal":
                paragraphs = (_text(p, reading).strip() for p in note.iter(qn("w:p")))
                text = HARD_BREAK.join(filter(None, paragraphs))
                reading.notes[f"{kind} {note.get(qn('w:id'))}"] = text
    reading.boxes.clear()
    reading.cited.clear()
    return reading


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
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
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
    out: list[str] = []
    for child in node:
        if child.tag in _DROPPED or not isinstance(child.tag, str):
            continue
        if child.tag == qn("w:t"):
            out.append(child.text or "")
        elif child.tag in _SIGNS:
            out.append(_SIGNS[child.tag])
        elif child.tag == qn("w:br"):
            out.append(HARD_BREAK if child.get(qn("w:type"), "line") == "line" else " ")
        elif child.tag == qn("w:txbxContent"):
            reading.boxes.append(child)
        elif child.tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
            kind = "footnote" if child.tag == qn("w:footnoteReference") else "endnote"
            reading.cited.append(f"{kind} {child.get(qn('w:id'))}")
        else:
            out.append(_text(child, reading))
    return "".join(out)


def _table(table: Node, reading: _Reading, depth: int) -> Iterator[Block]:
    """Yield the rows of a table; a table of one column is a box around paragraphs."""
    rows = [list(_cells(row)) for row in table.iter(qn("w:tr")) if _owner(row) is table]
    if max((len(row) for row in rows), default=0) <= 1:
        for row in rows:
            for cell in row:
                yield from _content(cell, reading, depth + 1)
        return
    notes: list[Block] = []
    texts = [[_cell_text(cell, reading, depth, notes) for cell in row] for row in rows]
    for text in row_texts(texts, header=_has_header(table)):
        yield Block(BlockKind.ROW, text)
    yield from notes


def _owner(row: Node) -> Node:
    return next(row.iterancestors(qn("w:tbl")), None)


def _cells(row: Node) -> Iterator[Node | None]:
    """Yield a row's cells, None for the places that a merged cell covers."""
    for cell in row.iter(qn("w:tc")):
        if next(cell.iterancestors(qn("w:tr")), None) is not row:
            continue
        properties = cell.find(qn("w:tcPr"))
        span = merged = None
        if properties is not None:
            span, merged = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
        covered = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
        yield None if covered else cell
        width = int(span.get(qn("w:val"), "1")) if span is not None else 1
        yield from [None] * (min(width, _MAX_SPAN) - 1)


def _cell_text(cell: Node | None, reading: _Reading, depth: int, notes: list[Block]) -> str:
    """Return a cell's text on one line; its footnotes are added to `notes`."""
    found = [] if cell is None else list(_content(cell, reading, depth + 1))
    notes.extend(block for block in found if block.kind is BlockKind.NOTE)
    return " ".join(block.text for block in found if block.kind is not BlockKind.NOTE)


def _has_header(table: Node) -> bool:
    look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
    marked = table.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}")
    if marked is not None or look is None:
        return marked is not None
    first = look.get(qn("w:firstRow"))
    if first is not None:
        return first not in OFF
    # Word before 2010 wrote a bit field; bit 5 is the first row (ISO 29500-1 §17.4.55).
    return bool(int(look.get(qn("w:val"), "0"), 16) & _FIRST_ROW)


def _metadata(document: Document) -> Metadata:
    properties = document.core_properties
    category = " ".join(properties.category.split())
    return Metadata(
        title=plausible_title(properties.title),
        date=plausible_date(properties.created, properties.modified),
        type=stated_type(category, properties.subject) or category or None,
    )
