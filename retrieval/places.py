"""Where documents were found, and which of them are no longer there. Pure.

A place (a folder, a sitemap, a list of sources) and the origin of one document are named by
hashes, so that no path of this machine is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from retrieval.records import DocumentRecord

MOST_PLACES = 100


@dataclass(frozen=True, slots=True)
class Placed:
    """A live document by where it was found. `origin` and `places` as in `DocumentRecord`."""

    document_id: str
    source: str
    title: str
    origin: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run found, all of it by hashes.

    `places` were listed as a whole, `emptied` are those among them that hold nothing at all,
    `unread` could not be listed, `origins` are what is there, readable or not, `gone` what is
    said to be there no more. `documents` are the ids of those that were taken in.
    """

    places: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def joined(self, other: Seen) -> Seen:
        """Return what both runs found together."""
        return Seen(
            self.places | other.places,
            self.emptied | other.emptied,
            self.unread | other.unread,
            self.origins | other.origins,
            self.gone | other.gone,
            self.documents | other.documents,
        )


def placed(record: DocumentRecord) -> Placed:
    """Return a document by where it was found."""
    return Placed(record.document_id, record.source, record.title, record.origin, record.places)


def within(documents: Iterable[Placed], names: frozenset[str]) -> list[Placed]:
    """Return the documents that were found at one of the places, or come from it themselves."""
    return [found for found in documents if found.origin in names or names & set(found.places)]


def vanished(documents: Iterable[Placed], seen: Seen) -> list[Placed]:
    """Return the documents that are no longer there.

    One below a place that could not be listed counts as there, unless it is said to be gone.
    """
    return [
        found
        for found in documents
        if found.origin not in seen.origins
        and found.document_id not in seen.documents  # a copy at another place counts too
        and (found.origin in seen.gone or _missing(found, seen))
    ]


def _missing(found: Placed, seen: Seen) -> bool:
    where = {found.origin, *found.places}
    return bool(seen.places & where) and not seen.unread & where


def may_remove(found: Placed, seen: Seen) -> bool:
    """Tell whether a vanished document may be removed without asking.

    Not where its whole place turned up empty: a drive that is not mounted looks the same.
    """
    return found.origin in seen.gone or not seen.emptied & set(found.places)


def joined(old: DocumentRecord, origin: str, places: Iterable[str]) -> tuple[str, ...]:
    """Return the places of a document that is found again, at the same origin or at another."""
    kept = old.places if old.origin == origin else ()
    first = list(dict.fromkeys((*places, *kept)))[:MOST_PLACES]
    return tuple(sorted(first))


def renewed(
    old: DocumentRecord, origin: str, places: Iterable[str], validators: tuple[str, str] | None
) -> DocumentRecord:
    """Return the record of an unchanged document that was found again.

    Args:
        old: What is known of it.
        origin: Where it was found now.
        places: The places it was found under now.
        validators: What its server gave to ask with next time, None where it gave nothing new.
    """
    named = tuple(places)
    return replace(
        old,
        places=joined(old, origin, named) if named else old.places,
        validators=old.validators if validators is None else validators,
    )
