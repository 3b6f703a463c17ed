"""Key words that a document itself names: in its properties or behind "Schlagwörter:". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.document import Block, BlockKind
from ingest.facts.sight import folded, is_value, near
from ingest.facts.tables import table

MOST = 20
LONGEST = 60
"""At most so many key words of a document, of so many characters."""

_MAX_LINE = 1500
_MAX_WORDS = 6
_LABEL = re.compile(r"^\W*(?P<label>[^\W\d][\w /-]{2,30}?)\s*:\s*(?P<value>.*)$", re.DOTALL)
_SEPARATOR = re.compile(r"\s*[;•·|\n]\s*|\s+#")
_COMMA = re.compile(r",\s*(?![^()]{0,80}\))")  # not in brackets
_SENTENCE = re.compile(r"[.!?]\s|[?!]$|\S@\S|https?:|www\.")
_TRIM = " \t\n.,;:·•*#-–—\"'„“”[]"
_END = re.compile(r"\.$")
_MAX_WORDS_BEFORE_POINT = 4


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may carry key words; `item` in a list, `first` of its block."""

    text: str
    item: bool
    heading: bool


def keywords_of(blocks: Sequence[Block], given: Iterable[str]) -> tuple[str, ...]:
    """Return the key words a document declares, in its order, each once.

    Args:
        blocks: Its cleaned blocks; only those near beginning and end are looked at.
        given: What its properties say, one or several in each entry.
    """
    words = [word for entry in given for word in split_keywords(entry)]
    words += _labelled([line for block in near(blocks) for line in _lines(block)])
    once = {folded(word): word for word in reversed(words)}
    kept = sorted(once.values(), key=words.index)
    return tuple(kept[:MOST])


def split_keywords(value: str) -> list[str]:
    """Split a line of key words at semicolons, bullets and commas; [] for a sentence."""
    value = value.strip()
    parts = [part for piece in _SEPARATOR.split(value) for part in _COMMA.split(piece)]
    trimmed = [" ".join(part.split()).strip(_TRIM) for part in parts]
    longest = max((len(part.split()) for part in trimmed), default=0)
    if _END.search(value) and longest > _MAX_WORDS_BEFORE_POINT:
        return []
    if any(_is_sentence(part) for part in trimmed):
        return []
    return [part for part in trimmed if _is_keyword(part)]


def _is_sentence(part: str) -> bool:
    words = set(part.lower().split())
    return bool(words & set(table("audiences")["pronouns"])) and len(words) > 2  # noqa: PLR2004


def _is_keyword(part: str) -> bool:
    if not 1 < len(part) <= LONGEST or len(part.split()) > _MAX_WORDS:
        return False
    return sum(map(str.isalpha, part)) > 1 and is_value(part) and not _SENTENCE.search(part)


def _lines(block: Block) -> Iterator[_Line]:
    item, heading = block.kind is BlockKind.ITEM, block.kind is BlockKind.HEADING
    if block.kind is BlockKind.ROW:
        cells = block.text.split(" | ")
        if len(cells) == 2:  # noqa: PLR2004 - a label and its value
            yield _Line(f"{cells[0].rstrip(': ')}: {cells[1]}", item=False, heading=False)
        return
    for line in block.text.split("\n"):
        if len(line) <= _MAX_LINE:
            yield _Line(line.strip(), item, heading)


def _labelled(lines: Sequence[_Line]) -> list[str]:
    words: list[str] = []
    for place, line in enumerate(lines):
        match = _LABEL.match(line.text if ":" in line.text or not line.heading else f"{line.text}:")
        label = folded(match["label"]) if match else ""
        if match is None or label not in _labels():
            continue
        value = match["value"].strip()
        found = split_keywords(value) if value else _below(lines[place + 1 :])
        topics = label in map(folded, table("audiences")["topic_labels"])
        if not (topics and (line.heading or len(found) < 2)):  # noqa: PLR2004 - "Themen: Was wir tun"
            words += found
    return words


def _labels() -> set[str]:
    tables = table("audiences")
    return {folded(label) for label in (*tables["keyword_labels"], *tables["topic_labels"])}


def _below(lines: Sequence[_Line]) -> list[str]:
    """Read the list, or the one line, below a label."""
    words: list[str] = []
    for place, line in enumerate(lines[:MOST]):
        found = [] if line.heading or _LABEL.match(line.text) else split_keywords(line.text)
        if not found or not (line.item or place == 0):
            break
        words += found
        if not line.item:
            break
    return words
