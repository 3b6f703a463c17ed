"""Which document a source is: ids that stay the same over a re-ingest. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterable
from itertools import count
from pathlib import PurePosixPath

from retrieval.records import DocumentRecord

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def document_id_for(source: str, origin: str, taken: Container[str] = ()) -> str:
    """Return a readable id, matching ``[A-Za-z0-9_-]+``, that depends on source and origin only.

    Unless it is `taken`: a document that moved keeps its id, and another may come to its old place.
    """
    stem = unicodedata.normalize("NFC", PurePosixPath(source).stem).lower().translate(_UMLAUTS)
    stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40].strip("-") or "dokument"
    # File names on Linux are bytes; those that are no UTF-8 arrive as lone surrogates.
    place = f"{origin}\n{source}".encode("utf-8", "surrogatepass")
    digests = (hashlib.sha256(place + b"\n" * turn).hexdigest()[:10] for turn in count())
    return next(name for name in (f"{slug}-{digest}" for digest in digests) if name not in taken)


def match(
    live: Iterable[DocumentRecord], source: str, origin: str, sha256: str
) -> DocumentRecord | None:
    """Return the live document that a source is a new reading of, None for a new one.

    The same place is the same document, whatever folder was named to reach it. The same content
    under the same name is it too (a folder that was moved). An upload says nothing of its origin
    but the name (``origin`` equal to ``source``): then a single document of that name is meant,
    and a document that was uploaded is meant by a file of that name.
    """
    known = list(live)
    for record in known:
        if record.origin == origin != source:
            return record
    named = [record for record in known if record.source == source]
    for record in named:
        if record.sha256 == sha256 or record.origin == origin:
            return record
    if len(named) == 1 and source in (origin, named[0].origin):
        return named[0]
    return None
