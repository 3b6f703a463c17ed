from hypothesis import given
from hypothesis import strategies as st

from ingest.assemble import BULLET, Assembled, assemble
from ingest.document import Block, BlockKind, Heading, PageSpan, Reference

P, H, L, R = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.ROW


def test_items_and_rows_stand_close_and_all_else_apart() -> None:
    made = assemble(
        [
            Block(H, "Ziele", 1),
            Block(P, " Drei Ziele: "),
            Block(L, "eins"),
            Block(L, "zwei"),
            Block(R, "a | b"),
            Block(R, "c | d"),
            Block(P, "Ende"),
            Block(P, "wirklich"),
        ]
    )
    assert made.text == "Ziele\n\nDrei Ziele:\n\n- eins\n- zwei\n\na | b\nc | d\n\nEnde\n\nwirklich"
    assert made.pages == ()
    assert made.headings == (Heading(1, 0, 5),)


def test_pages_span_their_blocks_bullets_included() -> None:
    made = assemble([Block(L, "eins", page=1), Block(L, "zwei", page=2), Block(P, "drei", page=2)])
    assert made.text == "- eins\n\n- zwei\n\ndrei"
    assert made.pages == (PageSpan(1, 0, 6), PageSpan(2, 8, len(made.text)))


def test_blocks_without_visible_text_leave_no_trace() -> None:
    made = assemble([Block(H, " \n", 1, 1), Block(P, "", page=2), Block(P, "a", page=3)])
    assert made == Assembled("a", (PageSpan(3, 0, 1),))
    assert assemble([]) == Assembled("")


def test_a_unit_of_a_statute_spans_its_blocks() -> None:
    made = assemble(
        [
            Block(H, "§ 1 Ziel", 1),
            Block(P, "(1) Satz", reference="§ 1 Abs. 1 X"),
            Block(L, "1. Punkt", reference="§ 1 Abs. 1 X"),
            Block(P, "(2) Satz", reference="§ 1 Abs. 2 X"),
        ]
    )
    assert [made.text[r.start : r.end] for r in made.references] == [
        "(1) Satz\n\n1. Punkt",
        "(2) Satz",
    ]
    assert made.references[0] == Reference(10, 28, "§ 1 Abs. 1 X")


def test_a_heading_without_a_rank_gets_the_highest() -> None:
    assert assemble([Block(H, "a", 0)]).headings == (Heading(1, 0, 1),)


BLOCKS = st.lists(
    st.builds(
        Block, st.sampled_from(list(BlockKind)), st.text(), st.integers(0, 6), st.integers(1, 3)
    )
)


@given(BLOCKS)
def test_maps_point_at_what_they_name(blocks: list[Block]) -> None:
    blocks.sort(key=lambda block: block.page or 0)
    made = assemble(blocks)
    text, pages, headings = made.text, made.pages, made.headings
    visible = [block for block in blocks if block.text.strip()]
    titles = [block.text.strip() for block in visible if block.kind is H]
    assert [text[heading.start : heading.end] for heading in headings] == titles
    for page in pages:
        parts = [block for block in visible if block.page == page.number]
        first = parts[0].text.strip()
        assert text[page.start :].removeprefix(BULLET).startswith(first) or text[
            page.start :
        ].startswith(first)
        assert text[: page.end].endswith(parts[-1].text.strip())
    assert [page.number for page in pages] == sorted({block.page or 0 for block in visible})
