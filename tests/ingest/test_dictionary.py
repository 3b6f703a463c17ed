from __future__ import annotations

import subprocess
import sys

import pytest

from ingest.wording.dictionary import german


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


def test_it_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, ingest.wording.dictionary; sys.exit('simplemma' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
