from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from ingest.document import Metadata
from retrieval.errors import (
    CorrectionInvalid,
    DocumentUnknown,
    IndexMismatch,
    StoreUnavailable,
)
from retrieval.library import Library
from retrieval.ports import Embedder
from retrieval.records import Change, Mode
from tests.fakes import HashEmbedder, entry, long_text
from tests.places import Disk, Place, assert_only_live, everything, hits

KURS = "Die Krankenkassen fördern Bewegungskurse für Ältere im Stadtteil."
BAHN = "Der Regionalverkehr fährt wegen Bauarbeiten am Bahnhof nur stündlich."


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, Disk())


@pytest.fixture
def library(place: Place) -> Iterator[Library]:
    made = place.open()
    yield made
    made.close()


def texts(library: Library, question: str) -> list[str]:
    return [hit.passage.text for hit in hits(library, question, internal=True)]


# ---------------------------------------------------------------- putting and finding


def test_a_document_is_whole_after_putting(library: Library) -> None:
    given = entry("kurs.txt", "# Kurse", *long_text("Bewegung", 3))
    written: list[int] = []
    record, change = library.put(given, written.append)
    assert change is Change.ADDED
    assert sum(written) == record.chunk_count == len(given.chunks) == library.passage_count()
    assert library.documents(internal=False) == [record]
    assert library.document(record.document_id, internal=False) == record
    assert library.text(record.document_id, internal=False).text == given.document.text
    assert library.original(record.document_id, internal=False) == given.original
    found = hits(library, "Bewegung")
    assert {hit.passage.ordinal for hit in found} == set(range(record.chunk_count))
    for hit in found:
        assert given.document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert hit.document == record
        assert 0 <= hit.score <= 1
        assert -1.001 <= hit.dense <= 1.001


def test_an_empty_library_answers(library: Library) -> None:
    assert library.documents(internal=True) == []
    assert hits(library, "Bewegung") == []
    assert library.passage_count() == 0
    for ask in (library.document, library.text, library.original):
        with pytest.raises(DocumentUnknown, match="fehlt"):
            ask("fehlt", internal=True)
    for change in (library.remove, lambda name: library.correct(name, {"title": "x"})):
        with pytest.raises(DocumentUnknown, match="fehlt"):
            change("fehlt")


def test_a_document_without_passages_is_kept(library: Library, place: Place) -> None:
    library.put(replace(entry("leer.txt", "Text."), chunks=()))
    assert library.passage_count() == 0
    again = place.open()
    assert [record.source for record in again.documents(internal=False)] == ["leer.txt"]
    again.close()


def test_reopening_changes_nothing(library: Library, place: Place) -> None:
    library.put(entry("kurs.txt", KURS))
    library.put(entry("bahn.txt", BAHN, internal=True))
    library.correct(library.documents(internal=False)[0].document_id, {"title": "Kurse"})
    again = place.open()
    assert again.documents(internal=True) == library.documents(internal=True)
    mine, true = hits(again, "Kurse", internal=True), hits(library, "Kurse", internal=True)
    assert [hit.passage for hit in mine] == [hit.passage for hit in true]
    assert [hit.score for hit in mine] == pytest.approx([hit.score for hit in true])
    assert again.rarity("kurs") == pytest.approx(library.rarity("kurs"))
    again.close()


def test_lists_need_no_model(place: Place) -> None:
    class Absent:
        def __getattr__(self, name: str) -> None:
            raise AssertionError(f"{name} was asked for")

    with_model = place.open()
    record, _ = with_model.put(entry("kurs.txt", KURS))
    with_model.close()
    without = place.open(cast(Embedder, Absent()))
    assert without.documents(internal=False) == [record]
    assert without.text(record.document_id, internal=False).text == KURS
    without.correct(record.document_id, {"organisation": "Neu"})
    without.remove(record.document_id)
    without.close()


# ---------------------------------------------------------------- updating


def test_an_update_replaces_every_passage(library: Library, place: Place) -> None:
    old, _ = library.put(entry("kurs.txt", *long_text("Xylophon", 4)))
    new, change = library.put(entry("kurs.txt", *long_text("Bewegung", 2)))
    assert change is Change.UPDATED
    assert (new.document_id, new.generation) == (old.document_id, old.generation + 1)
    assert library.documents(internal=False) == [new]
    for question in ("Xylophon", "Bewegung"):
        found = hits(library, question)
        assert {hit.passage.generation for hit in found} == {new.generation}
        assert not any("Xylophon" in hit.passage.text for hit in found)
    assert_only_live(library, place)


