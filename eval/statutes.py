"""Sections of statutes to be found by their headings, as a retrieval data set in BEIR form.

``python -m eval.statutes FOLDER FILE…`` reads statutes in Markdown: each section's text without its
heading becomes a document, the heading without its number the question that it answers.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.xquad import ABOUT

_HEADING = re.compile(r"^#{2,6} (§+ ?\d+\w?|Art\.? ?\d+\w?) +(\S.*)$")
_ANY_HEADING = re.compile(r"^#{1,6} ")
_LEAST_WORDS = 2
_LEAST_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `name` tells it from all others, `text` has no heading."""

    name: str
    heading: str
    text: str


def read_sections(path: Path) -> Iterator[Section]:
    """Yield the sections that have a heading of words and a text."""
    number = heading = ""
    lines: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), "# Ende"]:
        if not _ANY_HEADING.match(line):
            lines.append(line)
            continue
        text = "\n".join(lines).strip()
        if len(heading.split()) >= _LEAST_WORDS and len(text) >= _LEAST_CHARACTERS:
            yield Section(f"{path.stem}:{number}", heading, text)
        found = _HEADING.match(line)
        number, heading = (found[1], found[2]) if found else ("", "")
        lines = []


def write_beir(sections: Iterable[Section], folder: Path) -> int:
    """Write the data set; returns the number of sections."""
    held = {section.name: section for section in sections}
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    documents = [{"_id": s.name, "title": "", "text": s.text} for s in held.values()]
    queries = [{"_id": s.name, "text": s.heading} for s in held.values()]
    rows = ["query-id\tcorpus-id\tscore", *(f"{name}\t{name}\t1" for name in held)]
    for name, entries in (("corpus", documents), ("queries", queries)):
        text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / ABOUT).write_text(
        "sections of statutes without their headings, each asked for by its heading\n",
        encoding="utf-8",
    )
    return len(held)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    given = parser.parse_args()
    write_beir((s for path in given.files for s in read_sections(path)), given.folder)
