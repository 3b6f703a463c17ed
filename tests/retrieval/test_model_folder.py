from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from retrieval.model_folder import build_tokenizer
from retrieval.quantised import parse

Tiny = tuple[bytes, dict[str, NDArray[np.float32]]]


@pytest.fixture(scope="module")
def tokenizer(tiny: Tiny) -> Tokenizer:
    return build_tokenizer(parse(tiny[0]).vocabulary)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("die kita", ["▁die", "▁kita"]),
        ("  die \t\n kita", ["▁die", "▁kita"]),
        ("die\u00a0kita\u200b", ["▁die", "▁kita", "▁"]),
        ("über", ["▁", "ü", "b", "e", "r"]),
        ("u\u0308ber", ["▁", "ü", "b", "e", "r"]),
        ("ﬁ", ["▁", "f", "i"]),
        ("k7", ["▁", "k", "<unk>"]),
        ("", []),
    ],
)
def test_text_is_normalised_and_cut_into_pieces(
    tokenizer: Tokenizer, text: str, tokens: list[str]
) -> None:
    encoding = tokenizer.encode(text)
    pieces = [str(tokenizer.id_to_token(number)) for number in encoding.ids]
    assert pieces == ["<s>", *tokens, "</s>"]


def test_offsets_count_from_the_text_as_it_came(tokenizer: Tokenizer) -> None:
    text = "die u\u0308  kita"
    spans = [text[start:end].strip() for start, end in tokenizer.encode(text).offsets[1:-1]]
    assert spans[0] == "die"
    assert spans[-1] == "kita"


def test_weights_carry_the_names_of_bert(tiny: Tiny, tiny_folder: Callable[[int], Path]) -> None:
    written = load_file(tiny_folder(0) / "model.safetensors")
    weights = tiny[1]
    assert len(written) == len(weights)
    assert all(found.dtype == np.float16 for found in written.values())
    for name, short in [
        ("embeddings.word_embeddings.weight", "emb.word"),
        ("encoder.layer.1.attention.self.key.bias", "l1.k.b"),
        ("encoder.layer.0.intermediate.dense.weight", "l0.fi.w"),
        ("encoder.layer.1.output.LayerNorm.weight", "l1.oln.w"),
    ]:
        np.testing.assert_array_equal(written[name], weights[short])


def test_the_configuration_follows_the_file(tiny_folder: Callable[[int], Path]) -> None:
    folder = tiny_folder(0)

    def read(name: str) -> Any:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    encoder = read("config.json")
    assert (encoder["hidden_size"], encoder["num_hidden_layers"]) == (32, 2)
    assert encoder["pad_token_id"] == 1
    assert read("tokenizer_config.json")["unk_token"] == "<unk>"
    assert read("sentence_bert_config.json")["max_seq_length"] == 24
    assert read("config_sentence_transformers.json")["prompts"]["passage"] == "passage: "
    assert [entry["path"] for entry in read("modules.json")] == ["", "1_Pooling", "2_Normalize"]