def test_unchanged_content_is_known(library: Library) -> None:
    given = entry("kurs.txt", KURS)
    assert library.known(given.source, given.origin, given.sha256) is None
    record, _ = library.put(given)
    assert library.known(given.source, given.origin, given.sha256) == record
    assert library.known(given.source, given.origin, "anders") is None
    assert library.known("anders.txt", "ordner/anders.txt", given.sha256) is None


def test_one_name_in_two_folders_is_two_documents(library: Library) -> None:
    library.put(entry("info.txt", KURS, folder="eins"))
    _, change = library.put(entry("info.txt", BAHN, folder="zwei"))
    assert change is Change.ADDED
    assert sorted(texts(library, "Kurse")) == sorted([KURS, BAHN])
    assert len({record.document_id for record in library.documents(internal=False)}) == 2


def test_a_moved_folder_is_the_same_document(library: Library) -> None:
    record, _ = library.put(entry("info.txt", KURS, folder="alt"))
    moved = entry("info.txt", KURS, folder="neu")
    assert library.known(moved.source, moved.origin, moved.sha256) == record


def test_a_document_never_takes_the_place_of_another(library: Library) -> None:
    uploaded = replace(entry("info.txt", KURS), origin="info.txt")
    first, _ = library.put(uploaded)
    moved, _ = library.put(entry("info.txt", KURS + " Neu.", folder="eins"))
    assert moved.document_id == first.document_id  # a file of that name was uploaded before
    library.put(entry("info.txt", BAHN, folder="zwei"))
    third = replace(entry("info.txt", "Etwas Drittes steht hier."), origin="info.txt")
    _, change = library.put(third)
    assert change is Change.ADDED
    assert len({record.document_id for record in library.documents(internal=False)}) == 3
    assert len(texts(library, "Kurse")) == 3


# ---------------------------------------------------------------- visibility


def test_internal_documents_do_not_exist_without_the_right(library: Library) -> None:
    secret, _ = library.put(entry("plan.txt", "Der geheime Xylophonplan.", internal=True))
    library.put(entry("kurs.txt", KURS))
    for mode in Mode:
        assert [hit.document.source for hit in hits(library, "Xylophonplan", mode=mode)] in (
            ["kurs.txt"],
            [],
        )
    assert [record.source for record in library.documents(internal=False)] == ["kurs.txt"]
    for ask in (library.document, library.text, library.original):
        with pytest.raises(DocumentUnknown):
            ask(secret.document_id, internal=False)
        ask(secret.document_id, internal=True)
    assert hits(library, "Xylophonplan", internal=True)[0].document == secret


def test_visibility_follows_the_latest_decision(library: Library) -> None:
    def seen() -> list[str]:
        listed = [record.source for record in library.documents(internal=False)]
        assert sorted({hit.document.source for hit in hits(library, "Kurse")}) == listed
        return listed

    record, _ = library.put(entry("kurs.txt", KURS))
    assert seen() == ["kurs.txt"]
    library.correct(record.document_id, {"visibility": "internal"})
    assert seen() == []
    library.put(entry("kurs.txt", KURS + " Neu."))  # without saying so it stays internal
    assert seen() == []
    library.correct(record.document_id, {"visibility": ""})
    assert seen() == ["kurs.txt"]
    library.put(entry("kurs.txt", KURS, internal=True))
    assert seen() == []
    library.put(entry("kurs.txt", KURS + " Neu."))
    assert seen() == []
    library.correct(record.document_id, {"visibility": "public"})
    assert seen() == ["kurs.txt"]
    library.correct(record.document_id, {"visibility": ""})  # it was ingested as internal
    assert seen() == []
    library.correct(record.document_id, {"visibility": "public"})
    library.put(entry("kurs.txt", KURS, internal=True))
    assert seen() == []


# ---------------------------------------------------------------- corrections


