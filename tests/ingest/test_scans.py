"""Scans from end to end: pictures of pages in, text with the right pages out."""

import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from reportlab.platypus import Paragraph

from ingest.document import Document
from ingest.errors import Reason, SourceError
from ingest.page.furniture import Sheet
from ingest.page.segments import Segment
from ingest.process.sandbox import ParsedSource, Sandbox
from ingest.scan.pictures import Painted, is_garbage, unread_pages
from ingest.scan.scans import Budget, recognise_pages
from tests.data import build
from tests.ingest import scans

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed"
)
BODY, HEADING = build.style(11, truetype=True), build.style(18, bold=True, truetype=True)
TOPICS = {
    "Bewegung im Alter": "Der Bürgerbus fährt die Gäste jeden Dienstag zur Turnhalle.",
    "Gesunde Kita": "Die Köchin bereitet täglich frisches Gemüse für vierzig Kinder zu.",
    "Hitzeschutz": "Trinkbrunnen stehen künftig auf allen größeren Plätzen der Stadt.",
}


def page(topic: str) -> bytes:
    text = f"{TOPICS[topic]} {build.MORE_PROSE}"
    return build.pdf([Paragraph(topic, HEADING), Paragraph(text, BODY)])


@pytest.fixture(scope="module")
def parse() -> Iterator[Callable[[bytes, str], ParsedSource]]:
    with Sandbox() as sandbox:
        yield sandbox.parse


def page_of(document: Document, words: str) -> int | None:
    assert words in document.text
    return document.page_at(document.text.index(words))


@needs_tesseract
@pytest.mark.slow
def test_a_scan_between_pages_of_text_is_read_in_its_place(
    parse: Callable[[bytes, str], ParsedSource],
) -> None:
    first, second, third = map(page, TOPICS)
    mixed = scans.joined(first, scans.scanned(second, angle=0.5, noise=10), third)
    parsed = parse(mixed, "gemischt.pdf")
    document = parsed.document
    assert [page_of(document, sentence) for sentence in TOPICS.values()] == [1, 2, 3]
    assert {chunk.page for chunk in parsed.chunks if "Köchin" in chunk.text} == {2}
    headings = [document.text[h.start : h.end] for h in document.headings]
    assert headings == list(TOPICS)
    assert "Tesseract" in document.parser
    assert any("Texterkennung mit" in w and "Seite 2." in w for w in document.warnings)
    assert document.unread == ()


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_scanned_sideways_is_read_upright(
    parse: Callable[[bytes, str], ParsedSource], turn: int
) -> None:
    shown = [p.rotate(turn, expand=True) for p in scans.pictures(page("Hitzeschutz"))]
    document = parse(scans.pdf_of(shown), "quer.pdf").document
    assert TOPICS["Hitzeschutz"] in document.text


@needs_tesseract
@pytest.mark.slow
def test_a_stamp_a_turned_page_and_a_strong_skew_do_not_keep_a_page_from_being_read(
    parse: Callable[[bytes, str], ParsedSource],
) -> None:
    stamped = scans.scanned(page("Gesunde Kita"), caption="Eingang 12.03.2019 Gesundheitsamt")
    turned = scans.joined(scans.scanned(page("Hitzeschutz")), turn=90)
    askew = scans.scanned(page("Bewegung im Alter"), angle=3)
    document = parse(scans.joined(stamped, turned, askew), "stempel.pdf").document
    found = [page_of(document, TOPICS[topic]) for topic in list(TOPICS)[1:]]
    assert found == [1, 2]
    assert page_of(document, TOPICS["Bewegung im Alter"]) == 3


@needs_tesseract
@pytest.mark.slow
def test_columns_of_a_scan_are_read_one_after_the_other(
    parse: Callable[[bytes, str], ParsedSource],
) -> None:
    text = parse(scans.scanned(build.two_column_pdf(), angle=0.5), "spalten.pdf").document.text
    at = [text.index(f"Absatz {number}:") for number in range(1, 13)]
    assert at == sorted(at)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "pages"), [("PNG", 1), ("JPEG", 1), ("TIFF", 2)])
def test_plain_pictures_are_scans(
    parse: Callable[[bytes, str], ParsedSource], kind: str, pages: int
) -> None:
    shown = scans.pictures(scans.joined(page("Gesunde Kita"), page("Hitzeschutz")))
    document = parse(scans.saved(shown, kind), f"bild.{kind.lower()}").document
    assert document.page_count == pages
    assert page_of(document, TOPICS["Gesunde Kita"]) == 1
    assert (TOPICS["Hitzeschutz"] in document.text) is (pages == 2)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("filter_", ["JBIG2Decode", "JPXDecode", "FlateDecode", "DCTDecode"])
