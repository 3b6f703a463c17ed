"""Keeps the lexical index on disk between two starts, bound to the registry it was made from.

A file counts only if the registry has the same identity and has not gone back behind it (a restored
backup). What changed since is indexed anew, document by document. Before a document is erased the
file is discarded, so that it never holds an edition that the registry could give out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retrieval.array_file import unfinished
from retrieval.errors import StoreUnavailable
from retrieval.lexical import LexicalIndex
from retrieval.registry import Registry
from retrieval.steps import ALL, Steps


@dataclass(frozen=True, slots=True)
class LexicalStore:
    """The place of the file and the registry that it is bound to."""

    path: Path
    registry: Registry

    def open(self, steps: Steps = ALL) -> LexicalIndex:
        """Return the index as it was kept, an empty one where nothing usable is there."""
        index = LexicalIndex.load(self.path, steps)
        if index is not None and self._is_bound(index.stamp):
            return index
        self.discard()
        return LexicalIndex(steps)

    def _is_bound(self, stamp: str) -> bool:
        identity, _, changes = stamp.partition(":")
        return (
            identity == self.registry.identity
            and changes.isdecimal()
            and int(changes) <= self.registry.changes
        )

    def keep(self, index: LexicalIndex) -> None:
        """Write the index as of the registry's last change.

        Raises:
            StoreUnavailable: The file cannot be written.
        """
        stamp = f"{self.registry.identity}:{self.registry.changes}"
        if index.stamp != stamp:
            index.save(self.path, stamp)

    def discard(self) -> None:
        """Remove the file; none there is no error.

        Raises:
            StoreUnavailable: The file cannot be removed.
        """
        try:
            for path in (self.path, unfinished(self.path)):
                path.unlink(missing_ok=True)
        except OSError as exc:
            raise StoreUnavailable(f"{self.path.name}: {exc.strerror}.") from exc
