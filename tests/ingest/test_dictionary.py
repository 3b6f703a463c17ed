from __future__ import annotations

import subprocess
import sys

import pytest

from ingest.wording.dictionary import german
from ingest.wording.readings import Speller


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("für", True), ("fiir", False), ("fur", False),
        ("Prävention", True), ("prävention", False), ("Pravention", False),
        ("Maßnahmen", True), ("Muller", False), ("", False),
    ],
)  # fmt: skip
def test_words_are_known_in_their_spelling_and_case(word: str, known: bool) -> None:
    assert german().has(word) is known


def test_basic_forms() -> None:
    assert german().lemma("Städte") == "Stadt"
    assert german().lemma("Stadte") is None


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Köln", True), ("KÖLN", True), ("Kölner", True), ("Fürth", True), ("Düsseldorf", True),
        ("Mönchengladbach", True), ("Göttingen", True), ("Österreich", True), ("Gerau", True),
        ("Königstein", True), ("Jürgen", True),
        ("Präsident", False), ("Bevölkerung", False), ("Mündigkeit", False), ("Städte", False),
        ("Großstadt", False), ("Länder", False), ("Gemüse", False), ("Büros", False),
        ("Schloß", False), ("Überblick", False), ("Während", False), ("Präventionsgesetz", False),
    ],
)  # fmt: skip
def test_names_are_told_from_common_nouns(word: str, name: bool) -> None:
    assert Speller(german()).is_name(word) is name


def test_it_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, ingest.wording.dictionary; sys.exit('simplemma' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
