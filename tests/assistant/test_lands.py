from __future__ import annotations

import pytest

from assistant.lands import land_told
from assistant.question import read_question


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("Wer führt in Brandenburg den Vorsitz?", "Im Brandenburger Gremium …", "=brandenburg"),
        ("Wer berät in NRW?", "Nordrhein-Westfalens Plan, kurz: NRW.", "=nordrheinwestfalen"),
        ("Was gilt im Land Bremen?", "Das Bremer Programm gilt seit 2020.", "=bremen"),
        # Another Land, or one among others: the passage itself has to name it.
        ("Wer ist Ansprechperson der KGC Bayern?", "Die KGC Sachsen-Anhalt berät.", None),
        ("Wer ist Ansprechperson der KGC Bayern?", "KGC Bayern, KGC Sachsen-Anhalt", None),
        ("Was gilt in Sachsen?", "In Sachsen-Anhalt und Niedersachsen gilt es.", None),
        ("Was gilt in Sachsen und Bayern?", "In Sachsen gilt es.", None),
        ("Was gilt hier?", "In Sachsen gilt es.", None),
    ],
)
def test_a_document_about_one_land_tells_of_it(question: str, text: str, told: str | None) -> None:
    assert land_told(read_question(question), text) == (frozenset({told}) if told else frozenset())
