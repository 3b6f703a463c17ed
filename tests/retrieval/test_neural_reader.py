"""The reading model as it is packaged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant import settings
from retrieval.errors import ModelUnavailable
from retrieval.joint_reading import Excerpt, SentenceReader

pytestmark = pytest.mark.model

PLAN = (
    "Der Gesundheitskiosk in Mühlheim öffnet montags und donnerstags. "
    "Geleitet wird er von Dr. Sabine Kroll. "
    "Die Miete übernimmt die Stadt, die Beratung zahlen drei Krankenkassen."
)
SPANS = ((0, 64), (65, 103), (104, 174))


@pytest.fixture(scope="module")
def reader() -> SentenceReader:
    from retrieval.neural_reader import NeuralReader  # noqa: PLC0415  # imports torch
    from retrieval.packaged_model import packaged_model  # noqa: PLC0415

    return NeuralReader(packaged_model(settings.load().cache_dir))


def excerpt(text: str = PLAN) -> Excerpt:
    return Excerpt("Gesundheitskiosk Mühlheim", text, SPANS)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("An welchen Tagen hat der Kiosk offen?", 0),
        ("Wer ist die Leiterin des Gesundheitskiosks?", 1),
        ("Wer kommt für die Beratungskosten auf?", 2),
        ("Who runs the health kiosk?", 1),
    ],
)
def test_the_sentence_that_answers_wins(reader: SentenceReader, question: str, place: int) -> None:
    scores = reader.read(question, [excerpt()])[0]
    assert int(scores.argmax()) == place


def test_nothing_wins_where_nothing_answers(reader: SentenceReader) -> None:
    scores = reader.read("Wie backe ich einen Käsekuchen?", [excerpt()])[0]
    assert scores.max() < 0


def test_scores_do_not_depend_on_what_is_read_beside(reader: SentenceReader) -> None:
    question = "Wer leitet den Kiosk?"
    others = [Excerpt("", "Rosen blühen im Mai. " * n, ((0, 20),)) for n in (1, 9, 30)]
    alone = reader.read(question, [excerpt()])[0]
    among = reader.read(question, [others[0], excerpt(), *others[1:]])
    assert among[1] == pytest.approx(alone, abs=1e-3)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: reader.read(question, [excerpt()])[0], range(12)))
    assert all(np.allclose(scores, alone, atol=1e-4) for scores in found)
    assert reader.read(question, []) == []
    assert reader.read(question, [Excerpt("", "", ())])[0].shape == (0,)


def test_a_borrowed_tokenizer_changes_nothing(reader: SentenceReader) -> None:
    from retrieval.embed import SentenceTransformerEmbedder  # noqa: PLC0415  # imports torch
    from retrieval.neural_reader import NeuralReader  # noqa: PLC0415
    from retrieval.packaged_model import packaged_model  # noqa: PLC0415

    folder = packaged_model(settings.load().cache_dir)
    lender = SentenceTransformerEmbedder(folder, precision="float32")
    lender.embed_query("Ein Thread, der eine Frage eingebettet hat, rechnet allein weiter.")
    borrowing = NeuralReader(folder, tokenizer=lender.tokenizer)
    question = "Wer leitet den Kiosk?"
    long = Excerpt("", "Ein Satz ist das. " * 300, ((0, 17), (5_382, 5_399)))
    for own, other in zip(
        reader.read(question, [excerpt(), long]),
        borrowing.read(question, [excerpt(), long]),
        strict=True,
    ):
        assert other == pytest.approx(own, abs=1e-3)


def test_broken_adapters_are_refused(tmp_path: Path) -> None:
    from retrieval.neural_reader import NeuralReader  # noqa: PLC0415
    from retrieval.packaged_model import packaged_model  # noqa: PLC0415

    broken = tmp_path / "reader.safetensors"
    broken.write_bytes(b"nichts")
    with pytest.raises(ModelUnavailable, match=r"reader\.safetensors"):
        NeuralReader(packaged_model(settings.load().cache_dir), adapters=broken)
