"""Source → .docx."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument

from writers.package import with_fixed_times
from writers.source import Block, Kind, Source, grouped

STYLES = {
    Kind.PARAGRAPH: "Normal",
    Kind.BULLET: "List Bullet",
    Kind.NUMBER: "List Number",
    Kind.NOTE: "Intense Quote",
}


def write_word(source: Source) -> bytes:
    """Return the bytes of a Word file with real headings, lists and tables."""
    word = Document()
    _set_properties(word, source)
    word.add_heading(source.title, 0)
    for line in source.markers:
        word.add_paragraph(line)
    for group in grouped(source.blocks):
        if group[0].kind is Kind.ROW:
            _add_table(word, group)
        else:
            for block in group:
                _add(word, block)
    out = BytesIO()
    word.save(out)
    return with_fixed_times(out.getvalue())


def _set_properties(word: WordDocument, source: Source) -> None:
    properties = word.core_properties
    properties.title = source.title
    properties.author = properties.last_modified_by = source.organisation
    properties.subject = properties.category = source.type
    properties.language = source.language
    properties.comments = ""
    properties.created = properties.modified = source.day
    properties.revision = 1


def _add(word: WordDocument, block: Block) -> None:
    if block.kind is Kind.HEADING:
        word.add_heading(block.text, block.level - 1)
    else:
        word.add_paragraph(block.text, STYLES[block.kind])


def _add_table(word: WordDocument, rows: tuple[Block, ...]) -> None:
    table = word.add_table(len(rows), len(rows[0].cells), "Light Grid Accent 1")
    for row, block in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, block.cells, strict=True):
            cell.text = text
    word.add_paragraph()
