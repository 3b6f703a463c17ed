from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.bench_search import drawn, main, table
from eval.synthetic import (
    PASSAGES,
    REGIONS,
    ChanceEmbedder,
    Material,
    entries,
    grow,
    read_material,
)
from retrieval.memory import MemoryIndex
from retrieval.ports import Embedder
from retrieval.records import Filters
from tests.contracts.embedder_contract import EmbedderContract
from tests.fakes import HashEmbedder
from tests.places import Place

MATERIAL = Material(
    tuple(f"Die Kommune {n} fördert im Quartier {n * 7 % 91} die Bewegung." for n in range(300)),
    ("Wer fördert Bewegung?", "Was gilt im Quartier?"),
)


class TestChanceEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return ChanceEmbedder(HashEmbedder())

    def test_a_question_is_nearest_to_the_passage_it_is_about(self, embedder: Embedder) -> None:
        """Here passages lie where chance puts them, the same text always at the same place."""
        first, second = embedder.embed_passages(["Kurse fördern.", "Kurse werden gefördert."])
        assert abs(float(first @ second)) < 0.4
        np.testing.assert_array_equal(first, embedder.embed_passages(["Kurse fördern."])[0])


def test_documents_are_the_same_every_time_and_fill_the_passages_they_promise() -> None:
    first, second = list(entries(MATERIAL, 3, 2))
    assert [first] == list(entries(MATERIAL, 3, 1))
    assert first.document.text != second.document.text
    assert abs(len(first.chunks) - PASSAGES) <= PASSAGES * 0.1
    sizes = [len(chunk.text) for chunk in first.chunks]
    assert 600 <= float(np.median(sizes)) <= 1_000
    assert first.document.metadata.region == REGIONS[3]


def test_questions_are_given_ones_first_and_all_differ() -> None:
    asked = MATERIAL.asked(500)
    assert set(asked[:2]) == set(MATERIAL.questions)
    assert len(set(asked)) == 500
    assert asked == MATERIAL.asked(500)


def test_sentences_are_read_from_texts_and_questions_from_xquad(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="0 sentences, at least 100"):
        read_material(tmp_path)
    lines = [f"Die Gemeinde Nummer {n} hat einen Plan.\n\n" for n in range(120)]
    (tmp_path / "a.md").write_text("".join(lines), encoding="utf-8")
    paragraph = {"context": "Der Fluss hat viele Arme und Inseln.", "qas": [{"question": "Was?"}]}
    held = json.dumps({"data": [{"paragraphs": [paragraph]}]})
    (tmp_path / "xquad.de.json").write_text(held, encoding="utf-8")
    material = read_material(tmp_path)
    assert len(material.sentences) == 121
    assert material.sentences[-1] == "Der Fluss hat viele Arme und Inseln."
    assert material.questions == ("Was?",)


def test_a_library_grows_to_its_size_and_no_further(tmp_path: Path) -> None:
    library = Place(tmp_path, MemoryIndex()).open(ChanceEmbedder(HashEmbedder()))
    for wanted in (150, 150, 350):
        grow(library, MATERIAL, wanted)
        assert wanted <= library.passage_count() < wanted + 1.2 * PASSAGES
    query = library.query("Wer fördert Bewegung?", "de")
    hits = library.search(query, Filters(facets={"region": REGIONS[0]}), 5)
    assert hits
    assert all(hit.document.metadata.region == REGIONS[0] for hit in hits)
    library.close()


def test_the_table_names_a_figure_by_its_way_and_leaves_out_what_was_not_measured() -> None:
    sizes = [{"passages": 10, "question": {"p95": 1.5}}, {"passages": 20, "http": {"p99": 7}}]
    lines = [line.split() for line in table(sizes)]
    assert lines == [["passages", "10", "20"], ["question:", "p95", "1.5"], ["http:", "p99", "7"]]


@pytest.mark.model
@pytest.mark.slow
def test_everything_is_measured_through_the_real_product(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "texte").mkdir()
    text = "\n\n".join(MATERIAL.sentences)
    (tmp_path / "texte" / "a.txt").write_text(text, encoding="utf-8")
    given = ["--passages", "100", "--questions", "8", "--http-from", "100", "--json"]
    plot = tmp_path / "kosten.svg"
    assert main([*given, "--texts", str(tmp_path / "texte"), "--plot", str(plot)]) == 0
    (size,) = json.loads(capsys.readouterr().out)["sizes"]
    assert size["passages"] >= 100
    assert size["filters"]["none"]["ratio"] == 1
    for name in ("question", "embedding", "search"):
        assert 0 < size[name]["p50"] <= size[name]["p95"] <= size[name]["p99"]
    for name in ("one connection", "20 connections", "20 connections, same question"):
        assert size["http"][name]["searches_per_second"] > 0
    assert plot.read_text(encoding="utf-8") == drawn([size])
