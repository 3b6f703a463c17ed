"""The lexical index on disk: what comes back, what is refused, what is erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval import analysis, array_file, lexical_file
from retrieval.errors import StoreUnavailable
from retrieval.lexical import LexicalIndex, LexicalText
from retrieval.ports import VectorKey
from retrieval.steps import ALL
from tests.rankings import top

WORDS = "Die Gesundheitskonferenz in Musterstadt berät über Bewegung, Ernährung und Teilhabe."


def texts(name: str, content: str = WORDS, generation: int = 1) -> list[LexicalText]:
    return [
        LexicalText(
            VectorKey(name, generation, n), f"{content} Teil {n}.", "Titel", "de", unit, unit
        )
        for n, unit in enumerate(["§ 7 Abs. 1 MusterG", "§ 8 MusterG", ""])
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lexical"


@pytest.fixture
def saved(path: Path) -> Path:
    index = LexicalIndex()
    index.replace("a", texts("a"))
    index.replace("b", texts("b", "Die Stadt Beispielhausen fährt Bus."))
    for n in range(40):  # so that a word of one document is rare
        index.replace(f"c{n}", [LexicalText(VectorKey(f"c{n}", 1, 0), "Wald", "", "de")])
    index.save(path, "17")
    return path


def load(path: Path) -> LexicalIndex:
    index = LexicalIndex.load(path)
    assert index is not None
    return index


def test_everything_comes_back(saved: Path) -> None:
    index = load(saved)
    assert index.stamp == "17"
    assert {("a", 1), ("b", 1)} <= index.generations()
    assert top(index.score("Bewegung", "de"), 9) == [t.key for t in texts("a")]
    assert index.named("§ 7 MusterG") == {VectorKey("a", 1, 0), VectorKey("b", 1, 0)}
    assert len(index.score("Bus", "de").whole) == 46
    index.replace("b", texts("b", "Nichts davon.", 2))
    assert not index.score("Beispielhausen", "de").stems.any()
    assert index.named("§ 8 MusterG") == {VectorKey("a", 1, 1), VectorKey("b", 2, 1)}


def test_an_empty_index_comes_back(path: Path) -> None:
    LexicalIndex().save(path, "")
    index = load(path)
    assert index.generations() == set()
    assert top(index.score("Bus", "de"), 9) == []


def test_the_arrays_are_mapped_and_cannot_be_written(saved: Path) -> None:
    segment = load(saved)._grams.segment
    for array in (segment.postings, segment.dense, segment.vocabulary.letters):
        assert not array.flags.owndata
        assert not array.flags.writeable


def test_erased_words_are_in_no_byte_of_the_file(saved: Path) -> None:
    assert b"musterstadt" in saved.read_bytes()
    assert b"hausen"[:4] in saved.read_bytes()
    index = load(saved)
    index.replace("b", [])
    index.save(saved, "18")
    written = saved.read_bytes()
    assert b"musterstadt" in written
    for gone in (b"beispielhaus", b"spie", b"haus", b'"b"'):
        assert gone not in written
    assert [each.name for each in saved.parent.iterdir()] == [saved.name]
    for name, _ in index.generations():
        index.replace(name, [])
    index.save(saved, "19")
    assert b"muster" not in saved.read_bytes().lower()


def test_what_a_crash_left_beside_the_file_goes(saved: Path) -> None:
    beside = saved.with_name(saved.name + ".part")
    beside.write_bytes(b"beispielhausen")
    load(saved)
    assert not beside.exists()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    index = LexicalIndex()
    index.replace("a", texts("a"))
    with pytest.raises(StoreUnavailable, match=r"„x“ lässt sich nicht schreiben"):
        index.save(tmp_path / "fehlt" / "x", "1")
    assert top(index.score("Bewegung", "de"), 1) == [VectorKey("a", 1, 0)]


def test_an_index_of_other_steps_or_another_analysis_is_refused(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LexicalIndex.load(saved, replace(ALL, fold=False)) is None
    monkeypatch.setattr(analysis, "VERSION", analysis.VERSION + 1)
    assert LexicalIndex.load(saved) is None
    monkeypatch.undo()
    monkeypatch.setattr(lexical_file, "FORMAT", lexical_file.FORMAT + 1)
    assert LexicalIndex.load(saved) is None


def test_what_is_no_index_is_refused(path: Path) -> None:
    assert LexicalIndex.load(path) is None
    for content in (b"", b"x", b"KGCARR01", bytes(1_000), b"KGCARR01" + b"\xff" * 100):
        path.write_bytes(content)
        assert LexicalIndex.load(path) is None
    assert LexicalIndex.load(path.parent) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused(saved: Path, data: st.DataObject) -> None:
    whole = saved.read_bytes()
    broken = saved.with_name("broken")
    at = data.draw(st.integers(0, len(whole) - 1))
    broken.write_bytes(whole[:at])
    assert LexicalIndex.load(broken) is None
    other = whole[at] ^ data.draw(st.integers(1, 255))
    broken.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
    index = LexicalIndex.load(broken)
    if index is not None:  # only a byte between two arrays may change unseen
        assert {("a", 1), ("b", 1)} <= index.generations()


Arrays = dict[str, Any]


def _longer(array: Any) -> Any:
    return np.concatenate((array, array[-1:]))


FORGERIES: dict[str, Callable[[Arrays], object]] = {
    "an array is missing": lambda a: a.pop("stems.postings"),
    "of another type": lambda a: a.update({"stems.bounds": a["stems.bounds"].astype("<i4")}),
    "of another shape": lambda a: a.update({"stems.dense": a["stems.dense"].reshape(-1)}),
    "too many lengths": lambda a: a.update({"grams.lengths": _longer(a["grams.lengths"])}),
    "no number": lambda a: a.update({"stems.lengths": a["stems.lengths"] * np.float32(np.nan)}),
    "a slot that is none": lambda a: a.update({"grams.postings": a["grams.postings"] | 1 << 31}),
    "offsets beyond": lambda a: a.update({"stems.offsets": a["stems.offsets"] + 10**15}),
    "offsets downwards": lambda a: a.update({"stems.offsets": a["stems.offsets"][::-1]}),
    "bounds beyond": lambda a: a.update({"units.bounds": a["units.bounds"] * 10**6}),
    "dense rows beyond": lambda a: a.update({"grams.dense_rows": a["grams.dense_rows"] + 10**9}),
    "dense rows twice": lambda a: a.update({"grams.dense_rows": a["grams.dense_rows"] * 0}),
    "fewer passages": lambda a: a.update({"ordinals": a["ordinals"][:-1]}),
    "a passage twice": lambda a: a.update(
        {"ordinals": a["ordinals"] * 0, "section_of": a["section_of"] * 0}
    ),
    "sections that are none": lambda a: a.update({"section_of": a["section_of"] + 10**6}),
    "sections below 0": lambda a: a.update({"section_of": a["section_of"] - 10**6}),
    "names of no sections": lambda a: a.update({"sections": a["sections"] * 0}),
    "names of another kind": lambda a: a.update({"sections": _json([1, 2])}),
    "names too deep": lambda a: a.update({"sections": _raw(b"[" * 100_000)}),
    "generations beyond": lambda a: a.update({"sections": _raw(b'[["a",1e999,""]]')}),
}


def _json(value: object) -> Any:
    return _raw(json.dumps(value).encode())


def _raw(content: bytes) -> Any:
    return np.frombuffer(content, dtype=np.uint8)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_file_with_right_checksums_is_refused(saved: Path, forgery: str) -> None:
    read = array_file.read(saved)
    assert read is not None
    said, arrays = read
    array_file.write(saved, said, arrays)
    assert LexicalIndex.load(saved) is not None
    FORGERIES[forgery](arrays)
    array_file.write(saved, said, arrays)
    assert LexicalIndex.load(saved) is None


@pytest.mark.parametrize("said", [{}, {"stamp": 1}, {"stamp": "17"}])
def test_a_file_that_says_something_else_is_refused(saved: Path, said: dict[str, Any]) -> None:
    read = array_file.read(saved)
    assert read is not None
    array_file.write(saved, said, read[1])
    assert LexicalIndex.load(saved) is None


@pytest.mark.parametrize(
    "table",
    [
        [["x", "<f8", [1], 0]],
        [["x", "<u4", [-1], 0]],
        [["x", "<u4", [2**70], 0]],
        [["x", "<u4", [True], 0]],
        [["x", "<u4", [1, 1, 1], 0]],
        [["x", "<u4", "1", 0]],
        [["x", ["<u4"], [1], 0]],
        [1],
        {"x": 1},
    ],
)
def test_a_table_of_arrays_is_not_trusted(path: Path, table: object) -> None:
    header = json.dumps({"said": {}, "arrays": table}).encode()
    path.write_bytes(array_file.framed(header) + bytes(100))
    assert array_file.read(path) is None
