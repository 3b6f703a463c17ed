"""A source text (front matter, then Markdown) → its properties and its blocks."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

CHECKBOX = ("[ ] ", "☐ ")


class Kind(StrEnum):
    """What a block is; NOTE is a block quote and becomes speaker notes on slides."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    NUMBER = "number"
    ROW = "row"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Block:
    """One block; `level` is the rank of a heading, `cells` are the cells of a table row."""

    kind: Kind
    text: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One document before it becomes a file; `stand` is what readers see, `date` ISO 8601."""

    output: str
    title: str
    type: str
    organisation: str
    date: str
    stand: str
    language: str
    blocks: tuple[Block, ...]

    @property
    def markers(self) -> tuple[str, str, str]:
        """The three lines that say what this text is."""
        return (
            f"Typ: {self.type}",
            f"Herausgeber: {self.organisation}",
            f"Stand: {self.stand}",
        )

    @property
    def day(self) -> datetime:
        """The last day of the period that `date` names, at noon: the file's own date."""
        year, month, day = ([int(part) for part in self.date.split("-")] + [0, 0])[:3]
        month = month or 12
        return datetime(year, month, day or calendar.monthrange(year, month)[1], 12)


def read_source(path: Path) -> Source:
    """Read one source file.

    Raises:
        ValueError: the front matter lacks a field.
    """
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    try:
        return Source(
            output=fields["output"],
            title=fields["title"],
            type=fields["type"],
            organisation=fields["organisation"],
            date=fields["date"],
            stand=fields["stand"],
            language=fields["language"],
            blocks=tuple(_blocks(body)),
        )
    except KeyError as exc:
        raise ValueError(f"{path.name}: front matter lacks {exc}") from exc


def _blocks(body: str) -> Iterator[Block]:
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    stack: list[Token] = []
    cells: list[str] = []
    for token in tokens:
        if token.nesting == 1:
            stack.append(token)
        elif token.nesting == -1:
            stack.pop()
            if token.type == "tr_close":
                yield Block(Kind.ROW, cells=tuple(cells))
                cells = []
        elif token.type == "inline" and stack[-1].type in {"th_open", "td_open"}:
            cells.append(token.content)
        elif token.type == "inline":
            yield _block(stack, token.content)


def _block(stack: list[Token], text: str) -> Block:
    opened = {token.type for token in stack}
    if "heading_open" in opened:
        return Block(Kind.HEADING, text, level=int(stack[-1].tag[1]))
    if "blockquote_open" in opened:
        return Block(Kind.NOTE, text)
    if "ordered_list_open" in opened:
        return Block(Kind.NUMBER, text)
    if "bullet_list_open" in opened:
        return Block(Kind.BULLET, text.replace(*CHECKBOX))
    return Block(Kind.PARAGRAPH, text)


def grouped(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    """Give table rows and numbered items as whole groups, every other block alone."""
    start = 0
    while start < len(blocks):
        end = start + 1
        if blocks[start].kind in {Kind.ROW, Kind.NUMBER}:
            while end < len(blocks) and blocks[end].kind is blocks[start].kind:
                end += 1
        yield blocks[start:end]
        start = end
