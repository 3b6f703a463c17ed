from __future__ import annotations

import numpy as np
import pytest

from ingest.document import Metadata
from retrieval.joint_reading import (
    LONGEST_ABOVE,
    MOST_QUESTION_TOKENS,
    MOST_TOKENS,
    Encoding,
    Excerpt,
    excerpt,
    join,
    passage_input,
)
from retrieval.records import DocumentRecord, Hit, Outline, Passage, Visibility

START, END = 0, 2


def words(text: str) -> Encoding:
    """Tokenise by blanks: one token a word, ids from 10 on, special tokens around."""
    offsets, at = [], 0
    for word in text.split(" "):
        offsets.append((at, at + len(word)))
        at += len(word) + 1
    ids = [START, *range(10, 10 + len(offsets)), END]
    return Encoding(ids, [(0, 0), *offsets, (0, 0)])


def joined_with(question: str, read: Excerpt) -> tuple[list[int], int, list[tuple[int, int]]]:
    text, own_from = passage_input(read)
    made = join(words(question), words(text), own_from, read.sentences)
    return made.ids, made.passage_at, made.spans


def test_every_sentence_is_found_again_behind_the_question_and_the_headings() -> None:
    text = "Der Treff ist offen. Er kostet nichts."
    read = Excerpt("Plan", text, ((0, 20), (21, 38)))
    ids, passage_at, spans = joined_with("Was kostet er?", read)
    assert passage_at == 5  # <s> and three words and </s>
    head = passage_input(read)[0][: passage_input(read)[1]]
    assert head == "passage: Plan\n"
    own = passage_at + 1  # "passage:"; "Plan\nDer" is one word of this tokeniser
    assert spans == [(own, own + 4), (own + 4, own + 7)]
    assert ids[-1] == END


def test_what_does_not_fit_into_the_window_has_no_span() -> None:
    text = " ".join(["Wort"] * 600)
    read = Excerpt("", text, ((0, 49), (0, len(text)), (2_900, 2_999)))
    ids, _, spans = joined_with("Was?", read)
    assert len(ids) == MOST_TOKENS
    assert spans[0][1] - spans[0][0] == 10
    assert spans[1][1] == MOST_TOKENS - 1  # cut, but most of it is there
    assert spans[2] == (0, 0)


def test_a_very_long_question_leaves_room_for_the_passage() -> None:
    ids, passage_at, spans = joined_with(" ".join(["Wort"] * 900), Excerpt("", "Ja.", ((0, 3),)))
    assert passage_at == MOST_QUESTION_TOKENS
    assert ids[passage_at - 1] == END
    assert spans == [(passage_at + 1, passage_at + 2)]


@pytest.mark.parametrize("title", ["Plan", "Plan › Ort"])
def test_a_hit_is_read_under_its_title_and_headings_each_once(title: str) -> None:
    record = DocumentRecord(
        "d", "d.md", "o", "s", 1, Visibility.PUBLIC, Metadata(title=title), None, None, 1
    )
    passage = Passage("d", 1, 0, 100, 112, "Am Markt 3.", None, "Ort", ((100, 111),))
    made = excerpt(Hit(passage, record, 1.0, 0.9, 0.5), Outline(((0, 1, title), (90, 2, "Ort"))))
    assert made.above == f"{title} › Ort"
    assert made.sentences == ((0, 11),)
    assert np.all(np.array(made.sentences) <= len(made.text))


def test_of_a_long_path_the_nearest_headings_are_read() -> None:
    title, book, part, section = "Ein Gesetz", "Buch " * 60, "Abschnitt " * 8, "§ 27a Befruchtung"
    record = DocumentRecord(
        "d", "d.md", "o", "s", 1, Visibility.PUBLIC, Metadata(title=title), None, None, 1
    )
    passage = Passage("d", 1, 0, 100, 103, "Ja.", None, "", ((100, 103),), reference="§ 27a Abs. 3")

    def above(*headings: str) -> str:
        outline = Outline(tuple((n, n + 1, heading) for n, heading in enumerate(headings)))
        return excerpt(Hit(passage, record, 1.0, 0.9, 0.5), outline).above

    assert above(book, part, section) == f"{title} › {part} › {section} › § 27a Abs. 3"
    assert above(book, "x" * 280, section) == f"{title} › {section} › § 27a Abs. 3"
    assert above("x" * 290) == "§ 27a Abs. 3"
    assert len(above("x" * 290, "y" * 400)) <= LONGEST_ABOVE
