"""Makes the sample and the nasty files of the tests, in memory; nothing binary is checked in.

Run as a script, it writes all of them into a folder, to be looked at or to be ingested:
``python tests/data/build.py FOLDER``. The nasty ones go into the folder ``nasty`` below it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

if not __package__:  # run as a script: the repository is not on the path then
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.data.nasty import NASTY
from tests.data.office_files import (
    bomb,
    compound_file,
    member,
    password_zip,
    rezipped,
    sample_docx,
    sample_pptx,
    saved,
    stored,
    zipped,
)
from tests.data.pdf_files import (
    Piece,
    deck_pdf,
    drawn_pdf,
    encrypted_pdf,
    fonts,
    lines_pdf,
    page_loop_pdf,
    pdf,
    raw_pdf,
    report_pdf,
    scan_pdf,
    stream,
    style,
    two_column_pdf,
)
from tests.data.texts import MORE_PROSE, PROSE

__all__ = [
    "FILES",
    "MORE_PROSE",
    "NASTY",
    "PROSE",
    "Piece",
    "bomb",
    "compound_file",
    "deck_pdf",
    "drawn_pdf",
    "encrypted_pdf",
    "fonts",
    "lines_pdf",
    "member",
    "page_loop_pdf",
    "password_zip",
    "pdf",
    "raw_pdf",
    "report_pdf",
    "rezipped",
    "sample_docx",
    "sample_pptx",
    "saved",
    "scan_pdf",
    "stored",
    "stream",
    "style",
    "two_column_pdf",
    "zipped",
]

FILES: dict[str, Callable[[], bytes]] = {
    "bericht.pdf": report_pdf,
    "zweispaltig.pdf": two_column_pdf,
    "folien.pdf": deck_pdf,
    "scan.pdf": scan_pdf,
    "passwort.pdf": lambda: encrypted_pdf("geheim", "AES-256"),
    "ohne_passwort_verschluesselt.pdf": lambda: encrypted_pdf("", "RC4-128"),
    "abgeschnitten.pdf": lambda: report_pdf()[:6_000],
    "schleife.pdf": page_loop_pdf,
    "leitfaden.docx": sample_docx,
    "vortrag.pptx": sample_pptx,
    "kaputt.docx": lambda: sample_docx()[:5_000],
    "bombe.docx": bomb,
    "passwort.docx": lambda: compound_file("EncryptedPackage"),
    "alt.doc": lambda: compound_file("WordDocument"),
    "leer.txt": lambda: b"",
    "archiv.docx": lambda: zipped({"brief.txt": "Kein Word."}),
}


def write_nasty(folder: Path, *, heavy: bool = True) -> None:
    """Write the nasty files into `folder`, with a link out of it and a pipe nobody writes to."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, nasty in NASTY.items():
        if heavy or not nasty.heavy:
            (folder / name).write_bytes(nasty.make())
    for name in ("verweis.txt", "rohr.txt"):
        (folder / name).unlink(missing_ok=True)
    (folder / "verweis.txt").symlink_to("/etc/passwd")
    os.mkfifo(folder / "rohr.txt")


def main(folder: Path) -> None:
    """Write all files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (folder / name).write_bytes(make())
    write_nasty(folder / "nasty")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
