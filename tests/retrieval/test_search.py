from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.document import Metadata
from retrieval.balance import LanguageBalance
from retrieval.build import facets_of, raw_record
from retrieval.columns import Columns
from retrieval.lexical import LexicalIndex, LexicalText
from retrieval.memory import MemoryIndex
from retrieval.ports import VectorKey, VectorRecord
from retrieval.records import DocumentRecord, Filters, Mode, Visibility
from retrieval.search import DEPTH, Legs, Query, Ranking, prepare, search
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
        self.columns = Columns(self.index)
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

    @property
    def legs(self) -> Legs:
        # The search compares the mapping's identity: a change of documents is a new mapping.
        return Legs(self.index, self.lexical, self.columns, dict(self.live))

    def ranking(self, question: str, mode: Mode = Mode.HYBRID, **options: object) -> Ranking:
        facets = options.get("facets", {})
        assert isinstance(facets, dict)
        filters = Filters(internal=bool(options.get("internal")), facets=facets)
        return search(ask(question), self.legs, filters, mode)

    def names(self, question: str, mode: Mode = Mode.HYBRID, **options: object) -> list[str]:
        return [r.key.document_id for r in self.ranking(question, mode, **options).best(100)]


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


@pytest.mark.parametrize("mode", Mode)
def test_internal_documents_change_nothing_for_the_public(shelf: Shelf, mode: Mode) -> None:
    question = "geheimer Plan für Bewegungskurse der Krankenkassen"
    with_plan = [(r.key, r.score) for r in shelf.ranking(question, mode).best(100)]
    shelf.index.remove("plan", 1)
    shelf.lexical.replace("plan", [])
    del shelf.live["plan"]
    without = [(r.key, r.score) for r in shelf.ranking(question, mode).best(100)]
    assert [key for key, _ in with_plan] == [key for key, _ in without]
    # How rare a word is still counts the internal text.
    close = pytest.approx([score for _, score in without], abs=0.02)
    assert [score for _, score in with_plan] == close


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


def test_every_found_passage_has_the_scores_of_both_legs(shelf: Shelf) -> None:
    question = "Regionalverkehr"
    (bahn,) = (r for r in shelf.ranking(question).best(100) if r.key.document_id == "bahn")
    vector = EMBEDDER.embed_query(TEXTS["bahn"])
    assert bahn.dense == pytest.approx(float(ask(question).vector @ vector), abs=1e-6)
    assert bahn.lexical == pytest.approx(1.0)


def test_a_passage_without_a_vector_is_found_by_its_words_alone(shelf: Shelf) -> None:
    shelf.index.remove("bahn", 1)
    (first, *_) = shelf.ranking("Regionalverkehr Bauarbeiten", Mode.LEXICAL).best(10)
    assert (first.key.document_id, first.dense) == ("bahn", -1)


def test_an_empty_shelf_gives_nothing() -> None:
    index = MemoryIndex()
    empty = Legs(index, LexicalIndex(), Columns(index), {})
    for mode in Mode:
        ranking = search(ask("Bewegungskurse"), empty, Filters(), mode)
        assert (ranking.total, ranking.best(10)) == (0, [])
        assert not any(ranking.facets().values())


def test_no_question_is_too_odd(shelf: Shelf) -> None:
    for question in ("", "?", "der die das", "§", "🙂", "a" * 5_000):
        assert "plan" not in shelf.names(question)


def test_ties_are_ordered_by_document_and_place() -> None:
    index, lexical, records = MemoryIndex(), LexicalIndex(), {}
    for name in ("b", "a"):
        made = raw_record(name, 1, entry(f"{name}.txt", TEXTS["kurs"]))
        records[name] = made
        keys = [VectorKey(name, 1, ordinal) for ordinal in (1, 0)]
        vector = EMBEDDER.embed_query(TEXTS["kurs"])
        index.add([VectorRecord(name, 1, key.ordinal, vector, False, {}) for key in keys])
        lexical.replace(name, [LexicalText(key, TEXTS["kurs"], "", "de") for key in keys])
    ranking = search(
        ask("Bewegungskurse"), Legs(index, lexical, Columns(index), records), Filters()
    )
    found = [(r.key.document_id, r.key.ordinal) for r in ranking.best(3)]
    assert found == [("a", 0), ("a", 1), ("b", 0)]


