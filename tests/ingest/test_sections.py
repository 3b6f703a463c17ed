import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.assemble import assemble
from ingest.document import Block, BlockKind, Document, Metadata, PageUnit
from ingest.sections import SECTION_CHARS, TINY_SECTION_CHARS, paths, stretches

LONG = "Wort " * 60


def document(parts: list[tuple[int, str]], unit: PageUnit | None = None) -> Document:
    """Build a document of (level, text), level 0 for a paragraph; with `unit` on one page."""
    page = None if unit is None else 1
    blocks = [
        Block(BlockKind.HEADING if level else BlockKind.PARAGRAPH, text, level, page)
        for level, text in parts
    ]
    made = assemble(blocks)
    return Document(made.text, Metadata(), "test", unit, None, made.pages, made.headings)


def first_lines(doc: Document) -> list[str]:
    return [doc.text[start:end].split("\n")[0].strip() for _, start, end in stretches(doc)]


def test_a_path_nests_headings_by_rank() -> None:
    parts = [(1, "A"), (3, "A x"), (2, "A 1"), (3, "A 1 a"), (1, "B\nzwei"), (2, "B 1")]
    assert paths(document(parts)) == [
        "A",
        "A › A x",
        "A › A 1",
        "A › A 1 › A 1 a",
        "B zwei",
        "B zwei › B 1",
    ]


def test_a_path_too_long_keeps_the_nearest_headings() -> None:
    parts = [(1, "Teil " + "x" * 150), (2, "Kapitel " + "y" * 60), (3, "Z"), (1, "w" * 300)]
    found = paths(document(parts))
    assert found[2] == "Kapitel " + "y" * 60 + " › Z"
    assert found[3] == "w" * (SECTION_CHARS - 1) + "…"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(0, LONG), (1, "A"), (0, LONG), (2, "B"), (0, LONG)], ["Wort", "A", "B"]),
        ([(1, "A"), (2, "B"), (0, LONG)], ["A"]),
        ([(1, "A" * 250), (2, "B" * 250), (0, LONG)], ["A"]),
        ([(2, "A"), (0, "kurz"), (2, "B"), (0, LONG)], ["A"]),
        ([(2, "A"), (0, LONG), (2, "B"), (0, "kurz"), (1, "C"), (0, LONG)], ["A", "C"]),
        ([(1, "A"), (0, "kurz")], ["A"]),
        ([(0, "kurz"), (1, "A"), (0, LONG)], ["kurz"]),
    ],
    ids=["sections", "bare", "long but bare", "tiny", "tiny before a higher", "lone", "preamble"],
)
def test_sections_of_some_length_stand_alone(
    parts: list[tuple[int, str]], expected: list[str]
) -> None:
    for unit in (None, PageUnit.PAGE):
        doc = document(parts, unit)
        starts = [line[: len(name)] for line, name in zip(first_lines(doc), expected, strict=True)]
        assert starts == expected


def test_a_slide_is_never_divided() -> None:
    doc = document([(1, "A"), (0, LONG), (2, "B"), (0, LONG)], PageUnit.SLIDE)
    assert list(stretches(doc)) == [(1, 0, len(doc.text))]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["x", LONG, "y" * TINY_SECTION_CHARS])),
        max_size=12,
    ),
    st.sampled_from([None, *PageUnit]),
)
def test_stretches_follow_one_another_and_hold_the_whole_text(
    parts: list[tuple[int, str]], unit: PageUnit | None
) -> None:
    doc = document(parts, unit)
    spans = [(start, end) for _, start, end in stretches(doc)]
    assert "".join(doc.text[start:end] for start, end in spans) == doc.text
    assert all(start < end for start, end in spans)
