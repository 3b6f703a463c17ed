"""What editors get: JSON, a table no spreadsheet runs, lines no terminal obeys."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from assistant.feedback.export import HEADER, as_csv, as_json, cell, lines, summary
from assistant.feedback.records import Gap, Near, Reason, Report

DAY = date(2026, 3, 1)


def gap(question: str, **more: Any) -> Gap:
    values: dict[str, Any] = {"count": 2, "refused": 1, "down": 1, "first": DAY, "last": DAY}
    return Gap(question, "de", **{**values, **more})


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


EVIL = [
    "=HYPERLINK(\"http://x.example\",\"klick\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1",
    "\n=cmd|' /C calc'!A0", "  =1", "\u200b=1", "＝1+1", "|x", "−1",
]  # fmt: skip


@pytest.mark.parametrize("text", EVIL, ids=repr)
def test_no_cell_is_a_formula(text: str) -> None:
    report = Report(True, (gap(text, wordings=(text,), comments=(text,)),), 1, {})
    head, row = table(as_csv(as_json(report)))
    assert tuple(head) == HEADER
    for value in (row[3], row[5], row[6]):
        assert not value.lstrip().startswith(tuple("=+-@\t\r|＝−"))
        assert value.startswith("'")


def test_no_second_formula_where_programs_split_differently() -> None:
    found = cell("harmlos;=1+1\t=2\n=3\r\n=4")
    assert ";" not in found
    assert found.isprintable()


def test_the_table_is_well_formed() -> None:
    one = gap('Was ist "Prävention", kurz?', near=(Near("a-1", "Titel, lang", "/documents/a-1"),),
              reasons={Reason.WRONG: 2}, comments=("Zeile\nzwei",))  # fmt: skip
    data = as_csv(as_json(Report(True, (one, gap("Zweite")), 2, {})))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 3
    head, first, second = table(data)
    assert len(head) == len(first) == len(second)
    assert first[:5] == ["2", "1", "1", 'Was ist "Prävention", kurz?',
                         "falsch oder missverständlich (2)"]  # fmt: skip
    assert first[6] == "Zeile zwei"
    assert first[9:] == ["Titel, lang", "/documents/a-1"]


def test_lone_surrogates_do_not_stop_the_export() -> None:
    assert b"Frage" in as_csv(as_json(Report(True, (gap("Frage \ud800"),), 1, {})))


def test_lines_tell_the_same() -> None:
    one = gap(
        "Wer zahlt?", reasons={Reason.MISSING: 1}, last=date(2026, 3, 4), wordings=("Und wer?",)
    )
    told = list(lines(as_json(Report(True, (one,), 3, {}))))
    assert told == [
        "  1. Wer zahlt?",
        "     2 Mal (1 abgelehnt, 1 nicht hilfreich), 01.03.2026 bis 04.03.2026",
        "     Gründe: fehlt in den Quellen (1)",
        "     auch: Und wer?",
        "2 weitere mit --limit 3",
    ]


def test_an_empty_list_says_why() -> None:
    off = as_json(Report(False, (), 0, {}))
    assert "KGC_KEEP_QUESTIONS=true" in off["message"]
    assert "90 Tage" in off["message"]
    assert "keine Frage" in as_json(Report(True, (), 0, {}))["message"]
    assert as_json(Report(True, (gap("x"),), 1, {}))["message"] is None
    assert "--forget" in as_json(Report(False, (gap("x"),), 1, {}))["message"]


def test_counts_by_what_they_count() -> None:
    held = {"answer": 5, "refusal": 2, "vote_up": 3, "vote_down": 1, "reason_wrong": 1}
    made = as_json(Report(True, (), 0, held))
    assert made["counts"]["answers"] == {"answer": 5, "refusal": 2, "hint": 0, "smalltalk": 0}
    assert made["counts"]["votes"] == {"up": 3, "down": 1}
    assert made["counts"]["reasons"].keys() == {reason.value for reason in Reason}
    assert summary(made) == (
        "Letzte 90 Tage: 5 beantwortet, 2 abgelehnt, 3 hilfreich, 1 nicht hilfreich"
    )


def test_every_reason_has_german_words() -> None:
    labels = [reason.label for reason in Reason]
    assert len(set(labels)) == len(labels) == 7
