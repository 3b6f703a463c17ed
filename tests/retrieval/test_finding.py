"""Hits with their surroundings, exact counts, several documents heard, a second judge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.library import Library
from retrieval.records import Filters, Hit, Results
from tests.fakes import HashEmbedder, WordReranker, entry, long_text
from tests.places import Disk, Place

EVERYBODY = Filters()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Place(tmp_path, Disk()).open()
    yield made
    made.close()


def results(library: Library, question: str, limit: int = 10) -> Results:
    return library.results(library.query(question, "de"), EVERYBODY, limit)


def found(library: Library, question: str, limit: int = 10) -> list[Hit]:
    return library.search(library.query(question, "de"), EVERYBODY, limit)


def test_a_page_tells_how_much_was_found_in_all(library: Library) -> None:
    library.put(entry("lang.txt", *long_text("Bewegung", 6)))
    library.put(entry("kurz.txt", "Bewegung tut gut."))
    page = results(library, "Bewegung", 2)
    assert len(page.hits) == 2
    assert page.total == library.passage_count() == page.facets["language"]["de"]
    assert list(page.hits) == found(library, "Bewegung", 2)
    nothing = results(library, "Bewegung", 0)
    assert (list(nothing.hits), nothing.total) == ([], page.total)


def test_a_hit_names_the_passages_beside_it(library: Library) -> None:
    record, _ = library.put(entry("lang.txt", *long_text("Bewegung", 6)))
    hits = {hit.passage.ordinal: hit for hit in found(library, "Bewegung", 100)}
    last = record.chunk_count - 1
    assert sorted(hits) == list(range(last + 1))
    assert hits[0].neighbours == (None, f"{record.document_id}.1")
    assert hits[last].neighbours == (f"{record.document_id}.{last - 1}", None)


def test_one_long_document_does_not_silence_the_others(library: Library) -> None:
    library.put(entry("lang.txt", *long_text("Bewegung", 12)))
    library.put(entry("kurz.txt", *long_text("Bewegung", 1)))
    sources = [hit.document.source for hit in found(library, "Bewegung im Quartier", 5)]
    assert set(sources) == {"lang.txt", "kurz.txt"}


def test_pages_neither_repeat_nor_skip(library: Library) -> None:
    for number in range(14):
        library.put(entry(f"{number}.txt", *long_text(f"Bewegung {number}", 1 + 3 * (number % 4))))
    whole = [hit.passage.chunk_id for hit in found(library, "Bewegung im Quartier", 1_000)]
    assert len(whole) == library.passage_count() > 50
    for size in (1, 7, 10, 49, 51):
        for offset in range(0, len(whole), size):
            page = found(library, "Bewegung im Quartier", offset + size)[offset:]
            assert [hit.passage.chunk_id for hit in page] == whole[offset : offset + size]


def test_a_reranker_has_a_say(tmp_path: Path) -> None:
    class Place2(Place):
        def open(self, embedder: object = None) -> Library:
            return Library(self.stores(), HashEmbedder(), reranker=WordReranker())

    library = Place2(tmp_path, Disk()).open()
    library.put(entry("nah.txt", "Bewegungskurse Bewegungskurse Bewegungskurse im Stadtteil."))
    library.put(entry("genau.txt", "wer fördert kurse für bewegung im stadtteil und wie"))
    question = "wer fördert kurse für bewegung im stadtteil"
    (first, second) = found(library, question)
    assert first.document.source == "genau.txt"
    assert first.score >= second.score
    assert 0 <= second.score <= 1
    library.close()


def test_twins_leave_no_page_short(library: Library) -> None:
    for number in range(40):
        library.put(entry(f"zwilling{number}.txt", *long_text("Bewegung", 3)))
    for number in range(6):
        library.put(entry(f"{number}.txt", f"Bewegung Nummer {number} im Quartier tut gut."))
    whole = [hit.passage.chunk_id for hit in found(library, "Bewegung im Quartier", 1_000)]
    assert 7 <= len(whole) < library.passage_count()
    pages = [
        hit.passage.chunk_id
        for offset in range(0, len(whole), 4)
        for hit in found(library, "Bewegung im Quartier", offset + 4)[offset:]
    ]
    assert pages == whole
