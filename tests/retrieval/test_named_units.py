"""A question that names a § finds its Absätze, before what speaks of the same things."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.assemble import assemble
from ingest.document import Block, BlockKind, Document, Metadata
from ingest.split import split
from retrieval.build import Entry
from retrieval.library import Library
from retrieval.records import Filters
from tests.fakes import entry
from tests.places import Disk, Place

UNITS = {
    "§ 7 Abs. 1 MusterG": "(1) Die Gemeinde richtet ein Gesundheitsforum ein.",
    "§ 7 Abs. 2 MusterG": "(2) Das Forum tagt öffentlich und mindestens zweimal im Jahr.",
    "§ 7a Abs. 1 MusterG": "(1) Die Kosten trägt das Land nach Maßgabe des Haushalts.",
    "§ 8 MusterG": "Das Nähere bestimmt eine Satzung der Gemeinde.",
}


def statute() -> Entry:
    blocks = [Block(BlockKind.PARAGRAPH, text, reference=unit) for unit, text in UNITS.items()]
    made = assemble(blocks)
    facts = Metadata(title="Mustergesetz", language="de", type="Gesetz")
    document = Document(made.text, facts, "test", references=made.references)
    return Entry("g.md", "g", "0" * 64, document, split(document), b"x", "text/markdown")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    opened = Place(tmp_path, Disk()).open()
    opened.put(statute())
    talk = "Über § 7 MusterG, die Satzung, die Kosten und das Forum wird in der Gemeinde geredet."
    opened.put(entry("presse.txt", *[f"{talk} Folge {n}." for n in range(6)]))
    return opened


def found(library: Library, question: str) -> list[str]:
    hits = library.search(library.query(question, "de"), Filters(), 20)
    return [hit.passage.reference for hit in hits]


def test_every_passage_lies_in_one_unit(library: Library) -> None:
    assert {reference for reference in found(library, "Gemeinde")} >= set(UNITS)


@pytest.mark.parametrize("question", ["§ 7 Abs. 2 MusterG", "Was sagt § 7 Absatz 2 MusterG?"])
def test_an_absatz_is_found_first(library: Library, question: str) -> None:
    assert found(library, question)[0] == "§ 7 Abs. 2 MusterG"


def test_a_paragraph_means_all_its_absaetze_and_no_neighbour(library: Library) -> None:
    assert set(found(library, "Was sagt § 7 MusterG?")[:2]) == {
        "§ 7 Abs. 1 MusterG",
        "§ 7 Abs. 2 MusterG",
    }
    assert found(library, "§ 7a MusterG")[0] == "§ 7a Abs. 1 MusterG"


def test_the_same_number_of_another_law_is_not_meant(library: Library) -> None:
    assert found(library, "Was sagt § 8 MusterG über das Forum?")[0] == "§ 8 MusterG"
    assert found(library, "Was sagt § 8 SGB V über das Forum?")[0] != "§ 8 MusterG"
    assert library._live.lexical.named("§ 8 MusterG")
    assert not library._live.lexical.named("§ 8 SGB V")


def test_a_removed_statute_is_named_no_more(library: Library) -> None:
    (record,) = (r for r in library.documents(internal=False) if r.source == "g.md")
    assert len(library._live.lexical.named("§ 7 MusterG")) == 2
    library.remove(record.document_id)
    assert not library._live.lexical.named("§ 7 MusterG")
    assert set(found(library, "§ 7 MusterG")) == {""}
