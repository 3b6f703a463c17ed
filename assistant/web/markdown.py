"""The Markdown subset of answers → plain records that a template writes out. Pure.

The grammar is the one `widget/src/markdown.ts` builds nodes from: paragraphs set apart by empty
lines, lists (``- ``, ``* ``, ``1. ``), ``**strong**``, markers ``[1]`` or ``[1, 2]`` of known
citations, and a backslash before punctuation that stands for itself. All else is text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["Inline", "MarkdownBlock", "parse_answer"]

_BULLET = re.compile(r"[-*•] +(?=\S)")
_ORDERED = re.compile(r"([0-9]{1,4})[.)] +(?=\S)")
_INLINE = re.compile(
    r"\\([!-/:-@\[-`{-~])|\*\*(?=\S)(.+?)(?<=\S)\*\*|\[([0-9]{1,4}(?:, ?[0-9]{1,4})*)\]", re.S
)


@dataclass(frozen=True, slots=True)
class Inline:
    """A run of text; `citation` > 0 makes it the marker of that citation."""

    text: str
    strong: bool = False
    citation: int = 0


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """A paragraph (``p``) with one line, or a list (``ul``, ``ol``) with one line an item.

    `start` is the number of the first item of an ordered list.
    """

    tag: str
    lines: tuple[tuple[Inline, ...], ...]
    start: int = 1


def parse_answer(markdown: str, citations: Collection[int]) -> list[MarkdownBlock]:
    """Parse the `answer` of the contract.

    Args:
        markdown: Text in the subset above.
        citations: The ids that exist; other numbers in brackets stay text.

    Returns:
        The blocks in order; empty for blank text.
    """
    blocks: list[MarkdownBlock] = []
    for tag, start, lines in _raw_blocks(markdown):
        parsed = tuple(tuple(_inline(line, citations)) for line in lines)
        blocks.append(MarkdownBlock(tag, parsed, start))
    return blocks


def _raw_blocks(markdown: str) -> list[tuple[str, int, list[str]]]:
    blocks: list[tuple[str, int, list[str]]] = []
    fresh = True
    for line in markdown.split("\n"):
        text = line.strip()
        if not text:
            fresh = True
            continue
        tag, start, body = _line(text)
        last = blocks[-1] if blocks else None
        if tag != "p" and last is not None and last[0] == tag:
            last[2].append(body)  # an empty line between items does not end a list
        elif tag == "p" and last is not None and not fresh:
            last[2][-1] += " " + body
        else:
            blocks.append((tag, start, [body]))
        fresh = False
    return blocks


def _line(text: str) -> tuple[str, int, str]:
    if bullet := _BULLET.match(text):
        return "ul", 1, text[bullet.end() :]
    if ordered := _ORDERED.match(text):
        return "ol", int(ordered[1]), text[ordered.end() :]
    return "p", 1, text


def _inline(text: str, citations: Collection[int], strong: bool = False) -> list[Inline]:
    runs: list[Inline] = []
    position = 0
    for found in _INLINE.finditer(text):
        runs.append(Inline(text[position : found.start()], strong))
        position = found.end()
        runs.extend(_token(found, citations, strong))
    runs.append(Inline(text[position:], strong))
    return [run for run in runs if run.text]


def _token(found: re.Match[str], citations: Collection[int], strong: bool) -> list[Inline]:
    escaped, bold, marker = found.groups()
    if escaped is not None:
        return [Inline(escaped, strong)]
    if bold is not None:
        return [Inline(bold, strong)] if strong else _inline(bold, citations, strong=True)
    numbers = [int(number) for number in marker.split(",")]
    if all(number in citations for number in numbers):
        return [Inline(f"[{number}]", citation=number) for number in numbers]
    return [Inline(found[0], strong)]
