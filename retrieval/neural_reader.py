"""Question and passage → a score for each sentence: the packaged encoder with small adapters.

The weights of the embedding model stay as they are; low-rank adapters (Hu et al. 2021, "LoRA",
arXiv 2106.09685), a mark on the passage's tokens and a small head were trained for reading
(`python -m eval.train_reader`) and are added on loading. Importing this takes seconds, so only the
composition root does it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import PreTrainedModel

from retrieval.batching import Batch, one_by_one
from retrieval.checkpoint import load_model
from retrieval.errors import ModelUnavailable
from retrieval.fast_encoder import accelerate, map_words
from retrieval.heap import give_back
from retrieval.joint_reading import (
    QUESTION_PROMPT,
    Encoding,
    Excerpt,
    Joined,
    Scores,
    join,
    passage_input,
)
from retrieval.precision import Precision
from retrieval.processors import processors

ADAPTERS: Final = Path(__file__).parent / "data" / "reader.safetensors"
PLACES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
"""Where an adapter sits in a layer of a BERT encoder, by its name in the file."""


class NeuralReader:
    """The `SentenceReader` port; safe to use from many threads. Nothing changes once it is made."""

    def __init__(
        self,
        model: Path,
        *,
        precision: Literal["float32", "bfloat16"] = "float32",
        adapters: Path = ADAPTERS,
        tokenizer: Tokenizer | None = None,
    ) -> None:
        """Load the encoder from a sentence-transformers folder and add what was trained.

        Args:
            model: The folder.
            precision: The number format to compute in.
            adapters: What was trained.
            tokenizer: That of the same model, where one is loaded already: it is large.

        Raises:
            ModelUnavailable: Folder or adapters are missing, broken or do not fit each other.
        """
        loaded = load_model(str(model), allow_download=False)
        encoder = loaded.transformers_model
        if encoder is None:
            raise ModelUnavailable(f"{model} enthält keinen Transformer.")
        tensors, self._name = _read(adapters)
        _merge(encoder, tensors)
        map_words(encoder)
        accelerate(encoder, Precision(precision))
        self._encoder, self._pad = encoder, int(loaded.tokenizer.pad_token_id or 0)
        self._mark = tensors["mark"].float()
        self._head = [
            tensors[f"head.{i}.{part}"].float() for i in (0, 2) for part in ("weight", "bias")
        ]
        self._tokenizer = tokenizer or tokenizer_of(loaded.tokenizer.backend_tokenizer)
        self._workers = ThreadPoolExecutor(
            processors(), "read", initializer=torch.set_num_threads, initargs=(1,)
        )
        del loaded, tensors
        give_back()  # a tokenizer, and a second copy of each layer

    @property
    def name(self) -> str:
        """The adapters' name: what they were trained on and when."""
        return self._name

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[Scores]:
        """Return for each excerpt how well each of its sentences answers, shape (sentences,)."""
        rows = joined(self._tokenizer, question, excerpts)
        found: list[Scores] = [np.zeros(0, dtype=np.float32) for _ in rows]
        portions = one_by_one([row.ids for row in rows], self._pad)
        for batch, scores in zip(
            portions, self._workers.map(lambda b: self._scores(b, rows), portions), strict=True
        ):
            for row, of_row in zip(batch.rows, scores, strict=True):
                found[row] = of_row
        return found

    def _scores(self, batch: Batch, rows: Sequence[Joined]) -> list[Scores]:
        ids, mask = torch.from_numpy(batch.ids), torch.from_numpy(batch.mask)
        marks = torch.zeros_like(ids)
        for place, row in enumerate(batch.rows):
            marks[place, rows[row].passage_at : len(rows[row].ids)] = 1
        with torch.inference_mode():
            words = self._encoder.get_input_embeddings()(ids)
            given = words + self._mark[marks].to(words.dtype)
            states = self._encoder(inputs_embeds=given, attention_mask=mask).last_hidden_state
            return [
                scored(states[place].float(), rows[row].spans, self._head)
                for place, row in enumerate(batch.rows)
            ]


def tokenizer_of(core: Tokenizer) -> Tokenizer:
    """Return a tokenizer that neither cuts nor pads; `core` must not be used elsewhere."""
    core.no_truncation()
    core.no_padding()
    return core


def joined(tokenizer: Tokenizer, question: str, excerpts: Sequence[Excerpt]) -> list[Joined]:
    """Return the model's rows for a question and its excerpts."""
    asked = tokenizer.encode(QUESTION_PROMPT + question)
    inputs = [passage_input(excerpt) for excerpt in excerpts]
    encoded = tokenizer.encode_batch([text for text, _ in inputs])
    first = Encoding(asked.ids, asked.offsets)
    return [
        join(first, Encoding(passage.ids, passage.offsets), own_from, excerpt.sentences)
        for passage, (_, own_from), excerpt in zip(encoded, inputs, excerpts, strict=True)
    ]


def scored(states: Tensor, spans: Sequence[tuple[int, int]], head: Sequence[Tensor]) -> Scores:
    """Return the head's score of each span of one row's states, shape (tokens, width)."""
    if not spans:
        return np.zeros(0, dtype=np.float32)
    pooled = torch.stack([states[a:b].mean(0) if b > a else states[0] for a, b in spans])
    given = torch.cat([pooled, states[0].expand_as(pooled)], dim=1)
    hidden = torch.tanh(nn.functional.linear(given, head[0], head[1]))
    scores = nn.functional.linear(hidden, head[2], head[3]).squeeze(1).numpy()
    cut = np.array([b <= a for a, b in spans])
    return np.where(cut, -np.inf, scores).astype(np.float32)


def _read(path: Path) -> tuple[Mapping[str, Tensor], str]:
    try:
        with safe_open(path, framework="pt") as file:
            name = (file.metadata() or {}).get("name", path.stem)
            return {key: file.get_tensor(key) for key in file.keys()}, name  # noqa: SIM118 - no mapping
    except (OSError, SafetensorError) as error:
        raise ModelUnavailable(f"{path.name} lässt sich nicht lesen: {error}") from error


def _merge(encoder: PreTrainedModel, tensors: Mapping[str, Tensor]) -> None:
    """Add every adapter's product to the weights that it was trained beside."""
    layers = encoder.get_submodule("encoder.layer")
    for number, layer in enumerate(layers.children()):
        for short, place in PLACES.items():
            down, up = tensors.get(f"{number}.{short}.a"), tensors.get(f"{number}.{short}.b")
            if down is None or up is None:
                continue
            linear = layer.get_submodule(place)
            weight = linear.weight
            if not isinstance(weight, Tensor) or weight.shape != (len(up), down.shape[1]):
                raise ModelUnavailable("Die Leseschicht passt nicht zum Modell.")
            with torch.no_grad():
                merged = weight.float() + up.float() @ down.float()
                linear.weight = nn.Parameter(merged.to(weight.dtype), requires_grad=False)
