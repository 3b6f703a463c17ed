"""Lists by score and date, with each document once or not: complete, in order, page by page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Metadata
from retrieval.arrangement import FURTHER, SUFFICIENT, Arrangement, Order, arranged
from retrieval.columns import Aligned
from retrieval.ports import VectorKey
from retrieval.records import DocumentRecord, Visibility
from retrieval.search import Ranked, Ranking

DATES = (None, "2019", "2023", "2023-05", "2023-05-17", "2024-01-01")
EVERY = [Arrangement(grouped, order) for grouped in (False, True) for order in Order]

Row = tuple[int, int, bool]
"""A passage: number of its document, score in twentieths, whether it was found."""


def record(number: int) -> DocumentRecord:
    facts = Metadata(date=DATES[number % len(DATES)])
    name = f"d{number:02}"
    return DocumentRecord(name, f"{name}.md", name, "", 1, Visibility.PUBLIC, facts, None, None, 0)


def ranking(rows: list[Row]) -> Ranking:
    numbers = sorted({document for document, _, _ in rows}, reverse=True)  # as they came in
    rows = sorted(rows, key=lambda row: numbers.index(row[0]))
    records = {record(number).document_id: record(number) for number in numbers}
    seen = dict.fromkeys(records, 0)
    keys = []
    for document, _, _ in rows:
        name = record(document).document_id
        keys.append(VectorKey(name, 1, seen[name]))
        seen[name] += 1
    edition_of = np.array([numbers.index(row[0]) for row in rows], dtype=np.int32)
    editions = [(record(number).document_id, 1) for number in numbers]
    scores = np.array([row[1] / 20 for row in rows], dtype=np.float32)
    found = np.array([row[2] for row in rows], dtype=np.bool_)
    aligned = Aligned(editions, edition_of, edition_of, 0)
    return Ranking(keys, aligned, records, found, scores, scores, scores)


ROWS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 20), st.booleans()), max_size=40)


def date_of(made: Ranking, found: Ranked) -> str:
    return made.records[found.key.document_id].metadata.date or ""


@given(ROWS, st.sampled_from(EVERY), st.integers(1, 7))
def test_pages_are_the_whole_list(rows: list[Row], wanted: Arrangement, size: int) -> None:
    made = ranking(rows)
    listed = arranged(made, wanted)
    whole = listed.best(1_000)
    assert len(whole) == listed.total
    pages = [
        found
        for offset in range(0, listed.total, size)
        for found in arranged(made, wanted).best(offset + size)[offset:]
    ]
    assert pages == whole
    names = [found.key.document_id if wanted.grouped else found.key for found in whole]
    assert len(names) == len(set(names))


@given(ROWS)
def test_by_relevance_nothing_that_was_found_is_missing(rows: list[Row]) -> None:
    made = ranking(rows)
    passages = arranged(made, Arrangement()).best(1_000)
    assert passages == made.best(1_000)
    documents = arranged(made, Arrangement(grouped=True)).best(1_000)
    best: dict[str, Ranked] = {}
    for found in passages:
        best.setdefault(found.key.document_id, found)
    assert documents == list(best.values())


@given(ROWS, st.booleans())
def test_by_date_the_newest_come_first_and_undated_last(rows: list[Row], grouped: bool) -> None:
    made = ranking(rows)
    listed = arranged(made, Arrangement(grouped, Order.DATE)).best(1_000)
    order = [(date_of(made, found), found.score) for found in listed]
    assert order == sorted(order, reverse=True)
    least = SUFFICIENT * float(made.score.max(initial=0))
    enough = [found for found in made.best(1_000) if found.score >= np.float32(least)]
    assert {found.key.document_id for found in listed} == {f.key.document_id for f in enough}
    if not grouped:
        assert len(listed) == len(enough)


@given(ROWS)
def test_further_passages_are_the_next_best_of_their_document(rows: list[Row]) -> None:
    made = ranking(rows)
    listed = arranged(made, Arrangement(grouped=True))
    for found in listed.best(1_000):
        own = [r for r in made.best(1_000) if r.key.document_id == found.key.document_id]
        edition = (found.key.document_id, found.key.generation)
        assert [found, *listed.further([edition])] == own[: 1 + FURTHER]


def test_facets_of_a_list_by_date_count_what_it_shows() -> None:
    made = ranking([(1, 20, True), (1, 19, True), (2, 11, True)])
    assert made.total == 3
    listed = arranged(made, Arrangement(order=Order.DATE))
    assert (listed.total, listed.ranking.facets()["year"]) == (2, {"2019": 2})


def test_a_filter_does_not_move_the_line() -> None:
    made = ranking([(1, 20, True), (2, 11, True)])
    filtered = replace(made, found=np.array([made.keys[at].document_id == "d02" for at in (0, 1)]))
    assert arranged(filtered, Arrangement(order=Order.DATE)).total == 0


@pytest.mark.parametrize("wanted", EVERY)
def test_nothing_found_is_an_empty_list(wanted: Arrangement) -> None:
    listed = arranged(ranking([]), wanted)
    assert (listed.total, listed.best(10), listed.further([])) == (0, [], [])
