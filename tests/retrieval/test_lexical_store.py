"""The words on disk: used again only where they are those of this registry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from retrieval import build
from retrieval.errors import StoreUnavailable
from retrieval.folder import open_stores
from retrieval.lexical_store import LexicalStore
from retrieval.library import Library
from retrieval.records import DocumentRecord, Mode
from retrieval.registry import Registry
from tests.fakes import HashEmbedder, entry
from tests.places import hits

KURS = "Die Krankenkassen fördern Bewegungskurse im Stadtteil."
BAHN = "Der Regionalverkehr fährt wegen Bauarbeiten nur stündlich."


def opened(folder: Path) -> Library:
    folder.mkdir(exist_ok=True)
    return Library(open_stores(folder), HashEmbedder())


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources whose words were indexed, in order."""
    seen: list[str] = []
    real = build.lexical_text

    def counting(record: DocumentRecord, *rest: object) -> object:
        seen.append(record.source)
        return real(record, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(build, "lexical_text", counting)
    return seen


def words(library: Library, question: str) -> list[str]:
    return [hit.passage.text for hit in hits(library, question, mode=Mode.LEXICAL)]


def test_a_second_start_reads_the_words_from_disk(tmp_path: Path, analysed: list[str]) -> None:
    first = opened(tmp_path / "d")
    first.put(entry("kurs.txt", KURS))
    first.put(entry("bahn.txt", BAHN))
    found = words(first, "Bewegungskurse")
    first.close()
    analysed.clear()
    second = opened(tmp_path / "d")
    assert words(second, "Bewegungskurse") == found == [KURS]
    assert analysed == []
    second.close()


def test_only_what_changed_after_the_file_is_indexed_anew(
    tmp_path: Path, analysed: list[str]
) -> None:
    first = opened(tmp_path / "d")
    first.put(entry("kurs.txt", KURS))
    first.close()
    held = (tmp_path / "d" / "lexical.index").read_bytes()
    second = opened(tmp_path / "d")
    second.put(entry("bahn.txt", BAHN))
    second.close()
    (tmp_path / "d" / "lexical.index").write_bytes(held)  # as a crash would have left it
    analysed.clear()
    third = opened(tmp_path / "d")
    assert analysed == ["bahn.txt"]
    assert words(third, "Regionalverkehr") == [BAHN]
    assert words(third, "Bewegungskurse") == [KURS]
    third.close()


def test_a_document_removed_and_put_again_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    first = opened(tmp_path / "d")
    record, _ = first.put(entry("kurs.txt", KURS))
    first.close()
    second = opened(tmp_path / "d")
    second.remove(record.document_id)
    again, _ = second.put(entry("kurs.txt", BAHN))
    assert (again.document_id, again.generation) == (record.document_id, record.generation)
    second.close()
    third = opened(tmp_path / "d")
    assert words(third, "Regionalverkehr") == [BAHN]
    assert words(third, "Bewegungskurse") == []
    third.close()


def test_the_file_is_gone_before_a_document_is_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = opened(tmp_path / "d")
    record, _ = library.put(entry("kurs.txt", KURS))
    library.close()
    library = opened(tmp_path / "d")
    kept = tmp_path / "d" / "lexical.index"
    assert kept.exists()

    def check(registry: Registry, document_id: str) -> None:
        assert not kept.exists()
        raise StoreUnavailable("Stromausfall")

    monkeypatch.setattr(Registry, "remove", check)
    with pytest.raises(StoreUnavailable, match="Stromausfall"):
        library.remove(record.document_id)


@pytest.mark.parametrize("harm", ["other registry", "older registry", "damaged", "stale stamp"])
def test_a_file_of_another_state_is_not_used(
    tmp_path: Path, analysed: list[str], harm: str
) -> None:
    first = opened(tmp_path / "d")
    first.put(entry("kurs.txt", KURS))
    first.close()
    shutil.copytree(tmp_path / "d", tmp_path / "backup")
    kept = tmp_path / "d" / "lexical.index"
    if harm == "other registry":
        other = opened(tmp_path / "other")
        other.put(entry("kurs.txt", BAHN))
        other.close()
        shutil.copy(tmp_path / "other" / "lexical.index", kept)
    elif harm == "older registry":
        later = opened(tmp_path / "d")
        later.put(entry("bahn.txt", BAHN))
        later.close()
        newer = kept.read_bytes()
        shutil.rmtree(tmp_path / "d")
        shutil.move(tmp_path / "backup", tmp_path / "d")
        kept.write_bytes(newer)
    elif harm == "damaged":
        kept.write_bytes(kept.read_bytes()[:-100])
    else:
        registry = Registry(tmp_path / "d" / "registry.sqlite3")
        store = LexicalStore(kept, registry)
        index = store.open()
        index.save(kept, "Unsinn")
        registry.close()
    analysed.clear()
    again = opened(tmp_path / "d")
    assert analysed == ["kurs.txt"]
    assert words(again, "Bewegungskurse") == [KURS]
    again.close()
