"""Write the binary documents of the starter corpus from their sources.

    python corpus/build.py               rebuild corpus/documents and the hashes in the manifest
    python corpus/build.py --to FOLDER   write the built files somewhere else, touch nothing

Files in .md, .html and .txt are written by hand and stay as they are. Needs reportlab (the
development tools of the project) for the PDF files. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from pathlib import Path

from writers.pdf import write_report, write_slide_pdf
from writers.slides import write_slides
from writers.source import Source, read_source
from writers.word import write_word

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE / "documents"
MANIFEST = HERE / "manifest.toml"
ENTRY = re.compile(r'^file = "(?P<file>[^"]+)"$(?P<between>.*?)^sha256 = "[0-9a-f]*"$', re.M | re.S)


def write(source: Source) -> bytes:
    """Return the bytes of the file that `source.output` names."""
    if source.output.endswith("-folien.pdf"):
        return write_slide_pdf(source)
    writers = {".docx": write_word, ".pptx": write_slides, ".pdf": write_report}
    return writers[Path(source.output).suffix](source)


def build(folder: Path) -> list[Path]:
    """Write every built document into `folder` and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted((HERE / "sources").glob("*.md")):
        source = read_source(path)
        target = folder / source.output
        target.write_bytes(write(source))
        written.append(target)
    return written


def refresh_hashes() -> None:
    """Put the hash of each file as it is now into the manifest."""

    def entry(match: re.Match[str]) -> str:
        name = match["file"]
        digest = hashlib.sha256((DOCUMENTS / name).read_bytes()).hexdigest()
        return f'file = "{name}"{match["between"]}sha256 = "{digest}"'

    text = MANIFEST.read_text(encoding="utf-8")
    MANIFEST.write_text(ENTRY.sub(entry, text), encoding="utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Rebuild the starter corpus.")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="write there only")
    folder: Path | None = parser.parse_args().to
    build(folder or DOCUMENTS)
    if folder is None:
        refresh_hashes()


if __name__ == "__main__":
    main()
