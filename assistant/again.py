"""An answer once more, but otherwise: what was not said yet, shorter, as a list. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Citation, Sentence
from assistant.evidence import Evidence, is_fragment

_NEAR = 0.5
"""The least share of the question that a sentence from elsewhere must speak of to tell more."""
_MARKER = re.compile(r"\[\d+\]")
_SIGNS = re.compile(r"[\W_]+")

Composed = tuple[tuple[Sentence, ...], tuple[Citation, ...]]


def unsaid(ranked: Sequence[Evidence], answers: Sequence[str]) -> list[Evidence]:
    """Return the evidence that tells more than `answers` (Markdown) did.

    That is what stands in the sections they were taken from, then what speaks of the question
    elsewhere, each best first.
    """
    told = _SIGNS.sub("", _MARKER.sub("", "\n".join(answers)).lower())
    said = [_SIGNS.sub("", evidence.text.lower()) in told for evidence in ranked]
    sections = {_place(e) for e, was in zip(ranked, said, strict=True) if was and not e.heading}
    new = [
        evidence
        for evidence, was in zip(ranked, said, strict=True)
        if not was
        and not evidence.heading
        and not is_fragment(evidence)
        and (_place(evidence) in sections or (evidence.around >= _NEAR and not evidence.item))
    ]
    return sorted(new, key=lambda evidence: _place(evidence) not in sections)


def _place(evidence: Evidence) -> tuple[str, str]:
    return evidence.hit.document.document_id, evidence.section


def shortened(composed: Composed) -> Composed:
    """Return the first sentence alone, which may be a whole list."""
    sentences, citations = composed
    kept = sentences[:1]
    used = {number for sentence in kept for number in sentence.citations}
    return kept, tuple(citation for citation in citations if citation.id in used)


def listed(composed: Composed) -> Composed:
    """Return the sentences as the items of a list."""
    sentences, citations = composed
    if any(sentence.listed for sentence in sentences):
        return composed
    return tuple(replace(sentence, item=True) for sentence in sentences), citations
