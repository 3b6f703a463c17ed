"""What people name on this machine (paths, addresses, lists of sources) → what to take in."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assistant.survey import Item, Survey, WebSource, failing
from ingest import sourcelist
from ingest.errors import Reason, SourceError
from ingest.fetching.addresses import looks_like_address
from ingest.files import SourceFile, find, load
from ingest.sourcelist import EVERYTHING, Kind, Selection, Source
from retrieval.corrections import check
from retrieval.errors import CorrectionInvalid

LONGEST_SOURCE = 500
UNNAMED = "unbenannt"
LIST_SUFFIX = ".toml"

Wanted = Item | WebSource


_ALONE = Source(Kind.PATH, "")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A path as it was written, and what holds for everything below it."""

    name: str
    places: tuple[str, ...] = ()
    entry: Source = _ALONE


def items(
    given: Sequence[str | Path], max_bytes: int, survey: Survey | None = None
) -> Iterator[Wanted]:
    """Yield an item for each file and each address.

    What cannot be read becomes an item that fails to load.

    Args:
        given: Files, folders, addresses and lists of sources (``*.toml``), as typed.
        max_bytes: The largest file.
        survey: Told what was seen, complete after the last item.
    """
    seen = survey or Survey()
    for name in map(str, given):
        if looks_like_address(name):
            yield WebSource(name)
        elif name.lower().endswith(LIST_SUFFIX) and Path(name).is_file():
            yield from _listed(Path(name), max_bytes, seen)
        else:
            yield from _found(Path(name), max_bytes, seen, _Wish(name))


def _listed(path: Path, max_bytes: int, survey: Survey) -> Iterator[Wanted]:
    """Yield what the entries of a list of sources name; a wrong list is one failure."""
    place = origin(path)
    try:
        entries = sourcelist.read(
            load(SourceFile(path.name, path.resolve()), sourcelist.MOST_BYTES)
        )
        for number, entry in enumerate(entries, start=1):
            _check(number, entry)
    except SourceError as error:
        survey.unread.add(place)
        yield failing(_shown(str(path)), error)
        return
    survey.places.add(place)
    if not entries:
        survey.emptied.add(place)
    for entry in entries:
        if entry.kind is Kind.PATH:
            wish = _Wish(entry.place, (place,), entry)
            yield from _found(path.parent / entry.place, max_bytes, survey, wish)
        else:
            yield _address(entry, place)


def _check(number: int, entry: Source) -> None:
    """Refuse facts of the wrong form and what is no address.

    Raises:
        SourceError: DAMAGED, with the number of the entry.
    """
    problem = ""
    if (entry.kind is Kind.PATH) == looks_like_address(entry.place):
        problem = "path ist ein Pfad, url und sitemap sind Adressen mit https:// oder http://."
    try:
        check(dict(entry.facts))
    except CorrectionInvalid as exc:
        problem = exc.message
    if problem:
        raise sourcelist.wrong(f"Quelle {number}: {problem}")


def _address(entry: Source, place: str) -> WebSource:
    return WebSource(
        entry.place,
        sitemap=entry.kind is Kind.SITEMAP,
        selection=entry.selection,
        pause=entry.pause,
        places=(place,),
        facts=dict(entry.facts),
        internal=entry.internal,
    )


def _found(path: Path, max_bytes: int, survey: Survey, wish: _Wish) -> Iterator[Item]:
    """Yield the files at a path; note what is there and what could not be looked at."""
    try:
        here = origin(path)
        found = find(path)
    except (SourceError, ValueError, OSError, RuntimeError) as error:
        known = error if isinstance(error, SourceError) else SourceError(Reason.NOT_FOUND)
        _note_missing(path, survey)
        yield failing(_shown(wish.name), known)
        return
    selection = wish.entry.selection
    if path.is_dir():
        survey.places.add(selected(here, selection))
    for file in found:
        if file.path.is_dir():  # may not be listed: what is below it is not gone
            survey.unread.add(origin(file.path))
        if selection.wants(file.source):
            survey.origins.add(origin(file.path))
            yield _item(file, path, max_bytes, wish)


def _item(file: SourceFile, root: Path, max_bytes: int, wish: _Wish) -> Item:
    source = source_name(file.source) or UNNAMED
    folders = _folders(file.path, root.resolve())
    selection = wish.entry.selection
    chosen = () if selection == EVERYTHING else (selected(f, selection) for f in folders[:1])
    return Item(
        source,
        origin(file.path),
        partial(load, file, max_bytes),
        places=(*wish.places, *chosen, *folders),
        facts=dict(wish.entry.facts),
        internal=wish.entry.internal,
    )


def selected(place: str, selection: Selection) -> str:
    """Return the id of that part of a place that a selection wants."""
    if selection == EVERYTHING:
        return place
    return hashlib.sha256(f"{place}\n{selection}".encode()).hexdigest()


def _folders(file: Path, root: Path) -> tuple[str, ...]:
    """Return the ids of the folders above a file, from the one that was named downwards."""
    above = [folder for folder in file.parents if folder.is_relative_to(root)]
    return tuple(origin(folder) for folder in reversed(above))


def _note_missing(path: Path, survey: Survey) -> None:
    """Tell what is gone from what only cannot be reached now, such as a drive without its disk."""
    try:
        here = origin(path)
        if path.is_dir():  # without a file in it
            survey.places.add(here)
            survey.emptied.add(here)
            return
        survey.unread.add(here)
        if not path.exists() and any(path.resolve().parent.iterdir()):
            survey.gone.add(here)
    except (OSError, ValueError, RuntimeError):  # nothing is known, so nothing is gone
        return


def _shown(name: str) -> str:
    """Return a path as it was typed, without what could steer a terminal."""
    printable = "".join(c for c in unicodedata.normalize("NFC", name) if c.isprintable())
    return printable[-LONGEST_SOURCE:] or UNNAMED


def source_name(name: str) -> str:
    """Return a name as the relative path that people see, "" where nothing is left of it.

    Control characters and steps such as ``..`` are taken out; of a very long path the end stays.
    """
    printable = "".join(c for c in unicodedata.normalize("NFC", name) if c.isprintable())
    parts = [part for part in printable.split("/") if part.strip() not in ("", ".", "..")]
    return "/".join(parts)[-LONGEST_SOURCE:].lstrip("/")


def origin(path: Path) -> str:
    """Return what identifies a place on this machine without naming it."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()
