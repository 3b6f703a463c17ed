"""Source → .pptx: each second-rank heading opens a slide, block quotes are speaker notes."""

from __future__ import annotations

from io import BytesIO

from pptx import Presentation
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Inches, Pt

from writers.package import with_fixed_times
from writers.source import Block, Kind, Source

TITLE, CONTENT, TITLE_ONLY = 0, 1, 5  # layouts of the library's own template


def write_slides(source: Source) -> bytes:
    """Return the bytes of a PowerPoint file."""
    deck = Presentation()
    _set_properties(deck, source)
    for title, blocks in slides_of(source):
        if title is None:
            _add_opening(deck, source, blocks)
        elif any(block.kind is Kind.ROW for block in blocks):
            _add_table(deck, title, blocks)
        else:
            _add_content(deck, title, blocks)
    out = BytesIO()
    deck.save(out)
    return with_fixed_times(out.getvalue())


def slides_of(source: Source) -> list[tuple[str | None, list[Block]]]:
    """Split the blocks at their headings; what stands before the first one has no title."""
    slides: list[tuple[str | None, list[Block]]] = [(None, [])]
    for block in source.blocks:
        if block.kind is Kind.HEADING:
            slides.append((block.text, []))
        else:
            slides[-1][1].append(block)
    return slides


def _set_properties(deck: Deck, source: Source) -> None:
    properties = deck.core_properties
    properties.title = source.title
    properties.author = properties.last_modified_by = source.organisation
    properties.subject = properties.category = source.type
    properties.language = source.language
    properties.created = properties.modified = source.day
    properties.revision = 1


def _add_opening(deck: Deck, source: Source, blocks: list[Block]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE])
    slide.shapes.title.text = source.title
    subtitle = [block.text for block in blocks if block.kind is Kind.PARAGRAPH]
    _fill(slide.placeholders[1].text_frame, [*subtitle, *source.markers], 18)
    _add_notes(slide, blocks)


def _add_content(deck: Deck, title: str, blocks: list[Block]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[CONTENT])
    slide.shapes.title.text = title
    lines, number = [], 0
    for block in blocks:
        if block.kind is Kind.NUMBER:
            number += 1
            lines.append(f"{number}. {block.text}")
        elif block.kind is not Kind.NOTE:
            lines.append(block.text)
    _fill(slide.placeholders[1].text_frame, lines, 22)
    _add_notes(slide, blocks)


def _add_table(deck: Deck, title: str, blocks: list[Block]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    slide.shapes.title.text = title
    rows = [block.cells for block in blocks if block.kind is Kind.ROW]
    box = (Inches(0.5), Inches(1.8), Inches(9), Inches(0.6 * len(rows)))
    table = slide.shapes.add_table(len(rows), len(rows[0]), *box).table
    for index, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(index, column).text = text
    _add_notes(slide, blocks)


def _fill(frame: TextFrame, lines: list[str], size: int) -> None:
    frame.text = "\n".join(lines)
    for paragraph in frame.paragraphs:
        paragraph.font.size = Pt(size)


def _add_notes(slide: Slide, blocks: list[Block]) -> None:
    notes = [block.text for block in blocks if block.kind is Kind.NOTE]
    frame = slide.notes_slide.notes_text_frame if notes else None
    if frame is not None:
        frame.text = "\n".join(notes)
