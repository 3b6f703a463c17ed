from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from retrieval.joint_reading import Excerpt, Scores
from retrieval.remembered import RememberingReader


class CountingReader:
    """Scores a sentence by its length and the question's; counts what it is given to read."""

    name = "counting"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[Scores]:
        self.seen += [excerpt.text for excerpt in excerpts]
        return [
            np.array([b - a + len(question) for a, b in one.sentences], dtype=np.float32)
            for one in excerpts
        ]


def excerpt(text: str, above: str = "Plan") -> Excerpt:
    return Excerpt(above, text, ((0, len(text)),))


def test_only_what_is_new_is_read_and_every_score_is_that_of_its_passage() -> None:
    inner = CountingReader()
    reader = RememberingReader(inner)
    first = reader.read("Wer?", [excerpt("Eins."), excerpt("Zwei und drei.")])
    again = reader.read("Wer?", [excerpt("Neu."), excerpt("Zwei und drei."), excerpt("Eins.")])
    assert inner.seen == ["Eins.", "Zwei und drei.", "Neu."]
    assert [scores.tolist() for scores in again] == [[8.0], first[1].tolist(), first[0].tolist()]
    reader.read("Was?", [excerpt("Eins.")])
    reader.read("Wer?", [excerpt("Eins.", above="Anderswo")])
    assert inner.seen[3:] == ["Eins.", "Eins."]
    assert reader.name == "counting"


def test_the_oldest_are_forgotten() -> None:
    inner = CountingReader()
    reader = RememberingReader(inner, capacity=2)
    for text in ("A.", "B.", "A.", "C.", "A.", "B."):
        reader.read("Wer?", [excerpt(text)])
    assert inner.seen == ["A.", "B.", "C.", "B."]
    many = [excerpt(f"{number}.") for number in range(5)]
    assert len(reader.read("Wer?", many)) == 5


def test_no_word_of_a_passage_or_question_is_kept() -> None:
    reader = RememberingReader(CountingReader())
    reader.read("Geheimfrage?", [excerpt("Geheimsatz.")])
    kept = repr(list(reader._held.items()))
    assert "Geheim" not in kept
    assert sys.getsizeof(kept) < 1_000
