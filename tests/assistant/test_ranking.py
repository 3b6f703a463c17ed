from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.fitted import fitted
from assistant.question import read_question
from assistant.ranking import features, rank
from ingest.document import Metadata
from tests.assistant.evidences import evidence_of, heading, passage_hit

TEXT = "Wann ist der Treff? Der Treff ist am 3. März. Alle sind willkommen."


def test_what_the_reading_model_likes_comes_first() -> None:
    hit = passage_hit(TEXT)
    asked = read_question("Wer ist im Treff willkommen?")
    dull = replace(evidence_of(hit, "Der Treff"), read=-4.0)
    liked = replace(evidence_of(hit, "Alle"), read=4.0)
    assert [e.text for e in rank([dull, liked], asked, read=True)] == [liked.text, dull.text]


def test_without_a_model_the_words_and_the_form_decide() -> None:
    hit = passage_hit(TEXT)
    asked = read_question("Wann ist der Treff?")
    dated, other = evidence_of(hit, "Der Treff"), evidence_of(hit, "Alle")
    found = rank([other, dated, evidence_of(hit, "Wann")], asked, read=False)
    assert found[0].text == dated.text


def test_the_language_of_the_question_goes_before_a_foreign_one_that_is_hardly_better() -> None:
    asked = read_question("Wer ist im Treff willkommen?")
    english = passage_hit(
        "Everybody is welcome.", "b.md", metadata=Metadata(title="b", language="en")
    )
    own = replace(evidence_of(passage_hit(TEXT), "Alle"), read=4.0)
    foreign = replace(evidence_of(english, "Everybody"), read=4.5)
    assert rank([foreign, own], asked, read=True)[0].text == own.text
    much_better = replace(foreign, read=8.0)
    assert rank([much_better, own], asked, read=True)[0].text == foreign.text


def test_every_feature_has_a_weight_or_is_left_out_on_purpose() -> None:
    hit = passage_hit(TEXT)
    named = features(heading(evidence_of(hit, "Alle")), read_question("Wer ist willkommen?"))
    assert named["heading"] == 1.0
    for weights in fitted().ranking.values():
        assert set(weights) <= set(named)
    assert fitted().ranking["read"]["read"] > 0


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Wo hat das Amt seinen Sitz?", "Lindenstr. 7, 39104 Musterstadt"),
        ("Wie erreiche ich das Amt?", "Telefon 0391 5555-0"),
    ],
)
def test_what_is_asked_for_goes_before_a_sentence_that_does_not_show_it(
    question: str, shown: str
) -> None:
    hit = passage_hit(f"Das Amt hilft.\n{shown}")
    about = replace(evidence_of(hit, "Das Amt"), read=1.5)
    line = replace(evidence_of(hit, shown), read=0.0)
    assert rank([about, line], read_question(question), read=True)[0].text == line.text


def test_a_list_whose_items_answer_goes_before_one_sentence_that_hardly_does() -> None:
    hit = passage_hit("Der Kreis hilft. Alle sind da.")
    asked = read_question("Welche Familien haben Vorrang?")
    alone = replace(evidence_of(hit, "Der Kreis"), read=0.2, together=0.2)
    listed = replace(evidence_of(hit, "Alle"), read=0.0, together=2.0, block=0)
    assert rank([alone, listed], asked, read=True)[0].text == listed.text
    apart = replace(listed, together=0.0)
    assert rank([alone, apart], asked, read=True)[0].text == alone.text


def test_what_shows_a_number_does_not_go_before_what_is_far_better() -> None:
    hit = passage_hit("Der Kurs füllt den ganzen Vormittag. Im Kreis wohnen 80 Familien.")
    asked = read_question("Wie viele kommen zum Kurs?")
    better = replace(evidence_of(hit, "Der Kurs"), read=4.0)
    numbered = replace(evidence_of(hit, "Im Kreis"), read=-6.0)
    assert rank([better, numbered], asked, read=True)[0].text == better.text
    near = replace(numbered, read=3.0)
    assert rank([better, near], asked, read=True)[0].text == near.text


def test_of_two_sentences_that_hardly_answer_the_reading_model_still_tells_the_better() -> None:
    hit = passage_hit(TEXT)
    asked = read_question("Wer ist im Treff willkommen?")
    worse = replace(evidence_of(hit, "Der Treff"), read=-6.0)
    better = replace(evidence_of(hit, "Alle"), read=-1.5)
    assert rank([worse, better], asked, read=True)[0].text == better.text
