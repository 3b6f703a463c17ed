"""Reads PowerPoint. The only module that knows python-pptx."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pptx
from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.slide import Slide

from ingest.document import Block, BlockKind, Extract, Metadata, PageUnit
from ingest.errors import Reason, SourceError
from ingest.markers import split_bullet
from ingest.office import as_document, check_package, damage_mapped, row_texts
from ingest.properties import plausible_date, plausible_title, stated_type
from ingest.wrapping import HARD_BREAK

# python-pptx's shapes, paragraphs and elements share no typed base that says what they hold.
Shape: TypeAlias = Any
Node: TypeAlias = Any

PARSER = f"python-pptx {pptx.__version__}"
NOTE_PREFIX = "Notiz: "
DEFAULT_TYPE = "Folien"
MAX_GROUP_DEPTH = 20
MAX_CHART_ROWS = 60
_ROW_TOLERANCE = 0.04
_LEFT_OUT = {
    PP_PLACEHOLDER.DATE,
    PP_PLACEHOLDER.FOOTER,
    PP_PLACEHOLDER.HEADER,
    PP_PLACEHOLDER.SLIDE_NUMBER,
}
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
_LISTS = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY}
_LEVELS = [qn(f"a:lvl{level}pPr") for level in range(1, 10)]
_BULLETS = {qn("a:buChar"), qn("a:buAutoNum"), qn("a:buBlip")}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A shape and where its upper left corner lies on the slide, in EMU."""

    shape: Shape
    top: float
    left: float


def read_slides(data: bytes) -> Extract:
    """Read a PowerPoint file (.pptx, .pptm, .ppsx, .potx).

    Returns:
        Blocks with the 1-based position of their slide as PowerPoint counts it. Hidden slides
        are left out but keep their number. Speaker notes are NOTE blocks.

    Raises:
        SourceError: DAMAGED, ENCRYPTED, TOO_LARGE (see `office.check_package`), NO_TEXT.
    """
    check_package(data)
    blocks: list[Block] = []
    hidden: list[int] = []
    with damage_mapped():
        presentation = pptx.Presentation(io.BytesIO(as_document(data)))
        count = len(presentation.slides)
        height = presentation.slide_height or 6_858_000
        for number, slide in enumerate(presentation.slides, start=1):
            if slide._element.get("show") in ("0", "false"):
                hidden.append(number)
                continue
            blocks.extend(_slide(slide, number, height))
        metadata = _metadata(presentation)
    if not any(block.text.strip() for block in blocks):
        raise SourceError(Reason.NO_TEXT, f"(Folien: {count})")
    warnings = (f"Ausgeblendete Folien übersprungen: {', '.join(map(str, hidden))}.",)
    return Extract(
        blocks=tuple(blocks),
        parser=PARSER,
        unit=PageUnit.SLIDE,
        page_count=count,
        metadata=metadata,
        warnings=warnings if hidden else (),
    )


def _slide(slide: Slide, number: int, height: float) -> Iterator[Block]:
    placed = list(_placed(slide.shapes, 0, 0, 1, 1))
    titles = [item for item in placed if _placeholder(item.shape) in _TITLES]
    for item in titles:
        title = " ".join(item.shape.text_frame.text.split())
        if title:
            yield Block(BlockKind.HEADING, title, 1, number)
    rest = [item for item in placed if item not in titles]
    for item in _reading_order(rest, height * _ROW_TOLERANCE):
        yield from _shape(item.shape, number)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        notes = _unbroken(frame.text).strip() if frame is not None else ""
        if notes:
            yield Block(BlockKind.NOTE, NOTE_PREFIX + notes, 0, number)


def _placed(
    shapes: Iterable[Shape], x: float, y: float, across: float, down: float, depth: int = 0
) -> Iterator[_Placed]:  # fmt: skip
    """Yield the shapes that hold content; those of groups with their place on the slide."""
    for shape in shapes:
        left, top = x + (shape.left or 0) * across, y + (shape.top or 0) * down
        if not hasattr(shape, "shapes"):
            yield _Placed(shape, top, left)
        elif depth < MAX_GROUP_DEPTH:
            frame = shape._element.grpSpPr.find(qn("a:xfrm"))
            inner = _inner(frame, left, top, across, down)
            yield from _placed(shape.shapes, *inner, depth + 1)


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


def _reading_order(items: Iterable[_Placed], tolerance: float) -> list[_Placed]:
    """Sort top to bottom; what begins at about the same height, left to right."""
    rows: list[list[_Placed]] = []
    for item in sorted(items, key=lambda item: (item.top, item.left)):
        if rows and item.top - rows[-1][0].top <= tolerance:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: item.left)]


def _placeholder(shape: Shape) -> PP_PLACEHOLDER | None:
    kind: PP_PLACEHOLDER | None = shape.placeholder_format.type if shape.is_placeholder else None
    return kind


