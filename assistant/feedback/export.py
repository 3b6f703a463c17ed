"""A report of gaps → JSON, a table for spreadsheets, lines for the terminal. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.feedback.records import KEPT_DAYS, Gap, Reason, Report

Json = dict[str, Any]

HEADER = (
    "Anzahl", "abgelehnt", "nicht hilfreich", "Frage", "Gründe", "andere Wortlaute", "Kommentare",
    "zuerst", "zuletzt", "nächste Dokumente", "Adressen",
)  # fmt: skip
OFF = (
    "Fragen werden nicht gespeichert, deshalb gibt es keine Liste. Mit KGC_KEEP_QUESTIONS=true "
    f"merkt sich der Server abgelehnte und schlecht bewertete Fragen ohne Angaben zu Personen, "
    f"{KEPT_DAYS} Tage lang."
)
_STILL_THERE = (
    "KGC_KEEP_QUESTIONS ist aus: Neue Fragen werden nicht gespeichert. Die Liste zeigt, was von "
    "früher noch da ist; „kgc gaps --forget“ löscht es."
)
_NONE = f"In den letzten {KEPT_DAYS} Tagen wurde keine Frage abgelehnt oder schlecht bewertet."
# A cell that begins so is a formula to a spreadsheet (OWASP, CSV Injection).
_FORMULA = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20\u2212")


def as_json(report: Report) -> Json:
    """Return the report for programs; `message` says in German what an empty list means."""
    return {
        "keeping": report.keeping,
        "days": KEPT_DAYS,
        "total": report.total,
        "gaps": [_gap(gap) for gap in report.gaps],
        "counts": counts(report.counts),
        "message": _message(report),
    }


def _message(report: Report) -> str | None:
    if not report.keeping:
        return _STILL_THERE if report.total else OFF
    return None if report.total else _NONE


def _gap(gap: Gap) -> Json:
    return {
        "question": gap.question,
        "language": gap.language,
        "count": gap.count,
        "refused": gap.refused,
        "down": gap.down,
        "first": gap.first.isoformat(),
        "last": gap.last.isoformat(),
        "reasons": [
            {"reason": reason.value, "label": reason.label, "count": count}
            for reason, count in gap.reasons.items()
        ],
        "wordings": list(gap.wordings),
        "comments": list(gap.comments),
        "near": [asdict(near) for near in gap.near],
    }


def counts(held: Mapping[str, int]) -> Json:
    """Return the counts of the store by what they count: answers, votes, reasons."""
    kinds = ("answer", "refusal", "hint", "smalltalk")
    return {
        "answers": {kind: held.get(kind, 0) for kind in kinds},
        "votes": {vote: held.get(f"vote_{vote}", 0) for vote in ("up", "down")},
        "reasons": {reason.value: held.get(f"reason_{reason}", 0) for reason in Reason},
    }


def as_csv(report: Json) -> bytes:
    """Return a table (RFC 4180, UTF-8 with the mark that spreadsheets need) of `as_json`'s form.

    No cell is a formula, begins a column of its own in a program that splits at semicolons or
    tabs, or holds a line break.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(HEADER)
    for gap in report["gaps"]:
        table.writerow([cell(value) for value in _row(gap)])
    return text.getvalue().encode("utf-8-sig", "replace")


def _row(gap: Json) -> tuple[object, ...]:
    return (
        gap["count"],
        gap["refused"],
        gap["down"],
        gap["question"],
        " / ".join(_reasons(gap)),
        " / ".join(gap["wordings"]),
        " / ".join(gap["comments"]),
        gap["first"],
        gap["last"],
        " / ".join(near["title"] for near in gap["near"]),
        " ".join(near["link"] for near in gap["near"]),
    )


def cell(value: object) -> str:
    """Return a value as a cell that every spreadsheet takes for text or a plain number."""
    text = "".join(char if char.isprintable() else " " for char in str(value))
    text = " ".join(text.replace(";", ",").split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def _reasons(gap: Json) -> Iterator[str]:
    for entry in gap["reasons"]:
        yield f"{entry['label']} ({entry['count']})"


def lines(report: Json) -> Iterator[str]:
    """Yield what a terminal shows of `as_json`'s form; words of people are not made plain yet."""
    for number, gap in enumerate(report["gaps"], start=1):
        yield f"{number:>3}. {gap['question']}"
        parts = [f"{gap['refused']} abgelehnt"] if gap["refused"] else []
        parts += [f"{gap['down']} nicht hilfreich"] if gap["down"] else []
        yield f"     {gap['count']} Mal ({', '.join(parts)}), {_span(gap)}"
        for label, told in (
            ("Gründe", ", ".join(_reasons(gap))),
            ("auch", " · ".join(gap["wordings"])),
            ("Kommentar", " · ".join(gap["comments"])),
            ("am nächsten", " · ".join(near["title"] for near in gap["near"])),
        ):
            if told:
                yield f"     {label}: {told}"
    if report["total"] > len(report["gaps"]):
        yield f"{report['total'] - len(report['gaps'])} weitere mit --limit {report['total']}"


def _span(gap: Json) -> str:
    first, last = (".".join(reversed(gap[name].split("-"))) for name in ("first", "last"))
    return f"am {first}" if first == last else f"{first} bis {last}"


def summary(report: Json) -> str:
    """Return one line of counts."""
    answers, votes = report["counts"]["answers"], report["counts"]["votes"]
    asked: Sequence[int] = (answers["answer"], answers["refusal"])
    return (
        f"Letzte {report['days']} Tage: {asked[0]} beantwortet, {asked[1]} abgelehnt, "
        f"{votes['up']} hilfreich, {votes['down']} nicht hilfreich"
    )
