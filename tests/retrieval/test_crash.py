"""A document is whole or not there, whenever the power goes out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import build
from retrieval.errors import (
    DocumentUnknown,
    StoreUnavailable,
)
from retrieval.library import Library
from retrieval.ports import Matrix
from tests.fakes import HashEmbedder, entry, long_text
from tests.places import Disk, Place, assert_only_live, everything, findable, hits, name_of, traces
from tests.power import Crash, Fuse, fused

KURS = "Die Krankenkassen fördern Bewegungskurse für Ältere im Stadtteil."
BAHN = "Der Regionalverkehr fährt wegen Bauarbeiten am Bahnhof nur stündlich."


def opened(place: Place, fuse: Fuse) -> Library:
    return Library(fused(place.stores(), fuse), HashEmbedder())


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BATCH", 3)


OLD = entry("kurs.txt", KURS, *long_text("Bewegung", 8))  # some batches of passages
NEW = entry("kurs.txt", *long_text("Regionalverkehr", 2))
OTHER = entry("bahn.txt", BAHN)


CHANGES: dict[str, Callable[[Library], object]] = {
    "add": lambda library: library.put(entry("neu.txt", *long_text("Kita", 7))),
    "update": lambda library: library.put(NEW),
    "hide": lambda library: library.put(replace(NEW, internal=True)),
    "correct": lambda library: library.correct(
        name_of(library, "kurs.txt"), {"title": "Neu", "visibility": "internal"}
    ),
    "remove": lambda library: library.remove(name_of(library, "kurs.txt")),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Place]:
    """Copy a folder with two documents."""
    template = Place(tmp_path_factory.mktemp("prepared"), Disk())
    library = template.open()
    library.put(OLD)
    library.put(OTHER)
    library.close()
    assert isinstance(template.index, Disk)
    records = dict(template.index._records)

    def copy(folder: Path) -> Place:
        shutil.copytree(template.folder, folder)
        index = Disk()
        index.add(list(records.values()))
        return Place(folder, index)

    return copy


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_a_crash_at_any_write_leaves_the_old_or_the_new(
    tmp_path: Path, prepared: Callable[[Path], Place], change: str, after: bool
) -> None:
    done = prepared(tmp_path / "done")
    library = done.open()
    old = (everything(library, done), findable(library))
    CHANGES[change](library)
    new = (everything(library, done), findable(library))
    library.close()
    assert old != new
    outcomes = []
    for step in range(1, 50):
        place = prepared(tmp_path / str(step))
        crashed = opened(place, Fuse(step, after))
        try:
            CHANGES[change](crashed)
        except Crash:
            pass
        else:
            break
        finally:
            crashed.close()
        reopened = place.open()
        outcomes.append((everything(reopened, place), findable(reopened)))
        reopened.close()
        shutil.rmtree(place.folder)
    assert len(outcomes) >= 4
    assert all(outcome in (old, new) for outcome in outcomes)
    flips = [outcome == new for outcome in outcomes]
    assert flips == sorted(flips)  # from one write on it is the new one
    assert not all(flips) or change == "remove"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_the_next_write_clears_what_a_failed_one_left(
    tmp_path: Path, prepared: Callable[[Path], Place], change: str, after: bool
) -> None:
    for step in range(1, 50):
        place = prepared(tmp_path / str(step))
        library = opened(place, Fuse(step, after))
        try:
            CHANGES[change](library)
        except Crash:
            pass
        else:
            library.close()
            break
        small = entry("neu.txt", "Ein kurzer Text über Kitas und Verkehr.")
        library.put(small)
        library.put(entry("kurs.txt", "Ein kurzer Text über Kurse und Verkehr."))
        everything(library, place)
        found = [hit for hit in hits(library, "Verkehr", internal=True)]
        assert sorted(hit.document.source for hit in found) == ["bahn.txt", "kurs.txt", "neu.txt"]
        library.close()
        shutil.rmtree(place.folder)


class Tired(HashEmbedder):
    """Fails at the second batch of a document."""

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        if any("Abschnitt 8:" in text for text in texts):
            raise MemoryError
        return super().embed_passages(texts)


def test_a_document_whose_embedding_fails_is_not_there(tmp_path: Path) -> None:
    place = Place(tmp_path, Disk())
    library = place.open(Tired())
    library.put(entry("bahn.txt", BAHN))
    for _ in range(2):
        with pytest.raises(MemoryError):
            library.put(entry("gross.txt", *long_text("Verkehr", 12)))
        assert [hit.document.source for hit in hits(library, "Verkehr")] == ["bahn.txt"]
    library.put(entry("gross.txt", *long_text("Verkehr", 3)))
    assert_only_live(library, place)
    library.close()


def test_a_failed_removal_is_finished_later(
    tmp_path: Path, prepared: Callable[[Path], Place]
) -> None:
    for step in range(2, 9):  # from the first write on it is gone for readers
        place = prepared(tmp_path / str(step))
        library = opened(place, Fuse(step, after=False))
        name = name_of(library, "kurs.txt")
        try:
            library.remove(name)
        except Crash:
            pass
        else:
            library.close()
            break
        with pytest.raises(DocumentUnknown):
            library.document(name, internal=True)
        library.close()
        place.open().close()
        assert traces(place.folder, "Bewegung") == []


def test_lost_vectors_are_repaired_by_reading_again(tmp_path: Path) -> None:
    first = Place(tmp_path, Disk()).open()
    given, other = entry("kurs.txt", *long_text("Bewegung", 3)), entry("bahn.txt", BAHN)
    record, _ = first.put(given)
    first.close()
    place = Place(tmp_path, Disk())  # the folder of the vectors is gone
    library = place.open()
    assert library.known(given.source, given.origin, given.sha256) is None
    with pytest.raises(StoreUnavailable, match="neu einlesen"):
        library.correct(record.document_id, {"organisation": "x"})
    assert library.documents(internal=False) == [record]
    library.put(other)
    assert library.known(other.source, other.origin, other.sha256) is not None
    library.put(given)
    assert library.known(given.source, given.origin, given.sha256) is not None
    assert len(hits(library, "Bewegung")) == record.chunk_count + 1
    assert_only_live(library, place)
