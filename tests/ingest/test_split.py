import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.assemble import assemble
from ingest.document import Block, BlockKind, Chunk, Document, Metadata, PageUnit
from ingest.sections import SECTION_CHARS
from ingest.split import HARD_MAX_CHARS, MAX_CHARS, MIN_CHARS, _splitter, split
from ingest.wording.sentences import sentences

ROOT = Path(__file__).resolve().parents[2]
STATUTE = ROOT.parent / "shared" / "data" / "sgb_5.md"

SENTENCE = "Der Verein berät im Viertel alle Familien, die das wünschen, und kostet sie nichts."


def document(blocks: list[Block], unit: PageUnit | None = None) -> Document:
    made = assemble(blocks)
    return Document(made.text, Metadata(), "test", unit, None, made.pages, made.headings)


def paragraph(count: int, page: int | None = None) -> Block:
    return Block(BlockKind.PARAGRAPH, " ".join([SENTENCE] * count), page=page)


def heading(text: str, level: int = 1, page: int | None = None) -> Block:
    return Block(BlockKind.HEADING, text, level, page)


def item(text: str, page: int | None = None) -> Block:
    return Block(BlockKind.ITEM, text, page=page)


def repeated(chunks: tuple[Chunk, ...]) -> list[int]:
    """Count the characters that each chunk but the first repeats of the one before."""
    return [max(a.end - b.start, 0) for a, b in pairwise(chunks)]


WORDS = st.text(st.sampled_from("aB1.:; -\n"), max_size=30) | st.text(max_size=20)
LONG = st.builds(lambda word, count: word * count, WORDS, st.integers(1, 120))
PROSE = st.builds(lambda n: " ".join([SENTENCE] * n), st.integers(1, 25))
BLOCK = st.builds(
    Block,
    st.sampled_from(list(BlockKind)),
    st.one_of(WORDS, PROSE, LONG),
    st.integers(1, 5),
    st.integers(1, 4),
)
UNITS = st.sampled_from([None, PageUnit.PAGE, PageUnit.SLIDE])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    unit = draw(UNITS)
    blocks = sorted(draw(st.lists(BLOCK, max_size=12)), key=lambda block: block.page or 0)
    if unit is None:
        blocks = [Block(block.kind, block.text, block.level) for block in blocks]
    return document(blocks, unit)


@settings(max_examples=200, deadline=None)
@given(documents())
def test_chunks_are_exact_bounded_ordered_and_complete(doc: Document) -> None:
    chunks = split(doc)
    seen = bytearray(len(doc.text))
    for number, chunk in enumerate(chunks):
        assert chunk.ordinal == number
        assert doc.text[chunk.start : chunk.end] == chunk.text == chunk.text.strip() != ""
        assert len(chunk.text) <= HARD_MAX_CHARS
        assert len(chunk.section) <= SECTION_CHARS
        seen[chunk.start : chunk.end] = b"\1" * len(chunk.text)
    missed = [char for char, mark in zip(doc.text, seen, strict=True) if not mark]
    assert not "".join(missed).strip()
    spans = [(chunk.start, chunk.end) for chunk in chunks]
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(spans))
    assert split(doc) == chunks


@settings(deadline=None)
@given(documents())
def test_a_chunk_stays_on_its_page_and_holds_its_sentences(doc: Document) -> None:
    spans = {page.number: page for page in doc.pages}
    for chunk in split(doc):
        assert chunk.page == doc.page_at(chunk.start)
        if chunk.page is not None:
            assert spans[chunk.page].start <= chunk.start
            assert chunk.end <= spans[chunk.page].end
        assert chunk.sentences == tuple(sentences(doc.text, chunk.start, chunk.end))
        assert all(chunk.start <= a < b <= chunk.end for a, b in chunk.sentences)


@given(st.text(), st.integers(1, 60))
def test_the_splitter_loses_and_changes_nothing(text: str, times: int) -> None:
    assert "".join(_splitter().split_text(text * times)) == text * times


def test_long_prose_gives_chunks_of_the_wanted_size_that_overlap_by_sentences() -> None:
    chunks = split(document([paragraph(60)]))
    assert all(MIN_CHARS <= len(chunk.text) <= MAX_CHARS for chunk in chunks)
    assert all(len(SENTENCE) <= size <= 2 * len(SENTENCE) + 1 for size in repeated(chunks))
    assert all(chunk.text.startswith(SENTENCE) and chunk.text.endswith(".") for chunk in chunks)


def test_a_little_more_than_one_chunk_becomes_two_of_like_size() -> None:
    first, second = split(document([paragraph(14)]))
    assert min(len(first.text), len(second.text)) >= MIN_CHARS


def test_a_section_begins_a_chunk_and_gives_it_its_path() -> None:
    chunks = split(
        document(
            [
                paragraph(3),
                heading("Kapitel"),
                heading("Abschnitt", 2),
                paragraph(3),
                heading("Anderer", 2),
                paragraph(20),
                heading("Schluss"),
                paragraph(3),
            ]
        )
    )
    assert [chunk.section for chunk in chunks] == [
        "",
        "Kapitel › Abschnitt",
        "Kapitel › Anderer",
        "Kapitel › Anderer",
        "Schluss",
    ]
    assert chunks[1].text.startswith("Kapitel\n\nAbschnitt\n\nDer")
    assert chunks[4].text.startswith("Schluss")
    assert repeated(chunks)[0] == repeated(chunks)[1] == 0


