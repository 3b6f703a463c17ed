"""Kills a real process that writes into a library, and looks at what is left.

Run as a program, this file is that process: it carries out a seeded plan of additions, updates,
removals and corrections on the real stores and acknowledges each step after it returned.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

import pytest

from retrieval import build
from retrieval.build import Entry
from retrieval.library import Library
from retrieval.records import Filters, Mode, Visibility
from tests.fakes import entry, long_text
from tests.places import Place, assert_only_live, name_of, vectors

NAMES = 8
BATCH = 3
"""So that most documents are written in several batches."""
SEED = 20261122
LONGEST_WAIT = 0.9
"""Seconds from the moment a process begins to open the folder to its end."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one source holds: the number of its text, its corrected title, whether it is internal.

    `ingested` says whether it was internal already when it was taken in.
    """

    text: int
    title: str = ""
    internal: bool = False
    ingested: bool = False


Model = dict[str, Held]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the library; `after` is what it then holds."""

    number: int
    kind: str
    source: str
    after: Model


def text(number: int, source: str, *, internal: bool = False) -> Entry:
    """The text of that number: its name stands in every one of its passages."""
    paragraphs = long_text(f"Fassung{number}ende", 1 + number % 8)
    return entry(source, *paragraphs, internal=internal)


def plan(seed: int) -> Iterator[Step]:
    """Yield the steps of a plan without end."""
    chance = random.Random(seed)
    model: Model = {}
    for number in count():
        source = f"{chance.randrange(NAMES)}.txt"
        kind = chance.choice(("put", "put", "put", "again", "internal", "title", "hide", "remove"))
        if source not in model:
            kind = "put"
        model = {**model}
        held = model.pop(source, None)
        if kind != "remove":
            model[source] = _after(kind, number, held)
        yield Step(number, kind, source, model)


def _after(kind: str, number: int, held: Held | None) -> Held:
    if held is None:
        return Held(number)
    match kind:
        case "put":
            return replace(held, text=number)
        case "internal":
            return replace(held, text=number, internal=True, ingested=True)
        case "title":
            return replace(held, title=f"Titel{number}ende")
        case "hide":
            return replace(held, internal=not held.internal)
    return held


def carry_out(library: Library, step: Step) -> None:
    held = step.after.get(step.source)
    if held is None:
        library.remove(name_of(library, step.source))
    elif step.kind == "title":
        library.correct(name_of(library, step.source), {"title": held.title})
    elif step.kind == "hide":
        wanted = Visibility.INTERNAL if held.internal else Visibility.PUBLIC
        library.correct(name_of(library, step.source), {"visibility": wanted})
    else:
        library.put(text(held.text, step.source, internal=step.kind == "internal"))


def opened(folder: Path) -> tuple[Library, Place]:
    place = Place(folder, vectors(folder))
    return place.open(), place


def work(folder: Path, first: int) -> None:
    build.BATCH = BATCH
    os.write(1, b"begonnen\n")
    library, _ = opened(folder)
    for step in islice(plan(SEED), first, None):
        carry_out(library, step)
        os.write(1, f"{step.number}\n".encode())


def kill_after(folder: Path, first: int, wait: float) -> int:
    """Return how many steps of the plan were acknowledged before the kill."""
    command = [sys.executable, __file__, str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begonnen\n"
        try:
            child.wait(wait)
        except subprocess.TimeoutExpired:
            child.kill()
        numbers = child.stdout.read().split()
        assert child.wait() == -signal.SIGKILL
    assert numbers == [b"%d" % number for number in range(first, first + len(numbers))]
    return first + len(numbers)


def held(folder: Path) -> Model:
    """Check that every document is whole and nothing else is there; return what is held."""
    library, place = opened(folder)
    assert_only_live(library, place)
    registry = place.stores().registry
    model: Model = {}
    for record in library.documents(internal=True):
        original = library.original(record.document_id, internal=True).decode()
        found = re.search(r"Fassung(\d+)ende", original)
        assert found is not None
        number = int(found.group(1))
        given = text(number, record.source)
        assert record.sha256 == given.sha256
        assert library.known(given.source, given.origin, given.sha256) == record
        assert library.text(record.document_id, internal=True).text == given.document.text
        passages = registry.passages(record.document_id, record.generation)
        assert [p.text for p in passages] == [chunk.text for chunk in given.chunks]
        internal = record.visibility is Visibility.INTERNAL
        for insider in (False, True):
            query = library.query(f"Fassung{number}ende", "de")
            hits = library.search(query, Filters(insider), 100, Mode.LEXICAL)
            seen = {h.passage.ordinal for h in hits if h.document.document_id == record.document_id}
            everything = set(range(record.chunk_count))
            assert seen == (everything if insider or not internal else set())
        title = record.metadata.title or ""
        model[record.source] = Held(number, title, internal)
    assert len(model) == len(library.documents(internal=True))
    # Every connection: to read a file of a database that is open here would drop its locks.
    registry.close()
    library.close()
    return model


def written(folder: Path, what: str) -> set[int]:
    """Return the numbers of all texts or titles that any file of the folder still holds."""
    pattern = re.compile(what.encode() + rb"(\d+)ende")
    files = [p for p in folder.rglob("*") if p.is_file()]
    return {int(number) for path in files for number in pattern.findall(path.read_bytes())}


def shown(model: Model) -> Model:
    return {source: replace(kept, ingested=False) for source, kept in model.items()}


def after(steps: int) -> Model:
    """Return what the library holds after the first `steps` of the plan."""
    last = next(islice(plan(SEED), steps - 1, None), None) if steps else None
    return shown(last.after) if last else {}


def kill_often(folder: Path, rounds: int) -> None:
    chance = random.Random(SEED)
    done = 0
    for turn in range(rounds):
        wait = chance.uniform(0, LONGEST_WAIT)
        begun, done = done, kill_after(folder, done, wait)
        sys.stdout.write(f"round {turn}: killed after {wait:.3f} s, {done - begun} steps\n")
        model = held(folder)
        if model != after(done):  # the step after the last acknowledged one was just made
            done += 1
        assert model == after(done), f"seed {SEED}, round {turn}, step {done}"
        assert written(folder, "Fassung") == {kept.text for kept in model.values()}
        titles = {f"Titel{number}ende" for number in written(folder, "Titel")}
        assert titles == {kept.title for kept in model.values()} - {""}
        assert held(folder) == model
    assert done >= rounds // 2


@pytest.mark.slow
def test_a_killed_process_leaves_whole_documents(tmp_path: Path) -> None:
    kill_often(tmp_path, 10)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_hundred_kills(tmp_path: Path) -> None:
    kill_often(tmp_path, 200)


def test_the_plan_has_every_kind_of_change() -> None:
    kinds = {step.kind for step in islice(plan(SEED), 100)}
    assert kinds == {"put", "again", "internal", "title", "hide", "remove"}


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
