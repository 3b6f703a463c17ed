"""Reads hOCR, the words and boxes that text recognition answers with. Pure.

hOCR is XHTML whose `title` attributes hold the geometry (http://kba.github.io/hocr-spec/1.2/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_BOX = re.compile(r"\bbbox (-?\d{1,6}) (-?\d{1,6}) (-?\d{1,6}) (-?\d{1,6})(?:;|$)")
_SURENESS = re.compile(r"\bx_wconf (\d{1,3})\b")
_SIZE = re.compile(r"\bx_size (\d{1,5}(?:\.\d{1,9})?)")
_PARAGRAPH = "ocr_par"
_LINES = {"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"}
_WORD = "ocrx_word"


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word and its box in pixels, y downwards; `sureness` is 0..100."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    sureness: int


@dataclass(frozen=True, slots=True)
class WordLine:
    """The words of one line as they are read; `size` is the height of the type in pixels.

    Lines of one paragraph share `paragraph`, a number that counts up in reading order.
    """

    words: tuple[Word, ...]
    size: float
    paragraph: int


def read_hocr(data: bytes) -> list[WordLine]:
    """Return the lines of a page in the order in which they were recognised.

    Raises:
        ValueError: The data are not hOCR.
    """
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as exc:
        raise ValueError(f"no hOCR: {exc}") from exc
    lines: list[WordLine] = []
    paragraph = 0
    for element in root.iter("{*}p", "{*}span"):
        kind = element.get("class")
        if kind == _PARAGRAPH:
            paragraph += 1
        elif kind in _LINES:
            words = tuple(_words(element))
            size = _SIZE.search(element.get("title", ""))
            if words:
                height = float(size[1]) if size else max(word.y1 - word.y0 for word in words)
                lines.append(WordLine(words, height, paragraph))
    return lines


def _words(line: etree._Element) -> Iterator[Word]:
    for element in line.iter("{*}span"):
        if element.get("class") != _WORD:
            continue
        title = element.get("title", "")
        box, sureness = _BOX.search(title), _SURENESS.search(title)
        text = str(element.xpath("string()")).strip()
        if text and box:
            x0, y0, x1, y1 = map(float, box.groups())
            yield Word(text, x0, y0, x1, y1, int(sureness[1]) if sureness else 0)
