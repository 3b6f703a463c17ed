"""The starter corpus: what the manifest says, what the documents say, and that it is our own."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pptx
import pypdf
import pytest
from lxml import html

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
DOCUMENTS = CORPUS / "documents"
SHARED = ROOT.parent / "shared"
STATUTES = [SHARED / "data" / "sgb_5.md", SHARED / "data" / "sgb_2.md"]
ENTRIES: list[dict[str, Any]] = tomllib.loads((CORPUS / "manifest.toml").read_text("utf-8"))[
    "document"
]
BUILT = [entry["file"] for entry in ENTRIES if "made_from" in entry]
SECTION = re.compile(r"§§?\s*\d+[a-z]?\b(?:(?:,\s*|\s+(?:und|bis|oder)\s+)\d+[a-z]?\b)*")
EUROS = re.compile(r"(\d+(?:[,.]\d+)?)\s+[Ee]uro")

each_document = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
needs_sources = pytest.mark.skipif(
    not STATUTES[0].is_file(), reason="the source texts stand beside the repository, not in it"
)


def visible_text(path: Path) -> str:
    """The text of a file as a person sees it, speaker notes included."""
    match path.suffix:
        case ".pdf":
            return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        case ".docx":
            word = docx.Document(str(path))
            cells = (cell.text for table in word.tables for row in table.rows for cell in row.cells)
            return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
        case ".pptx":
            return "\n".join(slide_text(slide) for slide in pptx.Presentation(str(path)).slides)
        case ".html":
            tree = html.parse(path).getroot()
            for line_break in tree.iter("br"):
                line_break.tail = "\n" + (line_break.tail or "")
            return "\n".join(element.text_content() for element in tree.iter("title", "article"))
    text = path.read_text(encoding="utf-8").replace("\\\n", "\n")
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)  # front matter is for programs


def slide_text(slide: Any) -> str:
    lines = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    lines += [cell.text for table in tables for cell in table.iter_cells()]
    if slide.has_notes_slide:
        lines.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(lines)


def own_type(path: Path) -> str | None:
    """What the file's own properties say it is; plain text has none."""
    match path.suffix:
        case ".pdf":
            info = pypdf.PdfReader(path).metadata
            return info.subject if info else None
        case ".docx":
            return str(docx.Document(str(path)).core_properties.category)
        case ".pptx":
            return str(pptx.Presentation(str(path)).core_properties.category)
        case ".html":
            return str(html.parse(path).xpath("string(//meta[@name='dc.type']/@content)"))
        case ".md":
            found = re.search(
                r"\A---\n.*?^type: (.*?)$.*?^---$", path.read_text("utf-8"), re.M | re.S
            )
            return found[1] if found else None
    return "Zusammenfassung"


def text_of(entry: dict[str, Any]) -> str:
    return visible_text(DOCUMENTS / entry["file"])


def sections(text: str) -> set[str]:
    return {number for found in SECTION.findall(text) for number in re.findall(r"\d+[a-z]?", found)}


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[start:] for start in range(length)), strict=False))


def test_the_manifest_lists_the_files_and_nothing_else() -> None:
    listed = [entry["file"] for entry in ENTRIES]
    assert sorted(listed) == sorted(path.name for path in DOCUMENTS.iterdir())


def test_there_is_enough_of_every_format() -> None:
    formats = Counter(Path(entry["file"]).suffix for entry in ENTRIES)
    assert len(ENTRIES) >= 14
    assert formats[".pptx"] >= 1
    assert all(formats[suffix] >= 2 for suffix in (".pdf", ".docx", ".html", ".md", ".txt"))


def test_german_with_one_english_document() -> None:
    assert Counter(entry["language"] for entry in ENTRIES)["en"] == 1
    assert {entry["language"] for entry in ENTRIES} == {"de", "en"}