def test_corrections_survive_a_new_reading_and_can_be_taken_back(
    library: Library, place: Place
) -> None:
    facts = Metadata(title="Gefunden", date="2020", language="de", region="Hessen")
    record, _ = library.put(entry("kurs.txt", KURS, facts=facts))
    name = record.document_id
    new = library.correct(name, {"title": "Besser", "region": "Bremen"})
    assert new.metadata == replace(facts, title="Besser", region="Bremen")
    assert [hit.document for hit in hits(library, "Kurse", facets={"region": "Bremen"})] == [new]
    assert hits(library, "Kurse", facets={"region": "Hessen"}) == []
    assert library.original(name, internal=False) == KURS.encode()
    # The new reading finds another date, which nobody corrected.
    again, _ = library.put(entry("kurs.txt", KURS + " Neu.", facts=replace(facts, date="2024")))
    assert again.metadata == replace(facts, title="Besser", region="Bremen", date="2024")
    library.close()
    reopened = place.open()
    assert reopened.document(name, internal=False) == again
    back = reopened.correct(name, {"title": "", "organisation": ""})
    assert back.metadata == replace(facts, region="Bremen", date="2024")
    assert_only_live(reopened, place)


def test_corrected_lists_are_filtered_by_and_survive_a_new_reading(library: Library) -> None:
    facts = Metadata(keyword=("Rad", "Bahn"), target_group=("Kinder",))
    record, _ = library.put(entry("kurs.txt", KURS, facts=facts))
    name = record.document_id

    def found(**facets: str) -> bool:
        return bool(hits(library, "Kurse", facets=facets))

    assert found(keyword="Rad")
    assert found(target_group="Kinder")
    library.correct(name, {"keyword": "Yoga; Tanz", "setting": "Kita"})
    again, _ = library.put(entry("kurs.txt", KURS + " Neu.", facts=facts))
    assert again.metadata == replace(facts, keyword=("Yoga", "Tanz"), setting=("Kita",))
    assert found(keyword="Tanz")
    assert found(setting="Kita")
    assert not found(keyword="Rad")
    back = library.correct(name, {"keyword": "", "setting": ""})
    assert back.metadata == facts
    assert found(keyword="Rad")
    assert not found(setting="Kita")


@pytest.mark.parametrize("values", [{"text": "x"}, {"title": "gut", "date": "gestern"}])
def test_an_invalid_correction_changes_nothing(library: Library, values: dict[str, str]) -> None:
    record, _ = library.put(entry("kurs.txt", KURS))
    with pytest.raises(CorrectionInvalid):
        library.correct(record.document_id, values)
    assert library.documents(internal=False) == [record]


def test_a_corrected_title_is_searched(library: Library) -> None:
    record, _ = library.put(entry("kurs.txt", KURS))
    library.put(entry("bahn.txt", BAHN))
    assert hits(library, "Xylophon", mode=Mode.LEXICAL) == []
    library.correct(record.document_id, {"title": "Xylophon"})
    (hit,) = hits(library, "Xylophon", mode=Mode.LEXICAL)
    assert hit.document.document_id == record.document_id


# ---------------------------------------------------------------- models and formats


@pytest.mark.parametrize(
    "other", [HashEmbedder(name="anderes"), HashEmbedder(dimension=64)], ids=["name", "dimension"]
)
def test_another_model_is_refused_and_changes_nothing(place: Place, other: HashEmbedder) -> None:
    first = place.open()
    record, _ = first.put(entry("kurs.txt", KURS))
    first.close()
    library = place.open(other)
    before = everything(library, place)
    attempts: Sequence[Callable[[], object]] = (
        library.check_model,
        lambda: library.query("Kurse", "de"),
        lambda: library.put(entry("kurs.txt", BAHN)),
        lambda: library.put(entry("neu.txt", BAHN)),
    )
    for attempt in attempts:
        with pytest.raises(IndexMismatch) as caught:
            attempt()
        for part in ("hash (128)", f"{other.name} ({other.dimension})", "KGC_EMBEDDING_MODEL"):
            assert part in caught.value.message
    assert everything(library, place) == before
    library.close()
    again = place.open()
    assert [hit.document for hit in hits(again, "Kurse")] == [record]
    again.close()


def test_another_format_is_refused(place: Place) -> None:
    place.open().close()
    with sqlite3.connect(place.folder / "registry.sqlite3") as database:
        database.execute("UPDATE notes SET value = '0' WHERE key = 'schema'")
    database.close()
    with pytest.raises(StoreUnavailable, match="Format 0"):
        place.open()
