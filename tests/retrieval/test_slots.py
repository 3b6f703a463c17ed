from __future__ import annotations

from retrieval.ports import VectorKey
from retrieval.slots import Slots


def test_a_document_that_comes_back_under_its_old_keys_is_held_once() -> None:
    slots = Slots()
    keys = [VectorKey("plan", 1, ordinal) for ordinal in range(3)]
    for key in keys:
        slots.append(key, "Kapitel")
    slots.forget("plan", None)
    for key in keys[:2]:
        slots.append(key, "Anhang")
    made = slots.compacted()
    assert made.keys == keys[:2]
    assert made.dead == 0
    assert made.live().tolist() == [True, True]
    assert [name for _, _, name in made.names()] == ["Anhang"]
