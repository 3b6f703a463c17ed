"""What is to be taken in, and what a run saw of the places that it looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import SourceError
from ingest.fetching.fetched import Page
from ingest.sourcelist import EVERYTHING, PAUSE, Selection
from retrieval.places import Seen

Validators = tuple[str, str]
Visit = Callable[[Validators], Page | None]
PARTS = ("places", "emptied", "unread", "origins", "gone", "documents")


@dataclass(frozen=True, slots=True)
class Item:
    """One source to take in.

    `source` is what people see (a path below the ingested folder, a file's name or an address),
    `origin` identifies the place it came from without naming it; `load` returns the bytes, for a
    page `visit` does, or None where its server says that nothing changed since the validators
    were given. `places` are the ids of the folders or lists it was found under; `facts` are
    given by whoever keeps the list of sources and take precedence over what the document shows.

    Raises (from `load` and `visit`):
        SourceError: The source cannot be read.
    """

    source: str
    origin: str
    load: Callable[[], bytes]
    url: str | None = None
    visit: Visit | None = None
    places: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    internal: bool = False


@dataclass(frozen=True, slots=True)
class WebSource:
    """An address of the web to take in: a page, or a sitemap with the pages that it lists.

    `selection` and `pause` hold for the pages of a sitemap; the rest as in `Item`.
    """

    url: str
    sitemap: bool = False
    selection: Selection = EVERYTHING
    pause: float = PAUSE
    places: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    internal: bool = False


@dataclass(slots=True)
class Survey:
    """Collects what a run sees; the sets as in `Seen`."""

    places: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    origins: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)

    def seen(self) -> Seen:
        """Return what was seen until now."""
        return Seen(**{part: frozenset(getattr(self, part)) for part in PARTS})

    def as_json(self) -> dict[str, list[str]]:
        """Return it for another process."""
        return {part: sorted(getattr(self, part)) for part in PARTS}

    def add(self, told: Mapping[str, Any]) -> None:
        """Take over what another process saw."""
        for part in PARTS:
            getattr(self, part).update(told.get(part, ()))


def failing(source: str, error: SourceError, origin: str = "") -> Item:
    """Return an item that fails to load with `error`."""

    def load() -> bytes:
        raise error

    return Item(source, origin, load)
