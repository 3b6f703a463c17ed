"""Kept questions → gaps: what editors should write next. Reads the library, changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.feedback.cluster import groups, same_key, typical, wording
from assistant.feedback.records import Gap, Kept, Near, Reason, Verdict
from assistant.feedback.scrub import without_marks
from retrieval.library import Library
from retrieval.ports import Vector
from retrieval.records import Filters
from retrieval.search import Query

MOST_COMPARED = 2_000
"""Different wordings that are compared; the newest count. Each costs a pass of the model once."""
NEAR = 3
_WORDINGS = 5
_COMMENTS = 10
_READ = 8
_NEAR_FROM = 0.4  # as for the documents that a refusal names


@dataclass(slots=True)
class _Asked:
    """One wording with all who used it."""

    text: str
    language: str
    kept: list[Kept] = field(default_factory=list)


class Vectors:
    """The questions' vectors, computed once and kept in memory."""

    def __init__(self, library: Library) -> None:
        """Embed with the model of `library`."""
        self._library = library
        self._held: dict[tuple[str, str], Vector] = {}

    def of(self, asked: Sequence[tuple[str, str]]) -> list[Vector]:
        """Return a unit vector for each (text, language); only these are kept on."""
        held = self._held
        self._held = {
            key: held[key] if key in held else self._library.query(*key).vector for key in asked
        }
        return [self._held[key] for key in asked]

    def one(self, text: str, language: str) -> Vector:
        """Return the unit vector of one question."""
        held = self._held.get((text, language))
        return self._library.query(text, language).vector if held is None else held

    def forget(self) -> None:
        """Drop everything."""
        self._held = {}


def find_gaps(
    kept: Sequence[Kept], library: Library, vectors: Vectors, *, internal: bool
) -> list[Gap]:
    """Return the gaps, those with most questions first; without the documents near them.

    Questions of people who may see internal documents are left out without `internal`.
    """
    asked = _wordings([one for one in kept if _is_gap(one) and (internal or not one.internal)])
    if not asked:
        return []
    rows = np.stack(vectors.of([(_plain(one.text), one.language) for one in asked]))
    read = [wording(one.text, one.language) for one in asked]
    counts = [len(one.kept) for one in asked]
    gaps = [
        _gap([asked[place] for place in members], asked[typical(members, counts, rows)])
        for members in groups(read, rows, library.rarity)
    ]
    return sorted(
        gaps, key=lambda gap: (-gap.count, -gap.down, -gap.last.toordinal(), gap.question)
    )


def nearest(gap: Gap, library: Library, vectors: Vectors, *, internal: bool) -> tuple[Near, ...]:
    """Return the documents nearest to a gap that the caller may see, best first."""
    text = _plain(gap.question)
    query = Query(text, gap.language, vectors.one(text, gap.language))
    found: dict[str, Near] = {}
    for hit in library.search(query, Filters(internal=internal), _READ):
        record = hit.document
        if hit.lexical >= _NEAR_FROM:
            link = f"/documents/{record.document_id}"
            found.setdefault(record.document_id, Near(record.document_id, record.title, link))
    return tuple(found.values())[:NEAR]


def _plain(text: str) -> str:
    return " ".join(without_marks(text).split())


def _is_gap(kept: Kept) -> bool:
    return kept.refused or (kept.opinion is not None and kept.opinion.verdict is Verdict.DOWN)


def _wordings(kept: Sequence[Kept]) -> list[_Asked]:
    """Join questions of the same words; the most frequent first, then by words."""
    found: dict[str, _Asked] = {}
    for one in reversed(kept):
        key = same_key(one.text)
        if key not in found and len(found) == MOST_COMPARED:
            continue
        found.setdefault(key, _Asked(one.text, one.language)).kept.append(one)
    return sorted(found.values(), key=lambda asked: (-len(asked.kept), same_key(asked.text)))


def _gap(members: Sequence[_Asked], chosen: _Asked) -> Gap:
    kept = [one for asked in members for one in asked.kept]
    days = [one.day for one in kept]
    downs = [one.opinion for one in kept if one.opinion and one.opinion.verdict is Verdict.DOWN]
    reasons: Counter[Reason] = Counter(one.reason for one in downs if one.reason)
    comments = dict.fromkeys(one.comment for one in downs if one.comment)
    others = [asked.text for asked in members if asked is not chosen]
    return Gap(
        question=chosen.text,
        language=chosen.language,
        count=len(kept),
        refused=sum(one.refused for one in kept),
        down=len(downs),
        first=min(days),
        last=max(days),
        reasons={reason: reasons[reason] for reason in Reason if reasons[reason]},
        wordings=tuple(others[:_WORDINGS]),
        comments=tuple(comments)[:_COMMENTS],
    )