def test_tiny_sections_share_a_chunk_named_after_the_greater_part() -> None:
    chunks = split(
        document(
            [
                heading("Wegfall", 2),
                Block(BlockKind.PARAGRAPH, "Gilt nicht mehr."),
                heading("Neu", 2),
                paragraph(5),
            ]
        )
    )
    assert [chunk.section for chunk in chunks] == ["Neu"]


def test_a_tiny_section_does_not_join_a_higher_heading() -> None:
    blocks = [heading("A"), paragraph(4), heading("A 1", 2), paragraph(4), heading("A 2", 2)]
    tiny = Block(BlockKind.PARAGRAPH, "Gilt nicht mehr.")
    chunks = split(document([*blocks, tiny, heading("B"), paragraph(4)]))
    assert [chunk.text.split("\n")[0] for chunk in chunks] == ["A", "A 1", "B"]
    assert chunks[1].text.endswith("A 2\n\nGilt nicht mehr.")


def test_a_slide_is_a_chunk_however_small() -> None:
    blocks = [
        heading("Titel", 1, 1),
        heading("Ziele", 1, 2),
        heading("Unten", 2, 2),
        paragraph(5, 2),
        paragraph(30, 3),
    ]
    chunks = split(document(blocks, PageUnit.SLIDE))
    assert [chunk.page for chunk in chunks][:3] == [1, 2, 3]
    assert all(chunk.page == 3 for chunk in chunks[2:])
    assert [chunk.section for chunk in chunks[:2]] == ["Titel", "Ziele › Unten"]


def test_a_list_stays_with_the_line_that_leads_to_it() -> None:
    blocks = [paragraph(9), Block(BlockKind.PARAGRAPH, "Vorschläge:")]
    blocks += [item(f"{number}. Punkt: {SENTENCE} {SENTENCE}") for number in range(8)]
    chunks = split(document(blocks))
    assert not any(chunk.text.endswith("Vorschläge:") for chunk in chunks)
    for chunk in chunks[1:]:
        assert re.match(r"Vorschläge|- |\d+\. |" + re.escape(SENTENCE), chunk.text)
        assert chunk.text.endswith(".")
    for number in range(8):
        whole = f"{number}. Punkt: {SENTENCE} {SENTENCE}"
        assert any(whole in chunk.text for chunk in chunks)


def test_a_heading_never_ends_a_chunk_that_goes_on() -> None:
    blocks = [block for n in range(30) for block in (heading(f"Titel {n}", 3, 1), paragraph(2, 1))]
    for unit in PageUnit:
        for chunk in split(document(blocks, unit)):
            assert not re.search(r"Titel \d+$", chunk.text)


def test_a_sentence_longer_than_a_chunk_is_cut_between_words() -> None:
    sentence = "Gesundheit " * 400 + "Ende."
    chunks = split(document([Block(BlockKind.PARAGRAPH, sentence)]))
    assert all(chunk.text.startswith("Gesundheit") for chunk in chunks)
    assert "".join(sentence.split()) == "".join("".join(chunk.text.split()) for chunk in chunks)


def test_an_empty_document_has_no_chunks() -> None:
    assert split(document([])) == ()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10**6,
        "Ein Satz. " * 100_000,
        "wort " * 200_000,
        "a, " * 300_000,
        "a\n" * 200_000,
        ". " * 300_000,
    ],
)
def test_hostile_text_is_split_in_bounded_time_and_size(text: str) -> None:
    started = time.process_time()
    chunks = split(document([Block(BlockKind.PARAGRAPH, text)]))
    assert time.process_time() - started < 20  # a quadratic scan takes many minutes
    assert max(len(chunk.text) for chunk in chunks) <= MAX_CHARS


def test_many_nested_headings_are_split_in_bounded_time() -> None:
    started = time.process_time()
    split(document([heading(f"h{level}", level) for level in range(1, 50_000)]))
    assert time.process_time() - started < 20


def test_langchain_is_loaded_only_for_long_sentences() -> None:
    code = "import sys, ingest.split; sys.exit('langchain_text_splitters' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.skipif(not STATUTE.exists(), reason="the statute is not part of the repository")
def test_a_statute_is_cut_by_its_sections() -> None:
    blocks = []
    for part in re.split(r"\n{2,}", STATUTE.read_text("utf-8")):
        title = re.match(r"(#+) (.*)", part)
        if title:
            blocks.append(heading(title[2], len(title[1])))
        else:
            blocks.append(Block(BlockKind.PARAGRAPH, " ".join(part.split())))
    started = time.process_time()
    chunks = split(document(blocks))
    assert time.process_time() - started < 5
    sizes = sorted(len(chunk.text) for chunk in chunks)
    assert 600 <= sizes[len(sizes) // 2] <= 1000
    assert sum(size < 300 for size in sizes) < len(sizes) / 20
    assert all("§ 20a " in c.section for c in chunks if c.text.startswith("§ 20a "))
