"""The lexical index as one file: what is written, and what of a file can be believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval import analysis, array_file
from retrieval.array_file import Array, Arrays
from retrieval.ports import VectorKey
from retrieval.postings import Segment, slots_of
from retrieval.slots import Slots, table
from retrieval.steps import Steps
from retrieval.vocabulary import Vocabulary

FORMAT = 1
"""Raise when the meaning of the arrays changes, or what is counted of a passage."""
_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class SavedIndex:
    """All that an index is: three fields over the same slots, none of which is dead."""

    stamp: str
    slots: Slots
    stems: Segment
    grams: Segment
    units: Segment


def save(path: Path, held: SavedIndex, steps: Steps) -> SavedIndex:
    """Write an index without dead slots and give it back, mapped from the file.

    Raises:
        StoreUnavailable: The folder cannot be written to.
    """
    fields = {"stems": held.stems, "grams": held.grams, "units": held.units}
    arrays = _slot_arrays(held.slots)
    for name, segment in fields.items():
        arrays |= _segment_arrays(name, segment)
    array_file.write(path, {**_meaning(steps), "stamp": held.stamp}, arrays)
    read = array_file.read(path)
    if read is None:  # another process took the file away meanwhile
        return held
    mapped = {name: _segment(name, read[1]) for name in fields}
    return SavedIndex(held.stamp, held.slots, **mapped)


def load(path: Path, steps: Steps) -> SavedIndex | None:
    """Return the index saved at `path`, mapped.

    None where there is no file that `save` wrote for these steps and the analysis of today, or
    where it is damaged.
    """
    read = array_file.read(path)
    if read is None:
        return None
    said, arrays = read
    stamp = said.pop("stamp", None)
    if not isinstance(stamp, str) or said != _meaning(steps):
        return None
    try:
        slots = _slots(arrays)
        segments = {name: _segment(name, arrays) for name in ("stems", "grams", "units")}
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError):
        return None
    if not all(_sound(segment, len(slots)) for segment in segments.values()):
        return None
    return SavedIndex(stamp, slots, **segments)


def _meaning(steps: Steps) -> dict[str, Any]:
    """Return what must be the same for an index to be of use."""
    return {"format": FORMAT, "analysis": analysis.fingerprint(steps), "steps": asdict(steps)}


def _slot_arrays(slots: Slots) -> Arrays:
    sections = json.dumps(slots.names()).encode()
    return {
        "sections": np.frombuffer(sections, dtype=np.uint8),
        "section_of": slots.section_of(),
        "ordinals": np.array([key.ordinal for key in slots.keys], dtype=np.int64),
    }


def _slots(arrays: Mapping[str, Array]) -> Slots:
    names = json.loads(arrays["sections"].tobytes())
    sections = [(str(document), int(generation), str(name)) for document, generation, name in names]
    numbers, ordinals = arrays["section_of"], arrays["ordinals"]
    if numbers.shape != ordinals.shape or (numbers < 0).any():
        raise ValueError("slots and sections do not fit")
    held = zip((sections[at] for at in numbers), ordinals.tolist(), strict=True)
    made = table((VectorKey(name[0], name[1], ordinal), name[2]) for name, ordinal in held)
    if made.dead or not np.array_equal(made.section_of(), numbers):
        raise ValueError("a passage stands in two slots")
    return made


_SEGMENT = {
    "hashes": ("<u4", 1),
    "bounds": ("<i8", 1),
    "letters": ("|u1", 1),
    "offsets": ("<i8", 1),
    "postings": ("<u4", 1),
    "dense_rows": ("<i8", 1),
    "dense": ("|u1", 2),
    "lengths": ("<f4", 1),
}


def _segment_arrays(name: str, segment: Segment) -> Arrays:
    terms = segment.vocabulary
    words: Arrays = {"hashes": terms.hashes, "bounds": terms.bounds, "letters": terms.letters}
    arrays = words | {part: getattr(segment, part) for part in _SEGMENT if part not in words}
    return {f"{name}.{part}": arrays[part] for part in _SEGMENT}


def _segment(name: str, arrays: Mapping[str, Array]) -> Segment:
    held = {}
    for part, (kind, dimensions) in _SEGMENT.items():
        array = held[part] = arrays[f"{name}.{part}"]
        if array.dtype.str != kind or array.ndim != dimensions:
            raise ValueError(f"{name}.{part} is {array.dtype.str}, {array.ndim} dimensions")
    terms = Vocabulary(held.pop("hashes"), held.pop("bounds"), held.pop("letters"))
    return Segment(terms, **held)


def _sound(segment: Segment, slots: int) -> bool:
    """Return whether no array points outside of another."""
    vocabulary, terms = segment.vocabulary, len(segment.vocabulary)
    return (
        _steps_up(vocabulary.bounds, terms, len(vocabulary.letters))
        and _steps_up(segment.offsets, terms, len(segment.postings))
        and segment.lengths.shape == (slots,)
        and bool(np.isfinite(segment.lengths).all())
        and segment.dense.shape == (len(segment.dense_rows), slots)
        and _rows(segment.dense_rows, terms)
        and _highest(segment) < slots
    )


def _steps_up(bounds: Array, count: int, end: int) -> bool:
    fits = bounds.shape == (count + 1,) and bounds[0] == 0 and bounds[-1] == end
    return bool(fits) and bool((np.diff(bounds) >= 0).all())


def _rows(rows: Array, terms: int) -> bool:
    inside = ((rows >= 0) & (rows < terms)).all()
    return bool(inside) and bool((np.diff(rows) > 0).all())


def _highest(segment: Segment) -> int:
    starts = range(0, len(segment.postings), _AT_ONCE)
    parts = (segment.postings[start : start + _AT_ONCE] for start in starts)
    return max((int(slots_of(part).max()) for part in parts), default=-1)
