import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Block, BlockKind, Metadata
from ingest.markdown import read_markdown
from ingest.wording.clean import HARD_BREAK

ITEM, PARAGRAPH, HEADING, ROW = (
    BlockKind.ITEM,
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.ROW,
)


def pairs(text: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in read_markdown(text).blocks]


def test_headings_keep_their_level() -> None:
    assert read_markdown("# A\n\n### **B** `c`\n\nD\n---\n").blocks == (
        Block(HEADING, "A", 1),
        Block(HEADING, "B c", 3),
        Block(HEADING, "D", 2),
    )


def test_soft_and_hard_breaks() -> None:
    assert pairs("eins\nzwei  \ndrei<br>vier") == [
        (PARAGRAPH, f"eins\nzwei{HARD_BREAK}drei{HARD_BREAK}vier")
    ]


def test_lists_nested_and_ordered() -> None:
    text = "3. drei\n4. vier\n   - *tief*\n\n     weiter\n- neu"
    assert pairs(text) == [
        (ITEM, "3. drei"),
        (ITEM, "4. vier"),
        (ITEM, "tief"),
        (PARAGRAPH, "weiter"),
        (ITEM, "neu"),
    ]


def test_letters_of_statutes_are_items_not_code() -> None:
    text = "1.  erstens\n\n    a)  Buchstabe a,\n\n    b)  Buchstabe b,\n\n2a. eingefügt"
    assert [kind for kind, _ in pairs(text)] == [ITEM] * 4


def test_tables_name_their_columns() -> None:
    text = "| Ort | Jahr |\n|---|---|\n| Halle | 2021 |\n| Suhl | |"
    assert pairs(text) == [(ROW, "Ort: Halle; Jahr: 2021"), (ROW, "Ort: Suhl")]


def test_links_images_and_markup() -> None:
    text = (
        "[Text](https://muster.de/x) ![Kinder beim Spielen](k.jpg)![bild1.png](b.png) ~a < b & c~"
    )
    assert pairs(text) == [(PARAGRAPH, "Text Kinder beim Spielen ~a < b & c~")]


def test_html_leaves_only_its_text() -> None:
    text = 'Vor <b onclick="x()">fett</b> &amp; <!-- geheim -->nach\n\n'
    text += "<script>\nalert(1)\n</script>\n\n<div>Adresse</div>"
    assert [" ".join(text.split()) for _, text in pairs(text)] == ["Vor fett & nach", "Adresse"]


def test_quotes_and_code_are_paragraphs() -> None:
    assert pairs("> Zitat\n\n```\na\nb\n```") == [
        (PARAGRAPH, "Zitat"),
        (PARAGRAPH, f"a{HARD_BREAK}b"),
    ]


def test_definitions_stand_on_one_line() -> None:
    assert pairs("Fundstelle\n:   Blatt 3") == [(PARAGRAPH, "Fundstelle: Blatt 3")]


def test_front_matter_is_metadata_and_no_text() -> None:
    read = read_markdown(
        '---\nTitel: "Gesund: alt\n  werden"\nstand: 2021-03\nHerausgeber: Amt\ntyp: Leitfaden\n'
        "land: Hessen\nsprache: de\nlayout: x\n---\nText"
    )
    assert read.metadata == Metadata(
        "Gesund: alt werden", "2021-03", "Amt", "Leitfaden", "Hessen", "de"
    )
    assert [block.text for block in read.blocks] == ["Text"]


@pytest.mark.parametrize("text", ["---\nEin Satz ohne Angabe\nZiel: x\n---\n", "---\n\nnur Linie"])
def test_a_rule_at_the_top_is_no_front_matter(text: str) -> None:
    read = read_markdown(text)
    assert read.metadata == Metadata()
    assert read.blocks


@pytest.mark.parametrize(
    "hostile", ["[" * 5000, "*a " * 5000, "<a " * 5000, "<!--" * 5000, ">" * 5000]
)
def test_hostile_nesting_ends(hostile: str) -> None:
    assert len(read_markdown(hostile).blocks) <= 1


@given(st.text(alphabet="abc ÄÖ.,äöü\n", max_size=200))
def test_plain_words_are_kept(text: str) -> None:
    read = " ".join(block.text for block in read_markdown(text).blocks)
    assert read.split() == text.split()