class Crowd:
    """Many passages on two topics, in three Länder, so that filters and counts matter."""

    REGIONS = ("Bremen", "Hessen", None)

    def __init__(self) -> None:
        self.index, self.lexical = MemoryIndex(), LexicalIndex()
        self.records: dict[str, DocumentRecord] = {}
        for number in range(240):
            topic = "Bewegungskurse im Stadtteil" if number % 4 else "Bauarbeiten am Bahnhof"
            text = f"{topic}: Bericht {number} nennt Zahlen und Namen."
            region = self.REGIONS[number % 3]
            facts = Metadata(language="de", region=region, date=f"{2015 + number % 5}")
            made = raw_record(f"d{number}", 1, entry(f"{number}.txt", text, facts=facts))
            self.records[made.document_id] = made
            key = VectorKey(made.document_id, 1, 0)
            vector = EMBEDDER.embed_query(text)
            self.index.add([VectorRecord(key.document_id, 1, 0, vector, False, facets_of(made))])
            self.lexical.replace(key.document_id, [LexicalText(key, text, "", "de")])
        self.legs = Legs(self.index, self.lexical, Columns(self.index), self.records)

    def ranking(self, question: str, **facets: str) -> Ranking:
        return search(ask(question), self.legs, Filters(facets=facets))


@pytest.mark.parametrize("question", ["Bewegungskurse", "Bahnhof", "Xylophon", "der die das"])
def test_the_count_of_a_facet_is_what_its_filter_finds(question: str) -> None:
    crowd = Crowd()
    everything = crowd.ranking(question)
    assert len(everything.best(10_000)) == everything.total
    counted = everything.facets()
    assert sum(counted["year"].values()) == everything.total
    for name in ("region", "year"):
        for value, count in counted[name].items():
            filtered = crowd.ranking(question, **{name: value})
            assert filtered.total == count
            assert filtered.facets()[name] == {value: count}


def test_a_filter_changes_no_score_and_no_order() -> None:
    crowd = Crowd()
    everything = {r.key: r.score for r in crowd.ranking("Bewegungskurse").best(10_000)}
    filtered = crowd.ranking("Bewegungskurse", region="Hessen").best(10_000)
    assert filtered
    assert all(everything[r.key] == r.score for r in filtered)
    assert [r.score for r in filtered] == sorted((r.score for r in filtered), reverse=True)


def test_all_that_share_a_word_are_found_and_the_nearest_besides() -> None:
    crowd = Crowd()
    assert crowd.ranking("Bewegungskurse").total >= 180
    assert DEPTH <= crowd.ranking("Xylophon").total < 240


def test_where_a_filter_leaves_nothing_alike_the_nearest_are_found() -> None:
    crowd = Crowd()
    lonely = raw_record(
        "fern", 1, entry("fern.txt", "Zwetschgen", facts=Metadata(language="de", region="Berlin"))
    )
    crowd.records = {**crowd.records, "fern": lonely}
    vector = -EMBEDDER.embed_query("Bewegungskurse im Stadtteil")
    crowd.index.add([VectorRecord("fern", 1, 0, vector, False, facets_of(lonely))])
    crowd.lexical.replace("fern", [LexicalText(VectorKey("fern", 1, 0), "Zwetschgen", "", "de")])
    crowd.legs = Legs(crowd.index, crowd.lexical, Columns(crowd.index), crowd.records)
    (only,) = crowd.ranking("Bewegungskurse", region="Berlin").best(10)
    assert only.key.document_id == "fern"
