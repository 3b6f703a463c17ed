"""Replies of several pipelines to the same questions → figures, a table, who is better."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from eval.metrics import percentile
from eval.passages import Found, PassageCase, figures, rank_of
from eval.peers.exchange import Hit, Reply

RANKS: Final = ("rank1", "rank5")
EVERY_ONE: Final = 100.0
_MS: Final = 1_000
_HEAD: Final = (
    "pipeline",
    "text read by",
    "first, %",
    "in five, %",
    "characters a hit, mean",
    "median",
    "passages",
    "index, s",
    "question, ms p50",
    "p95",
)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one pipeline on one set of cases.

    `rank1` and `rank5` are the shares of questions with a right passage first and among five
    (0..100); `characters` and `median_characters` the length of a hit, `index_seconds` from the
    files to the index with the model's loading, `p50_ms` and `p95_ms` the time of a question.
    """

    pipeline: str
    reader: str
    rank1: float
    rank5: float
    characters: float
    median_characters: float
    passages: int
    index_seconds: float
    p50_ms: float
    p95_ms: float


def row(pipeline: str, reader: str, cases: Sequence[PassageCase], reply: Reply) -> Row:
    """Judge a reply to the questions of `cases`, in their order.

    Raises:
        ValueError: There are not as many lists of hits as cases.
    """
    ranks = [_rank(case, hits) for case, hits in zip(cases, reply.hits, strict=True)]
    reached: dict[str, Any] = figures(cases, ranks)
    lengths = [len(hit.text) for hits in reply.hits for hit in hits] or [0]
    milliseconds = [_MS * seconds for seconds in reply.seconds]
    return Row(
        pipeline,
        reader,
        rank1=reached["rank1"],
        rank5=reached["rank5"],
        characters=round(statistics.fmean(lengths), 1),
        median_characters=statistics.median(lengths),
        passages=reply.passages,
        index_seconds=round(reply.index_seconds, 2),
        p50_ms=round(percentile(milliseconds, 0.5), 1),
        p95_ms=round(percentile(milliseconds, 0.95), 1),
    )


def _rank(case: PassageCase, hits: Sequence[Hit]) -> int | None:
    return rank_of(case, [Found(hit.source, hit.text) for hit in hits])


def part(reply: Reply, start: int, end: int) -> Reply:
    """Return the reply to the questions from `start` up to `end` alone."""
    return Reply(
        reply.hits[start:end],
        reply.seconds[start:end],
        reply.index_seconds,
        reply.passages,
        reply.versions,
    )


def not_better(ours: Row, peers: Sequence[Row]) -> list[str]:
    """Name where ours answers no more questions than the best peer, or needs more text to do so.

    The best peer at a rank is the one with the most right answers there, among equals the one with
    the shortest hits. Where both answer every question there is nothing to be better at.

    Returns:
        A sentence for each bar that is missed.
    """
    missed = []
    for name in RANKS:
        best = max(peers, key=lambda peer: (getattr(peer, name), -peer.characters))
        mine, theirs = getattr(ours, name), getattr(best, name)
        if mine <= theirs and mine < EVERY_ONE:
            missed.append(f"{name}: {mine} is not more than {theirs} of {best.pipeline}")
        if ours.characters > best.characters:
            missed.append(
                f"{name}: {ours.characters} characters a hit, {best.pipeline} needs "
                f"{best.characters}"
            )
    return missed


def table(rows: Sequence[Row]) -> str:
    """Write the rows as a Markdown table, the first one (ours) in bold."""
    lines = [_line(_HEAD), "|---|---" + "|---:" * (len(_HEAD) - 2) + "|"]
    for number, one in enumerate(rows):
        cells = [
            one.pipeline,
            one.reader,
            f"{one.rank1:.1f}",
            f"{one.rank5:.1f}",
            f"{one.characters:,.0f}",
            f"{one.median_characters:,.0f}",
            f"{one.passages:,}",
            f"{one.index_seconds:.1f}",
            f"{one.p50_ms:.0f}",
            f"{one.p95_ms:.0f}",
        ]
        lines.append(_line(cells if number else [f"**{cell}**" for cell in cells]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
