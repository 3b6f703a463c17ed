"""Run a transformer encoder on the CPU as fast as the machine allows.

Four measures, each of which leaves the vectors as they are up to rounding:

* bfloat16 weights and activations, where the processor multiplies them faster than float32.
* Linear layers in oneDNN's own blocked layout. On AMD processors with AVX-512 that is more than
  twice as fast as the routine torch picks for float32 (MKL), and it spares small batches the
  repeated reordering in bfloat16.
* The table of word vectors, most of a multilingual model, stays as it lies in the file, mapped
  into memory: only the rows of words that occur are ever read.
* In bfloat16, attention as two matrix products around one exponential. The row sums come out of
  the second product, through a column of ones appended to the values, so that the softmax with
  its three passes over the largest array of the model disappears.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

from retrieval.precision import Precision

ATTENTION: Final = "unshifted_softmax"
PLAIN_BIDIRECTIONAL: Final = frozenset(
    {"bert", "roberta", "xlm-roberta", "camembert", "distilbert", "electra"}
)
"""Model types in which every token sees every other and nothing else enters the scores."""
PACKING_ROWS: Final = 1024
"""The number of tokens in a batch for which oneDNN lays out the weights."""


def accelerate(encoder: PreTrainedModel, precision: Precision) -> None:
    """Change `encoder` in place so that it computes in `precision`, for inference only.

    Afterwards its linear layers hold no readable weights, so it can be neither saved nor trained.
    A deep copy made before shares the table of word vectors, if `map_words` went ahead of it.
    """
    number_type = torch.bfloat16 if precision is Precision.BFLOAT16 else torch.float32
    nn.Module.to(encoder, dtype=number_type)
    words = encoder.get_input_embeddings()
    if isinstance(words, _MappedWords):
        words.number_type = number_type
    if precision is Precision.BFLOAT16 and encoder.config.model_type in PLAIN_BIDIRECTIONAL:
        encoder.set_attn_implementation(ATTENTION)
    _pack_linear_layers(encoder)


def map_words(encoder: PreTrainedModel) -> None:
    """Keep the table of word vectors as it was loaded, out of reach of every later conversion."""
    words = encoder.get_input_embeddings()
    if type(words) is nn.Embedding and words.max_norm is None:
        encoder.set_input_embeddings(_MappedWords(words.weight.detach()))


class _MappedWords(nn.Module):
    """Looks word vectors up in a table that is no parameter and is never copied."""

    def __init__(self, table: Tensor, number_type: torch.dtype = torch.float32) -> None:
        super().__init__()
        self._table = table
        self.number_type = number_type

    def forward(self, ids: Tensor) -> Tensor:
        """Return the vectors of `ids`, (…, width), in the number type of the encoder."""
        return nn.functional.embedding(ids, self._table).to(self.number_type)

    def __deepcopy__(self, _memo: object) -> _MappedWords:
        return _MappedWords(self._table, self.number_type)


class _PackedLinear(nn.Module):
    """A linear layer whose weights lie in oneDNN's blocked layout."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), PACKING_ROWS)
        self._bias: Tensor | None = layer.bias

    def forward(self, rows: Tensor) -> Tensor:
        """Return ``rows @ weight.T + bias``, (…, outputs)."""
        product: Tensor = torch.ops.mkldnn._linear_pointwise(
            rows, self._weight, self._bias, "none", [], ""
        )
        return product


def _pack_linear_layers(module: nn.Module) -> None:
    """Replace every linear layer below `module`; leave one that oneDNN will not take."""
    for name, child in module.named_children():
        if type(child) is not nn.Linear:
            _pack_linear_layers(child)
            continue
        try:
            packed = _PackedLinear(child)
            packed(child.weight.new_zeros(1, child.in_features))
        except (RuntimeError, NotImplementedError, AttributeError):
            return  # a torch without this operator or a processor without this number format
        setattr(module, name, packed)


def _attend(
    _module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    **_options: object,
) -> tuple[Tensor, None]:
    """Attention without the shift by the row maximum.

    Softmax subtracts the maximum only against overflow. bfloat16 reaches 3e38 as float32 does, so
    scores may go up to 88; should a row leave that range, the plain softmax is used instead.

    Args:
        query: (batch, heads, tokens, width), as are `key` and `value`.
        key: See `query`.
        value: See `query`.
        attention_mask: (batch, 1, tokens, 1), 1 where the token counts and 0 where it pads.
        scaling: Factor on the scores; one over the root of `width` when None.

    Returns:
        The mixed values, (batch, tokens, heads, width), and None for the attention weights.
    """
    batch, heads, tokens, width = query.shape
    shape = (batch * heads, tokens, width)
    factor = width**-0.5 if scaling is None else scaling
    scores = torch.bmm((query * factor).reshape(shape), key.reshape(shape).transpose(1, 2))
    extended = value.new_ones(batch, heads, tokens, width + 1)
    extended[..., :width] = value
    if attention_mask is not None:
        extended *= attention_mask  # a padding token adds nothing to values and row sums
    mixed = torch.bmm(scores.exp_(), extended.view(-1, tokens, width + 1))
    sums = mixed[..., width:]
    if not bool(torch.isfinite(mixed).all()) or not bool((sums > 0).all()):
        return _attend_shifted(query, key, value, attention_mask, factor), None
    mixed = (mixed[..., :width] / sums).view(batch, heads, tokens, width)
    return mixed.transpose(1, 2).contiguous(), None


def _attend_shifted(
    query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, factor: float
) -> Tensor:
    """Attention by torch itself, with the same arguments and the same result as `_attend`."""
    visible = None if attention_mask is None else attention_mask.transpose(2, 3) > 0
    mixed = nn.functional.scaled_dot_product_attention(
        query, key, value, attn_mask=visible, scale=factor
    )
    return mixed.transpose(1, 2).contiguous()


def _mask_rows(
    *_shape: object,
    attention_mask: Tensor | None = None,
    dtype: torch.dtype = torch.float32,
    **_options: object,
) -> Tensor | None:
    """Turn the (batch, tokens) padding mask into the shape and type `_attend` multiplies with."""
    return None if attention_mask is None else attention_mask[:, None, :, None].to(dtype)


AttentionInterface.register(ATTENTION, _attend)
AttentionMaskInterface.register(ATTENTION, _mask_rows)
