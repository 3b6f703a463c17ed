"""Finds whole lists in a document text. Pure; offsets in code points of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.assemble import BULLET, NUMBERED
from ingest.wording.sentences import sentences

LONGEST_HEADING = 120
_OPEN = (",", " wenn", " dass", " und", " oder", " durch", " für", " von", " if", " and", " or")
"""How a sentence of a statute ends that its numbered items go on with."""
_UNFINISHED = re.compile(r"(?:\S+\s+){2,}[a-zäöüß]+$")
"""Three words or more without an end and the last of them no noun: "Sie umfasst insbesondere"."""
_ANNOUNCING_UNIT = re.compile(
    rf"\(\d{{1,3}}[a-z]?\)\s[^\n]*(?::(?=\n|$)|[^.!?;:\n](?=\n{{1,2}}(?:1[.)]\s|{re.escape(BULLET)})))"
)
"""An Absatz such as "(2) Dem Antrag sind beizufügen:", which is no item of its statute's list."""

_HEAD = re.compile(r"(?:^|; )([^:;]{1,80}): ")
"""The head of a column, as readers write it into each row."""
_SAME_HEADS = 2


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list with the line that announces it. `intro` and `items` are (start, end) spans."""

    intro: tuple[int, int] | None
    items: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Return where the list begins, its announcement included."""
        return self.intro[0] if self.intro else self.items[0][0]

    @property
    def end(self) -> int:
        """Return where the last item ends."""
        return self.items[-1][1]


def list_at(text: str, offset: int) -> ListBlock | None:
    """Return the list that the item around `offset` belongs to, None outside of lists.

    "(2)" below "(1) Mitglieder sind:" and its items is none of them.
    """
    own = first = _line_start(text, offset)
    if not is_item(text, first):
        return None
    while first > 0:
        above = _line_start(text, first - 1)
        if not is_item(text, above):
            break
        first = above
    intro = _intro_above(text, first)
    block = ListBlock(intro, _items_from(text, first, _mark(text, intro[0]) if intro else ""))
    return block if own <= block.end else None


def list_below(text: str, start: int, end: int) -> ListBlock | None:
    """Return the list right below the sentence ``text[start:end]``, which announces it."""
    first = end
    while first < len(text) and text[first] in "\n ":
        first += 1
    if not is_item(text, first) or text.count("\n", end, first) not in (1, 2):
        return None
    return ListBlock((start, end), _items_from(text, first, _mark(text, start)))


def table_at(text: str, offset: int) -> ListBlock | None:
    """Return the table whose row stands around `offset`, its rows as items; None outside of tables.

    Rows of a table follow each other and have the same first two heads ("Wer: …; Was: …").
    """
    first = _line_start(text, offset)
    heads = _heads(text, first)
    if len(heads) < _SAME_HEADS:
        return None
    while first > 0 and _heads(text, above := _line_start(text, first - 1)) == heads:
        first = above
    rows, start = [], first
    while start < len(text) and _heads(text, start) == heads:
        rows.append((start, _line_end(text, start)))
        start = rows[-1][1] + 1
    return ListBlock(_intro_above(text, first), tuple(rows))


def _heads(text: str, start: int) -> tuple[str, ...]:
    """Return the first heads of the row that is the line at `start`."""
    return tuple(_HEAD.findall(text[start : _line_end(text, start)])[:_SAME_HEADS])


def is_item(text: str, start: int) -> bool:
    """Tell whether a list item's line starts at `start`."""
    if text.startswith(BULLET, start):
        return True
    return NUMBERED.match(text, start) is not None and not _ANNOUNCING_UNIT.match(text, start)


def goes_on(sentence: str) -> bool:
    """Tell whether a sentence is not over at its end, so that the list below it belongs to it."""
    return sentence.endswith((":", *_OPEN)) or bool(_UNFINISHED.match(sentence))


def item_start(text: str, start: int) -> int:
    """Return where the words of the item begin whose line starts at `start`."""
    return start + len(BULLET) if text.startswith(BULLET, start) else start


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _mark(text: str, start: int) -> str:
    """Return how the line at `start` is numbered: "(0)", "0.", "a)", nothing."""
    number = NUMBERED.match(text, start)
    return re.sub(r"\d+", "0", re.sub(r"[a-z]", "a", number[0])) if number else ""


def _items_from(text: str, first: int, outer: str) -> tuple[tuple[int, int], ...]:
    """Return the items from `first` on, up to one that is numbered as their announcement is."""
    ends = outer if outer != _mark(text, first) else ""  # below "3. Ablauf" items may begin with 1.
    items = []
    start = first
    while start < len(text) and is_item(text, start):
        if ends and _mark(text, start) == ends:
            break
        end = _line_end(text, start)
        begin = item_start(text, start)
        if text[begin:end].strip():
            items.append((begin, end))
        start = end + 1
    return tuple(items)


def _announces(line: str) -> bool:
    """Tell whether a line leads over to a list: a colon, an open sentence, or a heading."""
    if line.endswith(":"):
        return True
    return (
        len(line) > 0
        and not line.endswith((".", "!", "?", ";"))
        and (len(line) <= LONGEST_HEADING or goes_on(line))
    )


def _intro_above(text: str, first: int) -> tuple[int, int] | None:
    end = first
    while end > 0 and text[end - 1] == "\n":
        end -= 1
    start = _line_start(text, end)
    line = text[start:end]
    alone = start == 0 or text[start - 2 : start] == "\n\n"  # no line of a logo or a letterhead
    # "1. Wünsche" alone above bullets is their heading.
    apart = alone and first - end > 1 and _mark(text, start) != _mark(text, first)
    if is_item(text, start) and not apart:
        return None
    if not (_announces(line) and (alone or goes_on(line))):
        return None
    return list(sentences(text, start, end))[-1]  # of a long paragraph the one that announces it
