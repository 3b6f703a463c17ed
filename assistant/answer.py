"""The answer and its parts, the same object for every surface. Offsets as in `ingest.document`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from ingest.assemble import NUMBERED
from retrieval.records import DocumentRecord, DocumentText, Hit

# A star between letters opens emphasis in Markdown (Akteur*innen), an underscore does not.
_MARKUP = re.compile(r"[\\`*<]|(?<!\w)_|_(?!\w)|\[(?=\d+\])|\](?=\()|~(?=~)")
_AT_START = re.compile(r"^(?:(?=[#>+-])|\d+(?=[.)](?:\s|$)))")


class Kind(StrEnum):
    """What an answer is."""

    ANSWER = "answer"
    REFUSAL = "refusal"
    HINT = "hint"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True, slots=True)
class Citation:
    """A stretch of a document that a sentence rests on: ``text[start:end] == quote``.

    `display` is the quote as it should have been read, the same where it was read right;
    `reference` is how the statute's unit is cited, empty elsewhere.
    """

    id: int
    document: DocumentRecord
    chunk_id: str
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    display: str = ""
    reference: str = ""

    @property
    def link(self) -> str:
        """Return the path that opens the reading view at the quote."""
        path = f"/documents/{self.document.document_id}"
        return f"{path}?start={self.start}&end={self.end}#zitat"


def cite(
    hit: Hit, held: DocumentText, span: tuple[int, int], section: str, number: int = 0
) -> Citation:
    """Return the citation of ``held.text[start:end]``, which lies in the passage of `hit`."""
    start, end = span
    return Citation(
        id=number,
        document=hit.document,
        chunk_id=hit.passage.chunk_id,
        section=section,
        page=hit.passage.page,
        start=start,
        end=end,
        quote=held.text[start:end],
        display=held.display(start, end),
        reference=held.reference_at(start),
    )


def widened(citation: Citation, held: DocumentText, start: int, end: int) -> Citation:
    """Return the citation, quoting ``held.text[start:end]`` instead."""
    quote, display = held.text[start:end], held.display(start, end)
    return replace(citation, start=start, end=end, quote=quote, display=display)


@dataclass(frozen=True, slots=True)
class Item:
    """A list item in the words of its source and the number of the citation that proves it."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or list item of the answer.

    `supported` says that the text stands in the passages it cites. `item` marks a list item,
    `lead` is what introduces the words of the source (a foreign language), shown before `text`.
    `listed` is a list that `text` announces, or that stands alone: "Es helfen:" is no sentence
    without it. `citations` are then those of its items and of the announcement.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool = True
    item: bool = False
    lead: str = ""
    listed: tuple[Item, ...] = ()

    @property
    def whole(self) -> str:
        """Return the text; with what it lists, every item on a line of its own."""
        if not self.listed:
            return self.text
        lines = (self.text, *(bulleted(item.text) for item in self.listed))
        return "\n".join(" ".join(line.split()) for line in lines if line)


@dataclass(frozen=True, slots=True)
class Link:
    """An address outside the sources: ``https:`` or ``tel:``."""

    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to one question. `confidence` is a probability 0..1."""

    question: str
    kind: Kind
    language: str
    confidence: float
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    related: tuple[DocumentRecord, ...] = ()
    follow_ups: tuple[str, ...] = ()
    text: str = ""
    mode: str = "extractive"
    links: tuple[Link, ...] = ()

    @property
    def abstained(self) -> bool:
        """Tell whether the assistant declined to answer from the sources."""
        return self.kind in (Kind.REFUSAL, Kind.HINT)

    @property
    def markdown(self) -> str:
        """Return the answer as Markdown with markers such as ``[1]``."""
        if not self.sentences:
            return self.text
        parts: list[str] = []
        previous: Sentence | None = None
        for sentence in self.sentences:
            parts.append(_gap(previous, sentence) + render(sentence))
            previous = sentence
        return "".join(parts)


def bulleted(item: str) -> str:
    """Return a list item with what makes it one: its own number or a dash."""
    return item if NUMBERED.match(item) else f"- {item}"


def render(sentence: Sentence) -> str:
    """Return one sentence as Markdown with its markers."""
    marks = "".join(f"[{number}]" for number in sentence.citations)
    if sentence.listed:
        head = f"{sentence.lead}{escape(sentence.text)}".rstrip()
        own = {one.citation for one in sentence.listed}
        more = "".join(f"[{number}]" for number in sentence.citations if number not in own)
        items = "\n".join(_item(one.text, f"[{one.citation}]") for one in sentence.listed) + more
        return f"{head}\n\n{items}" if head else items
    if sentence.item:
        return _item(sentence.text, marks, sentence.lead)
    return f"{sentence.lead}{escape(sentence.text)} {marks}".rstrip()


def _item(text: str, marks: str, lead: str = "") -> str:
    if NUMBERED.match(text):
        # Its own number makes it an item of a Markdown list.
        number, _, text = text.partition(" ")
        return f"{number} {escape(text)} {marks}".rstrip()
    return f"- {lead}{escape(text)} {marks}".rstrip()


def escape(text: str) -> str:
    """Keep words of a source from being read as Markdown, changing as little as possible."""
    escaped = _MARKUP.sub(lambda found: "\\" + found.group(), " ".join(text.split()))
    return _AT_START.sub(lambda found: found.group() + "\\", escaped)


def _gap(previous: Sentence | None, sentence: Sentence) -> str:
    if previous is None:
        return ""
    after_item = previous.item or bool(previous.listed)
    if after_item and sentence.item:
        return "\n"
    return "\n\n" if after_item or sentence.item or sentence.listed or sentence.lead else " "
