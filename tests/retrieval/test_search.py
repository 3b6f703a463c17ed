from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.document import Metadata
from retrieval.balance import LanguageBalance
from retrieval.build import facets_of, raw_record
from retrieval.lexical import LexicalIndex, LexicalText
from retrieval.memory import MemoryIndex
from retrieval.ports import VectorKey, VectorRecord
from retrieval.records import DocumentRecord, Filters, Mode, Visibility
from retrieval.search import Legs, Query, prepare, search
from tests.fakes import HashEmbedder, entry

EMBEDDER = HashEmbedder()
PLAIN = LanguageBalance({}, {})
TEXTS = {
    "kurs": "Die Krankenkassen fördern Bewegungskurse im Stadtteil.",
    "bahn": "Der Regionalverkehr fährt wegen Bauarbeiten nur stündlich.",
    "kita": "Kitas erhalten Geld für gesundes Essen und einen Garten.",
    "plan": "Der geheime Plan für Bewegungskurse der Krankenkassen.",
    "english": "Health insurers pay for exercise classes in the quarter.",
}


def record(name: str, generation: int = 1) -> DocumentRecord:
    facts = Metadata(
        language="en" if name == "english" else "de", region="Bremen" if name == "kita" else None
    )
    made = raw_record(name, generation, entry(f"{name}.txt", TEXTS[name], facts=facts))
    return replace(made, visibility=Visibility.INTERNAL if name == "plan" else Visibility.PUBLIC)


class Shelf:
    """Both legs over the texts above; `live` says which generations readers see."""

    def __init__(self) -> None:
        self.live: dict[str, DocumentRecord] = {}
        self.index, self.lexical = MemoryIndex(), LexicalIndex()
        for name in TEXTS:
            self.add(record(name))
            self.live[name] = record(name)

    def add(self, document: DocumentRecord) -> None:
        name, text = document.document_id, TEXTS[document.document_id]
        key = VectorKey(name, document.generation, 0)
        vector = EMBEDDER.embed_query(text)
        internal = document.visibility is Visibility.INTERNAL
        self.index.add(
            [VectorRecord(name, key.generation, 0, vector, internal, facets_of(document))]
        )
        language = document.metadata.language
        self.lexical.replace(name, [LexicalText(key, text, "", language)], keep=1)

    def document(self, key: VectorKey) -> DocumentRecord | None:
        found = self.live.get(key.document_id)
        return found if found and found.generation == key.generation else None

    def names(self, question: str, mode: Mode = Mode.HYBRID, **options: object) -> list[str]:
        facets = options.get("facets", {})
        assert isinstance(facets, dict)
        filters = Filters(internal=bool(options.get("internal")), facets=facets)
        legs = Legs(self.index, self.lexical, self.document)
        return [f.candidate.key.document_id for f in search(ask(question), legs, filters, mode)]


def ask(question: str) -> Query:
    return prepare(question, "de", EMBEDDER, PLAIN)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_finds_what_the_question_is_about(shelf: Shelf, mode: Mode) -> None:
    assert shelf.names("Wer fördert Bewegungskurse?", mode)[0] == "kurs"
    assert shelf.names("Wann fährt der Regionalverkehr?", mode)[0] == "bahn"


def test_the_dense_leg_ranks_everything_the_lexical_one_what_has_a_word(shelf: Shelf) -> None:
    assert set(shelf.names("Regionalverkehr", Mode.DENSE)) == set(TEXTS) - {"plan"}
    assert shelf.names("Regionalverkehr", Mode.LEXICAL) == ["bahn"]
    assert shelf.names("Xylophon", Mode.LEXICAL) == []


@pytest.mark.parametrize("mode", Mode)
def test_internal_documents_only_on_request(shelf: Shelf, mode: Mode) -> None:
    question = "geheimer Plan für Bewegungskurse der Krankenkassen"
    assert "plan" not in shelf.names(question, mode)
    assert shelf.names(question, mode, internal=True)[0] == "plan"


def test_internal_documents_do_not_use_up_the_places_of_public_ones(shelf: Shelf) -> None:
    legs = Legs(shelf.index, shelf.lexical, shelf.document)
    question = ask(TEXTS["plan"])
    for mode in (Mode.DENSE, Mode.LEXICAL):
        (first,) = search(question, legs, Filters(), mode, depth=1)
        assert first.candidate.key.document_id == "kurs"


@pytest.mark.parametrize("mode", Mode)
def test_facets_hold_in_both_legs(shelf: Shelf, mode: Mode) -> None:
    facets = {"region": "Bremen"}
    assert shelf.names("Bewegungskurse und Essen", mode, facets=facets) == ["kita"]
    assert shelf.names("Bewegungskurse und Essen", mode, facets={"region": "bremen"}) == []


@pytest.mark.parametrize("mode", Mode)
def test_only_the_live_generation_is_found(shelf: Shelf, mode: Mode) -> None:
    shelf.add(record("kurs", 2))  # staged, not live
    question = "Bewegungskurse"
    assert shelf.names(question, mode).count("kurs") == 1
    shelf.live["kurs"] = record("kurs", 2)
    assert shelf.names(question, mode).count("kurs") == 1
    del shelf.live["kurs"]
    assert "kurs" not in shelf.names(question, mode)


def test_a_passage_only_the_lexical_leg_proposes_gets_its_cosine(shelf: Shelf) -> None:
    legs = Legs(shelf.index, shelf.lexical, shelf.document)
    question = ask("Regionalverkehr")
    for depth in (1, 100):
        ranked = search(question, legs, Filters(), depth=depth)
        (bahn,) = (f.candidate for f in ranked if f.candidate.key.document_id == "bahn")
        vector = EMBEDDER.embed_query(TEXTS["bahn"])
        assert bahn.dense == pytest.approx(float(question.vector @ vector), abs=1e-6)
        assert bahn.lexical == pytest.approx(1.0)


def test_passages_in_another_language_are_marked(shelf: Shelf) -> None:
    legs = Legs(shelf.index, shelf.lexical, shelf.document)
    ranked = search(ask("Bewegungskurse"), legs, Filters())
    foreign = {f.candidate.key.document_id for f in ranked if f.candidate.foreign}
    assert foreign == {"english"}


def test_an_empty_shelf_gives_nothing() -> None:
    empty = Legs(MemoryIndex(), LexicalIndex(), lambda _: None)
    for mode in Mode:
        assert search(ask("Bewegungskurse"), empty, Filters(), mode) == []


def test_no_question_is_too_odd(shelf: Shelf) -> None:
    for question in ("", "?", "der die das", "§", "🙂", "a" * 5_000):
        assert "plan" not in shelf.names(question)
