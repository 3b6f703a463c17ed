"""A model's stream of pieces → finished sentences with the sources they name. Pure.

What a model writes is taken apart as it comes: a sentence leaves as soon as the words behind it
show that it has ended, and nothing of it leaves as it was written. Markers become numbers,
markup goes, what cannot be shown is flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.generation.disarm import visible
from ingest.wording.sentences import sentences

NO_ANSWER = "KEINE_ANTWORT"
"""What a model writes when the sources do not answer."""
LONGEST_SENTENCE = 600
LONGEST_LINE = 3_000

# A marker becomes one character per number: no splitter takes it for a word or an abbreviation.
_FIRST_MARK = 0xE100
_LINKED = "\ue0ff"
_MOST_MARKS = 99
_MARKS = f"[{chr(_FIRST_MARK)}-{chr(_FIRST_MARK + _MOST_MARKS)}]"
_MARKER = re.compile(
    r"[\[【]\s*(?:Quellen?|Sources?|Nr\.?|No\.?)?\s*\^?\d{1,3}"
    r"(?:\s*(?:[,;/&–-]|und|and)\s*(?:(?:Quelle|Source)\s*)?\^?\d{1,3})*\s*[\]】]",
    re.IGNORECASE,
)
_MARK_BEHIND = re.compile(rf"([.!?…]+[\"”“«»’)*_]*)((?:[ \t]*{_MARKS})+)")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THINKING = re.compile(r"<(?:think|thinking|reasoning)>", re.IGNORECASE)
# What may still become a marker, a link or a tag with the next piece.
_UNFINISHED = re.compile(
    r"(?:!?\[[^\]\n]{0,200}(?:\](?:\([^)\n]{0,300})?)?|【[^】\n]{0,40}|<[^<>\n]{0,200})$"
)
_ITEM = re.compile(r"\s*(?:[-–•▪*◦+]|\d{1,2}[.)])[ \t\u00a0]+(?=\S)")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,400}>|<\|[^<>]{0,60}\|?>")
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|`+|~~")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*.!?]+\*\*:?\s*$)")
_LINE_START = re.compile(r"^\s*(?:>\s*)*(?:(?:Antwort|Answer)\s?:\s*)?")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,12}://|\bwww\.|\b(?:javascript|data|mailto|file):\S"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:de|com|org|net|eu|info|io|biz|gov|edu|int|ch|at|ly|co|me|dev|app|ai"
    r"|test|example|invalid|ru|cn|xyz|top|site|online|link)\b(?!@)|\b[\w-]+(?:\.[\w-]+)+/\w",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ENDED = re.compile(r"[.!?…:][\"”“«»’)]*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence or list item of a model's answer, without markup.

    `ids` are the known sources that it names, in order, each once. `tainted` says that it held
    something that is never shown: a link, an address, far too many words.
    """

    text: str
    ids: tuple[int, ...]
    item: bool = False
    tainted: bool = False