def test_a_picture_of_absurd_size_ends_quickly(
    parse: Callable[[bytes, str], ParsedSource], filter_: str
) -> None:
    entries = (
        "/Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 1"
        f"/ColorSpace/DeviceGray/Filter/{filter_}"
    )
    nasty = build.raw_pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            "/Resources<</XObject<</I 5 0 R>>>>>>",
            build.stream("q 595 0 0 842 0 0 cm /I Do Q"),
            build.stream("garbage" * 500, entries),
        ]
    )
    begun = time.monotonic()
    with pytest.raises(SourceError) as caught:
        parse(nasty, "bombe.pdf")
    assert caught.value.reason is Reason.NO_TEXT
    assert "Seite 1" in caught.value.message
    assert time.monotonic() - begun < 20


def test_an_unreadable_scan_beside_text_is_named_with_the_cure(
    parse: Callable[[bytes, str], ParsedSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.scan.tesseract.SEARCH_PATH", "/nonexistent")
    mixed = scans.joined(page("Gesunde Kita"), scans.scanned(page("Hitzeschutz")))
    document = parse(mixed, "gemischt.pdf").document
    assert document.unread == (2,)
    (warning,) = document.warnings
    assert "Seite 2" in warning
    assert "apt install tesseract-ocr tesseract-ocr-deu" in warning
    with pytest.raises(SourceError, match="apt install tesseract-ocr") as caught:
        parse(scans.scanned(page("Hitzeschutz")), "scan.pdf")
    assert caught.value.reason is Reason.NO_TEXT


def sheet(number: int, text: str) -> Sheet:
    pieces = (Segment(text, 50, 500, 400, 10, bold=False),) if text else ()
    return Sheet(number, 595, 842, pieces)


PROSE = "Die Gemeinde hat beschlossen, für ältere Menschen mehr Möglichkeiten zu schaffen. " * 3


@pytest.mark.parametrize(
    ("text", "painted", "unread"),
    [
        (PROSE, Painted(), False),
        (PROSE, Painted(area=595 * 842), False),
        ("Seite 3", Painted(area=595 * 842), True),
        ("Seite 3", Painted(area=200 * 200), False),
        ("", Painted(), False),
        ("", Painted(area=100), True),
        ("", Painted(paths=True), True),
        ("", Painted(glyphs=80, undecoded=80), True),
        ("Titel", Painted(glyphs=805, undecoded=800), True),
        ("\ue001\ue002\ue003 Titel", Painted(), True),
    ],
)
def test_pages_without_usable_text_are_to_be_recognised(
    text: str, painted: Painted, unread: bool
) -> None:
    assert unread_pages([sheet(1, text)], [painted]) == ((1,) if unread else ())


def test_a_watermark_on_every_page_is_no_text() -> None:
    mark = "Heruntergeladen am 3. Mai von der Sammlung der Bibliothek, nur für den eigenen Gebrauch"
    foot = Segment(mark, 50, 500, 20, 6, bold=False)
    pages = [Sheet(n, 595, 842, (foot,)) for n in range(1, 5)]
    assert unread_pages(pages, [Painted(area=595 * 842)] * 4) == (1, 2, 3, 4)


def test_a_text_layer_misread_as_english_is_read_again() -> None:
    misread = "Fiir altere Menschen wiirde die Stadt auch kiinftig iiber MaBnahmen fiir die " * 3
    pages = [
        sheet(1, misread + "und der Gemeinde, die nicht mehr zu den Platzen gehen."),
        sheet(2, PROSE),
    ]
    assert unread_pages(pages, [Painted(area=595 * 842)] * 2) == (1,)


def test_garbage_is_told_from_text() -> None:
    assert is_garbage("\ufffd\ufffd\ufffd ab")
    assert not is_garbage("\uf0b7 Ein Punkt mit einem Zeichen aus einer Symbolschrift")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_recognition_stops_after_two_pages_that_took_too_long() -> None:
    asked: list[tuple[int, float]] = []

    def slow(number: int, seconds: float) -> bytes:
        asked.append((number, seconds))
        raise SourceError(Reason.TIMEOUT)

    outcome = recognise_pages((3, 4, 5, 6), slow, Budget(page_seconds=9), Clock())
    assert asked == [(3, 9), (4, 3)]
    assert outcome.given_up == (5, 6)
    assert list(outcome.remarks("T"))[-1].startswith("Nicht erkannt: Seiten 5, 6 (mehrere Seiten")


def test_recognition_is_bounded_in_pages_and_in_time() -> None:
    clock = Clock()

    def read(number: int, seconds: float) -> bytes:
        clock.now += 10
        return b"page"

    many = tuple(range(1, 10))
    assert recognise_pages(many, read, Budget(pages=4), clock).given_up == (5, 6, 7, 8, 9)
    brief = Budget(base_seconds=5, mean_seconds=5)
    assert recognise_pages(many, read, brief, clock).read == (1, 2, 3, 4, 5)


def test_pages_without_anything_on_them_do_not_go_on_for_ever() -> None:
    outcome = recognise_pages(tuple(range(1, 300)), lambda *_: b"", Budget(), Clock())
    assert outcome.empty == tuple(range(1, 16))
    assert outcome.given_up[0] == 16
