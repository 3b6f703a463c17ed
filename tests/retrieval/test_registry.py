from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.document import Heading, Metadata, PageSpan, PageUnit
from retrieval.build import raw_record
from retrieval.errors import DocumentUnknown, StoreUnavailable
from retrieval.ports import VectorKey
from retrieval.records import DocumentRecord, DocumentText, Found, Passage, Visibility
from retrieval.registry import Registry
from retrieval.sqlite_file import FOREIGN
from tests.fakes import entry

FACTS = Metadata(title="Titel", date="2023-10", language="de")
RECORD = replace(
    raw_record("a", 1, entry("a.pdf", "Text.", facts=FACTS)),
    unit=PageUnit.SLIDE,
    page_count=7,
    url="https://example.org/a",
    warnings=("Seite 3 ist leer.",),
)
TEXT = DocumentText("Üben 🙂.", (PageSpan(2, 0, 7),), (Heading(1, 0, 4),))
FOUND = Found(FACTS, Visibility.PUBLIC)
PASSAGE = Passage("a", 1, 0, 0, 7, "Üben 🙂.", 2, "Titel › Teil", ((0, 7),))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = Registry(tmp_path / "registry.sqlite3")
    yield made
    made.close()


def test_a_document_comes_back_as_it_was(registry: Registry, tmp_path: Path) -> None:
    registry.write_passages([PASSAGE])
    registry.flip(RECORD, TEXT, FOUND, {})
    registry.close()
    again = Registry(tmp_path / "registry.sqlite3")
    assert again.documents() == [again.document("a")] == [RECORD]
    assert again.text("a") == TEXT
    assert again.found("a") == FOUND
    assert (
        again.passages("a", 1)
        == list(again.passages_at([VectorKey("a", 1, 0)]).values())
        == [PASSAGE]
    )
    assert again.generations() == {("a", 1)}
    again.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(), st.text())
def test_any_text_comes_back(registry: Registry, text: str, section: str) -> None:
    passage = replace(PASSAGE, text=text, section=section)
    registry.write_passages([passage])
    assert registry.passages_at([VectorKey("a", 1, 0)]) == {VectorKey("a", 1, 0): passage}


def test_unknown_documents_are_a_typed_error(registry: Registry) -> None:
    for ask in (registry.document, registry.text, registry.found):
        with pytest.raises(DocumentUnknown, match="fehlt"):
            ask("fehlt")
    assert registry.passages_at([VectorKey("fehlt", 1, 0)]) == {}
    assert registry.passages("fehlt", 1) == []
    assert registry.corrections("fehlt") == {}
    registry.drop_passages("fehlt", 1)
    registry.remove("fehlt")


def test_corrections_win_and_are_replaced_as_a_whole(registry: Registry) -> None:
    registry.flip(RECORD, TEXT, FOUND, {"title": "Neu", "visibility": "internal"})
    held = registry.document("a")
    assert (held.title, held.visibility) == ("Neu", Visibility.INTERNAL)
    assert registry.found("a") == FOUND
    registry.flip(RECORD, TEXT, FOUND, {"date": "2024"})
    assert registry.corrections("a") == {"date": "2024"}
    assert registry.document("a").title == "Titel"


def test_documents_are_ordered_by_source_then_id(registry: Registry) -> None:
    for name, source in (("2", "b.pdf"), ("3", "a.pdf"), ("1", "b.pdf")):
        registry.flip(replace(RECORD, document_id=name, source=source), TEXT, FOUND, {})
    assert [record.document_id for record in registry.documents()] == ["3", "1", "2"]


