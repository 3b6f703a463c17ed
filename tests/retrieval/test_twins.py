"""Near-duplicates: known by their sketch, heard once, never at the cost of what differs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.library import Library
from retrieval.records import Filters
from retrieval.twins import LEAST_SHINGLES, Twins, fingerprint, shingles, similarity
from tests.fakes import entry
from tests.places import Disk, Place

PARTS = [
    "Der Stadtteilladen am Kanal lädt jeden Dienstag zum gemeinsamen Frühstück ein, das "
    "Ehrenamtliche vorbereiten und das die Stadt bezuschusst.",
    "Im Jahr 2023 kamen 214 Familien in die Beratung, davon lebten 61 erst kurz im Quartier und "
    "suchten vor allem Anschluss an andere Eltern.",
    "Die Hebamme aus der Frauenpraxis beantwortet einmal im Monat Fragen zu Schwangerschaft, "
    "Stillzeit und den ersten Wochen mit dem Kind.",
    "Wer Wege sucht, den Alltag mit mehr Bewegung zu füllen, findet in der Turnhalle der "
    "Grundschule zwei offene Gruppen für alle Altersstufen.",
]
WORDS = st.lists(st.text("abcdefgh ", min_size=1, max_size=8), max_size=60).map(" ".join)


def test_case_hyphens_and_misread_umlauts_make_no_other_text() -> None:
    one = shingles("Frühstück im STADTTEILLADEN am Kanal für alle")
    assert one == shingles("Friihstiick im Stadtteilladen, am Kanal: fiir alle!")


def test_a_short_text_has_no_fingerprint() -> None:
    assert fingerprint("Ein kurzer Satz ohne viele Worte.") == ()
    assert similarity((), ()) == 0.0
    assert len(shingles(" ".join(PARTS)).every) >= LEAST_SHINGLES


@given(WORDS, WORDS)
def test_similarity_is_symmetric_and_whole_for_equal_texts(a: str, b: str) -> None:
    one, two = fingerprint(a), fingerprint(b)
    assert similarity(one, two) == similarity(two, one)
    assert similarity(one, one) == (1.0 if one else 0.0)
    assert 0.0 <= similarity(one, two) <= 1.0


def test_the_estimate_is_near_the_true_share() -> None:
    common = [f"wort{n}" for n in range(2_000)]
    one = " ".join(common + [f"eins{n}" for n in range(500)])
    two = " ".join(common + [f"zwei{n}" for n in range(500)])
    assert similarity(fingerprint(one), fingerprint(two)) == pytest.approx(2 / 3, abs=0.12)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3)), max_size=20))
def test_links_are_mutual_and_do_not_depend_on_the_order(changes: list[tuple[str, int]]) -> None:
    text = " ".join(PARTS)
    sketches = [(), fingerprint(text), fingerprint(text + " Ende."), fingerprint(text.upper())]
    twins, held = Twins(), dict[str, int]()
    for name, kind in changes:
        if kind:
            twins.replace(name, sketches[kind])
            held[name] = kind
        else:
            twins.forget(name)
            held.pop(name, None)
        for one in "abcd":
            expected = held.keys() - {one} if one in held else set()
            assert twins.of(one) == expected


def put(library: Library, source: str, *paragraphs: str, internal: bool = False) -> str:
    record, _ = library.put(entry(source, *paragraphs, folder=source, internal=internal))
    return record.document_id


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Place(tmp_path, Disk()).open()


def found(library: Library, text: str, *, internal: bool = True) -> list[tuple[str, list[str]]]:
    hits = library.search(library.query(text, "de"), Filters(internal=internal), 10)
    return [(hit.document.source, [other.source for other in hit.also]) for hit in hits]


def test_the_same_text_as_pdf_and_web_page_is_linked_and_answers_once(library: Library) -> None:
    pdf = put(library, "laden.pdf", *PARTS)
    page = put(library, "laden.html", "Startseite", *PARTS, "Zurück zur Übersicht")
    other = put(library, "anderes.txt", *(part[::-1] for part in PARTS))
    linked = [record.document_id for record in library.twins(pdf, internal=True)]
    assert linked == [page]
    assert library.twins(other, internal=True) == []
    hits = found(library, "Wer lädt zum Frühstück in den Stadtteilladen ein?")
    sources = [source for source, _ in hits]
    assert len({"laden.pdf", "laden.html"} & set(sources)) == 1
    assert {source for _, also in hits for source in also} <= {"laden.pdf", "laden.html"}
    assert any(also for _, also in hits)


def test_a_passage_with_another_number_is_heard_too(library: Library) -> None:
    put(library, "2023.pdf", *PARTS)
    changed = [part.replace("214", "198") for part in PARTS]
    put(library, "2024.pdf", *changed)
    sources = {source for source, _ in found(library, "Wie viele Familien kamen in die Beratung?")}
    assert sources == {"2023.pdf", "2024.pdf"}


def test_an_internal_twin_neither_hides_nor_shows_in_public(library: Library) -> None:
    public = put(library, "offen.html", *PARTS)
    put(library, "intern.pdf", *PARTS, internal=True)
    hits = found(library, "Frühstück im Stadtteilladen", internal=False)
    assert hits == [("offen.html", [])]
    assert library.twins(public, internal=False) == []


def test_after_removal_or_change_the_other_twin_answers(library: Library) -> None:
    pdf = put(library, "laden.pdf", *PARTS)
    page = put(library, "laden.html", *PARTS)
    library.remove(pdf)
    assert library.twins(page, internal=True) == []
    assert [source for source, _ in found(library, "Frühstück")] == ["laden.html"]
    put(library, "laden.html", *(part[::-1] for part in PARTS))
    put(library, "laden.pdf", *PARTS)
    assert library.twins(page, internal=True) == []


def test_links_survive_a_restart(tmp_path: Path) -> None:
    place = Place(tmp_path, Disk())
    library = place.open()
    pdf, page = put(library, "laden.pdf", *PARTS), put(library, "laden.html", *PARTS)
    library.close()
    reopened = place.open()
    assert [record.document_id for record in reopened.twins(pdf, internal=True)] == [page]
