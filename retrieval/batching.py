"""Tokenised texts → padded batches. Pure, without a model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

BATCH_TOKENS: Final = 1024
"""Tokens in one pass, padding included: the attention scores then stay in the processor's cache."""
BATCH_TEXTS: Final = 64
STEP: Final = 16
"""Batches are as long as a multiple of this: oneDNN keeps a routine for every shape it has met."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokenised texts with their prompt.

    `pad` is the id that fills up, `prompt_tokens` the number of tokens that the pooling may have to
    leave out, `most_tokens` the length up to which the model may be given padding.
    """

    ids: Sequence[Sequence[int]]
    pad: int = 0
    prompt_tokens: int = 0
    most_tokens: int = 512


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of similar length, padded on the right.

    `rows` are their places in the input; `ids` and `mask` are (n, tokens) int64, `mask` being 1
    where a token counts.
    """

    rows: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    prompt_tokens: int


def batches(encoded: Encoded) -> Iterator[Batch]:
    """Yield batches from the longest texts to the shortest, each within the token budget."""
    lengths = [len(ids) for ids in encoded.ids]
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    while order:
        longest = lengths[order[0]]
        longest = max(longest, min(max(math.ceil(longest / STEP), 1) * STEP, encoded.most_tokens))
        size = min(max(BATCH_TOKENS // longest, 1), BATCH_TEXTS)
        rows, order = order[:size], order[size:]
        ids, mask = _padded(encoded.ids, rows, longest, encoded.pad)
        yield Batch(rows, ids, mask, encoded.prompt_tokens)


def one_by_one(ids: Sequence[Sequence[int]], pad: int) -> list[Batch]:
    """Return a batch for each text, the longest first; for few texts that are awaited.

    Nothing is padded but to a multiple of `STEP`, and workers that take them in this order end at
    about the same time.

    Args:
        ids: The tokenised texts.
        pad: The id that fills up.
    """
    order = sorted(range(len(ids)), key=lambda row: -len(ids[row]))
    lengths = [max(math.ceil(len(text) / STEP), 1) * STEP for text in ids]
    return [Batch([row], *_padded(ids, [row], lengths[row], pad), 0) for row in order]


def _padded(
    texts: Sequence[Sequence[int]], rows: Sequence[int], longest: int, pad: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ids = np.full((len(rows), longest), pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(texts[row])] = texts[row]
        mask[place, : len(texts[row])] = 1
    return ids, mask
