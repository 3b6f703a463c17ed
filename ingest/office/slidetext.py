"""Paragraphs of a slide's boxes → blocks: bullets, numbers, and what may be the slide's title.

Looks at the boxes as python-pptx shows them, without knowing the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ingest.document import Block, BlockKind
from ingest.office.slideorder import DEFAULT_POINTS, Line, Placed
from ingest.office.slideparts import A, P, paragraph_text
from ingest.wording.markers import split_bullet

# python-pptx's shapes and paragraphs share no typed base that says what they hold.
Shape: TypeAlias = Any
Node: TypeAlias = Any

_LEVELS = [f"{A}lvl{level}pPr" for level in range(1, 10)]
_NUMBERED = f"{A}buAutoNum"
_BULLETS = {f"{A}buChar", f"{A}buBlip", _NUMBERED}
_HUNDREDTHS = 100  # sizes of type are counted in hundredths of a point


def box_text(shape: Shape) -> str:
    """Return the whole text of a box as one line."""
    lines = (paragraph_text(paragraph._p) for paragraph in shape.text_frame.paragraphs)
    return " ".join(" ".join(lines).split())


def box_blocks(shape: Shape, number: int, *, in_list: bool) -> Iterator[Block]:
    """Yield the paragraphs of a box on slide `number`.

    `in_list` says that its placeholder takes its bullets from the layout and the master.
    """
    counts: dict[int, int] = {}
    for paragraph in shape.text_frame.paragraphs:
        text = paragraph_text(paragraph._p)
        if not text:
            continue
        level = paragraph.level
        mark = _mark(paragraph, shape, in_list=in_list)
        counts = {depth: n for depth, n in counts.items() if depth <= level}
        if mark is not None and mark.tag == _NUMBERED:
            counts[level] = counts.get(level, _first_number(mark) - 1) + 1
            yield Block(BlockKind.ITEM, f"{counts[level]}. {text}", 0, number)
            continue
        bare = split_bullet(text)
        item = mark is not None or bare is not None
        yield Block(BlockKind.ITEM if item else BlockKind.PARAGRAPH, bare or text, 0, number)


def title_line(placed: Placed[Shape], height: float, *, in_list: bool) -> Line | None:
    """Return a box's text with its size where it may be a title, else None.

    `height` is the slide's, in EMU.
    """
    shape = placed.item
    if not shape.has_text_frame:
        return None
    written = [p for p in shape.text_frame.paragraphs if paragraph_text(p._p)]
    if len(written) != 1 or _mark(written[0], shape, in_list=in_list) is not None:
        return None
    text = " ".join(paragraph_text(written[0]._p).split())
    runs = [run for run in written[0].runs if run.text.strip()]
    sizes = [run.font.size.pt for run in runs if run.font.size is not None]
    points = max(sizes) if sizes else _inherited_points(written[0], shape, in_list=in_list)
    bold = bool(runs) and all(run.font.bold for run in runs)
    return Line(text, points, bold, placed.top / height if height else 0.0)


def _inherited_points(paragraph: Node, shape: Shape, *, in_list: bool) -> float:
    for properties in _inherited(paragraph, shape, in_list=in_list):
        default = properties.find(f"{A}defRPr")
        size = str(default.get("sz", "")) if default is not None else ""
        if size.isascii() and size.isdigit():
            return int(size) / _HUNDREDTHS
    return DEFAULT_POINTS


def _first_number(mark: Node) -> int:
    start = str(mark.get("startAt", ""))
    return int(start) if start.isascii() and start.isdigit() else 1


def _mark(paragraph: Node, shape: Shape, *, in_list: bool) -> Node | None:
    """Return the element of a paragraph's bullet, looked up as PowerPoint inherits it."""
    for properties in _inherited(paragraph, shape, in_list=in_list):
        for child in properties:
            if child.tag in _BULLETS:
                return child
            if child.tag == f"{A}buNone":
                return None
    return None


def _inherited(paragraph: Node, shape: Shape, *, in_list: bool) -> Iterator[Node]:
    own = paragraph._p.pPr
    if own is not None:
        yield own
    level = _LEVELS[min(paragraph.level, len(_LEVELS) - 1)]
    for source in _list_styles(shape, in_list=in_list):
        found = source.find(level) if source is not None else None
        if found is not None:
            yield found


def _list_styles(shape: Shape, *, in_list: bool) -> Sequence[Node | None]:
    sources = [shape._element.find(f".//{A}lstStyle")]
    if in_list:
        layout = shape.part.slide_layout
        index = shape.placeholder_format.idx
        sources += [
            holder._element.find(f".//{A}lstStyle")
            for holder in layout.placeholders
            if holder.placeholder_format.idx == index
        ]
        sources.append(layout.slide_master._element.find(f".//{P}bodyStyle"))
    return sources
