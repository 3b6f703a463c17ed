"""Which documents are no longer there, and which of them may be removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.build import Stores
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.places import MOST_PLACES, Placed, Seen, joined, may_remove, renewed, vanished
from retrieval.registry import Registry
from tests.fakes import HashEmbedder, entry

A = Placed("a", "a.md", "A", "oa", ("ordner", "liste"))
B = Placed("b", "b.md", "B", "ob", ("ordner", "unter"))
C = Placed("c", "c.md", "C", "oc", ())
ALL = (A, B, C)


def seen(**sets: str) -> Seen:
    return Seen(**{name: frozenset(text.split()) for name, text in sets.items()})


@pytest.mark.parametrize(
    ("saw", "missing", "removable"),
    [
        (seen(), "", ""),
        (seen(places="ordner"), "ab", "ab"),
        (seen(places="ordner", origins="oa ob"), "", ""),
        (seen(places="ordner", origins="oa"), "b", "b"),
        (seen(places="ordner", documents="a"), "b", "b"),  # a copy elsewhere was taken in
        (seen(places="ordner", unread="unter"), "a", "a"),
        (seen(places="ordner", unread="ordner"), "", ""),
        (seen(places="ordner", emptied="ordner"), "ab", ""),
        (seen(places="ordner liste", emptied="ordner"), "ab", ""),
        (seen(places="liste"), "a", "a"),
        (seen(places="liste", unread="ordner"), "", ""),
        (seen(unread="oc"), "", ""),
        (seen(gone="oc"), "c", "c"),
        (seen(gone="oc ob", unread="oc unter"), "bc", "bc"),
        (seen(gone="oc", origins="oc"), "", ""),
    ],
)
def test_what_is_missing(saw: Seen, missing: str, removable: str) -> None:
    found = vanished(ALL, saw)
    assert "".join(one.document_id for one in found) == missing
    assert "".join(one.document_id for one in found if may_remove(one, saw)) == removable


@pytest.fixture
def library(tmp_path: Path) -> Library:
    registry = Registry(tmp_path / "r.sqlite3")
    stores = Stores(registry, MemoryIndex(), Originals(tmp_path / "o"))
    return Library(stores, HashEmbedder())


def test_places_and_validators_are_kept_without_reading_again(
    library: Library, tmp_path: Path
) -> None:
    record, _ = library.put(entry("a.md", "Ein Satz über Bewegung."))
    library.correct(record.document_id, {"title": "Berichtigt"})
    record = library.document(record.document_id, internal=True)
    new = renewed(record, record.origin, ["x", "y"], ('"1"', ""))
    library.renew(new)
    held = library.document(record.document_id, internal=False)
    assert held == new
    assert (held.places, held.validators, held.title) == (("x", "y"), ('"1"', ""), "Berichtigt")
    assert held.generation == record.generation
    assert library.text(record.document_id, internal=False).text == "Ein Satz über Bewegung."
    again = renewed(held, held.origin, ["z"], None)
    assert (again.places, again.validators) == (("x", "y", "z"), ('"1"', ""))
    assert renewed(held, "anderswo", [], None) == held
    library.close()
    registry = Registry(tmp_path / "r.sqlite3")
    assert registry.documents() == [new]
    registry.close()


def test_a_document_at_another_place_leaves_the_old_ones(library: Library) -> None:
    record, _ = library.put(entry("a.md", "Ein Satz über Bewegung."))
    first = renewed(record, record.origin, ["x"], None)
    assert joined(first, record.origin, ["y"]) == ("x", "y")
    assert joined(first, "anderswo", ["y"]) == ("y",)
    many = joined(first, record.origin, [f"{n:03}" for n in range(200)])
    assert len(many) == MOST_PLACES
    library.close()