def _shape(shape: Shape, number: int) -> Iterator[Block]:
    kind = _placeholder(shape)
    if kind in _LEFT_OUT:
        return
    if getattr(shape, "has_table", False):
        table = shape.table
        rows = [["" if c.is_spanned else c.text for c in row.cells] for row in table.rows]
        for text in row_texts(rows, header=bool(table.first_row)):
            yield Block(BlockKind.ROW, text, 0, number)
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart, number)
    elif shape.has_text_frame:
        yield from _paragraphs(shape, kind, number)
    else:
        yield from _diagram(shape, number)


def _paragraphs(shape: Shape, kind: PP_PLACEHOLDER | None, number: int) -> Iterator[Block]:
    counts: dict[int, int] = {}
    for paragraph in shape.text_frame.paragraphs:
        text = _unbroken(paragraph.text).strip()
        if not text:
            continue
        level = paragraph.level
        mark = _mark(paragraph, shape, kind)
        counts = {depth: n for depth, n in counts.items() if depth <= level}
        if mark == qn("a:buAutoNum"):
            counts[level] = counts.get(level, 0) + 1
            yield Block(BlockKind.ITEM, f"{counts[level]}. {text}", 0, number)
            continue
        bare = split_bullet(text)
        item = mark is not None or bare is not None
        yield Block(BlockKind.ITEM if item else BlockKind.PARAGRAPH, bare or text, 0, number)


def _mark(paragraph: Node, shape: Shape, kind: PP_PLACEHOLDER | None) -> str | None:
    """Return the tag of a paragraph's bullet, looked up as PowerPoint inherits it."""
    for properties in _inherited(paragraph, shape, kind):
        for child in properties:
            if child.tag in _BULLETS:
                return str(child.tag)
            if child.tag == qn("a:buNone"):
                return None
    return None


def _inherited(paragraph: Node, shape: Shape, kind: PP_PLACEHOLDER | None) -> Iterator[Node]:
    own = paragraph._p.pPr
    if own is not None:
        yield own
    level = _LEVELS[min(paragraph.level, len(_LEVELS) - 1)]
    sources = [shape._element.find(f".//{qn('a:lstStyle')}")]
    if kind in _LISTS:
        layout = shape.part.slide_layout
        index = shape.placeholder_format.idx
        sources += [
            holder._element.find(f".//{qn('a:lstStyle')}")
            for holder in layout.placeholders
            if holder.placeholder_format.idx == index
        ]
        sources.append(layout.slide_master._element.find(f".//{qn('p:bodyStyle')}"))
    for source in sources:
        found = source.find(level) if source is not None else None
        if found is not None:
            yield found


def _chart(chart: Node, number: int) -> Iterator[Block]:
    if chart.has_title and chart.chart_title.has_text_frame:
        title = " ".join(chart.chart_title.text_frame.text.split())
        if title:
            yield Block(BlockKind.PARAGRAPH, title, 0, number)
    plots = list(chart.plots)
    if not plots:
        return
    series = list(plots[0].series)
    labels = [str(category) for category in plots[0].categories][:MAX_CHART_ROWS]
    rows = [["", *[one.name for one in series]]]
    for index, label in enumerate(labels):
        values = [one.values[index] if index < len(one.values) else None for one in series]
        rows.append([label, *["" if v is None else f"{v:g}".replace(".", ",") for v in values]])
    for row in rows[1:]:
        named = [f"{name}: {value}" for name, value in zip(rows[0][1:], row[1:], strict=True)]
        yield Block(BlockKind.ROW, "; ".join([row[0], *named]), 0, number)


def _diagram(shape: Shape, number: int) -> Iterator[Block]:
    """Yield the texts of a SmartArt diagram, which python-pptx does not open."""
    relation = shape._element.find(".//{*}relIds")
    key = relation.get(qn("r:dm")) if relation is not None else None
    if key is None or key not in shape.part.rels:
        return
    root = etree.fromstring(shape.part.related_part(key).blob, _PARSER)
    for point in root.iterfind(".//{*}pt"):
        for paragraph in point.iterfind(f".//{qn('a:p')}"):
            text = "".join(node.text or "" for node in paragraph.iter(qn("a:t"))).strip()
            if text:
                yield Block(BlockKind.ITEM, text, 0, number)


def _unbroken(text: str) -> str:
    """Write PowerPoint's line break within a paragraph (vertical tab) as one that is meant."""
    return text.replace("\x0b", HARD_BREAK)


def _metadata(presentation: Presentation) -> Metadata:
    properties = presentation.core_properties
    kind = stated_type(properties.category, properties.subject)
    return Metadata(
        title=plausible_title(properties.title),
        date=plausible_date(properties.created, properties.modified),
        type=kind or DEFAULT_TYPE,
    )
