from __future__ import annotations

import json
from pathlib import Path

from eval.beir import read_beir
from eval.statutes import read_sections, write_beir

STATUTE = """# Mustergesetz

## Erstes Kapitel - Allgemeines

### § 1 Ziel des Gesetzes

(1) Alle Menschen sollen gesund leben können, gleich wo sie wohnen.

#### § 2a (weggefallen)

### § 3 Zusammenarbeit der Ämter

Die Ämter arbeiten zusammen und berichten einander einmal im Jahr.
"""


def test_a_section_is_asked_for_by_its_heading_alone(tmp_path: Path) -> None:
    source = tmp_path / "muster.md"
    source.write_text(STATUTE, encoding="utf-8")
    assert write_beir(read_sections(source), tmp_path / "set") == 2
    dataset = read_beir(tmp_path / "set")
    assert list(dataset.queries) == [
        ("muster:§ 1", "Ziel des Gesetzes"),
        ("muster:§ 3", "Zusammenarbeit der Ämter"),
    ]
    lines = (tmp_path / "set" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert texts[0].startswith("(1) Alle Menschen")
    assert not any("Ziel" in text or "§" in text for text in texts)
