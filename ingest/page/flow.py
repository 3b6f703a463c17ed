"""Lines in reading order → paragraphs, list items, table rows and headings. Pure.

Where a paragraph ends is read off the page: a gap wider than the leading, a change of type, a
bullet, or a line that was broken although the next word would have fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.document import Block, BlockKind
from ingest.page.cells import row_texts
from ingest.page.layout import Line
from ingest.page.notes import RAISED, notes_last
from ingest.page.typography import Type, half, same_size
from ingest.wording.markers import certain_bullet, numbered, section_depth, split_bullet
from ingest.wording.wrapping import starts_contact

HEADING_SIZE = 1.15
HEADING_CHARACTERS = 200
BOLD_CHARACTERS = 120
_HEADING_LINES = 3
_MAX_LEVEL = 6
_LOOSE = 1.25
_ALIGNED = 4.0
_INDENT = 0.8
_SPARE = 0.05
_NEARLY_FULL = 0.15
_PROSE_CHARACTERS = 25
_MIN_LETTERS = 2
_ADDRESS_LINES, _ADDRESS_WIDTH = 9, 60

_SENTENCE_END = re.compile(r"[.!?:…][\"“”«»’)\]]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_OPEN_END = (",", "-", "\u00ad", "‐", "–", "(", "/", "&")
_LEADER = re.compile(r"\s*(?:\.\s?){4,}\s*(\d{0,4})$")
_CAPTION = re.compile(r"^(?:Abb|Tab|Quelle|Foto)\w*[.:\s]")
_LEGAL = re.compile(r"^\(\d")
_PROSE_END = re.compile(r"(?<!\.)[.;,]$")


def blocks_of(pages: Sequence[tuple[int, Sequence[Line]]], kind: Type) -> list[Block]:
    """Return the blocks of a document.

    Args:
        pages: (1-based number, lines in reading order) of each page.
        kind: The document's type, from `type_of`.
    """
    groups = [(number, group) for number, lines in pages for group in _groups(lines, kind)]
    first = {number: index for index, (number, _) in reversed(list(enumerate(groups)))}
    titles = [
        index
        for index, (number, group) in enumerate(groups)
        if _is_large(group, kind) and (not kind.slides or first[number] == index)
    ]
    ranks = _ranks(half(groups[index][1][0].size) for index in titles)
    levels = {i: 1 if kind.slides else ranks[half(groups[i][1][0].size)] for i in titles}
    minor = {
        index: section_depth(group[0].text)
        for index, (_, group) in enumerate(groups)
        if index not in levels and _is_minor_heading(group, kind)
    }
    top = min(filter(None, minor.values()), default=1)
    below = max(ranks.values(), default=0) + 1
    levels |= {i: min(_MAX_LEVEL, below + max(depth - top, 0)) for i, depth in minor.items()}
    rows = _row_texts(groups, levels)
    return [
        _block(group, number, levels.get(index, 0), rows.get(index, ""))
        for index, (number, group) in enumerate(groups)
        if rows.get(index, "") is not None
    ]


def _row_texts(
    groups: Sequence[tuple[int, Sequence[Line]]], levels: Mapping[int, int]
) -> dict[int, str | None]:
    """Return the texts of all rows of tables by their place, None for heads of columns."""
    texts: dict[int, str | None] = {}
    table: list[int] = []
    for index, (_, group) in enumerate([*groups, (0, ())]):
        if group and _is_row(group) and index not in levels and not _LEADER.search(group[0].text):
            table.append(index)
        elif table:
            found = row_texts([(groups[i][0], groups[i][1][0]) for i in table])
            texts |= dict(zip(table, found, strict=True))
            table = []
    return texts


def _block(group: Sequence[Line], page: int, level: int, row: str | None) -> Block:
    text = "\n".join(line.text for line in group)
    if level:
        return Block(BlockKind.HEADING, text, level, page)
    if _is_row(group):
        text = row or _LEADER.sub(lambda leader: f" … {leader[1]}".rstrip(), text)
        return Block(BlockKind.ROW, text, 0, page)
    bare = split_bullet(text)
    if bare is not None:
        return Block(BlockKind.ITEM, bare, 0, page)
    item = numbered(text) and not _LEGAL.match(text)
    return Block(BlockKind.ITEM if item else BlockKind.PARAGRAPH, text, 0, page)


def _ranks(sizes: Iterable[float]) -> dict[float, int]:
    """Map sizes of headings to levels, the largest to 1; sizes a point apart share a level."""
    ranks: dict[float, int] = {}
    level, reference = 0, float("inf")
    for size in sorted(set(sizes), reverse=True):
        if reference - size >= 1:
            level, reference = level + 1, size
        ranks[size] = min(level, _MAX_LEVEL - 1)
    return ranks


def _groups(lines: Sequence[Line], kind: Type) -> list[list[Line]]:
    """Split a page's lines into paragraphs, items, rows and headings.

    Lines that are no rows of a table lose their cells, so that only rows have several.
    """
    lines = lines if kind.slides else notes_last(lines, kind.size, _runs_on)
    groups: list[list[Line]] = []
    after_row = False
    for line, row in zip(lines, _tabular(lines), strict=True):
        plain = line if row else replace(line, cells=())
        if not groups or row or after_row or _breaks(groups[-1], plain, kind):
            groups.append([plain])
        else:
            groups[-1].append(plain)
        after_row = row
    return [part for group in groups for part in _split_short(group, kind)]


def _tabular(lines: Sequence[Line]) -> list[bool]:
    """Say for each line whether it is a row: cells in line with those of a neighbour."""
    rows = [line.is_row or bool(_LEADER.search(line.text)) for line in lines]
    for index, (a, b) in enumerate(pairwise(lines)):
        if a.column == b.column and len(a.cells) > 1 and len(b.cells) > 1 and _aligned(a, b):
            rows[index] = rows[index + 1] = True
    return rows


def _aligned(a: Line, b: Line) -> bool:
    return any(
        min(abs(s.x0 - t.x0), abs(s.x1 - t.x1)) <= _ALIGNED
        for s in a.cells[1:]
        for t in b.cells[1:]
    )


def _is_row(group: Sequence[Line]) -> bool:
    return bool(group[0].cells)


def _breaks(group: Sequence[Line], line: Line, kind: Type) -> bool:
    """Whether `line` opens something new after `group`."""
    last = group[-1]
    moved = line.column != last.column
    caption = moved and _CAPTION.match(last.text) is not None
    if not same_size(last, line) or certain_bullet(line.text) or caption:
        return True
    if 0 < _limit(group, line, kind) < last.y - line.y:
        return True
    if moved or line.y >= last.y:
        return not _runs_on(last, line)
    if split_bullet(line.text) is not None or numbered(line.text) or line.bold != last.bold:
        return _may_end(last, line)
    return _leaves_item(group, line)


def _limit(group: Sequence[Line], line: Line, kind: Type) -> float:
    """Return the widest step, in points, that still is the leading of a paragraph."""
    limit = kind.leading * _LOOSE * max(group[-1].size, line.size)
    if len(group) == 1:
        return limit
    own = (group[-2].y - group[-1].y) * _LOOSE
    return max(limit, min(own, limit * _LOOSE))


def _runs_on(last: Line, line: Line) -> bool:
    """Whether a sentence goes on from the foot of one column to the head of the next."""
    if _SENTENCE_END.search(last.text) or last.bold != line.bold:
        return False
    if split_bullet(line.text) is not None or numbered(line.text) or RAISED.match(line.text):
        return False
    full = last.right - last.x1 <= _NEARLY_FULL * (last.right - last.left)
    return line.text[:1].islower() or (full and len(last.text) >= _PROSE_CHARACTERS)


def _may_end(last: Line, line: Line) -> bool:
    """Whether a list item or a change of type after `last` is no accident of line breaking."""
    if _SENTENCE_END.search(last.text) or split_bullet(last.text) is not None:
        return True
    return _spare(last, line, max(last.right, line.x1)) or numbered(last.text)


def _leaves_item(group: Sequence[Line], line: Line) -> bool:
    """Whether `line` stands further left than the list item above it allows."""
    head = group[0]
    if split_bullet(head.text) is None and not numbered(head.text):
        return False
    if line.x0 < head.x0 - _INDENT * head.size:
        return True
    hanging = len(group) > 1 and group[1].x0 > head.x0 + 0.5 * head.size
    return hanging and line.x0 < group[1].x0 - 0.5 * head.size


def _spare(last: Line, line: Line, right: float) -> bool:
    """Whether the first word of `line` would have fitted after `last`: a wanted break."""
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) * len(word) / max(len(line.text), 1)
    margin = 0.5 * last.size + _SPARE * (right - line.left)
    return right - last.x1 > width + margin


def _split_short(group: list[Line], kind: Type) -> list[list[Line]]:
    """Split a group after lines that end early, and before indented first lines."""
    if _is_address(group):
        return [group]
    right: dict[int, float] = {}
    for line in group:
        right[line.column] = max(line.x1, line.edge, right.get(line.column, line.x1))
    parts = [[group[0]]]
    for last, line in pairwise(group):
        ends = _SENTENCE_END.search(last.text) is not None
        indented = line.x0 > last.x0 + _INDENT * line.size and len(parts[-1]) > 1
        early = _spare(last, line, right[last.column]) and not last.text.endswith(_OPEN_END)
        starts = not line.text[:1].islower()
        same_heading = last.size >= HEADING_SIZE * kind.size or (last.bold and line.bold)
        if (
            not same_heading
            and starts
            and ((early and last.column == line.column) or (ends and indented))
        ):
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def _is_address(group: Sequence[Line]) -> bool:
    """Whether lines are an address: short, and one is a street, a town, a number to call."""
    if not 1 < len(group) <= _ADDRESS_LINES or not any(starts_contact(s.text) for s in group):
        return False
    right = max(s.x1 for s in group)
    ends = [_spare(a, b, right) or starts_contact(b.text) for a, b in pairwise(group)]
    return all(len(s.text) <= _ADDRESS_WIDTH for s in group) and 2 * sum(ends) >= len(ends)


def _text(group: Sequence[Line]) -> str:
    return " ".join(line.text for line in group)


def _titular(group: Sequence[Line], most: int) -> bool:
    text = _text(group)
    letters = sum(character.isalpha() for character in text)
    return (
        len(group) <= _HEADING_LINES
        and len(text) <= most
        and letters >= _MIN_LETTERS
        and split_bullet(text) is None
        and not _LEADER.search(text)
    )


def _is_large(group: Sequence[Line], kind: Type) -> bool:
    if min(line.size for line in group) < HEADING_SIZE * kind.size:
        return False
    return _titular(group, HEADING_CHARACTERS)


def _is_minor_heading(group: Sequence[Line], kind: Type) -> bool:
    """Whether a group in body size is a heading by bold type or by its number."""
    text = _text(group)
    if kind.slides or not _titular(group, BOLD_CHARACTERS) or _is_row(group):
        return False
    if _PROSE_END.search(text) or _CAPTION.match(text):
        return False
    if kind.bold_means_heading and all(line.bold for line in group):
        return True
    return len(group) == 1 and section_depth(text) > 1
