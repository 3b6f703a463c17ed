"""Statutes in the XML form of gesetze-im-internet.de ("gii-norm") → blocks.

The blocks are those that the Markdown form gives, so that everything after reads both alike.
Tables of contents are left out: they say nothing but the headings once more.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ingest.document import Block, BlockKind, Extract, Metadata
from ingest.errors import Reason, SourceError
from ingest.office.office import row_texts
from ingest.wording.clean import HARD_BREAK

# Elements of an lxml tree, whose stubs do not know entities among the children.
Element = Any

PARSER = f"gii-norm (lxml {etree.__version__})"

_BARE = {"", "-", "–", "—", "•"}
_LEFT_OUT = {"TOC", "FnR", "IMG", "FILE", "kommentar"}
_STRUCTURE = {"DL", "table", "pre", "P", "Content", "Title", "Ident", "Subtitle"}
_EDITORIAL = "(+++"  # how the publisher marks notes on the documentation of the text
_LEVEL_DIGITS = 3  # each rank of a division takes three digits of its key
_LONG_TITLE = 160


def read_statute(data: bytes) -> Extract:
    """Read a statute in XML.

    Nothing outside `data` is read: no DTD is loaded, no entity replaced, nothing fetched.

    Raises:
        SourceError: DAMAGED, the XML is not well-formed or nested beyond reason.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise SourceError(Reason.DAMAGED, "Es ist kein wohlgeformtes XML.") from exc
    walk = _Walk()
    norms = root.findall("norm")
    title = _full_title(norms[0].find("metadaten")) if norms else ""
    if title:
        walk.add(BlockKind.HEADING, title, 1)
        for line in _head(norms[0].find("metadaten")):
            walk.add(BlockKind.PARAGRAPH, line)
    for norm in norms:
        walk.norm(norm)
    return Extract(
        blocks=tuple(walk.blocks),
        parser=PARSER,
        metadata=Metadata(title=title or None, type="Gesetz"),
    )


