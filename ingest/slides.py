"""Reads PowerPoint. The only module that knows python-pptx."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.slide import Slide

from ingest.document import Block, BlockKind, Extract, Metadata, PageUnit
from ingest.errors import Reason, SourceError
from ingest.facts.properties import plausible_date, plausible_title, stated_type
from ingest.office.office import (
    as_document,
    check_package,
    damage_mapped,
    has_macros,
    loss_noted,
    row_texts,
    warnings_of,
)
from ingest.office.packagemend import loss_names, mend
from ingest.office.slideorder import Placed, numbers_as_ranges, reading_order, title_among
from ingest.office.slideparts import (
    chart_rows,
    chart_title,
    choose_alternatives,
    diagram_texts,
    paragraph_text,
    parsed,
)
from ingest.office.slidetext import box_blocks, box_text, title_line
from ingest.wording.wrapping import HARD_BREAK

# python-pptx's shapes, paragraphs and elements share no typed base that says what they hold.
Shape: TypeAlias = Any
Node: TypeAlias = Any

PARSER = f"python-pptx {pptx.__version__}"
NOTE_PREFIX = "Notizen: "
DEFAULT_TYPE = "Folien"
MAX_GROUP_DEPTH = 20
_DEFAULT_HEIGHT = 6_858_000  # EMU, where the presentation says none
_LEFT_OUT = {
    PP_PLACEHOLDER.DATE,
    PP_PLACEHOLDER.FOOTER,
    PP_PLACEHOLDER.HEADER,
    PP_PLACEHOLDER.SLIDE_NUMBER,
}
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
_LISTS = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY}


@dataclass(slots=True)
class _Deck:
    """What a pass over a presentation found."""

    count: int = 0
    height: float = _DEFAULT_HEIGHT
    blocks: list[Block] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    metadata: Metadata = field(default_factory=Metadata)
    places: dict[str, str] = field(default_factory=dict)
    """What people call a part of the package, by its name there."""


def read_slides(data: bytes) -> Extract:
    """Read a PowerPoint file (.pptx, .pptm, .ppsx, .potx).

    Returns:
        Blocks with the 1-based position of their slide as PowerPoint counts it. Hidden slides
        are left out but keep their number. Speaker notes are NOTE blocks. Parts that are broken
        are named in the warnings, the rest is read.

    Raises:
        SourceError: DAMAGED, ENCRYPTED, TOO_LARGE (see `office.check_package`), NO_TEXT.
    """
    check_package(data)
    with damage_mapped():
        deck = _deck(as_document(data))
    if not any(block.text.strip() for block in deck.blocks):
        if deck.losses:
            raise SourceError(Reason.DAMAGED, f"(unlesbar: {', '.join(deck.losses)})")
        raise SourceError(Reason.NO_TEXT, f"(Folien: {deck.count})")
    hidden = f"Ausgeblendete Folien übersprungen: {numbers_as_ranges(deck.hidden)}."
    return Extract(
        blocks=tuple(deck.blocks),
        parser=PARSER,
        unit=PageUnit.SLIDE,
        page_count=deck.count,
        metadata=deck.metadata,
        warnings=(
            *([hidden] if deck.hidden else ()),
            *warnings_of(deck.losses, macros=has_macros(data)),
        ),
    )


def _deck(package: bytes) -> _Deck:
    """Read a presentation as it is, and mended where that loses something."""
    first: list[_Deck] = []
    with loss_noted([], ""):
        first.append(_read(pptx.Presentation(io.BytesIO(package))))
    if first and not first[0].losses:
        return first[0]
    mended = mend(package)
    try:
        deck = _read(pptx.Presentation(io.BytesIO(mended.data)))
    except MemoryError:
        raise
    except Exception:
        if first:
            return first[0]
        raise
    lost = [*loss_names(mended.losses, deck.places), *deck.losses]
    deck.losses = list(dict.fromkeys(lost))
    return deck


def _read(presentation: Presentation) -> _Deck:
    deck = _Deck(height=presentation.slide_height or _DEFAULT_HEIGHT)
    element: Node = presentation.part._element  # its own list of slides renames their parts
    listed = element.sldIdLst
    for number, entry in enumerate(listed if listed is not None else (), start=1):
        deck.count = number
        with loss_noted(deck.losses, f"Folie {number}"):
            slide = presentation.part.related_slide(entry.rId)
            deck.places[str(slide.part.partname).lstrip("/")] = f"Folie {number}"
            if slide._element.get("show") in ("0", "false"):
                deck.hidden.append(number)
                continue
            deck.blocks.extend(_slide(slide, number, deck))
            _add_notes(slide, number, deck)
    with loss_noted(deck.losses, "Eigenschaften"):
        deck.metadata = _metadata(presentation)
    return deck


def _slide(slide: Slide, number: int, deck: _Deck) -> Iterator[Block]:
    choose_alternatives(slide._element)
    placed = list(_placed(slide.shapes, 0, 0, 1, 1))
    titles = [item for item in placed if _placeholder(item.item) in _TITLES]
    texts = [box_text(item.item) for item in titles]
    for title in filter(None, texts):
        yield Block(BlockKind.HEADING, title, 1, number)
    rest = reading_order((item for item in placed if item not in titles), deck.height)
    if not any(texts):
        lines = [title_line(p, deck.height, in_list=_in_list(p.item)) for p in rest]
        at = title_among(lines)
        line = lines[at] if at is not None else None
        if at is not None and line is not None:
            yield Block(BlockKind.HEADING, line.text, 1, number)
            del rest[at]
    for item in rest:
        found: list[Block] = []
        with loss_noted(deck.losses, f"Folie {number}"):
            found.extend(_shape(item.item, number))
        yield from found


def _add_notes(slide: Slide, number: int, deck: _Deck) -> None:
    with loss_noted(deck.losses, f"Notizen zu Folie {number}"):
        if not slide.has_notes_slide:
            return
        page = slide.notes_slide
        deck.places[str(page.part.partname).lstrip("/")] = f"Notizen zu Folie {number}"
        frame = page.notes_text_frame
        if frame is None:
            return
        lines = [paragraph_text(paragraph._p) for paragraph in frame.paragraphs]
        notes = HARD_BREAK.join(filter(None, lines))
        if notes:
            deck.blocks.append(Block(BlockKind.NOTE, NOTE_PREFIX + notes, 0, number))


def _placed(
    shapes: Iterable[Shape], x: float, y: float, across: float, down: float, depth: int = 0
) -> Iterator[Placed[Shape]]:  # fmt: skip
    """Yield the shapes that hold content; those of groups with their place on the slide."""
    for shape in shapes:
        if _is_hidden(shape):
            continue
        left, top = x + (shape.left or 0) * across, y + (shape.top or 0) * down
        if not hasattr(shape, "shapes"):
            width, height = (shape.width or 0) * across, (shape.height or 0) * down
            yield Placed(shape, left, top, width, height)
        elif depth < MAX_GROUP_DEPTH:
            frame = shape._element.grpSpPr.find(qn("a:xfrm"))
            inner = _inner(frame, left, top, across, down)
            yield from _placed(shape.shapes, *inner, depth + 1)


def _is_hidden(shape: Shape) -> bool:
    """Whether the selection pane has switched a shape off, or it is furniture of the slide."""
    named = shape._element.find(f"./*/{qn('p:cNvPr')}")
    off = named is not None and named.get("hidden") in ("1", "true")
    return off or _placeholder(shape) in _LEFT_OUT


def _inner(
    frame: Node, left: float, top: float, across: float, down: float
) -> tuple[float, float, float, float]:
    """Return origin and scale of a group's own coordinates on the slide."""
    if frame is None:
        return left, top, across, down
    origin, extent = frame.find(qn("a:chOff")), frame.find(qn("a:chExt"))
    size = frame.find(qn("a:ext"))
    if origin is None or extent is None or size is None:
        return left, top, across, down
    across *= int(size.get("cx")) / max(int(extent.get("cx")), 1)
    down *= int(size.get("cy")) / max(int(extent.get("cy")), 1)
    return left - int(origin.get("x")) * across, top - int(origin.get("y")) * down, across, down


