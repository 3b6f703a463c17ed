from __future__ import annotations

import pytest

from assistant.answer import Kind
from assistant.smalltalk import fixed_reply, replies


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Danke!", Kind.SMALLTALK),
        ("Vielen Dank für die Hilfe", Kind.SMALLTALK),
        ("Hallo", Kind.SMALLTALK),
        ("Wer bist du?", Kind.SMALLTALK),
        ("Was können Sie?", Kind.SMALLTALK),
        ("Bist du eine KI?", Kind.SMALLTALK),
        ("Who are you?", Kind.SMALLTALK),
        ("Ich will nicht mehr leben", Kind.HINT),
        ("Welche Tabletten soll ich gegen Kopfschmerzen nehmen?", Kind.HINT),
        ("Ich habe seit gestern starke Schmerzen", Kind.HINT),
    ],
)
def test_fixed_replies(question: str, kind: Kind) -> None:
    found = fixed_reply(question, "de")
    assert found is not None
    assert found[0] is kind


@pytest.mark.parametrize(
    "question",
    [
        "Wer ist Mitglied im Verbund?",
        "Was können Kommunen gegen Einsamkeit tun?",
        "Welche Angebote gibt es zur Suizidprävention?",
        "Wie danken Kommunen ihren Ehrenamtlichen?",
        "Was sind Sie bereit zu zahlen, fragt die Kasse oft – was antworten wir?",
        "Welche Rolle spielt Schmerz in der Rehabilitation?",
        "Hallo Nachbar: Was ist das für ein Projekt?",
    ],
)
def test_questions_for_the_sources_are_left_to_them(question: str) -> None:
    assert fixed_reply(question, "de") is None


def test_every_reply_speaks_both_languages() -> None:
    assert replies()
    for reply in replies():
        assert reply.texts["de"] != reply.texts["en"]
        assert reply.patterns
