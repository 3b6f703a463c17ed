"""Text → unit vectors, with any sentence-transformers model (the `Embedder` port).

Loading is in `checkpoint`, the arithmetic in `fast_encoder`. Importing this takes seconds, so only
the composition root does it, and only when a model is really needed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from transformers import PreTrainedModel

from retrieval.batching import Batch, Encoded, batches
from retrieval.checkpoint import CURE, fingerprint, load_model, prompts_of
from retrieval.errors import ModelUnavailable
from retrieval.fast_encoder import accelerate, map_words
from retrieval.heap import give_back
from retrieval.ports import Matrix, Vector
from retrieval.precision import Precision, faster_precision

Result = TypeVar("Result")

MAX_TOKENS: Final = 512
SMALL_ENCODER: Final = 50_000_000
"""Up to so many weights a question runs on one thread: sharing it out costs more than it saves."""


class SentenceTransformerEmbedder:
    """Embeds passages and questions on the CPU; safe to use from many threads.

    Passages are cut into batches that run side by side, one thread each. Unlike one batch spread
    over all threads, that does not stall when another process takes a core away, and a question
    that comes in between is answered at once. Nothing is changed after construction.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        precision: Literal["auto", "float32", "bfloat16"] = "auto",
        allow_download: bool = False,
    ) -> None:
        """Load the model.

        Args:
            model: A sentence-transformers folder, or the id of a model on the Hugging Face hub.
            precision: The number format to compute in; "auto" measures both (about two seconds),
                after which `precision` says which one it was, to be kept with the index.
            allow_download: Whether a hub id that is not in the local cache may be fetched.

        Raises:
            ModelUnavailable: There is no such model, or it cannot be loaded.
        """
        loaded = load_model(str(model), allow_download=allow_download)
        base = Path(model).name
        self._prompts = prompts_of(loaded, base)
        self._name = f"{base}@{fingerprint(loaded, self._prompts)}"
        self._dimension = int(loaded.get_embedding_dimension() or 0)
        map_words(_encoder(loaded))
        threads = torch.get_num_threads()
        small = _encoder(loaded).num_parameters() <= SMALL_ENCODER
        self._query_threads = 1 if small else threads
        self._most_tokens = min(loaded.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        self._pad = int(loaded.tokenizer.pad_token_id or 0)
        self._model, self._precision = _in_precision(loaded, precision)
        self._tokenizer = _tokenizer(self._model)
        self._workers = ThreadPoolExecutor(
            threads, "embed", initializer=torch.set_num_threads, initargs=(1,)
        )

    @property
    def name(self) -> str:
        """The model's name and a hash over samples of its weights, tokenizer and prompts."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self._dimension

    @property
    def precision(self) -> Literal["float32", "bfloat16"]:
        """The number format in use."""
        return self._precision.value

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer's core, 280 MB: others may encode with it, nobody may set it."""
        return self._tokenizer

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text, shape (n, dimension); long texts are truncated."""
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        portions = batches(self._encode(texts, "passage"))
        for batch, found in self._side_by_side(self._vectors_of, portions):
            vectors[batch.rows] = found
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each question, shape (n, dimension), from shared passes."""
        torch.set_num_threads(self._query_threads)
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        for batch in batches(self._encode(texts, "query")):
            vectors[batch.rows] = self._vectors_of(batch)
        return vectors

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape (dimension,)."""
        vector: Vector = self.embed_queries([text])[0]
        return vector

    def _side_by_side(
        self, work: Callable[[Batch], Result], portions: Iterable[Batch]
    ) -> Iterable[tuple[Batch, Result]]:
        """Run `work` on every batch in the worker threads; yield in the order of the batches."""
        listed = list(portions)
        return zip(listed, self._workers.map(work, listed), strict=True)

    def _vectors_of(self, batch: Batch) -> Matrix:
        return _unit(self._forward(batch)["sentence_embedding"])

    def _encode(self, texts: Sequence[str], kind: str) -> Encoded:
        prompt = self._prompts[kind]
        encodings: list[Encoding] = self._tokenizer.encode_batch([prompt + text for text in texts])
        return Encoded(
            ids=[found.ids for found in encodings],
            pad=self._pad,
            prompt_tokens=len(self._tokenizer.encode(prompt).ids) - 1 if prompt else 0,
            most_tokens=self._most_tokens,
        )

    def _forward(self, batch: Batch) -> dict[str, Tensor]:
        """Run the whole model on as many threads as this thread is set to use."""
        features: dict[str, Any] = {
            "input_ids": torch.from_numpy(batch.ids),
            "attention_mask": torch.from_numpy(batch.mask),
            "prompt_length": batch.prompt_tokens,
        }
        with torch.inference_mode():
            return dict(self._model.forward(features))


def choose_precision(model: SentenceTransformer) -> Literal["float32", "bfloat16"]:
    """Measure in which number format `model` embeds faster on this machine."""
    return _fastest(_copy(model))[1].value


def _in_precision(
    model: SentenceTransformer, precision: Literal["auto", "float32", "bfloat16"]
) -> tuple[SentenceTransformer, Precision]:
    """Return `model` ready to compute; what was passed in must not be used afterwards."""
    if precision == "auto":
        found = _fastest(model)
        give_back()  # measuring took a second copy of the model
        return found
    _accelerate(model, Precision(precision))
    return model, Precision(precision)


def _fastest(model: SentenceTransformer) -> tuple[SentenceTransformer, Precision]:
    """Return `model` in the faster precision; what was passed in must not be used afterwards."""
    exact, rounded = model, _copy(model)
    _accelerate(exact, Precision.FLOAT32)
    _accelerate(rounded, Precision.BFLOAT16)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the measurement counts this thread's processor time
    try:
        found = faster_precision(partial(_vectors, exact), partial(_vectors, rounded))
    finally:
        torch.set_num_threads(threads)
    return (rounded if found is Precision.BFLOAT16 else exact), found


def _copy(model: SentenceTransformer) -> SentenceTransformer:
    """Copy the model but not its tokenizer, which is large and does not change."""
    return copy.deepcopy(model, {id(model.tokenizer): model.tokenizer})


def _vectors(model: SentenceTransformer, texts: Sequence[str]) -> Matrix:
    return _unit(model.encode(list(texts), show_progress_bar=False, convert_to_tensor=True))


def _accelerate(model: SentenceTransformer, precision: Precision) -> None:
    """Change the encoder in place; pooling and all that follows computes in float32."""
    accelerate(_encoder(model), precision)
    model[0].register_forward_hook(_widen)
    for module in list(model)[1:]:
        module.float()


def _widen(_module: object, _inputs: object, features: dict[str, Any]) -> dict[str, Any]:
    return {**features, "token_embeddings": features["token_embeddings"].float()}


def _encoder(model: SentenceTransformer) -> PreTrainedModel:
    encoder = model.transformers_model
    if encoder is None:
        raise ModelUnavailable(f"Es enthält keinen Transformer. {CURE}")
    return encoder


def _tokenizer(model: SentenceTransformer) -> Tokenizer:
    """Return the tokenizer's core, which threads may share once truncation and padding are set.

    `SentenceTransformer.encode` sets them again, so it must not be called on `model` from here on.
    """
    core: Tokenizer = model.tokenizer.backend_tokenizer
    core.enable_truncation(min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS))
    core.no_padding()
    return core


def _unit(vectors: Tensor) -> Matrix:
    """Return the rows as float32 of length 1; a row of zeros stays one."""
    rows = torch.nn.functional.normalize(vectors.detach().float(), dim=1)
    return np.asarray(rows.cpu().numpy(), dtype=np.float32)