@each_document
def test_the_hash_is_that_of_the_file(entry: dict[str, Any]) -> None:
    data = (DOCUMENTS / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"], "run python corpus/build.py"


@each_document
def test_it_says_near_the_top_that_it_is_a_summary(entry: dict[str, Any]) -> None:
    top = text_of(entry)[:900].splitlines()
    assert "Typ: Zusammenfassung" in top
    assert "Herausgeber: kgc-assistant (Startkorpus)" in top
    assert any(re.match(r"Stand: .*\b20\d\d\b", line) for line in top)


@each_document
def test_its_properties_say_that_it_is_a_summary(entry: dict[str, Any]) -> None:
    assert own_type(DOCUMENTS / entry["file"]) == entry["type"] == "Zusammenfassung"


@each_document
def test_it_shows_its_title(entry: dict[str, Any]) -> None:
    top = " ".join(re.findall(r"\w+", text_of(entry)[:900]))
    assert " ".join(re.findall(r"\w+", entry["title"])) in top


@each_document
def test_it_names_its_sources_at_its_end(entry: dict[str, Any]) -> None:
    end = text_of(entry)[-1200:]
    assert entry["sources"]
    assert "Quellen" in end
    assert re.search(r"§|\bStand\b", end[end.index("Quellen") :])


def test_the_report_has_pages_and_a_running_head() -> None:
    pages = pypdf.PdfReader(DOCUMENTS / "bericht-gesundheitliche-chancengleichheit.pdf").pages
    assert len(pages) >= 6
    for number, page in enumerate(pages[1:], start=2):
        text = page.extract_text()
        assert "Gesundheitliche Chancengleichheit vor Ort" in text.splitlines()[0]
        assert f"Seite {number}" in text


def test_building_twice_gives_the_same_bytes_and_the_text_that_is_kept(tmp_path: Path) -> None:
    for name in ("first", "second"):
        command = [sys.executable, str(CORPUS / "build.py"), "--to", str(tmp_path / name)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == sorted(BUILT)
    for name in BUILT:
        first, second = tmp_path / "first" / name, tmp_path / "second" / name
        assert first.read_bytes() == second.read_bytes()
        assert visible_text(first) == visible_text(DOCUMENTS / name)


@needs_sources
@each_document
@pytest.mark.parametrize("source", ["seeds", "statutes"])
def test_nothing_is_copied(entry: dict[str, Any], source: str) -> None:
    # A statute's own terms may stand in a row of up to twelve words, other texts up to seven.
    length = {"seeds": 8, "statutes": 13}[source]
    assert not {
        " ".join(run) for run in runs(text_of(entry), length) & foreign_runs(source, length)
    }


@cache
def foreign_runs(source: str, length: int) -> frozenset[tuple[str, ...]]:
    texts = {"seeds": sorted((SHARED / "seeds").glob("*.txt")), "statutes": STATUTES}[source]
    assert texts
    return frozenset[tuple[str, ...]]().union(
        *(runs(text.read_text(encoding="utf-8"), length) for text in texts)
    )


@needs_sources
@each_document
def test_amounts_sections_and_years_stand_in_the_sources(entry: dict[str, Any]) -> None:
    text = text_of(entry)
    law = STATUTES[0].read_text(encoding="utf-8")
    prevention = law[law.index("#### § 20 Primäre") : law.index("#### § 21 ")]
    amounts = {amount.replace(".", ",") for amount in EUROS.findall(text)}
    assert amounts <= set(EUROS.findall(prevention))
    known = sections(law)
    if "SGB II," in " ".join(entry["sources"]):
        known |= sections(STATUTES[1].read_text(encoding="utf-8"))
    assert sections(text) <= known
    seeds = "".join(seed.read_text() for seed in sorted((SHARED / "seeds").glob("*.txt")))
    years = set(re.findall(r"\b20\d\d\b", text))
    assert years <= set(
        re.findall(r"20\d\d", seeds + prevention + law[:2000] + _head_of_book_two())
    )


def _head_of_book_two() -> str:
    return STATUTES[1].read_text(encoding="utf-8")[:2000]
