"""What a key opens, and what may be asked for only with one. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["SCOPES", "Need", "Right", "Scope", "opens"]


class Scope(StrEnum):
    """What a key may do. None holds another: an administrator's key does not write documents.

    `INTERNAL` does nothing by itself; it decides which documents are seen wherever its key goes.
    """

    SEARCH = "search"
    CHAT = "chat"
    INGEST = "ingest"
    ADMIN = "admin"
    INTERNAL = "internal"


SCOPES = tuple(Scope)


class Need(StrEnum):
    """What is open to everybody unless a setting says that it takes a key."""

    SEARCH = "search"
    CHAT = "chat"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Right:
    """What a route takes: one of `scopes`; without any key only if `need` is not required."""

    scopes: frozenset[Scope]
    need: Need | None = None


def opens(right: Right, held: Collection[Scope], required: Collection[Need]) -> bool:
    """Tell whether a key with the scopes `held` (none without a key) opens a route.

    Args:
        right: What the route takes.
        held: The scopes that the caller has.
        required: What the operator gives with a key only.
    """
    if right.need is not None and right.need not in required:
        return True
    return not right.scopes.isdisjoint(held)
