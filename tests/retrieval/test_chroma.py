from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import chromadb.errors
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.chroma import FOREIGN, ChromaIndex
from retrieval.errors import StoreUnavailable
from retrieval.memory import MemoryIndex
from retrieval.ports import Index, VectorKey, VectorRecord
from tests.contracts.index_contract import DIMENSION, SearchedIndexContract, found, record, unit


class TestChromaIndex(SearchedIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[Index]:
        made = ChromaIndex(tmp_path / "chroma")
        yield made
        made.close()


RECORDS = st.builds(
    VectorRecord,
    document_id=st.sampled_from(["a", "b", "c"]),
    generation=st.integers(1, 2),
    ordinal=st.integers(0, 2),
    vector=st.integers(0, 5).map(unit),
    internal=st.booleans(),
    facets=st.dictionaries(
        st.sampled_from(["type", "region"]),
        st.sampled_from(["x", "y", "xy"]).map(tuple),
        max_size=2,
    ),
)
STEPS = st.lists(
    st.one_of(
        st.lists(RECORDS, max_size=6, unique_by=lambda r: (r.document_id, r.generation, r.ordinal)),
        st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 2)),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, seed=st.integers(6, 9))
def test_it_answers_as_the_exact_index_does(
    folder: Path, steps: list[list[VectorRecord] | tuple[str, int]], seed: int
) -> None:
    place = folder / "chroma"
    shutil.rmtree(place, ignore_errors=True)
    index, exact = ChromaIndex(place), MemoryIndex()
    try:
        for step in steps:
            for each in (index, exact):
                if isinstance(step, tuple):
                    each.remove(*step)
                else:
                    each.add(step)
        assert index.count() == exact.count()
        assert index.generations() == exact.generations()
        for internal in (False, True):
            for facets in ({}, {"type": "x"}, {"type": "x", "region": "y"}):
                mine = dict(index.search(unit(seed), 30, internal=internal, facets=facets))
                true = dict(exact.search(unit(seed), 30, internal=internal, facets=facets))
                assert mine.keys() == true.keys()
                assert [mine[key] for key in true] == pytest.approx(list(true.values()), abs=1e-5)
    finally:
        index.close()


def test_what_was_added_is_there_after_reopening(tmp_path: Path) -> None:
    first = ChromaIndex(tmp_path)
    first.add([record("a", n) for n in range(450)])  # more than Chroma keeps in its log
    first.add([record("b", 0, internal=True)])
    first.close()
    second = ChromaIndex(tmp_path)
    assert second.generations() == {("a", 1), ("b", 1)}
    assert len(second.vectors([VectorKey("a", 1, n) for n in range(450)])) == 450
    assert found(second, unit(7), limit=1) == [VectorKey("a", 1, 7)]
    second.close()


def test_the_names_in_facets_are_not_written_to_disk(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.add([record("a", 0, facets={"organisation": "Xylophonamt Querbeet"})])
    assert found(index, unit(0), facets={"organisation": "Xylophonamt Querbeet"})
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"Xylophon" not in path.read_bytes()
    index.close()


def test_a_vector_of_another_length_is_refused(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.add([record("a", 0)])
    long = np.ones(DIMENSION + 1, dtype=np.float32)
    with pytest.raises(StoreUnavailable, match=f"{DIMENSION + 1}"):
        index.add([record("a", 1, vector=long)])
    with pytest.raises(StoreUnavailable, match=f"{DIMENSION + 1}"):
        index.search(long, 3, internal=True, facets={})
    index.close()


def test_a_damaged_or_misplaced_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage" / "chroma.sqlite3").write_bytes(b"keine Datenbank " * 500)
    (tmp_path / "folder" / "chroma.sqlite3").mkdir(parents=True)
    (tmp_path / "file").write_text("kein Ordner")
    for name in ("garbage", "folder", "file"):
        with pytest.raises(StoreUnavailable, match="konnte nicht geöffnet werden") as caught:
            ChromaIndex(tmp_path / name)
        assert isinstance(caught.value.__cause__, FOREIGN)


def test_half_a_database_is_refused(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.add([record("a", n) for n in range(300)])
    index.close()
    file = tmp_path / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(StoreUnavailable):
        ChromaIndex(tmp_path)


def test_every_error_of_chroma_is_mapped() -> None:
    errors = [
        error
        for error in vars(chromadb.errors).values()
        if isinstance(error, type) and issubclass(error, Exception)
    ]
    assert len(errors) > 10
    assert all(issubclass(error, FOREIGN) for error in errors)


def test_messages_are_german_sentences(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable) as caught:
        ChromaIndex(tmp_path / "file")
    assert re.match(r"Der Datenordner .*\. Der Vektorspeicher konnte nicht ", caught.value.message)
