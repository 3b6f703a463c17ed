"""For whom a document is, and in which settings what it describes takes place. Pure.

A controlled vocabulary with the words that mean each value stands in ``audiences.toml``. A value
counts where a label declares it, where the title names it, or where it dominates the text.
Statutes and catalogues name every group: in them only title and label count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from ingest.document import Block, BlockKind
from ingest.facts.naming import organisation_by_form
from ingest.facts.sight import folded, is_value, near
from ingest.facts.tables import table

MOST = 4
"""More values than these say that the document is for everybody: then none is given."""

_MAX_LABELLED = 240
_MAX_ITEMS = 6
_MAX_DECLARED = 60
_READ = 100_000  # characters that are looked at for what dominates a text
_MIN_MENTIONS = 6
_MIN_BLOCKS = 4
_PER_WORDS = 90  # one mention in so many words at least
_OF_ALL = 0.5  # share of all mentions of such values
_SPREAD = 0.15  # share of the text's blocks that name it
_PARTS = re.compile(r"[,;•·|]\s*")
_AND = re.compile(r" (?:und|sowie|and|&) ")
_TRIM = " \t.*-–—"
_LABELS = {"target_groups": "group_labels", "settings": "setting_labels"}
_LABEL = re.compile(r"^\W*([^\W\d][^:\n]{2,40}?)\s*:\s*(.*)$")
_ENDING = r"(?:[*:_/]?-?innen|[*:_]in|in|innen|n|en|s|es|ern)?"


def target_groups_of(
    blocks: Sequence[Block], title: str, given: Iterable[str], *, statute: bool = False
) -> tuple[str, ...]:
    """Return the target groups of a document in the order it names them, at most `MOST`.

    Args:
        blocks: Its cleaned blocks.
        title: Its title.
        given: What its properties declare; values outside the vocabulary stay as they are.
        statute: It is a law.
    """
    return _values("target_groups", blocks, title, given, statute)


def settings_of(
    blocks: Sequence[Block], title: str, given: Iterable[str], *, statute: bool = False
) -> tuple[str, ...]:
    """Return the settings of a document; arguments and order as in `target_groups_of`."""
    return _values("settings", blocks, title, given, statute)


def _values(
    kind: str, blocks: Sequence[Block], title: str, given: Iterable[str], statute: bool
) -> tuple[str, ...]:
    declared = [value for entry in given for value in _declared(kind, entry)]
    if declared:
        return tuple(dict.fromkeys(declared))[:MOST]
    entries = list(_labelled(kind, near(blocks)))
    listing = len({frozenset(entry) for entry in _labelled(kind, blocks)}) > 1
    if entries and not listing:
        return entries[0] if len(entries[0]) <= MOST else ()
    named = [] if organisation_by_form(title) else _named(kind, title)
    dominant = [] if statute or listing else _dominant(kind, blocks)
    found = tuple(dict.fromkeys([*named, *dominant]))
    return found if len(found) <= MOST else tuple(named[:MOST])


def _declared(kind: str, entry: str) -> list[str]:
    known = _named(kind, entry, declared=True)
    plain = " ".join(entry.split())
    return known or ([plain] if 1 < len(plain) <= _MAX_DECLARED else [])


def _labelled(kind: str, blocks: Sequence[Block]) -> Iterator[tuple[str, ...]]:
    """Yield the values behind each "Zielgruppe:", on the line or in the list below.

    Different ones behind several labels are those of the entries of a list.
    """
    labels = {folded(label) for label in table("audiences")[_LABELS[kind]]}
    lines = [line for block in blocks for line in _lines(block)]
    for place, (line, _) in enumerate(lines):
        match = _LABEL.match(line[:_MAX_LABELLED])
        if match is None or folded(match[1]) not in labels:
            continue
        if match[2].strip():
            values = _listed(kind, match[2])
        else:
            below = _below(lines[place + 1 : place + 1 + _MAX_ITEMS])
            values = [name for line in below for name in _named(kind, line, declared=True)]
        if values:
            yield tuple(dict.fromkeys(values))


def _listed(kind: str, text: str) -> list[str]:
    """Read the values on a label's line; what is not in the vocabulary stays as it is written."""
    values: list[str] = []
    for part in _PARTS.split(text):
        sides = _AND.split(part.strip(_TRIM))
        whole = any(not side[:1].isupper() or side.endswith("-") for side in sides)
        for side in [part.strip(_TRIM)] if whole else sides:
            values += _named(kind, side, declared=True) or _as_written(kind, side)
    return values


