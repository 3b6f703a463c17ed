"""A library on the real stores against a dictionary, through every order of changes and crashes."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ingest.document import Metadata
from retrieval import build, chroma
from retrieval.build import Entry
from retrieval.library import Library
from retrieval.records import Change, DocumentRecord, Filters, Mode, Visibility
from tests.fakes import HashEmbedder, entry, long_text
from tests.places import Place, assert_only_live, name_of, vectors
from tests.power import Crash, Fuse, fused

ORGANISATIONS = ("", "Landesamt", "Kreisverein")
CORRECTED = ("Stadtrat", "Ortsbeirat")
"""Never what a document shows by itself, so that a correction always shows."""
LATEST_CRASH = 12
"""The number of the last write at which the power goes out; most changes have fewer."""

sources = st.sampled_from([f"{number}.txt" for number in range(4)])
sizes = st.integers(1, 7)
organisations = st.sampled_from(ORGANISATIONS)
corrections = st.dictionaries(
    st.sampled_from(("title", "organisation", "visibility")), st.booleans(), min_size=1
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the library should hold of one source."""

    given: Entry
    number: int
    internal: bool
    corrections: Mapping[str, str] = field(default_factory=dict)

    @property
    def hidden(self) -> bool:
        found = "internal" if self.internal else "public"
        return self.corrections.get("visibility", found) == "internal"

    @property
    def organisation(self) -> str:
        found = self.given.document.metadata.organisation or ""
        return self.corrections.get("organisation", found)

    @property
    def shown(self) -> tuple[str, str, str, bool]:
        return self.given.sha256, self.corrections.get("title", ""), self.organisation, self.hidden


Model = dict[str, Kept]
Doing = tuple[Callable[[Library], object], Model]
"""What to do, and what the library holds then."""


def shown(record: DocumentRecord) -> tuple[str, str, str, bool]:
    facts = record.metadata
    hidden = record.visibility is Visibility.INTERNAL
    return record.sha256, facts.title or "", facts.organisation or "", hidden


