"""Load a sentence-transformers model from a folder or the hub, and tell which one it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError, safe_open
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from retrieval.errors import ModelUnavailable
from retrieval.precision import SENTENCES

E5_PROMPTS: Final = {"query": "query: ", "passage": "passage: "}
E5_NAME: Final = re.compile(r"(^|[-_])e5([-_]|$)", re.IGNORECASE)
HUB_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
FINGERPRINT_WEIGHTS: Final = 256
CURE: Final = (
    "Bitte mit KGC_EMBEDDING_MODEL den Ordner eines vollständigen sentence-transformers-Modells "
    "angeben oder die Einstellung leer lassen."
)


def load_model(model: str, *, allow_download: bool) -> SentenceTransformer:
    """Load a folder or hub id as it is stored, mapping whatever the loaders raise."""
    folder = Path(model).expanduser()
    if not folder.is_dir() and not HUB_ID.fullmatch(model):
        raise ModelUnavailable(f"Den Ordner {model} gibt es nicht. {CURE}")
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped there
    try:
        loaded = SentenceTransformer(
            str(folder) if folder.is_dir() else model,
            device="cpu",
            trust_remote_code=False,
            local_files_only=folder.is_dir() or not allow_download,
            model_kwargs={"dtype": _stored_type(folder)},
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[:1]
        raise ModelUnavailable(
            f"{model}: {' '.join(reason) or type(error).__name__}. {CURE}"
        ) from error
    if not getattr(loaded.tokenizer, "is_fast", False):
        raise ModelUnavailable(f"{model} hat keinen schnellen Tokenizer. {CURE}")
    return loaded.eval()


def _stored_type(folder: Path) -> torch.dtype:
    """Return float16 if the folder's weights are stored so and need not be widened on loading."""
    try:
        with safe_open(folder / "model.safetensors", framework="pt") as file:
            kinds = {file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118 - no mapping
    except (OSError, SafetensorError):
        return torch.float32
    return torch.float16 if kinds == {"F16"} else torch.float32


def prompts_of(model: SentenceTransformer, name: str) -> Mapping[str, str]:
    """Return what stands before questions and passages: the model's own prompts, or e5's rule.

    `name` is the last part of the model's path or id.
    """
    own = {
        "query": model.prompts.get("query") or "",
        "passage": model.prompts.get("passage") or model.prompts.get("document") or "",
    }
    if any(own.values()) or not E5_NAME.search(name):
        return own
    return E5_PROMPTS


def fingerprint(model: SentenceTransformer, prompts: Mapping[str, str]) -> str:
    """Hash what decides about the vectors: samples of all weights, tokenisation, prompts, pooling.

    The weights must still be readable and as stored, that is before `fast_encoder.accelerate`.
    """
    seen = hashlib.sha256()
    for name, weights in sorted(model.state_dict().items()):
        sample = weights.flatten()[:FINGERPRINT_WEIGHTS].to(torch.float32).numpy()
        seen.update(f"{name} {tuple(weights.shape)}".encode())
        seen.update(sample.astype("<f4").tobytes())
    pooling = [str(getattr(module, "pooling_mode", "")) for module in model]
    facts = [*sorted(prompts.items()), model.max_seq_length, pooling]
    facts += [model.tokenizer.backend_tokenizer.encode("".join(SENTENCES)).ids]
    seen.update(repr(facts).encode())
    return seen.hexdigest()[:16]