def test_removing_leaves_no_row(registry: Registry, tmp_path: Path) -> None:
    registry.write_passages([PASSAGE, replace(PASSAGE, generation=2)])
    registry.flip(RECORD, TEXT, FOUND, {"title": "Neu"})
    registry.remove("a")
    with sqlite3.connect(tmp_path / "registry.sqlite3") as database:
        for table in ("documents", "passages", "corrections"):
            (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert count == 0
    database.close()


def test_a_failed_write_changes_nothing_and_the_next_one_works(registry: Registry) -> None:
    registry.flip(RECORD, TEXT, FOUND, {"title": "Neu"})
    broken = replace(TEXT, text="\ud800")
    with pytest.raises(StoreUnavailable):
        registry.flip(replace(RECORD, generation=2), broken, FOUND, {})
    with pytest.raises(StoreUnavailable):
        registry.write_passages([PASSAGE, replace(PASSAGE, ordinal=1, text="\ud800")])
    assert registry.document("a").generation == 1
    assert registry.corrections("a") == {"title": "Neu"}
    assert registry.passages("a", 1) == []
    registry.flip(replace(RECORD, generation=2), TEXT, FOUND, {})
    assert registry.document("a").generation == 2


def test_another_format_is_refused_and_left_alone(registry: Registry, tmp_path: Path) -> None:
    registry.set_note("schema", "99")
    registry.close()
    path = tmp_path / "registry.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE documents")  # as a later format may
        database.execute("CREATE TABLE documents (other TEXT)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"Format 99.*Format 2.*neu einlesen"):
        Registry(path)
    assert path.read_bytes() == before


def garbage(path: Path) -> None:
    path.write_bytes(b"keine Datenbank " * 500)


def folder(path: Path) -> None:
    path.mkdir()


def half(path: Path) -> None:
    made = Registry(path)
    made.flip(RECORD, replace(TEXT, text="x" * 100_000), FOUND, {})
    made.close()
    path.write_bytes(path.read_bytes()[:9000])


@pytest.mark.parametrize("breaking", [garbage, folder, half])
def test_a_broken_file_is_refused(tmp_path: Path, breaking: Callable[[Path], None]) -> None:
    path = tmp_path / "registry.sqlite3"
    breaking(path)
    with pytest.raises(StoreUnavailable, match="Dokumentenverzeichnis") as caught:
        Registry(path).text("a")
    assert isinstance(caught.value.__cause__, FOREIGN)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        Registry(tmp_path / "fehlt" / "registry.sqlite3")


def test_a_locked_file_is_refused_and_works_again_later(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(*values: object, **options: object) -> sqlite3.Connection:
        return connect(*values, **options, timeout=0.05)  # type: ignore[call-overload, no-any-return]  # forwards what it got

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", impatient)
    mine = Registry(tmp_path / "registry.sqlite3")
    other = connect(tmp_path / "registry.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        mine.set_note("a", "1")
    other.execute("ROLLBACK")
    other.close()
    mine.set_note("a", "2")
    assert registry.note("a") == "2"
    mine.close()


def test_a_closed_registry_is_a_typed_error(tmp_path: Path) -> None:
    closed = Registry(tmp_path / "registry.sqlite3")
    closed.close()
    for call in (closed.documents, closed.generations, lambda: closed.set_note("a", "b")):
        with pytest.raises(StoreUnavailable):
            call()


def test_every_error_of_sqlite_is_mapped() -> None:
    errors = [
        error
        for error in vars(sqlite3).values()
        if isinstance(error, type) and issubclass(error, Exception) and error is not Warning
    ]
    mapped = [error for error in errors if issubclass(error, FOREIGN)]
    assert len(mapped) >= 9
    assert [error for error in errors if error not in mapped] == [sqlite3.Warning]


def test_a_full_disk_is_a_typed_error_and_leaves_what_was(
    registry: Registry, tmp_path: Path
) -> None:
    registry.flip(RECORD, TEXT, FOUND, {})
    with registry._lock:  # SQLite's own way to pretend a full disk
        (pages,) = registry._db.execute("PRAGMA page_count").fetchone()
        registry._db.execute(f"PRAGMA max_page_count = {pages}")
    large = replace(TEXT, text="x" * 1_000_000)
    newer: DocumentRecord = replace(RECORD, generation=2)
    with pytest.raises(StoreUnavailable, match="full"):
        registry.flip(newer, large, FOUND, {})
    assert registry.document("a") == RECORD
    assert registry.text("a") == TEXT
    with registry._lock:
        registry._db.execute("PRAGMA max_page_count = 1000000")
    registry.flip(newer, large, FOUND, {})
    assert registry.text("a") == large
