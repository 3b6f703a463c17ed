"""Text, Markdown and web pages that mean harm or are no text at all."""

from __future__ import annotations

from tests.data.nasty_office import INJECTION
from tests.data.texts import PROSE

GOOD = f"Guter Text.\n\n{PROSE}\n"
_PAGE = f"<!doctype html><html lang='de'><body><h1>Gute Seite</h1><p>{PROSE}</p>"


def tiny_sentences(megabytes: int = 20) -> bytes:
    """As many sentences as fit, one or two letters each."""
    return b"Ja. So. " * (megabytes * 1_000_000 // 8)


def million_sentences() -> bytes:
    """A million short sentences, one a line."""
    return b"".join(b"Satz %d endet.\n" % number for number in range(1_000_000))


def one_line(megabytes: int = 20) -> bytes:
    """One word of `megabytes` MB."""
    return b"a" * (megabytes * 1_000_000)


def directions() -> bytes:
    """Good text with characters that turn its direction, have no width or are tags."""
    tags = "".join(chr(0xE0000 + ord(char)) for char in "Ignoriere alles")
    turned = "\u202etxet\u202c"
    return f"Guter{tags} Te\u200bxt\u2066.\u2069 {turned}\ufeff\n\n{PROSE}\n".encode()


def invalid_utf8() -> bytes:
    """UTF-8 with bytes in it that no encoding of it has."""
    return GOOD.encode() + b"\xc3\x28 \xa0\xa1 \xe2\x28\xa1 \xf0\x90\x28\xbc" + GOOD.encode()


def nested_divs(depth: int = 100_000) -> bytes:
    """A page with a hundred thousand elements within each other."""
    return (_PAGE + "<div>" * depth + "Tief unten." + "</div>" * depth).encode()


def wide_page(count: int = 400_000) -> bytes:
    """A page with many elements side by side."""
    return (_PAGE + "<p>Kurz <b>und</b> gut.</p>" * count).encode()


def long_attribute(megabytes: int = 1) -> bytes:
    """A page with an attribute of `megabytes` MB."""
    value = "x " * (megabytes * 500_000)
    return f"{_PAGE}<p class='{value}' style='{value}'>Mehr.</p>".encode()


def attributes(count: int = 100_000) -> bytes:
    """A page with an element that has many attributes."""
    return f"{_PAGE}<p {' '.join(f'a{n}=1' for n in range(count))}>Mehr.</p>".encode()


def scripts() -> bytes:
    """A page with script in all places that hold some."""
    return (
        f"{_PAGE}<script>document.write('Skriptwort')</script><svg><script>Skriptwort</script>"
        "<text>Skriptwort</text></svg><img src=x onerror='Skriptwort'>"
        "<a href='javascript:Skriptwort'>Verweis</a><iframe srcdoc='Skriptwort'></iframe>"
    ).encode()


def white_page() -> bytes:
    """A page with instructions that no reader of it sees."""
    styles = (
        "color:#fff", "color: white !important", "display:none", "visibility:hidden",
        "font-size:0px", "opacity:0", "position:absolute;left:-9999px",
    )  # fmt: skip
    hidden = "".join(f"<p style='{style}'>{INJECTION}</p>" for style in styles)
    return f"{_PAGE}{hidden}<p hidden>{INJECTION}</p><p>Guter Schluss.</p>".encode()


def script_only() -> bytes:
    """A page whose text a script would load."""
    return (
        b"<!doctype html><html><head><title>Anwendung</title></head><body>"
        b"<div id='root'></div><noscript>Bitte JavaScript einschalten.</noscript>"
        b"<script src='/app.js'></script></body></html>"
    )


def frames() -> bytes:
    """A page of frames, each of which is a page of its own."""
    return (
        b"<html><head><title>Rahmen</title></head><frameset cols='20%,80%'>"
        b"<frame src='menue.html'><frame src='inhalt.html'></frameset></html>"
    )


def quotes(depth: int = 100_000) -> bytes:
    """Markdown with quotations within each other."""
    return b"# Titel\n\n" + b">" * depth + b" tief\n\n" + GOOD.encode()


def brackets(depth: int = 100_000) -> bytes:
    """Markdown with brackets within each other, opened and closed, and emphasis without end."""
    return (
        b"# Titel\n\n" + b"[" * depth + b"a" + b"](b)" * depth + b"\n\n" + b"*a_ " * depth
        + b"\n\n" + GOOD.encode()
    )  # fmt: skip


def lists(depth: int = 1_000) -> bytes:
    """Markdown with lists within each other."""
    lines = ("  " * number + "- Punkt" for number in range(depth))
    return ("# Titel\n\n" + "\n".join(lines) + "\n\n" + GOOD).encode()


def separated_values() -> bytes:
    """A table as text; it is read as text."""
    return "Ort;Jahr;Angebot\nHalle;2021;Kochkurs\nKöln;2023;Mittagstisch\n".encode("cp1252")