def _as_written(kind: str, text: str) -> list[str]:
    if kind == "settings":  # "Handlungsfeld: Ernährung" is none
        return []
    plain = " ".join(text.split()).strip(_TRIM)
    words = plain.lower().split()
    sentence = set(words) & set(table("audiences")["pronouns"])
    fits = 2 < len(plain) <= _MAX_DECLARED and plain[0].isupper()  # noqa: PLR2004 - no initials
    return [plain] if fits and is_value(plain) and not sentence else []


def _lines(block: Block) -> Iterator[tuple[str, bool]]:
    text = block.text
    if block.kind is BlockKind.ROW:
        text = text.replace(" | ", ": ", 1) if text.count(" | ") == 1 else text.replace("; ", "\n")
    for line in text.split("\n"):
        heading = block.kind is BlockKind.HEADING and ":" not in line
        yield (f"{line.strip()}:" if heading else line.strip()), block.kind is BlockKind.ITEM


def _below(lines: Sequence[tuple[str, bool]]) -> list[str]:
    """Read the list, or the one short line, below a label."""
    values: list[str] = []
    for line, item in lines[:_MAX_ITEMS]:
        if _LABEL.match(line[:_MAX_LABELLED]) or len(line) > _MAX_LABELLED or (values and not item):
            break
        values.append(line)
        if not item:
            break
    return values


def _named(kind: str, text: str, *, declared: bool = False) -> list[str]:
    """Return the values that a text names, in its order."""
    found = [
        (match.start(), str(row["name"]))
        for row, _, titled, wide in _vocabulary(kind)
        if (match := (wide if declared else titled).search(folded(text)))
    ]
    return [name for _, name in sorted(found)]


def _dominant(kind: str, blocks: Sequence[Block]) -> list[str]:
    """Return the values that the whole text keeps naming."""
    counts: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    words = read = 0
    for block in blocks:
        if read > _READ:
            break
        read += len(block.text)
        text = folded(block.text[:_READ])
        words += text.count(" ") + 1
        for row, plain, _, _ in _vocabulary(kind):
            mentions = sum(1 for _ in plain.finditer(text))
            counts[str(row["name"])] += mentions
            spread[str(row["name"])] += bool(mentions)
    total = sum(counts.values())
    return [
        name
        for name, count in counts.most_common()
        if count >= max(_MIN_MENTIONS, words / _PER_WORDS, _OF_ALL * total)
        and spread[name] >= max(_MIN_BLOCKS, _SPREAD * len(blocks))
    ]


_Entry = tuple[dict[str, Any], re.Pattern[str], re.Pattern[str], re.Pattern[str]]


@cache
def _vocabulary(kind: str) -> list[_Entry]:
    """Pair each row with the patterns of its words: of running text, titles and labels."""
    entries: list[_Entry] = []
    for row in table("audiences")[kind]:
        plain, title, also = row["words"], row.get("title", ()), row.get("also", ())
        wide = [*plain, *title, *also]
        entries.append((row, _pattern(plain), _pattern([*plain, *title]), _pattern(wide)))
    return entries


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    parts = [
        re.escape(folded(word[:-1])) + r"\w*"
        if word.endswith("*")
        else re.escape(folded(word)).replace(r"\ ", r"\s+") + _ENDING
        for word in sorted(words, key=len, reverse=True)
    ]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?!\w)")
