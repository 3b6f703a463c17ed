"""The adapter with real cross-encoders of two layers, made here with random weights."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval.errors import ModelUnavailable
from retrieval.reranker import Reranker, Scores
from tests.contracts.reranker_contract import PASSAGES, QUESTION, RerankerContract

if TYPE_CHECKING:
    from retrieval.rerank import CrossEncoderReranker

pytestmark = pytest.mark.model
Load = Callable[..., "CrossEncoderReranker"]
Make = Callable[..., Path]
POSITIONS = 24


@pytest.fixture(scope="session")
def load_reranker() -> Load:
    """Import the adapter when a test needs it: that takes seconds."""
    found: Load = importlib.import_module("retrieval.rerank").CrossEncoderReranker
    return found


@pytest.fixture
def cross_encoder(tiny_folder: Callable[[int], Path], tmp_path: Path) -> Make:
    """Make a folder of a cross-encoder with random weights and the tiny model's tokenizer."""

    def make(*, labels: int = 1) -> Path:
        transformers = importlib.import_module("transformers")
        importlib.import_module("torch").manual_seed(7)
        tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_folder(0))
        config = transformers.BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=POSITIONS,
            pad_token_id=tokenizer.pad_token_id,
            initializer_range=1.0,  # so that scores differ
            num_labels=labels,
        )
        folder = tmp_path / "tiny-reranker"
        transformers.BertForSequenceClassification(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return make


class TestRealCrossEncoder(RerankerContract):
    @pytest.fixture
    def reranker(self, cross_encoder: Make, load_reranker: Load) -> Reranker:
        return load_reranker(cross_encoder())


def by_hand(folder: Path, question: str, passages: Sequence[str]) -> Scores:
    """Read each pair alone, with transformers only."""
    torch, transformers = map(importlib.import_module, ("torch", "transformers"))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    found = []
    for passage in passages:
        features: Any = tokenizer(
            question, passage, truncation=True, max_length=POSITIONS, return_tensors="pt"
        )
        with torch.inference_mode():
            found.append(float(torch.sigmoid(model(**features).logits)[0, 0]))
    return np.asarray(found, dtype=np.float32)


def test_the_scores_are_those_of_the_model(cross_encoder: Make, load_reranker: Load) -> None:
    folder = cross_encoder()
    found = load_reranker(folder).scores(QUESTION, PASSAGES)
    np.testing.assert_allclose(found, by_hand(folder, QUESTION, PASSAGES), atol=1e-4)


def test_a_model_that_asks_for_bare_logits_still_gives_0_to_1(
    cross_encoder: Make, load_reranker: Load
) -> None:
    folder = cross_encoder()
    plain = load_reranker(folder).scores(QUESTION, PASSAGES)
    bare = {"activation_fn": "torch.nn.modules.linear.Identity"}
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"sentence_transformers": bare}))
    found = load_reranker(folder).scores(QUESTION, PASSAGES)
    np.testing.assert_allclose(found, plain, atol=1e-6)


def test_a_saved_cross_encoder_gives_the_same(
    cross_encoder: Make, load_reranker: Load, tmp_path: Path
) -> None:
    folder, saved = cross_encoder(), tmp_path / "saved"
    library: Any = importlib.import_module("sentence_transformers")
    library.CrossEncoder(str(folder), device="cpu", local_files_only=True).save(str(saved))
    first, second = (load_reranker(place).scores(QUESTION, PASSAGES) for place in (folder, saved))
    np.testing.assert_allclose(second, first, atol=1e-6)


def test_it_has_the_name_of_its_folder(cross_encoder: Make, load_reranker: Load) -> None:
    assert load_reranker(cross_encoder()).name == "tiny-reranker"


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_broken_folder_names_the_cure(
    cross_encoder: Make, load_reranker: Load, missing: str
) -> None:
    folder = cross_encoder()
    (folder / missing).write_bytes(b"\x00kaputt")
    with pytest.raises(ModelUnavailable, match="KGC_RERANKER_MODEL"):
        load_reranker(folder)


@pytest.mark.parametrize("name", ["/gibt/es/nicht", "kein/modell/hier", "niemand/nirgends", "a b"])
def test_an_absent_model_names_the_cure(load_reranker: Load, name: str) -> None:
    with pytest.raises(ModelUnavailable, match="KGC_RERANKER_MODEL"):
        load_reranker(name)


def test_a_model_of_many_classes_is_refused(cross_encoder: Make, load_reranker: Load) -> None:
    with pytest.raises(ModelUnavailable, match="3 Werte"):
        load_reranker(cross_encoder(labels=3))


def test_an_embedding_model_is_refused(
    tiny_folder: Callable[[int], Path], load_reranker: Load
) -> None:
    with pytest.raises(ModelUnavailable, match="ist kein CrossEncoder"):
        load_reranker(tiny_folder(0))


def test_code_in_a_model_folder_is_never_run(
    cross_encoder: Make, load_reranker: Load, tmp_path: Path
) -> None:
    folder, trace = cross_encoder(), tmp_path / "trace"
    (folder / "evil.py").write_text(f"open({str(trace)!r}, 'w').close()\nclass Evil: pass\n")
    modules = [{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]
    (folder / "modules.json").write_text(json.dumps(modules))
    facts = {"model_type": "CrossEncoder", "activation_fn": "evil.Evil"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(facts))
    with pytest.raises(ModelUnavailable):
        load_reranker(folder)
    assert not trace.exists()
