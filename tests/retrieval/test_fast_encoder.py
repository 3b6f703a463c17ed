from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from retrieval.fast_encoder import _attend, _mask_rows, _pack_linear_layers, _PackedLinear


def _inputs(size: float, number_type: torch.dtype) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(7)
    query, key, value = (
        torch.randn(2, 3, 11, 8, generator=generator).mul(size).to(number_type) for _ in range(3)
    )
    mask = torch.ones(2, 11, dtype=torch.long)
    mask[1, 6:] = 0
    return query, key, value, mask


@pytest.mark.parametrize(
    ("number_type", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.03)]
)
@pytest.mark.parametrize("size", [1.0, 60.0])  # at 60 the exponential overflows without the shift
@pytest.mark.parametrize("padded", [True, False])
def test_attention_equals_the_plain_softmax(
    number_type: torch.dtype, tolerance: float, size: float, padded: bool
) -> None:
    query, key, value, mask = _inputs(size, number_type)
    visible = mask[:, None, None, :].bool() if padded else None
    expected = nn.functional.scaled_dot_product_attention(
        query.float(), key.float(), value.float(), attn_mask=visible
    ).transpose(1, 2)
    rows = _mask_rows(attention_mask=mask if padded else None, dtype=number_type)
    with torch.inference_mode():
        found, _ = _attend(nn.Identity(), query, key, value, rows)
    assert found.shape == (2, 11, 3, 8)
    assert (found.float() - expected).abs().max() <= tolerance * size


def test_packed_layers_compute_the_same() -> None:
    network = nn.Sequential(nn.Linear(32, 48), nn.GELU(), nn.ModuleList([nn.Linear(48, 8)])[0])
    rows = torch.randn(2, 5, 32, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = network(rows)
        _pack_linear_layers(network)
        torch.testing.assert_close(network(rows), expected, atol=1e-5, rtol=1e-5)


def test_layers_are_packed_where_this_torch_can() -> None:
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]  # untyped there
        pytest.skip("this build of torch has no oneDNN")
    network = nn.Sequential(nn.Linear(32, 48, bias=False))
    _pack_linear_layers(network)
    assert isinstance(network[0], _PackedLinear)
