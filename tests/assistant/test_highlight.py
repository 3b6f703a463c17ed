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


def test_misread_words_are_found_as_they_should_have_been_read() -> None:
    text = "Die Stadte brauchen GroBe."
    shown = {4: "Städte", 20: "Größe"}
    assert highlights(text, "Größe der Städte", "de", shown) == [[4, 10], [20, 25]]
    assert highlights("GroBe", "Größe", "de") == []
