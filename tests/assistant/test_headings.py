from __future__ import annotations

import pytest

from assistant.headings import uncounted


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Schritt 1: Passt das Vorhaben zu § 20a SGB V?", "Passt das Vorhaben zu § 20a SGB V?"),
        ("Frage 4 – Wer zahlt?", "Wer zahlt?"),
        ("2.3 Was ist eine KGC?", "Was ist eine KGC?"),
        ("2.3. „Gute Praxis“", "„Gute Praxis“"),
        ("1. Wer zahlt?", "Wer zahlt?"),
        # No place: these numbers count, or belong to what is named.
        ("16 Länder, ein Verbund?", "16 Länder, ein Verbund?"),
        ("10 Kriterien", "10 Kriterien"),
        ("1. und 2. Sitzung", "1. und 2. Sitzung"),
        ("§ 20a: was gilt?", "§ 20a: was gilt?"),
        ("7", "7"),
    ],
)
def test_the_place_of_a_heading_is_no_part_of_what_it_says(heading: str, said: str) -> None:
    assert uncounted(heading) == said