class Machine(RuleBasedStateMachine):
    """Changes both alike and compares them after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="kgc-"))
        self.names = (self.home / str(number) for number in count())
        self.numbers = count()
        self.model: Model = {}
        self.folder = next(self.names)
        self.folder.mkdir()
        self.open()

    def open(self) -> None:
        self.place = Place(self.folder, vectors(self.folder))
        self.fuse = Fuse(0, after=False)
        self.library = Library(fused(self.place.stores(), self.fuse), HashEmbedder())

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.home)

    # ------------------------------------------------------------ what can be changed

    def putting(self, source: str, size: int, organisation: str, *, internal: bool) -> Doing:
        number = next(self.numbers)
        facts = Metadata(organisation=organisation or None, language="de")
        paragraphs = long_text(f"Fassung{number}ende", size)
        given = entry(source, *paragraphs, facts=facts, internal=internal)
        old = self.model.get(source)
        kept = Kept(given, number, internal)
        if old is not None:
            ruled = {
                k: v for k, v in old.corrections.items() if not (internal and k == "visibility")
            }
            kept = Kept(given, number, internal or old.internal, ruled)
        return lambda library: library.put(given), {**self.model, source: kept}

    def correcting(self, source: str, wanted: Mapping[str, bool]) -> Doing:
        """Set each key, or take its correction back."""
        number = next(self.numbers)
        new = {
            "title": f"Titel{number}ende",
            "organisation": CORRECTED[number % 2],
            "visibility": ("public", "internal")[number % 2],
        }
        values = {key: new[key] if given else "" for key, given in wanted.items()}
        old = self.model[source]
        ruled = {key: value for key, value in {**old.corrections, **values}.items() if value}
        after = {**self.model, source: replace(old, corrections=ruled)}
        return lambda library: library.correct(name_of(library, source), values), after

    def removing(self, source: str) -> Doing:
        after = {key: kept for key, kept in self.model.items() if key != source}
        return lambda library: library.remove(name_of(library, source)), after

    # ------------------------------------------------------------ the rules

    @rule(source=sources, size=sizes, organisation=organisations, internal=st.booleans())
    def put(self, source: str, size: int, organisation: str, internal: bool) -> None:
        change, after = self.putting(source, size, organisation, internal=internal)
        done: Any = change(self.library)
        assert done[1] is (Change.UPDATED if source in self.model else Change.ADDED)
        self.model = after

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def put_again(self, data: st.DataObject) -> None:
        kept = self.model[self.one(data)]
        self.library.put(replace(kept.given, internal=False))

    @precondition(lambda self: self.model)
    @rule(data=st.data(), wanted=corrections)
    def correct(self, data: st.DataObject, wanted: Mapping[str, bool]) -> None:
        change, after = self.correcting(self.one(data), wanted)
        change(self.library)
        self.model = after

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        change, after = self.removing(self.one(data))
        change(self.library)
        self.model = after

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.open()

    @rule(data=st.data(), write=st.integers(1, LATEST_CRASH), late=st.booleans())
    def crash(self, data: st.DataObject, write: int, late: bool) -> None:
        """The power goes out during a change; what the disk holds then is opened anew."""
        after = self.stopped(data, write, late)
        before, self.folder = self.folder, next(self.names)
        shutil.copytree(before, self.folder)  # as a kill would leave it: nothing was closed
        self.library.close()
        shutil.rmtree(before)
        self.open()
        self.settle(after)

    @rule(data=st.data(), write=st.integers(1, LATEST_CRASH), late=st.booleans())
    def stumble(self, data: st.DataObject, write: int, late: bool) -> None:
        """A change fails; the same library goes on with another one."""
        after = self.stopped(data, write, late)
        given = entry("weiter.txt", "Ein Text danach.")
        self.library.put(given)
        self.library.remove(name_of(self.library, "weiter.txt"))
        self.settle(after)

    def stopped(self, data: st.DataObject, write: int, late: bool) -> Model:
        """Begin some change that fails; return what the library would hold after it."""
        source = data.draw(sources)
        kinds = ["put", "correct", "remove"] if source in self.model else ["put"]
        kind = data.draw(st.sampled_from(kinds))
        if kind == "put":
            internal = data.draw(st.booleans())
            change, after = self.putting(source, data.draw(sizes), "", internal=internal)
        elif kind == "correct":
            change, after = self.correcting(source, data.draw(corrections))
        else:
            change, after = self.removing(source)
        self.fuse.left, self.fuse.after = write, late
        try:
            change(self.library)
        except Crash:
            pass
        else:
            self.model = after  # it needed fewer writes
        self.fuse.left = 0
        return after

    def settle(self, after: Model) -> None:
        """Take on the change that was stopped, if it was made."""
        held = {record.source: shown(record) for record in self.library.documents(internal=True)}
        if held == {source: kept.shown for source, kept in after.items()}:
            self.model = after

    @rule(internal=st.booleans(), organisation=st.sampled_from((*ORGANISATIONS, *CORRECTED)))
    def search(self, internal: bool, organisation: str) -> None:
        filters = Filters(internal, {"organisation": organisation} if organisation else {})
        query = self.library.query("Was fördert die Kommune im Quartier?", "de")
        for mode in Mode:
            found = self.library.search(query, filters, 500, mode)
            seen = {(hit.document.source, hit.passage.ordinal) for hit in found}
            assert len(seen) == len(found)
            assert seen == {
                (source, ordinal)
                for source, kept in self.model.items()
                for ordinal in range(len(kept.given.chunks))
                if (internal or not kept.hidden)
                and (not organisation or kept.organisation == organisation)
            }

    def one(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.model)))

    # ------------------------------------------------------------ what must always hold

    @invariant()
    def documents_are_those_of_the_model(self) -> None:
        for internal in (False, True):
            records = self.library.documents(internal=internal)
            assert {record.source: shown(record) for record in records} == {
                source: kept.shown
                for source, kept in self.model.items()
                if internal or not kept.hidden
            }
        for record in self.library.documents(internal=True):
            given = self.model[record.source].given
            assert self.library.known(given.source, given.origin, given.sha256) == record
            assert self.library.original(record.document_id, internal=True) == given.original
            text = self.library.text(record.document_id, internal=True)
            assert text.text == given.document.text

    @invariant()
    def stores_hold_live_documents_only(self) -> None:
        assert_only_live(self.library, self.place)

    @invariant()
    def each_word_is_found_in_its_document(self) -> None:
        for source, kept in self.model.items():
            word = f"Fassung{kept.number}ende"
            for internal in (False, True):
                query = self.library.query(word, "de")
                hits = self.library.search(query, Filters(internal), 500, Mode.LEXICAL)
                found = sorted(
                    (h.document.source, h.passage.ordinal) for h in hits if word in h.passage.text
                )
                visible = internal or not kept.hidden
                passages = range(len(kept.given.chunks) if visible else 0)
                assert found == [(source, ordinal) for ordinal in passages]
                assert internal or all(not self.model[h.document.source].hidden for h in hits)

    @invariant()
    def no_file_holds_a_text_that_is_gone(self) -> None:
        pattern = re.compile(rb"(?:Fassung|Titel)\d+ende")
        held: dict[str, list[str]] = {}
        for path in self.folder.rglob("*"):
            if not path.is_file():
                continue
            for word in set(pattern.findall(path.read_bytes())):
                held.setdefault(word.decode(), []).append(path.name)
        live = {f"Fassung{kept.number}ende" for kept in self.model.values()}
        live |= {k.corrections["title"] for k in self.model.values() if "title" in k.corrections}
        assert held.keys() == live, {word: held.get(word) for word in held.keys() ^ live}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every document take several batches, and Chroma write its index out often."""
    monkeypatch.setattr(build, "BATCH", 2)
    often = {**chroma._CONFIGURATION["hnsw"], "sync_threshold": 10, "batch_size": 5}
    monkeypatch.setattr(chroma, "_CONFIGURATION", {"hnsw": often})


def run(examples: int, steps: int, *, derandomize: bool) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=derandomize,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking would take longer than the test may
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=chosen)


@pytest.mark.slow
def test_the_library_holds_what_a_dictionary_holds() -> None:
    run(25, 30, derandomize=True)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_the_library_holds_what_a_dictionary_holds_for_long() -> None:
    run(200, 50, derandomize=False)
