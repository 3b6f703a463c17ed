"""Stores whose power goes out in the middle of a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from retrieval.build import Stores

WRITES = ("add", "remove", "save", "link", "drop", "flip", "write_passages", "drop_passages")


class Crash(BaseException):
    """The power goes out; nothing may catch it."""


@dataclass
class Fuse:
    """Burns through at the given write; `after` says whether that write was still done.

    With nothing left it holds for ever.
    """

    left: int
    after: bool

    def write(self, call: Callable[..., Any], *values: Any) -> Any:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Crash
        result = call(*values)
        if self.left == 0:
            raise Crash
        return result


class _Fused:
    def __init__(self, store: object, fuse: Fuse) -> None:
        self.store, self.fuse = store, fuse

    def __getattr__(self, name: str) -> object:
        found = getattr(self.store, name)
        if name not in WRITES:
            return found
        return lambda *values: self.fuse.write(found, *values)


def fused(stores: Stores, fuse: Fuse) -> Stores:
    """Return the same stores with every write burning the fuse."""
    parts = (_Fused(store, fuse) for store in (stores.registry, stores.index, stores.originals))
    return Stores(*cast(Any, parts))
