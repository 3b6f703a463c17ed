import io
import random
import shutil
import stat
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ingest.errors import Reason, SourceError
from ingest.scan.grey import MAX_PIXELS, Grey, scale_for
from ingest.scan.hocr import Word, WordLine, read_hocr
from ingest.scan.rasters import develop, read_picture
from ingest.scan.recognise import works
from ingest.scan.rendering import draw
from ingest.scan.scanned import sheet_of, skew_of
from ingest.scan.tesseract import Engine, engine, recognise
from tests.data import build

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed"
)
PAGE = Grey(1000, 1400, 120.0, b"")


@needs_tesseract
def test_the_installed_program_tells_version_and_languages_and_reads() -> None:
    found = engine()
    assert found.version[0].isdecimal()
    assert "eng" in found.languages or "deu" in found.languages
    if not found.lacks:
        assert works()


@pytest.mark.parametrize(
    ("script", "lacks"),
    [
        (None, "nicht installiert"),
        ("exit 1", "nicht installiert"),
        (
            '[ "$1" = --version ] && echo tesseract 5.1 || printf "List:\\neng\\n"',
            "deutsche Modell",
        ),
        ('[ "$1" = --version ] && echo tesseract 5.1 || printf "List:\\ndeu\\n"', ""),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, lacks: str
) -> None:
    if script is not None:
        program = tmp_path / "tesseract"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr("ingest.scan.tesseract.SEARCH_PATH", str(tmp_path))
    found = engine()
    assert (lacks in found.lacks) if lacks else found.lacks == ""


def test_the_name_holds_version_and_language() -> None:
    assert Engine("5.3.0", ("deu",)).name == "Tesseract 5.3.0 (deu)"
    assert not Engine("5.3.0", ("deu",)).finds_direction


@needs_tesseract
@pytest.mark.slow
def test_a_picture_that_takes_too_long_is_given_up() -> None:
    noise = Grey(2400, 3400, 300.0, random.Random(1).randbytes(2400 * 3400))
    begun = time.monotonic()
    with pytest.raises(SourceError) as caught:
        recognise(noise, 0.2, finds_direction=False)
    assert caught.value.reason is Reason.TIMEOUT
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x00"])
def test_answers_that_are_no_hocr_are_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match="no hOCR"):
        read_hocr(answer)


def line(words: list[tuple[str, float]], y: float, slope: float = 0.0) -> WordLine:
    boxes = []
    for text, x in words:
        width = 12.0 * len(text)
        down = y + slope * (x + width / 2)
        boxes.append(Word(text, x, down - 20, x + width, down, 95))
    return WordLine(tuple(boxes), 24.0, 1)


TEXT = [("Rathaus", 100.0), ("und", 200.0), ("Verein", 250.0), ("laden", 340.0), ("ein", 420.0)]


@given(st.floats(-0.03, 0.03), st.integers(2, 12))
def test_skew_is_taken_out(slope: float, rows: int) -> None:
    lines = [line(TEXT, 200.0 + 40 * row, slope) for row in range(rows)]
    assert skew_of(PAGE, lines) == pytest.approx(slope, abs=1e-6)
    sheet = sheet_of(1, PAGE, lines)
    assert [s.text for s in sheet.segments] == ["Rathaus und Verein laden ein"] * rows
    steps = {round((a.y - b.y) * 120 / 72) for a, b in pairwise(sheet.segments)}
    assert steps <= {40}


def test_pages_on_their_side_are_turned() -> None:
    upright = sheet_of(1, PAGE, [line(TEXT, 200.0)])
    turned = WordLine(
        tuple(
            Word(w.text, w.y0, 1000 - w.x1, w.y1, 1000 - w.x0, 95) for w in line(TEXT, 200.0).words
        ),
        24.0,
        1,
    )
    side = Grey(1400, 1000, 120.0, b"")
    sheet = sheet_of(1, side, [turned])
    assert (sheet.width, sheet.height) == (upright.width, upright.height)
    assert [(s.text, s.x0, s.y) for s in sheet.segments] == [
        (s.text, s.x0, s.y) for s in upright.segments
    ]


def test_bullets_and_section_signs_are_put_right() -> None:
    lines = [
        line([("e", 100.0), ("Vereine", 130.0)], 200.0),
        line([("nach", 100.0), ("$", 160.0), ("20a", 180.0), ("SGB", 230.0)], 260.0),
    ]
    texts = [s.text for s in sheet_of(1, PAGE, lines).segments]
    assert texts == ["• Vereine", "nach § 20a SGB"]


def test_dirt_is_left_out() -> None:
    dirt = WordLine((Word("~~", 5, 5, 9, 9, 90), Word("|", 10, 5, 19, 9, 90)), 8, 1)
    unsure = WordLine((Word("Mx", 5, 5, 9, 9, 8),), 8, 1)
    assert sheet_of(1, PAGE, [dirt, unsure]).segments == ()


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_pictures_of_pages_are_bounded(width: float, height: float) -> None:
    scale = scale_for(width, height)
    assert scale <= 300 / 72
    assert max(width, 1) * max(height, 1) * scale**2 <= MAX_PIXELS * 1.001


def test_pages_are_drawn_as_people_see_them() -> None:
    picture = draw(build.two_column_pdf(), 1)
    assert (picture.width, picture.height) == (2481, 3508)
    assert not picture.is_blank()
    assert picture.pgm().startswith(b"P5 2481 3508 255\n")
    with pytest.raises(SourceError) as caught:
        draw(b"%PDF-1.4 junk", 1)
    assert caught.value.reason is Reason.DAMAGED


def png(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


def test_pictures_that_are_too_large_or_broken_are_refused() -> None:
    with pytest.raises(SourceError) as caught:
        develop(png((10_000, 10_000)), 1)
    assert caught.value.reason is Reason.TOO_LARGE
    with pytest.raises(SourceError) as caught:
        develop(png((100, 100))[:-30], 1)
    assert caught.value.reason is Reason.DAMAGED
    with pytest.raises(SourceError) as caught:
        read_picture(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR junk")
    assert caught.value.reason is Reason.DAMAGED


def test_transparent_ground_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert set(develop(out.getvalue(), 1).pixels) == {255}
