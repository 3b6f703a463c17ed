from __future__ import annotations

from dataclasses import replace

from assistant.fitted import fitted
from assistant.question import read_question
from assistant.ranking import features, rank
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


def test_every_feature_has_a_weight_or_is_left_out_on_purpose() -> None:
    hit = passage_hit(TEXT)
    named = features(heading(evidence_of(hit, "Alle")), read_question("Wer ist willkommen?"))
    assert named["heading"] == 1.0
    for weights in fitted().ranking.values():
        assert set(weights) <= set(named)
    assert fitted().ranking["read"]["read"] > 0
