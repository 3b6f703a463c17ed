"""Questions with the documents they are put to, each in an index that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant import wiring
from assistant.backend import Backend
from assistant.intake import Silent
from assistant.service import LocalBackend
from assistant.settings import Settings
from eval.answers import Case, Outcome, read_cases, run
from eval.beir import DatasetInvalid


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """A file of cases, read, and the files and folders that the questions are put to."""

    name: str
    path: Path
    documents: tuple[Path, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of a set; `held` documents with `passages` passages were indexed for it."""

    given: AnswerSet
    held: int
    passages: int
    outcomes: Sequence[Outcome]


def read_set(given: str) -> AnswerSet:
    """Read ``[NAME=]CASES.jsonl@PATH[,PATH…]``.

    Raises:
        DatasetInvalid: It is not of this form, or a path is not there.
        CasesInvalid: The file of cases cannot be read.
    """
    label, equals, rest = given.partition("=")
    # A name comes before the path: an equals sign within the path is part of it.
    if not equals or "/" in label or "@" in label:
        label, rest = "", given
    place, _, sources = rest.partition("@")
    if not sources:
        raise DatasetInvalid(f"{given}: [NAME=]CASES.jsonl@PATH[,PATH…] was meant")
    path = Path(place)
    return AnswerSet(label or path.stem, path, documents_of(sources), tuple(read_cases(path)))


def documents_of(given: str) -> tuple[Path, ...]:
    """Read ``PATH[,PATH…]``.

    Raises:
        DatasetInvalid: A path is not there.
    """
    paths = tuple(Path(path) for path in given.split(",") if path)
    missing = [str(path) for path in paths if not path.exists()]
    if missing or not paths:
        raise DatasetInvalid(f"{', '.join(missing) or 'no path'}: not there")
    return paths


@contextmanager
def indexed(documents: Sequence[Path], chosen: Settings) -> Iterator[Backend]:
    """Take files and folders in as the product does, into a data folder that is gone afterwards.

    Everything else is as the settings say, but no address is fetched.

    Raises:
        DatasetInvalid: A file cannot be taken in, or there is none.
    """
    with tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder:
        own = {"data_dir": Path(folder), "fetch_hosts": "", "fetch_private_hosts": ""}
        service = wiring.service(chosen.model_copy(update=own))
        backend = LocalBackend(service, chosen.max_upload_bytes)
        try:
            done = backend.ingest(list(documents), internal=False, progress=Silent())
            failed = [f"{f['source']}: {f['message']}" for f in done["failed"]]
            if failed or not done["documents"]:
                named = ", ".join(map(str, documents))
                raise DatasetInvalid(f"{named}: {'; '.join(failed) or 'no document in there'}")
            yield backend
        finally:
            backend.close()


def measured(
    sets: Sequence[AnswerSet], chosen: Settings, told: Callable[[str], None]
) -> list[Measured]:
    """Put each set's questions to an index of its documents.

    Neighbouring sets about the same documents share an index; questions leave nothing in it that
    could change an answer.

    Args:
        sets: Read ones.
        chosen: The settings; their data folder is not touched.
        told: Gets a line about each set.

    Raises:
        DatasetInvalid: A file cannot be taken in.
    """
    found = []
    for documents, sharing in groupby(sets, key=lambda one: one.documents):
        with indexed(documents, chosen) as backend:
            listed = backend.documents()
            passages = sum(record["chunks"] for record in listed)
            for one in sharing:
                told(f"{one.name}: {len(one.cases)} questions on {passages} passages")
                found.append(Measured(one, len(listed), passages, run(one.cases, backend)))
    return found
