from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, Table

from ingest.assemble import assemble
from ingest.document import Block, BlockKind, PageUnit
from ingest.page.pagebreaks import join_sentences, join_words
from ingest.pdf import read_pdf
from ingest.wording.clean import clean_block, with_lines
from tests.data import build
from tests.ingest import layouts

WORDS = [
    "Gesundheit",
    "Quartier",
    "Beratung",
    "Kita",
    "Schule",
    "Garten",
    "Bewegung",
    "Straße",
    "Übung",
    "Essen",
    "Wohnung",
    "Fürsorge",
    "und",
    "oder",
    "mit",
    "für",
    "ohne",
    "viele",
    "alte",
    "neue",
    "Wege",
    "öffnen",
    "sprechen",
    "lernt",
    "hilft",
    "kommt",
    "geht",
    "täglich",
]


def read(data: bytes) -> list[Block]:
    cleaned = (with_lines(clean_block(block)) for block in read_pdf(data).blocks)
    return [block for block in cleaned if block.text]


def texts(data: bytes) -> list[str]:
    return [block.text for block in read(data)]


@pytest.mark.parametrize("layout", layouts.LAYOUTS, ids=lambda layout: layout.__name__)
def test_blocks_are_read_in_the_order_people_read_them(
    layout: Callable[[], layouts.Layout],
) -> None:
    data, expected = layout()
    assert texts(data) == expected


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("titles", ["AB", "ABC", "ABCD"])
def test_boxes_side_by_side_are_read_one_after_the_other(titles: str, filled: bool) -> None:
    data, expected = layouts.boxes([f"Feld {title}" for title in titles], filled=filled)
    assert texts(data) == expected


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_boxes_with_wrapped_items(count: int, filled: bool) -> None:
    data, expected = layouts.wrapped_boxes(count, filled=filled)
    assert texts(data) == expected


@pytest.mark.parametrize("bold", [True, False])
@pytest.mark.parametrize("padding", [0, 3])
@pytest.mark.parametrize(
    ("valign", "grid"),
    [("TOP", True), ("TOP", False), ("BOTTOM", True), ("BOTTOM", False), ("MIDDLE", True)],
)
def test_wrapped_cells_are_put_together(valign: str, grid: bool, padding: int, bold: bool) -> None:
    base = ParagraphStyle("cell", fontName="Helvetica", fontSize=9, leading=10.8)
    head = ParagraphStyle("head", parent=base, fontName="Helvetica-Bold" if bold else "Helvetica")
    cells = [
        [Paragraph(text, base if number else head) for text in row]
        for number, row in enumerate(layouts.TABLE)
    ]
    table = Table(cells, colWidths=[110, 200, 130])
    whole = ((0, 0), (-1, -1))
    commands: list[tuple[object, ...]] = [
        ("VALIGN", *whole, valign),
        ("TOPPADDING", *whole, padding),
        ("BOTTOMPADDING", *whole, padding),
    ]
    table.setStyle([*commands, *([("GRID", *whole, 0.5, (0, 0, 0))] if grid else [])])
    around = [Paragraph(text, build.style()) for text in layouts.TEXTS[:2]]
    heads = layouts.TABLE[0]
    rows = [" | ".join(row) for row in layouts.TABLE]
    if bold:
        named = [zip(heads, row, strict=True) for row in layouts.TABLE[1:]]
        rows = ["; ".join(f"{name}: {cell}" for name, cell in row) for row in named]
    found = texts(build.pdf([around[0], table, around[1]]))
    assert found == [layouts.TEXTS[0], *rows, layouts.TEXTS[1]]


def test_table_of_short_lower_case_cells_keeps_its_rows() -> None:
    rows = [("Kochkurs", "ohne Anmeldung", "ja"), ("Lauftreff", "mit Anmeldung", "nein"),
            ("Garten", "ohne Anmeldung", "ja")]  # fmt: skip
    pieces = [
        (x, 700.0 - 14 * number, 10.0, cell)
        for number, row in enumerate(rows)
        for x, cell in zip((70.0, 180.0, 320.0), row, strict=True)
    ]
    assert texts(build.lines_pdf([pieces])) == [" | ".join(row) for row in rows]


# -- hyphens ------------------------------------------------------------------------------------


