import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Block, BlockKind
from ingest.facts.keywords import LONGEST, MOST, keywords_of, split_keywords


def found(*blocks: tuple[BlockKind, str]) -> tuple[str, ...]:
    return keywords_of([Block(kind, text) for kind, text in blocks], ())


PARAGRAPH, ITEM, HEADING, ROW = (
    BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.HEADING, BlockKind.ROW,
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Armut, Teilhabe, Setting Kita", ["Armut", "Teilhabe", "Setting Kita"]),
        ("Armut; Kita, Schule; Teilhabe.", ["Armut", "Kita", "Schule", "Teilhabe"]),
        ("Kita (Krippe, Hort); Schule", ["Kita (Krippe, Hort)", "Schule"]),
        ("Armut • Teilhabe | Kita", ["Armut", "Teilhabe", "Kita"]),
        ("#armut #kita", ["armut", "kita"]),
        ("[Armut, Kita]", ["Armut", "Kita"]),
        ("SGB II (Grundsicherung), § 20a SGB V", ["SGB II (Grundsicherung)", "§ 20a SGB V"]),
        ("Wir sprechen über Armut, Kita und mehr", []),
        ("Das ist ein langer Satz über vieles, was uns noch fehlt.", []),
        ("", []),
        ("siehe www.beispiel.de, Armut", ["Armut"]),
        ("x" * (LONGEST + 1), []),
        ("2019, 12, -", []),
    ],
)
def test_a_line_is_split_into_key_words(line: str, words: list[str]) -> None:
    assert split_keywords(line) == words


@pytest.mark.parametrize(
    "label", ["Schlagwörter", "Schlagworter", "Schlagworte ", "STICHWORTE", "Keywords", "Tags"]
)
def test_labels(label: str) -> None:
    assert found((PARAGRAPH, f"{label}: Armut, Kita")) == ("Armut", "Kita")


def test_the_value_may_stand_below() -> None:
    assert found((HEADING, "Schlagwörter"), (ITEM, "Armut"), (ITEM, "Kita")) == ("Armut", "Kita")
    assert found((PARAGRAPH, "Keywords:\nArmut, Kita")) == ("Armut", "Kita")
    below = ((PARAGRAPH, "Keywords:"), (PARAGRAPH, "Armut, Kita"), (PARAGRAPH, "Eins, Zwei"))
    assert found(*below) == ("Armut", "Kita")
    assert found((PARAGRAPH, "Keywords:"), (PARAGRAPH, "Kontakt: Anna Beispiel")) == ()
    assert found((ROW, "Schlagwörter | Armut, Kita")) == ("Armut", "Kita")


def test_topics_count_only_as_a_list() -> None:
    assert found((PARAGRAPH, "Themen: Armut, Kita")) == ("Armut", "Kita")
    assert found((PARAGRAPH, "Themen: Was jetzt zu tun bleibt")) == ()
    assert found((HEADING, "Themen"), (ITEM, "Begrüßung"), (ITEM, "Bericht")) == ()
    assert found((PARAGRAPH, "Das Thema: Armut, Kita")) == ()


def test_properties_come_first_and_nothing_comes_twice() -> None:
    blocks = [Block(PARAGRAPH, "Schlagwörter: kita, Armut")]
    assert keywords_of(blocks, ("Kita; Schule", "Quartier")) == (
        "Kita", "Schule", "Quartier", "Armut",
    )  # fmt: skip


@given(st.lists(st.text(max_size=80), max_size=5), st.text(max_size=200))
def test_key_words_are_short_and_few(given_words: list[str], line: str) -> None:
    words = keywords_of([Block(PARAGRAPH, f"Schlagwörter: {line}")], given_words)
    assert len(words) <= MOST
    assert all(1 < len(word) <= LONGEST and word == word.strip() for word in words)
    assert len(set(words)) == len(words)
