"""Question and passage → how well the one answers the other, with a cross-encoder.

A cross-encoder reads both texts together (Nogueira and Cho 2019, "Passage Re-ranking with BERT",
arXiv 1901.04085). Importing this takes seconds, so only the composition root does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import torch
from sentence_transformers import CrossEncoder
from transformers.utils import logging as transformers_logging

from retrieval.checkpoint import HUB_ID
from retrieval.errors import ModelUnavailable
from retrieval.processors import processors
from retrieval.reranker import Scores

MAX_TOKENS: Final = 512
BATCH: Final = 8
"""Passages that are computed together: on a CPU more of them only add padding."""
JUDGING: Final = ("ForSequenceClassification", "ForCausalLM")
CURE: Final = (
    "Bitte mit KGC_RERANKER_MODEL den Ordner eines vollständigen CrossEncoder-Modells angeben "
    "oder die Einstellung leer lassen."
)


class CrossEncoderReranker:
    """The `Reranker` port over sentence-transformers; safe to use from many threads, one by one."""

    def __init__(self, model: str | Path, *, allow_download: bool = False) -> None:
        """Load the model.

        Args:
            model: A folder of a cross-encoder with one score, or its id on the Hugging Face hub.
            allow_download: Whether a hub id that is not in the local cache may be fetched.

        Raises:
            ModelUnavailable: There is no such model, it cannot be loaded, or it gives no score.
        """
        self._model = _loaded(str(model), allow_download=allow_download)
        limit = self._model.max_seq_length or MAX_TOKENS
        self._model.max_seq_length = min(limit, MAX_TOKENS)
        self._name = Path(model).name
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The last part of the model's path or id."""
        return self._name

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return how well each passage answers, shape (n,), 0..1; long ones are truncated."""
        if not passages:
            return np.zeros(0, dtype=np.float32)
        pairs = [(question, passage) for passage in passages]
        with self._lock:  # the tokenizer keeps state while it works
            torch.set_num_threads(processors())  # embedding a question leaves this thread with one
            found = self._model.predict(
                pairs,
                batch_size=BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Sigmoid(),  # some models name none and give bare logits
            )
        return np.asarray(found, dtype=np.float32)


def _loaded(model: str, *, allow_download: bool) -> CrossEncoder:
    folder = Path(model).expanduser()
    if not folder.is_dir() and not HUB_ID.fullmatch(model):
        raise ModelUnavailable(f"Den Ordner {model} gibt es nicht. {CURE}")
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped there
    try:
        loaded: CrossEncoder = CrossEncoder(
            str(folder) if folder.is_dir() else model,
            device="cpu",
            trust_remote_code=False,
            local_files_only=folder.is_dir() or not allow_download,
            model_kwargs={"dtype": torch.float32},
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[:1]
        raise ModelUnavailable(
            f"{model}: {' '.join(reason) or type(error).__name__}. {CURE}"
        ) from error
    if loaded.num_labels != 1:
        raise ModelUnavailable(f"{model} gibt {loaded.num_labels} Werte statt einem. {CURE}")
    if not _judges(loaded):
        raise ModelUnavailable(f"{model} ist kein CrossEncoder: Ihm fehlt der Kopf. {CURE}")
    loaded.eval()
    return loaded


def _judges(model: CrossEncoder) -> bool:
    """Tell whether the weights hold a head; a lone encoder would be given one at random."""
    kinds: Sequence[str] = getattr(model.config, "architectures", None) or ()
    return len(model) > 1 or any(kind.endswith(JUDGING) for kind in kinds)
