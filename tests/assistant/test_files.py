"""Paths of this machine become names that people see, and never more than that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.files import LONGEST_SOURCE, items, origin, source_name
from assistant.survey import Item, Survey, WebSource
from ingest.errors import Reason, SourceError


def files(paths: Sequence[Path], limit: int = 1_000, survey: Survey | None = None) -> list[Item]:
    found = list(items(paths, limit, survey))
    made = [wanted for wanted in found if isinstance(wanted, Item)]
    assert len(made) == len(found)
    return made


@given(st.text())
def test_names_are_relative_printable_and_stay_so(name: str) -> None:
    made = source_name(name)
    assert made == "" or made.isprintable()
    assert len(made) <= LONGEST_SOURCE
    assert not made.startswith("/")
    assert ".." not in made.split("/")
    assert source_name(made) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a/b.md", "a/b.md"),
        ("/etc/../b.md", "etc/b.md"),
        ("Übersicht „2023“.pdf", "Übersicht „2023“.pdf"),
        ("U\u0308ber.pdf", "Über.pdf"),
        ("a\nb\x00c\u202e.md", "abc.md"),
        ("..", ""),
        ("\udcff.md", ".md"),
    ],
)
def test_names(name: str, made: str) -> None:
    assert source_name(name) == made


def test_items_carry_no_path_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "ordner" / "tief").mkdir(parents=True)
    (tmp_path / "ordner" / "tief" / "b.md").write_text("B")
    (tmp_path / "ordner" / "a.md").write_text("A")
    found = files([tmp_path / "ordner"])
    assert [(item.source, item.load()) for item in found] == [("a.md", b"A"), ("tief/b.md", b"B")]
    assert all(str(tmp_path) not in item.origin for item in found)
    assert len({item.origin for item in found}) == 2
    (alone,) = files([tmp_path / "ordner" / "tief" / "b.md"])
    assert alone.source == "b.md"
    assert alone.origin == found[1].origin == origin(tmp_path / "ordner" / "tief" / "b.md")


def test_a_path_without_files_fails_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "gut.md").write_text("gut")
    missing, good = files([tmp_path / "fehlt", tmp_path / "gut.md"])
    assert missing.source == str(tmp_path / "fehlt")  # as it was typed
    with pytest.raises(SourceError) as raised:
        missing.load()
    assert raised.value.reason is Reason.NOT_FOUND
    assert str(tmp_path) not in raised.value.message
    assert good.load() == b"gut"
    (large,) = files([tmp_path / "gut.md"], 2)
    with pytest.raises(SourceError) as raised:
        large.load()
    assert raised.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "address", ["https://beispiel.de/a.html", "http://x.de", "HTTPS:/x.de", "ftp://x.de/b"]
)
def test_an_address_is_left_to_whoever_fetches(address: str) -> None:
    (wanted,) = items([address], 1_000)
    assert isinstance(wanted, WebSource)
    assert wanted.url == address
