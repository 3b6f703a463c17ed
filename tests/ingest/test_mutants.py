"""Damaged files of each format: whatever is wrong in them, they end in a document or a reason."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from ingest.document import Document
from ingest.errors import SourceError
from ingest.process.sandbox import Sandbox
from ingest.read import read
from ingest.split import split
from tests.data import build, nasty_text

SEED = 20_240_301
FEW, MANY = 240, 10_000
_PAGE = f"""<!doctype html><html lang="de"><head><title>Blatt</title><meta name="keywords"
content="Kita"><script type="application/ld+json">{{"keywords": ["Sport"]}}</script></head><body>
<main><h1>Blatt</h1><p>{build.PROSE}</p><ul><li>Eins</li><li>Zwei</li></ul><table><tr><th>Ort</th>
<th>Jahr</th></tr><tr><td rowspan="2">Halle</td><td>2021</td></tr></table><dl><dt>A</dt><dd>B</dd>
</dl><p hidden>Nicht zu sehen ist dieser Satz.</p></main></body></html>"""
_MARKDOWN = f"""# Titel

{build.PROSE}

- Eins
- Zwei

| a | b |
|---|---|
| 1 | 2 |
"""
SAMPLES: dict[str, Callable[[], bytes]] = {
    "bericht.pdf": build.report_pdf,
    "spalten.pdf": build.two_column_pdf,
    "folien.pdf": build.deck_pdf,
    "leitfaden.docx": build.sample_docx,
    "vortrag.pptx": build.sample_pptx,
    "seite.html": _PAGE.encode,
    "skripte.html": nasty_text.scripts,
    "text.md": _MARKDOWN.encode,
    "text.txt": nasty_text.GOOD.encode,
    "utf16.txt": lambda: nasty_text.GOOD.encode("utf-16"),
}


@cache
def sample(name: str) -> bytes:
    return SAMPLES[name]()


def mutants(count: int, names: tuple[str, ...]) -> Iterator[tuple[int, str, bytes]]:
    """Yield (number, name, bytes) of damaged samples; a number always gives the same bytes."""
    for number in range(count):
        name = names[number % len(names)]
        chance = random.Random(SEED + number)
        data = sample(name)
        packed = data.startswith(b"PK") and chance.random() < 0.8
        yield number, name, _repacked(data, chance) if packed else _damaged(data, chance)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """Damage one to three members of a package, so that the package itself stays whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        changes: dict[str, bytes | str | None] = {}
        for name in chance.sample(names, chance.randint(1, 3)):
            gone = chance.random() < 0.15
            changes[name] = None if gone else _damaged(package.read(name), chance)
    return build.rezipped(data, changes)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(len(out) + 1)
        length = chance.choice((1, 2, 8, 100, 2_000))
        match chance.randrange(7):
            case 0:
                out[place : place + length] = chance.randbytes(min(length, 100))
            case 1:
                del out[place : place + length]
            case 2:
                out[place:place] = out[place : place + length] * chance.choice((1, 3, 20))
            case 3:
                out[place:place] = chance.choice((b"\x00", b"<", b"\xff", b'"', b">>", b"9" * 30))
            case 4:
                del out[place:]
            case 5 if place < len(out):
                out[place] ^= 1 << chance.randrange(8)
            case _:
                other = chance.randrange(len(out) + 1)
                out[place : place + length] = out[other : other + length]
    return bytes(out)


def check(document: Document) -> None:
    for chunk in split(document):
        assert document.text[chunk.start : chunk.end] == chunk.text


OFFICE_AND_TEXT = tuple(name for name in SAMPLES if not name.endswith(".pdf"))


@pytest.mark.slow
@pytest.mark.parametrize("name", OFFICE_AND_TEXT)
def test_mutants_end_in_a_document_or_a_reason(name: str) -> None:
    ended = {"read": 0, "refused": 0}
    for number, _, data in mutants(FEW // len(OFFICE_AND_TEXT), (name,)):
        try:
            check(read(data, name))
        except SourceError as error:
            ended["refused"] += 1
            assert error.message, number  # noqa: PT017 - most mutants are read, not refused
        else:
            ended["read"] += 1
    assert ended["read"] > 0


@pytest.mark.slow
def test_mutants_of_pdf_files_end_in_the_sandbox() -> None:
    names = tuple(name for name in SAMPLES if name.endswith(".pdf"))
    _end_in_the_sandbox(60, names)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_ten_thousand_mutants_end_in_the_sandbox() -> None:
    _end_in_the_sandbox(MANY, tuple(SAMPLES))


def _end_in_the_sandbox(count: int, names: tuple[str, ...]) -> None:
    read_ones = 0
    crashes = []
    with Sandbox() as sandbox:
        for number, name, data in mutants(count, names):
            try:
                sandbox.parse(data, name)
            except SourceError as error:
                if "brach ab" in error.message or "abgestürzt" in error.message:
                    crashes.append((number, name, error.message))
            else:
                read_ones += 1
    assert crashes == []
    assert read_ones > 0
