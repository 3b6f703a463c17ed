import pytest

from retrieval.concepts import load_table
from retrieval.spelled import spelled_out

TABLE = load_table()


@pytest.mark.parametrize(
    ("question", "passage", "spelled"),
    [
        (
            "Womit startet BGF in einer Firma?",
            "Die betriebliche Gesundheitsförderung beginnt mit einer Analyse.",
            "Womit startet BGF (betriebliche Gesundheitsförderung) in einer Firma?",
        ),
        # The passage abbreviates too: nothing to explain.
        ("Was ist BGF?", "BGF beginnt mit einer Analyse.", "Was ist BGF?"),
        # Said already.
        (
            "Was heißt BGF, also betriebliche Gesundheitsförderung?",
            "Nichts davon.",
            "Was heißt BGF, also betriebliche Gesundheitsförderung?",
        ),
        ("Wer zahlt die Kurse?", "Die Krankenkasse.", "Wer zahlt die Kurse?"),
        ("", "", ""),
    ],
)
def test_only_abbreviations_that_no_passage_uses_are_spelled_out(
    question: str, passage: str, spelled: str
) -> None:
    assert spelled_out(question, [passage], TABLE) == spelled


def test_every_abbreviation_of_the_table_has_at_most_one_long_form() -> None:
    long = spelled_out("KGC KGK GKV", [], TABLE)
    assert long.count("(") == 3
    assert spelled_out(long, [], TABLE).count("(") == 3
