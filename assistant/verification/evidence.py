"""The passages that a sentence cites, sentence by sentence, with what stands above them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.verification import reading
from assistant.verification.reading import Statement
from retrieval.records import Hit

_UNIT = re.compile(r"(?:^|› )(?:§|Art\.)\s?\d+\w?\s")
_KEPT = 500
# The sentences of an answer cite the same passages again and again.
read = lru_cache(maxsize=_KEPT)(reading.read)


def forget() -> None:
    """Drop what is kept in memory of passages, for one that is erased."""
    read.cache_clear()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of source number `source` at ``start..end`` of its document.

    A `heading` says what a passage is about (title, section, facts of the document); it carries
    no statement and has no place. An `own` one is that of the passage itself, which in a statute
    names the § that the passage is.
    """

    source: int
    start: int
    end: int
    statement: Statement
    heading: bool = False
    own: bool = False


def sentences_of(sources: Sequence[Hit], language: str) -> list[Sentence]:
    """Return the sentences of all `sources` in order, each source's headings first."""
    return [found for at, hit in enumerate(sources) for found in _sentences(at, hit, language)]


def _sentences(source: int, hit: Hit, language: str) -> Iterator[Sentence]:
    passage, metadata = hit.passage, hit.document.metadata
    spoken = metadata.language or language
    above = (
        hit.document.title, passage.section, passage.reference, metadata.organisation,
        metadata.region, metadata.date, *(record.title for record in hit.also),
    )  # fmt: skip
    for words in dict.fromkeys(filter(None, above)):
        own = words == passage.reference or (words == passage.section and bool(_UNIT.search(words)))
        yield Sentence(source, 0, 0, read(words, spoken), heading=True, own=own)
    for start, end in _stretches(hit):
        shown = passage.display(start, end)
        raw = passage.text[start - passage.start : end - passage.start]
        yield Sentence(source, start, end, read(shown, spoken))
        if raw != shown:
            yield Sentence(source, start, end, read(raw, spoken))


def _stretches(hit: Hit) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a passage and what stands between them, in order."""
    passage = hit.passage
    at = passage.start
    for start, end in (*passage.sentences, (passage.end, passage.end)):
        between = passage.text[at - passage.start : start - passage.start]
        if any(map(str.isalnum, between)):
            yield at, start
        if start < end:
            yield start, end
        at = max(at, end)