class Draft:
    """Collects pieces and gives out what is finished."""

    def __init__(self, sources: int) -> None:
        """Know sources 1 to `sources`; every other number is removed."""
        self._sources = sources
        self._rest = ""
        self._given = 0  # sentences of the open line that are out
        self._held: list[Unit] = []

    @property
    def waiting(self) -> int:
        """How many characters have come that make no finished line yet."""
        return len(self._rest)

    def feed(self, piece: str) -> list[Unit]:
        """Take the next piece in; returns the units that it completes, in order."""
        self._rest = _THOUGHT.sub("", self._rest + piece)
        ready = _settled(self._rest)
        *lines, last = ready.split("\n")
        out: list[Unit] = []
        for line in lines:
            out += self._close(line)
        self._rest = self._rest[len(ready) - len(last) :]
        if len(last) > LONGEST_LINE:
            self._rest = self._rest[len(last) :]
            return [*out, *self._close(last)]
        return [*out, *self._open(last)]

    def finish(self, *, whole: bool = True) -> list[Unit]:
        """Return the last units; the end of a line only where it is a whole sentence.

        Args:
            whole: The model came to its end; otherwise what is unfinished is left out.
        """
        rest = "" if _THINKING.search(self._rest) else self._rest
        out: list[Unit] = []
        if whole:
            out = self._close(rest, last=True)
        self._rest = ""
        held, self._held = self._held, []
        return [*out, *held]

    def _close(self, line: str, *, last: bool = False) -> list[Unit]:
        """Take a complete line; the last one may break off within a sentence."""
        found = list(self._units(line))[self._given :]
        self._given = 0
        if last and found and not found[-1].item and not _ENDED.search(found[-1].text):
            found.pop()
        return [unit for one in found for unit in self._put(one)]

    def _open(self, line: str) -> list[Unit]:
        """Take what there is of a line: all but its last sentence, and nothing of an item."""
        if not line.strip() or _ITEM.match(line) or _ITEM.match(line + "x"):
            return []
        found = list(self._units(line))
        new, self._given = found[self._given : -1], max(self._given, len(found) - 1)
        out = [unit for one in new for unit in self._put(one)]
        if found and found[-1].text and self._held and not _leads(self._held[-1]):
            held, self._held = self._held, []
            out += held
        return out

    def _put(self, unit: Unit) -> list[Unit]:
        """Hold `unit` until it is clear that no marker follows; returns what is now clear."""
        if not unit.text:  # markers on a line of their own belong to what stands above
            self._held = [_naming(one, unit.ids) for one in self._held]
            return []
        held, self._held = self._held, [unit]
        if held and _leads(held[-1]):  # "Angebote sind:" rests on what its items rest on
            held[-1] = _naming(held[-1], unit.ids)
        return held

    def _units(self, line: str) -> Iterator[Unit]:
        """Take a line apart; markers become numbers, markup goes."""
        if _HEADING.match(line):  # says nothing that could be checked
            return
        item = _ITEM.match(line)
        body = line[item.end() :] if item else _LINE_START.sub("", line)
        plain = _MARKER.sub(_marks, visible(_IMAGE.sub("", body)))
        plain = _TAG.sub("", _LINK.sub(rf"{_LINKED}\1", plain))
        plain = _MARK_BEHIND.sub(r"\2\1", plain)
        spans = [(0, len(plain))] if item else sentences(plain)
        for start, end in spans:
            yield self._unit(plain[start:end], item=item is not None)

    def _unit(self, raw: str, *, item: bool) -> Unit:
        numbers = [ord(mark) - _FIRST_MARK for mark in re.findall(_MARKS, raw)]
        known = tuple(dict.fromkeys(n for n in numbers if 1 <= n <= self._sources))
        text = re.sub(rf"[ \t]*{_MARKS}", "", raw).replace(_LINKED, "")
        text = " ".join(_EMPHASIS.sub("", text).split())
        text = re.sub(r"\s+([.,;:!?])", r"\1", text).strip(" |")
        linked = _LINKED in raw or _ADDRESS.search(_MAIL.sub("", text)) is not None
        bad = linked or len(text) > LONGEST_SENTENCE
        return Unit(text if any(c.isalnum() for c in text) else "", known, item, bad)


def _settled(text: str) -> str:
    """Return the beginning of `text` that no further piece can change: whole words, no thoughts."""
    thinking = _THINKING.search(text)
    ready = text[: thinking.start()] if thinking else text
    unfinished = _UNFINISHED.search(ready)
    if unfinished:
        ready = ready[: unfinished.start()]
    at = max(ready.rfind(" "), ready.rfind("\n"))
    return ready[: at + 1]


def _marks(found: re.Match[str]) -> str:
    numbers = (int(number) for number in re.findall(r"\d{1,3}", found.group()))
    return "".join(chr(_FIRST_MARK + n) for n in numbers if n <= _MOST_MARKS)


def _leads(unit: Unit) -> bool:
    return unit.text.endswith(":") and not unit.ids


def _naming(unit: Unit, ids: tuple[int, ...]) -> Unit:
    return replace(unit, ids=tuple(dict.fromkeys((*unit.ids, *ids))))
