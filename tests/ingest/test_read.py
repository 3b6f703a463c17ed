from pathlib import Path

import pytest

from ingest.document import Block, BlockKind, Extract, PageUnit
from ingest.errors import Reason, SourceError
from ingest.read import READERS, clean_blocks, document, read
from ingest.sniff import Format

STATUTES = Path(__file__).parents[3] / "shared" / "data" / "sgb_5.md"

TEXT = """Gesund im Quartier

Donnerstag, 7. Mai 2020, Halle (Sachsen-Anhalt)

Die Beratung kommt in die Häu-
ser und erreicht so auch Menschen, die nicht
von sich aus kämen.

• Besuche zu Hause, auch
am Wochenende
• Kurse
"""


def test_every_format_has_a_reader() -> None:
    assert set(READERS) == set(Format)


def test_text_becomes_a_document() -> None:
    read_text = read(TEXT.encode("cp1252", "replace"), "bericht.txt")
    assert read_text.text == (
        "Gesund im Quartier\n\nDonnerstag, 7. Mai 2020, Halle (Sachsen-Anhalt)\n\n"
        "Die Beratung kommt in die Häuser und erreicht so auch Menschen, die nicht "
        "von sich aus kämen.\n\n- Besuche zu Hause, auch am Wochenende\n- Kurse"
    )
    assert read_text.metadata.title == "Gesund im Quartier"
    assert read_text.metadata.date == "2020-05-07"
    assert read_text.metadata.region == "Sachsen-Anhalt"
    assert (read_text.pages, read_text.unit) == ((), None)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"# Titel\n\nEin *Satz* steht hier.", "a.md"),
        (b"<html><body><h1>Titel</h1><p>Ein Satz steht hier.</p></body></html>", "a.html"),
        (b"Titel\n\nEin Satz steht hier.", "a.txt"),
    ],
)
def test_the_same_text_from_each_markup(data: bytes, name: str) -> None:
    found = read(data, name)
    assert found.text == "Titel\n\nEin Satz steht hier."
    assert [found.text[h.start : h.end] for h in found.headings] == ["Titel"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"-- 12345 --\n\n1 2 3", Reason.NO_TEXT),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, Reason.UNSUPPORTED),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, reason: Reason) -> None:
    with pytest.raises(SourceError) as caught:
        read(data, "datei.txt")
    assert caught.value.reason is reason


def test_pages_survive_and_a_scan_without_text_names_its_pages() -> None:
    blocks = (Block(BlockKind.PARAGRAPH, "Eins", page=1), Block(BlockKind.NOTE, "Drei", page=3))
    extract = Extract(blocks, "test", PageUnit.SLIDE, page_count=3)
    paged = document(extract, Format.PPTX, "a.pptx")
    assert [page.number for page in paged.pages] == [1, 3]
    assert (paged.unit, paged.page_count) == (PageUnit.SLIDE, 3)
    with pytest.raises(SourceError, match="3 Seiten"):
        document(Extract((), "test", PageUnit.PAGE, page_count=3), Format.PDF, "a.pdf")


def test_empty_blocks_are_left_out() -> None:
    blocks = [Block(BlockKind.PARAGRAPH, text) for text in ("\u200b", " \n ", "x")]
    assert [block.text for block in clean_blocks(blocks)] == ["x"]


@pytest.mark.timeout(30)
def test_a_whole_statute_keeps_its_sections() -> None:
    if not STATUTES.exists():
        pytest.skip("needs the statute collection beside the repository")
    statute = read(STATUTES.read_bytes(), STATUTES.name)
    headings = [statute.text[h.start : h.end] for h in statute.headings]
    assert sum(heading.startswith("§ ") for heading in headings) > 500
    assert statute.metadata.type == "Gesetz"
