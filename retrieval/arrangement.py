"""What a search found, in the order of a list: by score or date, each document once or not. Pure.

The order is total and the same for every length of the list: no page repeats or skips a hit of
another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from retrieval.columns import Edition
from retrieval.records import DocumentRecord
from retrieval.search import Ranked, Ranking

FURTHER = 3
"""Passages of a document that stand beside its best one."""
SUFFICIENT = 0.6
"""The least score of a hit in a list by date, as a share of the best that the asker may see."""

Numbers = NDArray[np.int64]


class Order(StrEnum):
    """What comes first."""

    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How hits are listed; `grouped` shows each document once, with its best passages."""

    grouped: bool = False
    order: Order = Order.RELEVANCE


RANKED = Arrangement()


@dataclass(frozen=True, slots=True)
class Arranged:
    """A list of what was found, as places in `ranking`.

    `passages` are all of them, in order; `firsts` are the places in `passages` that stand in the
    list: every one, or each document's best.
    """

    ranking: Ranking
    passages: Numbers
    firsts: Numbers

    @property
    def total(self) -> int:
        """How many hits the list has."""
        return len(self.firsts)

    def best(self, count: int) -> list[Ranked]:
        """Return the first `count` hits of the list, fewer where it is shorter."""
        return [self.ranking.at(place) for place in self.passages[self.firsts[:count]].tolist()]

    def further(self, editions: Sequence[Edition]) -> list[Ranked]:
        """Return the best passages of documents beside the very best, at most `FURTHER` of each."""
        aligned = self.ranking.aligned
        numbers = {edition: number for number, edition in enumerate(aligned.editions)}
        wanted = [numbers[edition] for edition in editions]
        of_passage = aligned.edition_of[self.passages]
        together = np.argsort(of_passage, kind="stable")
        starts = np.searchsorted(of_passage[together], wanted, "left") + 1
        ends = np.searchsorted(of_passage[together], wanted, "right")
        places = [
            self.passages[together[start : min(start + FURTHER, end)]]
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        return [self.ranking.at(place) for own in places for place in own.tolist()]


def arranged(ranking: Ranking, wanted: Arrangement) -> Arranged:
    """List what `ranking` found.

    By date the newest comes first, what has no date last, and within a date the better score; a
    date without its day or month counts as earlier than those that name them. Ties are ordered by
    document and place in it.
    """
    by_date = wanted.order is Order.DATE
    ranking = _sufficient(ranking) if by_date else ranking
    found = np.flatnonzero(ranking.found)
    numbers, own = np.unique(ranking.aligned.edition_of[found], return_inverse=True)
    records = [ranking.records[ranking.aligned.editions[n][0]] for n in numbers.tolist()]
    dates = _by_date(records)[own] if by_date else np.zeros_like(own)
    # The last key counts first.
    order = np.lexsort((found, _by_name(records)[own], -ranking.score[found], dates))
    firsts = np.arange(len(order))
    if wanted.grouped:
        firsts = np.sort(np.unique(own[order], return_index=True)[1])
    return Arranged(ranking, found[order], firsts)


def _sufficient(ranking: Ranking) -> Ranking:
    """Leave out what is far less relevant than the best that the asker may see.

    The filters do not move that line, so that a facet's count is what its filter finds.
    """
    least = SUFFICIENT * float(ranking.score.max(initial=0))
    return replace(ranking, found=ranking.found & (ranking.score >= least))


def _by_name(records: Sequence[DocumentRecord]) -> Numbers:
    """Return each document's place in the order of their ids."""
    return np.argsort(np.argsort(np.array([r.document_id for r in records], dtype=np.str_)))


def _by_date(records: Sequence[DocumentRecord]) -> Numbers:
    """Return each document's place in the order of their dates; equal ones share a place."""
    dates = [record.metadata.date or "" for record in records]
    places = {date: at for at, date in enumerate(sorted(set(dates), reverse=True))}
    return np.array([places[date] for date in dates], dtype=np.int64)
