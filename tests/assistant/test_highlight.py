from __future__ import annotations

import pytest

from assistant.highlight import highlights


def marked(text: str, query: str, language: str | None = "de") -> list[str]:
    return [text[start:end] for start, end in highlights(text, query, language)]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("Die Kommunen fördern Bewegung.", "Wie fördern die Kommunen?", ["Kommunen", "fördern"]),
        ("Eine Gesundheitskonferenz tagt.", "Konferenz", ["Gesundheitskonferenz"]),
        ("Praventionsgesetz fiir alle", "Präventionsgesetz", ["Praventionsgesetz"]),
        ("Nichts davon.", "Was ist ein Setting?", []),
        ("", "Kommune", []),
    ],
)
def test_words_of_the_query_are_found(text: str, query: str, words: list[str]) -> None:
    assert marked(text, query) == words
