"""Evidence made by hand for tests of what is done with it."""

from __future__ import annotations

from dataclasses import replace

from assistant.evidence import Evidence
from ingest.document import Metadata
from ingest.wording.sentences import sentences
from retrieval.records import DocumentRecord, DocumentText, Hit, Passage, Visibility


def passage_hit(
    text: str, name: str = "plan.md", *, section: str = "", metadata: Metadata | None = None
) -> Hit:
    """A document that consists of one passage."""
    known = metadata or Metadata(title=name, language="de")
    record = DocumentRecord(name, name, name, "s", 1, Visibility.PUBLIC, known, None, None, 1)
    spans = tuple((start, end) for start, end in sentences(text))
    return Hit(Passage(name, 1, 0, 0, len(text), text, None, section, spans), record, 1.0, 0.9, 0.5)


def evidence_of(hit: Hit, words: str, *, score: float = 0.0, item: bool = False) -> Evidence:
    """The sentence of `hit` that begins with `words`."""
    text = hit.passage.text
    start, end = next(span for span in hit.passage.sentences if text.startswith(words, span[0]))
    return Evidence(
        hit=hit,
        start=start,
        end=end,
        text=text[start:end],
        item=item,
        section=hit.passage.section,
        heading=False,
        announces=False,
        coverage=1.0,
        around=1.0,
        score=score,
    )


def heading(evidence: Evidence) -> Evidence:
    """The same as a heading."""
    return replace(evidence, heading=True)


def text_of(hit: Hit) -> DocumentText:
    """The text of the document of `hit`."""
    return DocumentText(hit.passage.text, (), ())
