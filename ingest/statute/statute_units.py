"""The units of a statute and how they are cited: § 2 Abs. 1, Art. 1, Anlage 3. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document import Block, BlockKind

_MARK = "(XXXX) "  # a converter's, where one heading stands for several paragraphs
_NUMBER = r"\d{1,4}[a-z]{0,2}"
UNIT = re.compile(
    rf"(?:{re.escape(_MARK)})?(?P<sign>§§?|Art(?:\.|ikel)?) ?(?P<first>{_NUMBER})"
    rf"(?: ?(?P<join>bis|und|,|-|–) ?(?P<last>{_NUMBER}))?"
    rf"(?: § ?(?P<inner>{_NUMBER}))?(?=[\s.:–]|$)[\s.:–-]*(?P<rest>.*)"
)
"""A heading that begins with the number of a paragraph or article; `rest` is its title."""
_ANNEX = re.compile(
    r"(?P<word>Anlage|Anhang)(?: (?P<number>\d{1,3}[a-z]?|[IVXLC]{1,6}|[A-Z]))?(?!\w)"
)
_FRAME = re.compile(r"(?P<word>Präambel|Eingangsformel|Schlu(?:ß|ss)formel)$")
_DIVISION = re.compile(
    r"(?:Buch|Teil|Kapitel|Abschnitt|Unterabschnitt|Titel|Untertitel)\b|[IVXLC]{1,6}\.\s"
)
_ANNEX_OF = re.compile(r"\(zu (?:den )?(?:§|Art)")
_SUBSECTION = re.compile(
    r"\((?P<first>\d{1,2}[a-z]{0,2})\)"
    r"(?: (?P<join>bis|und) \((?P<last>\d{1,2}[a-z]{0,2})\))?(?= |$)"
)
_SUBSECTION_LINE = re.compile(r"\n(?=\(\d{1,2}[a-z]{0,2}\) )")


@dataclass(frozen=True, slots=True)
class _Unit:
    """An open unit: how it is cited without the short name, and how deep its heading is.

    `divided` units may have Absätze; `bare` says that the heading shows no title, and no other
    heading has come since. An annex has the level 0, so that the headings in it belong to it.
    """

    label: str
    level: int
    divided: bool = True
    bare: bool = False
    article: bool = False

    def keeps(self, heading: Block) -> bool:
        """Tell whether a heading that opens no unit stands inside this one."""
        if heading.level > self.level:
            return True
        return self.bare and not _DIVISION.search(heading.text)


def key_of(number: str) -> tuple[int, str]:
    """Return a key that sorts numbers as statutes count: 20 < 20a < 20b < 21."""
    digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), number[len(digits) :]


@dataclass(slots=True)
class _Walk:
    """Goes through the blocks of a statute and says of each which unit it belongs to."""

    suffix: str
    unit: _Unit | None = None
    article: _Unit | None = None
    subsection: str = ""
    key: tuple[int, str] = (0, "")

    def cite(self, block: Block, following: Block | None) -> Iterator[Block]:
        """Yield a block, cut where a new Absatz begins, with its reference."""
        if block.kind is BlockKind.HEADING:
            yield self._heading(block)
        elif following is not None and _ANNEX_OF.match(block.text) and _annex(following):
            self._heading(following)  # what "(zu § 12 Absatz 1)" stands above
            yield replace(block, reference=self._label())
        elif block.kind is BlockKind.PARAGRAPH and self.unit is not None and self.unit.divided:
            for text in _SUBSECTION_LINE.split(block.text):
                self._enter(text)
                yield replace(block, text=text, reference=self._label())
        else:
            yield replace(block, reference=self._label())

    def _heading(self, block: Block) -> Block:
        opened = _opened(block, self.article)
        if opened is not None:
            self.unit = opened
            self.subsection, self.key = "", (0, "")
            if opened.article:
                self.article = opened
            block = replace(block, text=block.text.removeprefix(_MARK))
        elif self.unit is not None and not self.unit.keeps(block):
            self.unit = None
            if self.article is not None and block.level <= self.article.level:
                self.article = None
        elif self.unit is not None:
            self.unit = replace(self.unit, bare=False)
        return replace(block, reference=self._label())

    def _enter(self, text: str) -> None:
        """Open the Absatz that `text` begins, if it does and none of its number or later is."""
        match = _SUBSECTION.match(text)
        if match is None or key_of(match["first"]) < self.key:
            return
        self.key = key_of(match["last"] or match["first"])
        joined = f" {match['join']} {match['last']}" if match["last"] else ""
        self.subsection = f" Abs. {match['first']}{joined}"

    def _label(self) -> str:
        if self.unit is None:
            return ""
        return f"{self.unit.label}{self.subsection}{self.suffix}"


def cited(blocks: Sequence[Block], name: str) -> Iterator[Block]:
    """Yield the blocks of a statute with the references of the units they belong to.

    Args:
        blocks: All of them, in reading order.
        name: The short name that ends each reference, empty for none.
    """
    walk = _Walk(f" {name}" if name else "")
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        yield from walk.cite(block, following)


def _opened(heading: Block, article: _Unit | None) -> _Unit | None:
    """Return the unit that a heading opens, None for the headings between units."""
    annex = _annex(heading)
    if annex is not None:
        number = f" {annex['number']}" if annex["number"] else ""
        return _Unit(f"{annex['word']}{number}", 0, divided=False)
    frame = _FRAME.match(heading.text)
    if frame is not None:
        return _Unit(frame["word"], heading.level, divided=False)
    match = UNIT.match(heading.text)
    if match is None or re.match(r"Abs(?:atz|\.)", match["rest"]):
        return None
    is_article = match["sign"].startswith("Art")
    label = f"{'Art.' if is_article else match['sign']} {match['first']}"
    label += f" {match['join']} {match['last']}" if match["last"] else ""
    label += f" § {match['inner']}" if match["inner"] else ""
    if article is not None and not is_article and heading.level > article.level:
        label = f"{article.label} {label}"
    return _Unit(label, heading.level, bare=not match["rest"], article=is_article)


def _annex(block: Block) -> re.Match[str] | None:
    return _ANNEX.match(block.text) if block.kind is BlockKind.HEADING else None