def _placeholder(shape: Shape) -> PP_PLACEHOLDER | None:
    kind: PP_PLACEHOLDER | None = shape.placeholder_format.type if shape.is_placeholder else None
    return kind


def _in_list(shape: Shape) -> bool:
    return _placeholder(shape) in _LISTS


def _shape(shape: Shape, number: int) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        table = shape.table
        rows = [["" if c.is_spanned else c.text for c in row.cells] for row in table.rows]
        for text in row_texts(rows, header=bool(table.first_row)):
            yield Block(BlockKind.ROW, text, 0, number)
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart_part._element, number)
    elif shape.has_text_frame:
        yield from box_blocks(shape, number, in_list=_in_list(shape))
    else:
        yield from _diagram(shape, number)


def _chart(chart: Node, number: int) -> Iterator[Block]:
    title = chart_title(chart)
    if title:
        yield Block(BlockKind.PARAGRAPH, title, 0, number)
    for text in chart_rows(chart):
        yield Block(BlockKind.ROW, text, 0, number)


def _diagram(shape: Shape, number: int) -> Iterator[Block]:
    """Yield the texts of a SmartArt diagram, which python-pptx does not open."""
    relation = shape._element.find(".//{*}relIds")
    key = relation.get(qn("r:dm")) if relation is not None else None
    if key is not None:
        for text in diagram_texts(parsed(shape.part.related_part(key).blob)):
            yield Block(BlockKind.ITEM, text, 0, number)


def _metadata(presentation: Presentation) -> Metadata:
    properties = presentation.core_properties
    kind = stated_type(properties.category, properties.subject)
    return Metadata(
        title=plausible_title(properties.title),
        date=plausible_date(properties.created, properties.modified),
        type=kind or DEFAULT_TYPE,
    )
