"""With the real model (float32, loaded once) and with tiny ones of two layers."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.errors import ModelUnavailable

if TYPE_CHECKING:
    from retrieval.embed import SentenceTransformerEmbedder
    from retrieval.ports import Matrix

pytestmark = pytest.mark.model
Folder = Callable[[int], Path]
Load = Callable[..., "SentenceTransformerEmbedder"]

PASSAGES = [
    "Die Krankenkassen bezahlen Kurse zur Vorbeugung, wenn diese zertifiziert sind.",
    "Im Stadtteil gibt es einen Treffpunkt für Alleinerziehende mit Kinderbetreuung.",
    "Der Zug nach Hamburg fährt werktags um neun Uhr von Gleis sieben ab.",
    "Zum Nachtisch gab es Erdbeeren mit Sahne und etwas Minze aus dem Garten.",
]
PARAPHRASES = [
    "Wer übernimmt die Kosten für Präventionsangebote?",
    "Wo finden Mütter oder Väter ohne Partner Unterstützung in ihrem Viertel?",
    "Wann geht die Bahn in die Hansestadt?",
    "Welche Früchte wurden als Dessert gereicht?",
]


def test_each_paraphrase_finds_its_passage(embedder: SentenceTransformerEmbedder) -> None:
    questions = np.array([embedder.embed_query(text) for text in PARAPHRASES])
    scores = questions @ embedder.embed_passages(PASSAGES).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_vectors_are_unit_rows_in_the_order_given(embedder: SentenceTransformerEmbedder) -> None:
    texts = [PASSAGES[0] * 12, "", PASSAGES[2], PASSAGES[3] * 3, "ä", PASSAGES[1] * 40]
    rows = embedder.embed_passages(texts)
    assert rows.shape == (len(texts), embedder.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    alone = np.vstack([embedder.embed_passages([text]) for text in texts])
    np.testing.assert_allclose((rows * alone).sum(axis=1), 1.0, atol=1e-5)


def test_nothing_gives_no_rows(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_questions_and_passages_get_their_own_prompt(embedder: SentenceTransformerEmbedder) -> None:
    question = embedder.embed_query(PASSAGES[0])
    assert float(question @ embedder.embed_passages([PASSAGES[0]])[0]) < 0.99


def test_decomposed_umlauts_and_odd_spaces_make_no_difference(
    embedder: SentenceTransformerEmbedder,
) -> None:
    plain = embedder.embed_passages(["Die Förderung der Gesundheit"])[0]
    odd = embedder.embed_passages(["Die Fo\u0308rderung\u00a0der\n  Gesundheit"])[0]
    assert float(plain @ odd) == pytest.approx(1.0, abs=1e-5)


def test_threads_do_not_disturb_each_other(embedder: SentenceTransformerEmbedder) -> None:
    expected = embedder.embed_passages(PASSAGES)

    def work(number: int) -> float:
        rows = embedder.embed_passages(PASSAGES[number % 4 :] + PASSAGES[: number % 4])
        embedder.embed_query(f"Frage {number}")
        return float((rows * np.roll(expected, -(number % 4), axis=0)).sum(axis=1).min())

    with ThreadPoolExecutor(6) as pool:
        assert min(pool.map(work, range(12))) > 0.9999


@pytest.mark.parametrize("precision", ["auto", "bfloat16"])
def test_rounding_keeps_the_vectors(
    embedder: SentenceTransformerEmbedder, real_folder: Path, load_embedder: Load, precision: str
) -> None:
    rounded = load_embedder(real_folder, precision=precision)
    assert precision in (rounded.precision, "auto")
    assert rounded.name == embedder.name
    texts = [*PASSAGES, " ".join(PASSAGES * 3)]  # of different lengths, so that some are padded
    cosines = (embedder.embed_passages(texts) * rounded.embed_passages(texts)).sum(axis=1)
    assert cosines.min() >= 0.999


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "auto"])
def test_a_small_model_agrees_with_the_library_itself(
    tiny_folder: Folder, load_embedder: Load, precision: str
) -> None:
    sentence_transformer = importlib.import_module("sentence_transformers").SentenceTransformer
    folder = tiny_folder(0)
    ours = load_embedder(folder, precision=precision)
    assert ours.precision in {"float32", "bfloat16"}
    texts = ["die kita", "wo ist die kita.", "größe und übung", "ä"]
    plain = sentence_transformer(str(folder), device="cpu", local_files_only=True)
    expected = plain.encode([f"passage: {text}" for text in texts], show_progress_bar=False)
    assert (ours.embed_passages(texts) * expected).sum(axis=1).min() > 0.9995
    question = plain.encode(texts[1], prompt_name="query", show_progress_bar=False)
    assert float(ours.embed_query(texts[1]) @ question) > 0.999


def test_the_name_follows_the_weights_not_the_place(
    tiny_folder: Folder, load_embedder: Load
) -> None:
    folder = tiny_folder(0)
    name = load_embedder(folder).name
    assert name.startswith("tiny-e5@")
    moved = folder.parent.parent / "elsewhere" / folder.name
    moved.parent.mkdir()
    folder.rename(moved)
    assert load_embedder(moved, precision="bfloat16").name == name
    assert load_embedder(tiny_folder(1)).name != name


def test_the_name_follows_the_prompts(tiny_folder: Folder, load_embedder: Load) -> None:
    folder = tiny_folder(0)
    name = load_embedder(folder).name
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "frage: "}}')
    assert load_embedder(folder).name != name


def test_the_e5_prompts_serve_where_a_model_brings_none(
    tiny_folder: Folder, load_embedder: Load
) -> None:
    def embedded(model: Path) -> Matrix:
        # Not "auto": which format is measured to be faster may differ from one load to the next.
        return load_embedder(model, precision="float32").embed_passages(["die kita"])

    folder = tiny_folder(0)
    expected = embedded(folder)
    (folder / "config_sentence_transformers.json").write_text("{}")
    np.testing.assert_array_equal(embedded(folder), expected)
    assert not np.allclose(embedded(folder.rename(folder.with_name("anderes"))), expected)


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_broken_folder_names_the_cure(
    tiny_folder: Folder, load_embedder: Load, missing: str
) -> None:
    folder = tiny_folder(0)
    (folder / missing).write_bytes(b"\x00kaputt")
    with pytest.raises(ModelUnavailable, match="KGC_EMBEDDING_MODEL"):
        load_embedder(folder)


@pytest.mark.parametrize("name", ["/gibt/es/nicht", "kein/modell/hier", "niemand/nirgends", "a b"])
def test_an_absent_model_names_the_cure(load_embedder: Load, name: str) -> None:
    with pytest.raises(ModelUnavailable, match="KGC_EMBEDDING_MODEL"):
        load_embedder(name)


def test_code_in_a_model_folder_is_never_run(
    tiny_folder: Folder, load_embedder: Load, tmp_path: Path
) -> None:
    folder, trace = tiny_folder(0), tmp_path / "trace"
    (folder / "evil.py").write_text(f"open({str(trace)!r}, 'w').close()\nclass Evil: pass\n")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "evil.Evil"
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelUnavailable):
        load_embedder(folder)
    assert not trace.exists()
