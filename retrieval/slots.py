"""Which passage stands in which slot of the lexical index, and to which section it belongs."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from retrieval.ports import VectorKey
from retrieval.postings import Live

Section = tuple[str, int, str]
"""Document, generation and the name of the section within it."""


class Slots:
    """A table that only grows; who needs the dead slots gone makes a new one.

    So scores that hold `keys` and `numbers` stay usable while passages are added.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.keys: list[VectorKey] = []
        self.numbers: dict[VectorKey, int] = {}
        self.sections: dict[Section, int] = {}
        self._section_of = array("i")
        self._live = bytearray()
        self._documents: dict[str, list[VectorKey]] = {}

    def __len__(self) -> int:
        """Return the number of slots, dead ones too."""
        return len(self.keys)

    @property
    def dead(self) -> int:
        """How many slots belong to forgotten passages."""
        return len(self.keys) - len(self.numbers)

    def append(self, key: VectorKey, group: str) -> None:
        """Give the next slot to a new passage."""
        self.numbers[key] = len(self.keys)
        self.keys.append(key)
        section = (key.document_id, key.generation, group)
        self._section_of.append(self.sections.setdefault(section, len(self.sections)))
        self._live.append(1)
        self._documents.setdefault(key.document_id, []).append(key)

    def forget(self, document_id: str, keep: int | None) -> None:
        """Let the slots of a document die, but for those of one generation."""
        held = self._documents.pop(document_id, [])
        kept = [key for key in held if key.generation == keep]
        if kept:
            self._documents[document_id] = kept
        for key in held:
            if key.generation != keep:
                self._live[self.numbers.pop(key)] = 0

    def live(self) -> Live:
        """Return a copy of which slots are live; shape (slots,)."""
        return np.array(self._live, dtype=np.bool_)

    def section_of(self) -> NDArray[np.int32]:
        """Return a copy of the number of each slot's section; shape (slots,)."""
        return np.array(self._section_of, dtype=np.int32)

    def names(self) -> list[Section]:
        """Return the sections by number."""
        return list(self.sections)

    def compacted(self) -> Slots:
        """Return a table of the live slots alone, in the same order."""
        names = self.names()
        held = (
            (key, names[section][2])
            # A document that was removed and came back uses its keys twice: only one slot is live.
            for key, section, live in zip(self.keys, self._section_of, self._live, strict=True)
            if live
        )
        return table(held)

    def generations(self) -> set[tuple[str, int]]:
        """Return every (document_id, generation) that has a live passage."""
        return {(key.document_id, key.generation) for key in self.numbers}


def table(passages: Iterable[tuple[VectorKey, str]]) -> Slots:
    """Return the table of these passages, each with the name of its section."""
    made = Slots()
    for key, group in passages:
        made.append(key, group)
    return made