@dataclass(slots=True)
class _Walk:
    """Turns norms into blocks; `buffer` holds the running text of the open paragraph."""

    blocks: list[Block] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    label: str | None = None
    level: int = 1
    division: str = ""

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Add a block unless it shows nothing."""
        if text.strip(f" {HARD_BREAK}"):
            self.blocks.append(Block(kind, text, level))

    def norm(self, norm: Element) -> None:
        """Add the headings and the text of one norm: a division, a paragraph, an annex."""
        facts = norm.find("metadaten")
        if facts is not None:
            self._headings(facts)
        for part in norm.iterfind("textdaten/text"):
            self._children(part)
            self._flush()
        for note in norm.iterfind("textdaten/fussnoten/Content/P"):
            text = _text(note)
            if not text.startswith(_EDITORIAL):
                self.add(BlockKind.NOTE, text)

    def _headings(self, facts: Element) -> None:
        division = facts.find("gliederungseinheit")
        if division is not None:
            key = _line(division, "gliederungskennzahl")
            names = _line(division, "gliederungsbez"), _line(division, "gliederungstitel")
            if key != self.division and names[0] not in _BARE:
                self.division = key
                self.level = min(1 + max(1, len(key) // _LEVEL_DIGITS), 8)
                self.add(BlockKind.HEADING, " - ".join(filter(None, names)), self.level)
        name = f"{_line(facts, 'enbez')} {_line(facts, 'titel')}"
        self.add(BlockKind.HEADING, name.strip(), self.level + 1)

    def _children(self, parent: Element) -> None:
        """Add what stands in an element: its own text, and after each child what follows it."""
        self.buffer.append(_spaced(parent.text))
        for child in parent:
            if child.tag is etree.Entity:
                self.buffer.append(html.unescape(child.text or ""))
            elif child.tag == "BR":
                self.buffer.append(HARD_BREAK)
            elif child.tag not in _LEFT_OUT:
                self._element(child)
            self.buffer.append(_spaced(child.tail))

    def _element(self, element: Element) -> None:
        if element.tag in {*_STRUCTURE, "LA", "Footnote"}:
            self._flush()
        match element.tag:
            case "DL":
                self._list(element)
            case "table":
                self._table(element)
            case "pre":
                self.buffer.append(HARD_BREAK.join("".join(element.itertext()).split("\n")))
            case "Footnote":
                mark = f"{element.get('FnZ', '')} {_text(element)}"
                self.add(BlockKind.NOTE, mark.strip())
            case _:
                self._children(element)
        if element.tag in {*_STRUCTURE, "LA"}:
            self._flush()

    def _list(self, element: Element) -> None:
        """Add the items of a list: the label stands in DT, the text in the DD behind it."""
        for child in element:
            if child.tag == "DT":
                self._flush()
                self.label = _text(child)
            elif child.tag == "DD":
                self.label = self.label or ""
                self._children(child)
                self._flush()

    def _table(self, table: Element) -> None:
        for title in table.iterfind("Title"):
            self.add(BlockKind.PARAGRAPH, _text(title))
        for group in table.iterfind("tgroup"):
            rows = [[_text(cell) for cell in row.iterfind("entry")] for row in group.iter("row")]
            for line in row_texts(rows, header=group.find("thead") is not None):
                self.add(BlockKind.ROW, line)

    def _flush(self) -> None:
        """End the open paragraph; the first one behind a label is the item."""
        text = " ".join("".join(self.buffer).split(" ")).strip()
        self.buffer.clear()
        if self.label is None:
            self.add(BlockKind.PARAGRAPH, text)
        elif text:
            label = "" if self.label in _BARE else f"{self.label} "
            self.add(BlockKind.ITEM, label + text)
            self.label = None


def _full_title(facts: Element) -> str:
    """Return the title as statutes show it, with the short name in a bracket at its end."""
    if facts is None:
        return ""
    short, official = _line(facts, "jurabk"), _line(facts, "amtabk")
    if official and short.startswith(f"{official} "):
        short = official  # the publisher adds a year where a statute was enacted anew
    long, middle = _line(facts, "langue"), _line(facts, "kurzue")
    title = middle if middle and (not long or len(long) > _LONG_TITLE) else long
    return f"{title} ({short})" if title and short else title or short


def _head(facts: Element) -> Iterator[str]:
    """Yield the lines that say when the statute was issued and changed."""
    issued = _line(facts, "ausfertigung-datum")
    yield f"Ausfertigungsdatum: {issued}" if issued else ""
    for place in facts.iterfind("fundstelle"):
        cited = f"{_line(place, 'periodikum')} {_line(place, 'zitstelle')}".strip()
        yield f"Fundstelle: {cited}" if cited else ""
    for state in facts.iterfind("standangabe"):
        kind, what = _line(state, "standtyp"), _line(state, "standkommentar")
        yield f"Stand: {what}" if kind == "Stand" and what else what


def _line(parent: Element, tag: str) -> str:
    """Return the text of the first child `tag` on one line, empty without one."""
    found = parent.find(tag)
    return "" if found is None else _text(found).replace(HARD_BREAK, " ").strip()


def _text(element: Element) -> str:
    """Return the text of an element as running text, breaks kept, marks of footnotes left out."""
    return " ".join("".join(_pieces(element)).split(" ")).strip(f" {HARD_BREAK}")


def _pieces(element: Element) -> Iterator[str]:
    yield _spaced(element.text)
    for child in element:
        if child.tag is etree.Entity:
            yield html.unescape(child.text or "")
        elif child.tag == "BR":
            yield HARD_BREAK
        elif child.tag not in _LEFT_OUT:
            yield " " if child.tag in _STRUCTURE | {"DT", "DD"} else ""
            yield from _pieces(child)
            yield " " if child.tag in _STRUCTURE | {"DT", "DD"} else ""
        yield _spaced(child.tail)


def _spaced(text: str | None) -> str:
    """Return text between tags, whose line ends mean nothing."""
    return " ".join((text or "").replace(HARD_BREAK, " ").split("\n")).replace("\t", " ")
