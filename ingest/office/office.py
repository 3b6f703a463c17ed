"""What the Office formats share: the check of the package before any XML, rows, damage."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ingest.errors import Reason, SourceError

MAX_MEMBERS = 10_000
MAX_UNPACKED = 300_000_000
MAX_XML = 100_000_000
MAX_RATIO = 200
SMALL = 5_000_000
_ENCRYPTED_FLAG = 0x1
_TYPES = "[Content_Types].xml"
_MAIN = re.compile(
    rb"application/vnd\.[\w.-]{0,40}?(word|presentation|powerpoint|spreadsheet|excel)"
    rb"\w{0,20}\.\w{1,20}(?:\.macroEnabled\w{0,20})?\.main\+xml"
)
_KINDS = {
    b"word": "document",
    b"presentation": "presentation",
    b"powerpoint": "presentation",
    b"spreadsheet": "sheet",
    b"excel": "sheet",
}
_PLAIN = {
    "document": b"wordprocessingml.document",
    "presentation": b"presentationml.presentation",
    "sheet": b"spreadsheetml.sheet",
}
_LABEL_WORDS = 4
_DRIVE = re.compile(r"^[A-Za-z]:")


def check_package(data: bytes) -> None:
    """Refuse zip packages that are broken, hostile or too large, reading their directory only.

    Raises:
        SourceError: DAMAGED for a broken zip or names that lead out of it, ENCRYPTED for members
            with a password, TOO_LARGE beyond `MAX_MEMBERS`, `MAX_UNPACKED` bytes, `MAX_XML` bytes
            of XML, or `MAX_RATIO` times the packed size (of members over `SMALL` bytes).
    """
    with damage_mapped():
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
        if len(members) > MAX_MEMBERS:
            raise SourceError(Reason.TOO_LARGE, f"({len(members)} Teile; erlaubt: {MAX_MEMBERS})")
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAX_UNPACKED:
            raise SourceError(
                Reason.TOO_LARGE,
                f"(entpackt {unpacked / 1e6:.0f} MB; erlaubt: {MAX_UNPACKED / 1e6:.0f} MB)",
            )
        xml = sum(m.file_size for m in members if m.filename.lower().endswith(".xml"))
        if xml > MAX_XML:
            raise SourceError(
                Reason.TOO_LARGE,
                f"(entpackt {xml / 1e6:.0f} MB Text und Aufbau; erlaubt: {MAX_XML / 1e6:.0f} MB)",
            )
        for member in members:
            _check_member(member)


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise SourceError(Reason.ENCRYPTED)
    path = member.filename.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/"):
        raise SourceError(Reason.DAMAGED, "(ein Teil der Datei zeigt auf einen fremden Ort)")
    if member.file_size > max(SMALL, MAX_RATIO * member.compress_size):
        raise SourceError(
            Reason.TOO_LARGE,
            f"(ein Teil wächst beim Entpacken auf {member.file_size / 1e6:.0f} MB)",
        )


def main_type(data: bytes) -> str:
    """Return the kind of the main part: "document", "presentation", "sheet", "" for others.

    The package's own list of content types decides, so that a renamed file is known.
    """
    with damage_mapped(), zipfile.ZipFile(io.BytesIO(data)) as package:
        if _TYPES not in package.namelist() or package.getinfo(_TYPES).file_size > SMALL:
            return ""
        match = _MAIN.search(package.read(_TYPES))
    return _KINDS[match[1]] if match else ""


def as_document(data: bytes) -> bytes:
    """Declare templates, shows and files with macros as what they hold: a plain document.

    python-docx and python-pptx refuse the other content types although the parts are the same.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        types = package.read(_TYPES)
        plain = _MAIN.sub(_plain, types)
        if plain == types:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for member in package.infolist():
                content = plain if member.filename == _TYPES else package.read(member)
                copy.writestr(member.filename, content)
    return out.getvalue()


def _plain(match: re.Match[bytes]) -> bytes:
    plain = _PLAIN[_KINDS[match[1]]]
    return b"application/vnd.openxmlformats-officedocument.%s.main+xml" % plain


@contextmanager
def damage_mapped() -> Iterator[None]:
    """Turn whatever a broken package makes zip, XML and Office libraries raise into DAMAGED."""
    try:
        yield
    except (SourceError, MemoryError):
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as exc:
        raise SourceError(Reason.DAMAGED) from exc
    except RuntimeError as exc:
        # zipfile says so when a member needs a password.
        reason = Reason.ENCRYPTED if "password" in str(exc) else Reason.DAMAGED
        raise SourceError(reason) from exc
    except Exception as exc:  # lxml, python-docx and python-pptx share no base class
        raise SourceError(Reason.DAMAGED) from exc


@contextmanager
def loss_noted(losses: list[str], name: str) -> Iterator[None]:
    """Add `name` to `losses` once, instead of failing, where a part cannot be read."""
    try:
        yield
    except (SourceError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - lxml, python-docx and python-pptx share no base class
        if name not in losses:
            losses.append(name)


def has_macros(data: bytes) -> bool:
    """Whether a package holds macros. They are never run."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return any(name.lower().endswith("vbaproject.bin") for name in package.namelist())


def warnings_of(losses: Sequence[str], *, macros: bool = False, hidden: int = 0) -> list[str]:
    """Return the German sentences for what was not taken from an Office file.

    Args:
        losses: What people call the broken parts.
        macros: The file holds macros.
        hidden: Characters of text that a reader of the document does not see.
    """
    found = []
    if losses:
        found.append(f"Beschädigte Teile fehlen ganz oder teilweise: {', '.join(losses)}.")
    if hidden:
        found.append(hidden_text(hidden))
    if macros:
        found.append("Die Datei enthält Makros. Sie wurden weder ausgeführt noch gelesen.")
    return found


def hidden_text(characters: int) -> str:
    """Return the German sentence for text that was left out because nobody sees it."""
    return f"{characters} Zeichen unsichtbarer Text wurden nicht übernommen."


def row_texts(rows: Sequence[Sequence[str]], *, header: bool) -> list[str]:
    """Return one line per row of a table.

    With a header row each cell is named by its column (``Ort: Halle; Jahr: 2021``), so that a
    row found alone says what it means; otherwise cells are set apart by " | ". Cells may be
    empty, rows may differ in length.
    """
    clean = [[" ".join(cell.split()) for cell in row] for row in rows]
    filled = [row for row in clean if any(row)]
    if not header or len(filled) < 2 or sum(map(bool, filled[0])) < 2:  # noqa: PLR2004 - a header names two columns of a row
        return [" | ".join(filter(None, row)) for row in filled]
    return [named_cells(filled[0], row) for row in filled[1:]]


def named_cells(names: Sequence[str], row: Sequence[str]) -> str:
    """Return a row's cells, each with the name of its column; a name may end with a colon."""
    named = zip([*names, *[""] * len(row)], row, strict=False)
    return "; ".join(
        labelled(name, cell) if name and name != cell else cell for name, cell in named if cell
    )


def labelled(label: str, text: str) -> str:
    """Return ``label: text``; a colon that the label brings along is not doubled."""
    return f"{label.rstrip(': ')}: {text}"


def are_labels(cells: Sequence[str]) -> bool:
    """Whether the cells of a first column are short names of what stands beside them."""
    return len(set(cells)) == len(cells) > 1 and all(map(_is_label, cells))


def _is_label(cell: str) -> bool:
    words = len(cell.split())
    return 0 < words <= _LABEL_WORDS and not re.search(r"[\d@.!?;|]|: *\S", cell)
