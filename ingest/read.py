"""One file → one document: find the format, read, clean, assemble, collect the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ingest.assemble import assemble
from ingest.clean import clean_block, with_lines
from ingest.document import Block, Document, Extract
from ingest.encoding import decode
from ingest.errors import Reason, SourceError
from ingest.facts import facts
from ingest.markdown import read_markdown
from ingest.pdf import read_pdf
from ingest.plain import read_plain
from ingest.slides import read_slides
from ingest.sniff import Format, sniff
from ingest.webpage import read_webpage
from ingest.word import read_word

READERS: dict[Format, Callable[[bytes], Extract]] = {
    Format.PDF: read_pdf,
    Format.PPTX: read_slides,
    Format.DOCX: read_word,
    Format.HTML: read_webpage,
    Format.MARKDOWN: lambda data: read_markdown(decode(data)),
    Format.TEXT: lambda data: read_plain(decode(data)),
}


def read(data: bytes, name: str) -> Document:
    r"""Read one file.

    Args:
        data: The whole file.
        name: Its name or path; the ending helps to tell the format.

    Returns:
        The document: cleaned text with ``\n`` line ends, page and heading maps, and the facts.

    Raises:
        SourceError: The file is empty, of a format that is not read, damaged, encrypted, or has
            no letters to read (`NO_TEXT`).
    """
    if not data:
        raise SourceError(Reason.EMPTY)
    fmt = sniff(data, name)
    return document(READERS[fmt](data), fmt, name)


def document(extract: Extract, fmt: Format, name: str) -> Document:
    """Make a document of what a reader saw.

    Raises:
        SourceError: `NO_TEXT`, nothing in it is a letter.
    """
    blocks = clean_blocks(extract.blocks)
    text, pages, headings = assemble(blocks)
    if not any(map(str.isalpha, text)):
        detail = f"({extract.page_count} Seiten, keine mit Text)" if extract.page_count else ""
        raise SourceError(Reason.NO_TEXT, detail)
    return Document(
        text=text,
        metadata=facts(blocks, text, extract.metadata, fmt, name),
        parser=extract.parser,
        unit=extract.unit,
        page_count=extract.page_count,
        pages=pages,
        headings=headings,
        warnings=extract.warnings,
    )


def clean_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Clean blocks for the document text and leave out the empty ones."""
    cleaned = (with_lines(clean_block(block)) for block in blocks)
    return [block for block in cleaned if block.text]
