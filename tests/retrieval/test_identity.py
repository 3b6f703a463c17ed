from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from retrieval.build import raw_record
from retrieval.identity import document_id_for, match
from retrieval.records import DocumentRecord
from tests.fakes import entry


def record(source: str, origin: str, sha256: str) -> DocumentRecord:
    made = raw_record(document_id_for(source, origin), 1, entry(source, "Text."))
    return replace(made, origin=origin, sha256=sha256)


ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT, ANY_TEXT)
def test_any_name_gives_an_id_of_the_public_form(source: str, origin: str) -> None:
    name = document_id_for(source, origin)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name)
    assert name == document_id_for(source, origin)


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), unique=True, min_size=2, max_size=5))
def test_other_places_have_other_ids(places: list[tuple[str, str]]) -> None:
    assert len({document_id_for(*place) for place in places}) == len(places)


def test_ids_can_be_read() -> None:
    assert document_id_for("berichte/Übersicht für Größe.pdf", "x").startswith(
        "uebersicht-fuer-groesse-"
    )
    assert document_id_for("😀.pdf", "x").startswith("dokument-")
    # Composed and decomposed umlauts (as macOS writes them) read the same.
    assert document_id_for("u\u0308ber.pdf", "x").startswith("ueber-")


def test_a_taken_id_is_not_given_again() -> None:
    first = document_id_for("a.pdf", "x")
    second = document_id_for("a.pdf", "x", {first})
    third = document_id_for("a.pdf", "x", {first, second})
    assert len({first, second, third}) == 3
    assert second == document_id_for("a.pdf", "x", {first})


def test_the_same_origin_is_the_same_document_whatever_it_holds() -> None:
    here, there = record("a.pdf", "eins/a.pdf", "1"), record("a.pdf", "zwei/a.pdf", "2")
    assert match([here, there], "a.pdf", "zwei/a.pdf", "1") == there
    assert match([here, there], "a.pdf", "eins/a.pdf", "3") == here


def test_the_same_name_in_another_folder_is_another_document() -> None:
    here = record("a.pdf", "eins/a.pdf", "1")
    assert match([here], "a.pdf", "zwei/a.pdf", "2") is None


def test_a_moved_folder_is_the_same_document() -> None:
    here = record("a.pdf", "eins/a.pdf", "1")
    assert match([here], "a.pdf", "zwei/a.pdf", "1") == here
    assert match([here], "b.pdf", "zwei/b.pdf", "1") is None


def test_an_upload_means_the_one_document_of_its_name() -> None:
    here, there = record("a.pdf", "eins/a.pdf", "1"), record("a.pdf", "zwei/a.pdf", "2")
    assert match([here], "a.pdf", "a.pdf", "9") == here
    assert match([here, there], "a.pdf", "a.pdf", "9") is None
    uploaded = record("a.pdf", "a.pdf", "1")
    assert match([uploaded], "a.pdf", "eins/a.pdf", "9") == uploaded


def test_a_file_is_the_same_document_whichever_folder_was_named() -> None:
    below = record("berichte/a.pdf", "an-einem-ort", "1")
    assert match([below], "a.pdf", "an-einem-ort", "2") == below