def two_pages(above: str, below: str, *, note: str = "") -> list[Block]:
    first = [(70.0, 700.0, 11.0, "Hier beginnt ein Absatz, der über die Seite hinaus geht und"),
             (70.0, 686.0, 11.0, above)]  # fmt: skip
    if note:
        first.append((70.0, 100.0, 8.0, note))
    second = [(70.0, 760.0, 11.0, below), (70.0, 746.0, 11.0, "Und hier hört er auf.")]
    return read(build.lines_pdf([first, second]))


@pytest.mark.parametrize(
    ("above", "below", "word"),
    [
        ("mehr erreicht als man hofft, wenn die Gesund-", "heitsförderung gelingt.",
         "Gesundheitsförderung"),
        ("lange gerechnet hat mit einer guten Kosten-Nutzen-", "Analyse des Hauses.",
         "Kosten-Nutzen-Analyse"),
        ("nicht geplant war im Land Nordrhein-", "Westfalen und anderswo.",
         "Nordrhein-Westfalen"),
        ("immer neu gefragt wird nach der E-Mail-", "Adresse, die fehlt.", "E-Mail-Adresse,"),
    ],
)  # fmt: skip
def test_word_over_a_page_break_stands_whole_where_it_begins(
    above: str, below: str, word: str
) -> None:
    found = two_pages(above, below)
    pages = [[b.text for b in found if b.page == page] for page in (1, 2)]
    rest = below.split(" ", 1)[1]
    assert pages[0][-1].endswith(f" {word} {rest}")
    assert pages[1] == ["Und hier hört er auf."]
    assembled = assemble(found)
    assert [assembled.text[p.start : p.end].split()[0] for p in assembled.pages] == ["Hier", "Und"]


def test_word_over_a_page_break_is_found_above_a_footnote() -> None:
    found = two_pages(
        "mehr erreicht als man hofft, wenn die Gesund-",
        "heitsförderung gelingt.",
        note="1 Eine Fußnote.",
    )
    assert [(b.page, " ".join(b.text.split()[-2:])) for b in found] == [
        (1, "Gesundheitsförderung gelingt."),
        (1, "Eine Fußnote."),
        (2, "er auf."),
    ]


def test_suspended_hyphen_at_a_page_break_stays() -> None:
    found = two_pages("sehr viel bewegt hat im Gesundheits-", "und Sozialamt der Stadt.")
    assert found[0].text.endswith(" im Gesundheits- und Sozialamt der Stadt.")
    assert found[1].text == "Und hier hört er auf."


def test_page_that_ends_early_goes_on_with_a_small_letter_only() -> None:
    found = two_pages("mehr erreicht als man hofft, wenn die", "Arbeit gemeinsam gelingt.")
    assert [(b.page, b.text.split()[-1]) for b in found] == [(1, "die"), (2, "auf.")]


def joined(
    above: str,
    below: str,
    kinds: tuple[BlockKind, BlockKind] = (BlockKind.PARAGRAPH, BlockKind.PARAGRAPH),
) -> list[str]:
    blocks = [Block(kinds[0], above, page=1), Block(kinds[1], below, page=2)]
    return [block.text for block in join_sentences(blocks, {1})]


@pytest.mark.parametrize(
    ("above", "rest", "stays"),
    [
        ("Der Beirat berät im Mai über Anträge von Frauen", "und Männern. Er tagt offen.", 12),
        ("Der Beirat berät im Mai über Kurse,", "Treffs und Feste. Er tagt offen.", 17),
        ("Der Beirat berät im Mai über die", "Anträge.", 8),
        ("Der Verein bietet vieles an, z. B.", "einen Chor. Er tagt offen.", 11),
    ],
)
def test_rest_of_a_sentence_moves_to_the_page_where_it_begins(
    above: str, rest: str, stays: int
) -> None:
    whole = [f"{above} {rest[:stays]}", rest[stays:].strip()]
    assert joined(above, rest) == [text for text in whole if text]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Der Beirat berät im Mai über alle Anträge.", "Er tagt offen."),
        ("Der Beirat berät im Mai über folgende Anträge:", "eine Bank für den Hof."),
        ("Der Beirat berät im Mai über alle Anträge.", "was er gern tut."),
        ("Gesund leben", "im Viertel und in der Stadt."),
        ("Mehr dazu lesen Sie auf unseren Seiten im Netz", "www.beispiel.de und im Heft."),
        ("Der Beirat berät im Mai über Anträge von Frauen", "und " + "Männern " * 90),
        ("Der Beirat berät im Mai über Kurse,", "Abb. 2: Der Garten hinter dem Haus."),
    ],
)
def test_what_is_no_parted_sentence_stays(above: str, below: str) -> None:
    assert joined(above, below) == [above, below]


