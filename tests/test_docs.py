"""The README names what there is: every setting, every command, every reason of a failed file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr

from assistant import cli
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def readme() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.strip()
    return text


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    found: Any = group or typer.main.get_command(cli.app)
    for name, command in found.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def rows(readme: str) -> set[str]:
    """The first cells of all tables."""
    return {line.split("|")[1] for line in readme.splitlines() if line.startswith("|")}


def test_every_setting_stands_in_the_table(readme: str) -> None:
    named = {name for cell in rows(readme) for name in re.findall(r"`KGC_([A-Z_]+)`", cell)}
    fields = Settings.model_fields.items()
    files = {f"{name}_FILE".upper() for name, field in fields if field.annotation is SecretStr}
    assert named - files == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_stands_in_the_table(readme: str, words: tuple[str, ...]) -> None:
    pattern = rf"`kgc {words[0]}\b" if len(words) == 1 else rf"`kgc {words[0]}[^|]*\b{words[1]}\b"
    assert any(re.search(pattern, cell) for cell in rows(readme))


def test_no_command_stands_there_that_is_none(readme: str) -> None:
    known = {words[0] for words in commands()}
    assert set(re.findall(r"`(?:\.venv/bin/)?kgc ([a-z]+)", readme)) <= known


def test_links_inside_the_repository_lead_somewhere(readme: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", readme):
        if not re.match(r"[a-z]+:", target):
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize(
    "path", ["README.md", *sorted(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md"))]
)
def test_no_document_names_a_setting_that_is_none(path: str) -> None:
    known = {f"KGC_{name.upper()}" for name in Settings.model_fields}
    files = {f"{name}_FILE" for name in known}
    named = set(re.findall(r"\bKGC_[A-Z_]+[A-Z]", (ROOT / path).read_text(encoding="utf-8")))
    assert named <= known | files
