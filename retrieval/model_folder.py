"""Write a quantised encoder as an ordinary sentence-transformers folder.

The result is a BERT encoder with mean pooling and normalisation whose weights are stored in 16
bits, the XLM-R tokenizer built from the file's own vocabulary, and the prompts of the e5 family.
Nothing in the folder names code to run, so no loader needs to trust it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    normalizers,
    pre_tokenizers,
    processors,
)
from tokenizers.models import Unigram

from retrieval.quantised import Architecture, QuantisedModel, Vocabulary

PROMPTS: Final = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
LAYER_PARTS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The file's short names of a layer's parts and the names BERT gives them."""


def write_model_folder(model: QuantisedModel, folder: Path) -> None:
    """Write weights, tokenizer and configuration into `folder`, which exists and is empty.

    Raises:
        QuantisedFormatError: A tensor is missing or has the wrong size.
        OSError: The folder cannot be written.
    """
    weights = encoder_weights(model)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    build_tokenizer(model.vocabulary).save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _configuration(model.architecture, model.vocabulary).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")


def encoder_weights(model: QuantisedModel) -> dict[str, NDArray[np.float16]]:
    """Return the encoder's weights under the names of BertModel, float16."""
    shape = model.architecture
    sizes: dict[str, tuple[int, ...]] = {
        "emb.word": (shape.vocabulary, shape.hidden),
        "emb.pos": (shape.positions, shape.hidden),
        "emb.type": (shape.token_types, shape.hidden),
    }
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
    }
    parts: list[tuple[str, str, tuple[int, ...]]] = []
    parts.append(("emb.ln", "embeddings.LayerNorm", (shape.hidden,)))
    for layer in range(shape.layers):
        for short, long in LAYER_PARTS.items():
            matrix = _matrix_shape(short, shape)
            parts.append((f"l{layer}.{short}", f"encoder.layer.{layer}.{long}", matrix))
    for short, long, matrix in parts:
        sizes[f"{short}.w"], sizes[f"{short}.b"] = matrix, matrix[:1]
        names[f"{short}.w"], names[f"{short}.b"] = f"{long}.weight", f"{long}.bias"
    return {
        names[name]: model.tensor(name, size).astype(np.float16) for name, size in sizes.items()
    }


def _matrix_shape(part: str, shape: Architecture) -> tuple[int, ...]:
    """Return (outputs, inputs) of a linear layer, (hidden,) of a layer norm."""
    if part == "fi":
        return shape.feed_forward, shape.hidden
    if part == "fo":
        return shape.hidden, shape.feed_forward
    return (shape.hidden,) if part.endswith("ln") else (shape.hidden, shape.hidden)


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """Build the XLM-R tokenizer: NMT NFKC, white space collapsed, Unigram, ``<s> … </s>``."""
    pieces = list(zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True))
    tokenizer = Tokenizer(Unigram(pieces, unk_id=vocabulary.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    special = _special_tokens(vocabulary)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special.values()])
    begin, end = special["bos_token"], special["eos_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, vocabulary.bos), (end, vocabulary.eos)],
    )
    return tokenizer


def _special_tokens(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the special tokens by role; the file's ids are trusted, not their usual places."""
    pieces = vocabulary.pieces
    found = {
        "bos_token": pieces[vocabulary.bos],
        "eos_token": pieces[vocabulary.eos],
        "pad_token": pieces[vocabulary.pad],
        "unk_token": pieces[vocabulary.unk],
        "cls_token": pieces[vocabulary.bos],
        "sep_token": pieces[vocabulary.eos],
    }
    return found | ({"mask_token": "<mask>"} if pieces[-1] == "<mask>" else {})


def _configuration(shape: Architecture, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return every JSON file of the folder by its path."""
    package = "sentence_transformers.models"
    return {
        "config.json": _encoder_configuration(shape, vocabulary),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "clean_up_tokenization_spaces": False,
            "model_input_names": ["input_ids", "attention_mask"],
            **_special_tokens(vocabulary),
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": shape.positions,
            "do_lower_case": False,
            # The file has no weights for BERT's classification head, which nothing here uses.
            "model_args": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _encoder_configuration(shape: Architecture, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",  # computed in 32 bits although stored in 16
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "bos_token_id": vocabulary.bos,
        "eos_token_id": vocabulary.eos,
        "pad_token_id": vocabulary.pad,
    }
