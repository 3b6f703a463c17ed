from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.quantised import Kind, QuantisedFormatError, dequantise, parse

Tiny = tuple[bytes, dict[str, NDArray[np.float32]]]


def test_every_weight_comes_back(tiny: Tiny) -> None:
    data, weights = tiny
    model = parse(data)
    assert set(model.tensors) == set(weights)
    for name, expected in weights.items():
        np.testing.assert_array_equal(model.tensor(name, expected.shape), expected)
    assert model.tensors["emb.word"].kind is Kind.BLOCKS
    assert model.tensors["emb.pos"].kind is Kind.FLOAT32


def test_header_and_vocabulary(tiny: Tiny) -> None:
    model = parse(memoryview(tiny[0]))
    assert (model.architecture.hidden, model.architecture.layers) == (32, 2)
    assert model.architecture.epsilon == pytest.approx(1e-12)
    vocabulary = model.vocabulary
    assert vocabulary.pieces[vocabulary.bos] == "<s>"
    assert vocabulary.pieces[vocabulary.unk] == "<unk>"
    assert "ß" in vocabulary.pieces
    assert vocabulary.scores[5] == -5.0


def test_low_nibbles_come_first() -> None:
    block = np.float16(2.0).tobytes() + bytes([0x9F] + [0x88] * 15)
    weights = dequantise(block)
    assert weights[0] == (0x0F - 8) * 2.0
    assert weights[16] == (0x09 - 8) * 2.0
    assert not weights[1:16].any()


@given(
    scale=st.floats(2**-10, 2, width=16),
    values=st.lists(st.integers(-8, 7), min_size=32, max_size=32),
)
def test_dequantise_inverts_quantising(scale: float, values: list[int]) -> None:
    nibbles = [value + 8 for value in values]
    packed = bytes(low | high << 4 for low, high in zip(nibbles[:16], nibbles[16:], strict=True))
    weights = dequantise(np.float16(scale).tobytes() + packed)
    np.testing.assert_array_equal(weights, np.array(values, np.float32) * np.float32(scale))


@given(st.integers(0, 2**31))
def test_a_cut_file_is_refused(tiny: Tiny, at: int) -> None:
    size = at % len(tiny[0])
    with pytest.raises(QuantisedFormatError):
        parse(tiny[0][:size])


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_file_never_breaks_out(tiny: Tiny, damage: list[tuple[int, int]]) -> None:
    broken = bytearray(tiny[0])
    for place, value in damage:
        broken[place] = value
    try:
        model = parse(bytes(broken))
        for name, entry in model.tensors.items():
            assert model.tensor(name, (entry.count,)).shape == (entry.count,)
    except QuantisedFormatError:
        return


@pytest.mark.parametrize("scale", [np.inf, -np.inf, np.nan])
def test_a_scale_that_is_no_number_is_refused(scale: float) -> None:
    with pytest.raises(QuantisedFormatError, match="finite"):
        dequantise(np.float16(scale).tobytes() + bytes(16))


@pytest.mark.parametrize(
    ("position", "value", "complaint"),
    [
        (0, b"GGUF", "magic"),
        (4, struct.pack("<I", 2), "version 2"),
        (8, struct.pack("<i", -1), "below 1"),
        (16, struct.pack("<i", 5), "5 heads"),
        (24, struct.pack("<i", 3), "3 embeddings"),
        (40, struct.pack("<i", 64), "64 weights"),
        (48, struct.pack("<i", 999), "special tokens"),
        (44, struct.pack("<i", 2**31 - 1), "bytes wanted"),
    ],
)
def test_contradictions_are_named(tiny: Tiny, position: int, value: bytes, complaint: str) -> None:
    broken = bytearray(tiny[0])
    broken[position : position + len(value)] = value
    with pytest.raises(QuantisedFormatError, match=complaint):
        parse(bytes(broken))


def test_asking_for_what_is_not_there(tiny: Tiny) -> None:
    model = parse(tiny[0])
    with pytest.raises(QuantisedFormatError, match="missing"):
        model.tensor("l9.q.w", (32, 32))
    with pytest.raises(QuantisedFormatError, match="1024 weights"):
        model.tensor("l0.q.w", (32, 33))
