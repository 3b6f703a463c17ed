from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingest.document import Metadata
from retrieval.build import raw_record
from retrieval.columns import Columns
from retrieval.exact import ExactIndex
from retrieval.memory import MemoryIndex
from retrieval.ports import Vector, VectorKey, VectorRecord
from retrieval.records import DocumentRecord, Filters, Visibility
from tests.fakes import entry


def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).normal(size=4).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def added(index: MemoryIndex | ExactIndex, name: str, count: int) -> list[VectorKey]:
    index.add(
        [VectorRecord(name, 1, n, unit(hash((name, n)) % 999), False, {}) for n in range(count)]
    )
    return [VectorKey(name, 1, n) for n in range(count)]


def cosines(
    columns: Columns, index: ExactIndex, keys: list[VectorKey], vector: Vector
) -> list[float]:
    aligned = columns.at(keys, len(keys))
    epoch, compared = index.compared(vector)
    assert epoch == aligned.epoch
    return [float(compared[row]) if row >= 0 else -1 for row in aligned.rows]


def truth(index: ExactIndex, keys: list[VectorKey], vector: Vector) -> list[float]:
    held = index.vectors(keys)
    return [float(held[key] @ vector) if key in held else -1 for key in keys]


def test_rows_follow_growth_removal_and_compaction() -> None:
    index = ExactIndex(MemoryIndex())
    columns, vector = Columns(index), unit(1)
    keys = added(index, "a", 700)
    keys += added(index, "b", 900)
    np.testing.assert_allclose(
        cosines(columns, index, keys, vector), truth(index, keys, vector), atol=1e-6
    )
    keys += added(index, "c", 700)  # the columns need more room
    np.testing.assert_allclose(
        cosines(columns, index, keys, vector), truth(index, keys, vector), atol=1e-6
    )
    before = index.epoch
    index.remove("a", 1)
    index.remove("b", 1)  # most rows are dead: the vectors move together
    assert index.epoch != before
    late = keys[1600:]
    found = dict(zip(keys, cosines(columns, index, keys, vector), strict=True))
    np.testing.assert_allclose([found[key] for key in late], truth(index, late, vector), atol=1e-6)
    assert found[keys[0]] == -1


def test_columns_handed_out_stay_as_they_were() -> None:
    index = MemoryIndex()
    columns = Columns(index)
    keys = added(index, "a", 3)
    first = columns.at(keys, 3)
    held = first.edition_of.copy()
    keys += added(index, "b", 3_000)
    columns.at(keys, len(keys))
    assert first.edition_of.tolist() == held.tolist() == [0, 0, 0]


def test_another_list_of_keys_begins_anew() -> None:
    index = MemoryIndex()
    columns = Columns(index)
    keys = [*added(index, "a", 2), *added(index, "b", 2)]
    assert columns.at(keys, 4).edition_of.tolist() == [0, 0, 1, 1]
    merged = keys[2:]
    again = columns.at(merged, 2)
    assert [again.editions[number] for number in again.edition_of] == [("b", 1), ("b", 1)]


def test_masks_follow_the_documents() -> None:
    index = MemoryIndex()
    columns = Columns(index)
    keys = [*added(index, "a", 1), *added(index, "b", 1)]
    facts = Metadata(language="en", region="Bremen")
    records: dict[str, DocumentRecord] = {
        "a": raw_record("a", 1, entry("a.txt", "Text", facts=facts)),
        "b": replace(raw_record("b", 1, entry("b.txt", "Text")), visibility=Visibility.INTERNAL),
    }
    aligned = columns.at(keys, 2)

    def admitted(filters: Filters) -> list[bool]:
        return [bool(value) for value in columns.admitted(aligned, records, filters)]

    assert admitted(Filters()) == [True, False]
    assert admitted(Filters(internal=True)) == [True, True]
    assert admitted(Filters(internal=True, facets={"region": "Bremen"})) == [True, False]
    assert columns.foreign(aligned, records, "de").tolist() == [True, False]
    assert columns.foreign(aligned, records, "en").tolist()[0] is False
    records = {**records, "a": replace(records["a"], generation=2)}
    assert admitted(Filters(internal=True)) == [False, True]


def test_a_mask_of_an_older_numbering_is_not_used() -> None:
    index = MemoryIndex()
    columns = Columns(index)
    keys = [*added(index, "a", 1), *added(index, "b", 1), *added(index, "c", 1)]
    records = {
        "b": replace(raw_record("b", 1, entry("b.txt", "T")), visibility=Visibility.INTERNAL),
        "c": raw_record("c", 1, entry("c.txt", "T")),
    }
    before = columns.at(keys, 3)
    merged = keys[1:]
    after = columns.at(merged, 2)
    # A slow reader asks with its old columns after the merge.
    assert columns.admitted(before, records, Filters()).tolist() == [False, False, True]
    assert columns.admitted(after, records, Filters()).tolist() == [False, True]
