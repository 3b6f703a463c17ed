"""One file → one document: find the format, read, clean, assemble, collect the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ingest.assemble import assemble
from ingest.document import Block, Document, Extract, Metadata, PageSpan, Repair
from ingest.errors import Reason, SourceError
from ingest.facts.contacts import contacts_in
from ingest.facts.facts import facts
from ingest.markdown import read_markdown
from ingest.page.furniture import Sheet
from ingest.pdf import read_pdf
from ingest.plain import read_plain
from ingest.scan.rasters import read_picture
from ingest.slides import read_slides
from ingest.sniff import Format, sniff
from ingest.statute.statute_xml import read_statute
from ingest.statute.statutes import recognise
from ingest.webpage import read_webpage
from ingest.word import read_word
from ingest.wording.clean import clean_block, with_lines
from ingest.wording.dictionary import german
from ingest.wording.encoding import decode
from ingest.wording.misread import corrected, misread_stretches, repairs, warning

READERS: dict[Format, Callable[[bytes], Extract]] = {
    Format.PDF: read_pdf,
    Format.PPTX: read_slides,
    Format.DOCX: read_word,
    Format.HTML: read_webpage,
    Format.MARKDOWN: lambda data: read_markdown(decode(data)),
    Format.TEXT: lambda data: read_plain(decode(data)),
    Format.PICTURE: read_picture,
    Format.STATUTE: read_statute,
}
SCANS: dict[Format, Callable[[bytes, Mapping[int, Sheet]], Extract]] = {
    Format.PDF: read_pdf,
    Format.PICTURE: read_picture,
}


def read(data: bytes, name: str, recognised: Mapping[int, Sheet] | None = None) -> Document:
    r"""Read one file.

    Args:
        data: The whole file.
        name: Its name or path; the ending helps to tell the format.
        recognised: Pages (by their numbers) whose text was recognised in a picture of them.

    Returns:
        The document: cleaned text with ``\n`` line ends, page and heading maps, and the facts.

    Raises:
        SourceError: The file is empty, of a format that is not read, damaged, encrypted, or has
            no letters to read (`NO_TEXT`).
    """
    if not data:
        raise SourceError(Reason.EMPTY)
    fmt = sniff(data, name)
    if recognised and fmt in SCANS:
        return document(SCANS[fmt](data, recognised), fmt, name)
    return document(READERS[fmt](data), fmt, name)


def document(extract: Extract, fmt: Format, name: str) -> Document:
    """Make a document of what a reader saw.

    Raises:
        SourceError: `NO_TEXT`, nothing in it is a letter.
    """
    blocks = clean_blocks(extract.blocks)
    statute = recognise(blocks, extract.metadata)
    if statute is not None:
        blocks = list(statute.blocks)
    assembled = assemble(blocks)
    text = assembled.text
    if not any(map(str.isalpha, text)):
        detail = f"({extract.page_count} Seiten, keine mit Text)" if extract.page_count else ""
        raise SourceError(Reason.NO_TEXT, detail, extract.unread)
    found = _repairs(text, assembled.pages)
    given = extract.metadata if statute is None else statute.declared(extract.metadata)
    metadata = facts(blocks, text, given, fmt, name)
    if statute is not None:
        metadata = statute.describe(metadata, extract.metadata)
    return Document(
        text=text,
        metadata=_corrected(metadata, text, found),
        parser=extract.parser,
        unit=extract.unit,
        page_count=extract.page_count,
        pages=assembled.pages,
        headings=assembled.headings,
        warnings=(*extract.warnings, *([warning(found)] if found else [])),
        references=assembled.references,
        contacts=contacts_in(text),
        repairs=found,
        unread=extract.unread,
    )


def _repairs(text: str, pages: Sequence[PageSpan]) -> tuple[Repair, ...]:
    stretches = misread_stretches(text, pages)
    return repairs(text, stretches, german()) if stretches else ()


def _corrected(metadata: Metadata, text: str, found: Sequence[Repair]) -> Metadata:
    """Put those facts right that are words of the text."""
    if not found:
        return metadata
    title, organisation = (
        value and corrected(value, text, found) for value in (metadata.title, metadata.organisation)
    )
    return replace(metadata, title=title, organisation=organisation)


def clean_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Clean blocks for the document text and leave out the empty ones."""
    cleaned = (with_lines(clean_block(block)) for block in blocks)
    return [block for block in cleaned if block.text]
