from __future__ import annotations

import time

import pytest

from ingest.wording.pagenumbers import PageNumber, page_number


@pytest.mark.parametrize(
    "line", ["Seite 7", "seite 7 von 12", "Page 7 of 12", "| Seite 7 | 12", "– 7 –", "7/12", "S. 7"]
)
def test_what_is_marked_can_be_nothing_else(line: str) -> None:
    assert page_number(line) == PageNumber(7, marked=True)


@pytest.mark.parametrize("line", ["7", "| 7", "7 |", "- 7"])
def test_a_bare_number_may_be_something_else(line: str) -> None:
    assert page_number(line) == PageNumber(7, marked=False)


@pytest.mark.parametrize(
    "line", ["", "Seite", "7 Gemeinden", "3 | 12", "12345", "Seite 7 ff.", "§ 7", "7.", "1, 2"]
)
def test_anything_else_is_none(line: str) -> None:
    assert page_number(line) is None


def test_a_long_line_takes_no_time() -> None:
    begun = time.perf_counter()
    for line in ("| " * 50_000 + "x", "7" + " " * 100_000 + "x", "-" * 100_000):
        assert page_number(line) is None
    assert time.perf_counter() - begun < 1
