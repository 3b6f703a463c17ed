"""Words that once broke the analysis: a question is answered, a document never bricks a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval import analysis
from retrieval.errors import StoreUnavailable
from retrieval.lexical import LexicalIndex
from tests.fakes import entry
from tests.places import Disk, Place, hits

ODD = [
    "SGB Vİ und § 20a SGB Vİ",
    "12 MİO Euro im JUNİ 2021",
    "Kindeskinder und Kind",
    "ſtadt ﬁt İı",
]


@pytest.mark.parametrize("text", ODD)
def test_a_document_with_odd_letters_goes_in_and_is_found(tmp_path: Path, text: str) -> None:
    place = Place(tmp_path, Disk())
    library = place.open()
    record, _ = library.put(entry("a.txt", f"Ein Kind liest: {text}. Und noch ein Satz."))
    assert hits(library, text)[0].document == record
    library.close()
    again = place.open()
    assert again.documents(internal=True) == [record]
    again.close()


def test_a_document_whose_words_cannot_be_read_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, Disk())
    library = place.open()
    old, _ = library.put(entry("a.txt", "Die Krankenkassen fördern Kurse."))
    real = analysis.stems

    def failing(text: str, *rest: object, **more: object) -> list[str]:
        if "Sprengsatz" in text:
            raise StoreUnavailable("Wörter unlesbar")
        return real(text, *rest, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(analysis, "stems", failing)
    with pytest.raises(StoreUnavailable, match="unlesbar"):
        library.put(entry("a.txt", "Ein Sprengsatz liegt hier."))
    assert library.documents(internal=True) == [old]
    library.put(entry("b.txt", "Der Regionalverkehr fährt."))
    assert next(hit.document.source for hit in hits(library, "Regionalverkehr")) == "b.txt"
    library.close()
    again = place.open()
    assert [record.source for record in again.documents(internal=True)] == ["a.txt", "b.txt"]
    again.close()


def test_an_erased_word_is_gone_even_if_the_sweep_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.folder import open_stores  # noqa: PLC0415  # only this test needs the disk
    from retrieval.library import Library  # noqa: PLC0415
    from tests.fakes import HashEmbedder  # noqa: PLC0415

    tmp_path.mkdir(exist_ok=True)
    kept = tmp_path / "lexical.index"
    library = Library(open_stores(tmp_path), HashEmbedder())
    library.put(entry("a.txt", "Das Zauberwort lautet Quittenbrot."))
    library.close()
    assert b"quittenbrot" in kept.read_bytes()
    library = Library(open_stores(tmp_path), HashEmbedder())
    real = LexicalIndex.save
    monkeypatch.setattr(LexicalIndex, "save", _full)
    with pytest.raises(StoreUnavailable, match="Platte"):
        library.put(entry("a.txt", "Ganz andere Worte."))
    monkeypatch.setattr(LexicalIndex, "save", real)
    library.put(entry("b.txt", "Ein weiteres Dokument."))
    assert b"quittenbrot" not in kept.read_bytes()
    assert b"Quittenbrot" not in (tmp_path / "registry.sqlite3").read_bytes()
    library.close()


def _full(index: LexicalIndex, path: Path, stamp: str) -> None:
    raise StoreUnavailable("Platte voll")