@pytest.mark.parametrize("kind", [BlockKind.HEADING, BlockKind.ROW, BlockKind.ITEM])
def test_only_running_text_takes_up_a_sentence(kind: BlockKind) -> None:
    halves = ["Der Beirat berät im Mai über Anträge von Frauen", "und Männern."]
    above, below = halves
    assert joined(above, below, (BlockKind.PARAGRAPH, kind)) == halves
    whole = joined(above, below, (kind, BlockKind.PARAGRAPH)) == [f"{above} {below}"]
    assert whole == (kind is BlockKind.ITEM)


def test_block_that_was_only_the_second_half_is_gone() -> None:
    blocks = [
        Block(BlockKind.PARAGRAPH, "Die Gesund-", page=1),
        Block(BlockKind.PARAGRAPH, "heit.", page=2),
        Block(BlockKind.PARAGRAPH, "Weiter.", page=2),
    ]
    found = [(b.page, b.text) for b in join_words(blocks)]
    assert found == [(1, "Die Gesund-\nheit."), (2, "Weiter.")]


def test_word_over_a_column_break_is_joined() -> None:
    left = [f"Zeile {word} der linken Spalte mit Text" for word in ("eins", "zwei", "drei")]
    pieces = [(60.0, 700.0 - 13 * n, 9.0, text) for n, text in enumerate(left)]
    pieces.append((60.0, 661.0, 9.0, "und am Ende steht die Gesund-"))
    right = ["heitsförderung im rechten Teil da", "Zeile zwei der rechten Spalte hier",
             "Zeile drei der rechten Spalte hier", "und am Ende steht hier ein Punkt."]  # fmt: skip
    pieces += [(310.0, 700.0 - 13 * n, 9.0, text) for n, text in enumerate(right)]
    assert "steht die Gesundheitsförderung im rechten" in " ".join(texts(build.lines_pdf([pieces])))


# -- properties ---------------------------------------------------------------------------------

paragraphs = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=6, max_size=60).map(
        lambda words: " ".join(words).capitalize() + "."
    ),
    min_size=1,
    max_size=9,
)


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"[^\w]|_", "", text))


@settings(max_examples=60, deadline=None)
@given(paragraphs, st.integers(1, 3), st.sampled_from([8, 10, 12]))
def test_no_letter_is_lost_and_offsets_are_exact(
    written: list[str], columns: int, size: int
) -> None:
    story = [Paragraph(text, build.style(size)) for text in written]
    extract = read_pdf(build.pdf(story, columns=columns, foot="Seite #"))
    assert extract.unit is PageUnit.PAGE
    blocks = [b for b in (with_lines(clean_block(b)) for b in extract.blocks) if b.text]
    assembled = assemble(blocks)
    assert letters(assembled.text) == letters(" ".join(written))
    assert " ".join(assembled.text.split()) == " ".join(" ".join(written).split())
    by_page = {page.number: assembled.text[page.start : page.end] for page in assembled.pages}
    for block in blocks:
        assert block.page is not None
        assert block.text in by_page[block.page]
        assert with_lines(clean_block(block)) == block


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(20, 500), st.floats(20, 800), st.sampled_from([7.0, 10.0, 16.0]),
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
        ),
        min_size=1, max_size=30,
    )
)  # fmt: skip
def test_words_anywhere_on_a_page_are_all_read(pieces: list[build.Piece]) -> None:
    shown: dict[tuple[int, int], build.Piece] = {}
    for piece in pieces:  # one a place: text on text is no layout
        shown.setdefault((int(piece[0] // 250), int(piece[1] // 24)), piece)
    found = " ".join(texts(build.lines_pdf([list(shown.values())])))
    assert letters(found) == letters(" ".join(piece[3] for piece in shown.values()))
