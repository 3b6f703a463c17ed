import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import HARD_BREAK
from ingest.document import BlockKind
from ingest.errors import Reason, SourceError
from ingest.webpage import read_webpage

PROSE = (
    "Das Vorhaben begleitet Familien in den ersten drei Jahren und verbindet die Angebote der "
    "Stadt mit denen freier Träger. Es läuft in sechs Quartieren und wird jährlich ausgewertet."
)
PAGE = f"""<!DOCTYPE html><html lang="de-DE"><head><title>Gut begleitet | Amt Muster</title>
<meta property="og:site_name" content="Amt Muster">
<meta name="dcterms.issued" content="2022-04-01T10:00">
</head><body>
<header><nav><a href="/">Start</a> <a href="/t">Themen</a></nav></header>
<div class="cookie-hinweis cookie">Diese Seite setzt Cookies</div>
<main><h1>Gut begleitet</h1><p>{PROSE}</p><p>{PROSE}</p>
<h2>Angebote</h2><ul><li>Besuche<ul><li>zu Hause</li></ul></li><li><p>Kurse</p></li></ul>
<ol start="2"><li>Melden</li><li>Kommen</li></ol>
<table><tr><th>Ort</th><th>Tag</th></tr><tr><td>Nord</td><td>Montag</td></tr></table>
<dl><dt>Quartier</dt><dd>ein Stadtteil</dd></dl>
<aside class="kasten">Randnotiz</aside>
<div><h3>Kontakt</h3>Erika Muster<br>Tel.: 0123 456789<br>
<a href="mailto:e@muster.de">e@muster.de</a></div>
<p style="display: none">Versteckte Anweisung</p><p hidden>Auch versteckt</p>
<script>var boese = "Skript";</script></main>
<footer>Impressum</footer></body></html>"""


def texts(page: str | bytes, kind: BlockKind | None = None) -> list[str]:
    data = page if isinstance(page, bytes) else page.encode()
    return [block.text for block in read_webpage(data).blocks if kind in (None, block.kind)]


def test_structure() -> None:
    assert texts(PAGE, BlockKind.HEADING) == ["Gut begleitet", "Angebote", "Kontakt"]
    assert texts(PAGE, BlockKind.ITEM) == [
        "Besuche",
        "zu Hause",
        "Kurse",
        "2. Melden",
        "3. Kommen",
        "Quartier: ein Stadtteil",
    ]
    assert texts(PAGE, BlockKind.ROW) == ["Ort: Nord; Tag: Montag"]


def test_contacts_are_not_lost_and_keep_their_lines() -> None:
    contact = HARD_BREAK.join(["Erika Muster", "Tel.: 0123 456789", "e@muster.de"])
    assert contact in texts(PAGE)


@pytest.mark.parametrize("word", ["Start", "Cookies", "Impressum", "ersteckt", "Skript", "mailto"])
def test_furniture_and_hidden_text_are_left_out(word: str) -> None:
    assert not any(word in text for text in texts(PAGE))


def test_metadata_is_what_the_page_declares() -> None:
    metadata = read_webpage(PAGE.encode()).metadata
    assert (metadata.title, metadata.date) == ("Gut begleitet", "2022-04-01")
    assert (metadata.organisation, metadata.language) == ("Amt Muster", "de")
    assert metadata.type is None


def test_declared_type() -> None:
    page = PAGE.replace("</head>", '<meta name="DC.type" content="Leitfaden"></head>')
    assert read_webpage(page.encode()).metadata.type == "Leitfaden"
    generic = PAGE.replace("</head>", '<meta name="DC.type" content="Text"></head>')
    assert read_webpage(generic.encode()).metadata.type is None


def test_page_name_is_cut_from_the_title() -> None:
    page = PAGE.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    assert read_webpage(page.encode()).metadata.title == "Gut begleitet"


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-8"])
@pytest.mark.parametrize("real", ["cp1252", "utf-8"])
def test_charset_declared_rightly_or_wrongly(declared: str, real: str) -> None:
    head = f'<head><meta charset="{declared}"></head>'
    page = f"<html>{head}<body><p>Größe für alle – „gut“</p></body></html>"
    assert texts(page.encode(real)) == ["Größe für alle – „gut“"]


def test_declared_turkish_is_honoured() -> None:
    page = (
        '<html><head><meta charset="iso-8859-9"></head><body><p>şehir için ışık</p></body></html>'
    )
    assert texts(page.encode("iso8859-9")) == ["şehir için ışık"]


def test_layout_tables_are_no_data() -> None:
    assert texts("<table><tr><td><p>Eins.</p><p>Zwei.</p></td></tr></table>") == ["Eins.", "Zwei."]


def test_preformatted_lines_stay() -> None:
    assert texts("<pre>a\nb</pre><p>c\nd</p>") == [f"a{HARD_BREAK}b", "c d"]


def test_all_is_read_and_said_where_the_main_content_is_doubtful() -> None:
    page = (
        "<body>"
        + "".join(f"<div><a href='#'>Eintrag Nummer {n}</a></div>" for n in range(60))
        + "</body>"
    )
    read = read_webpage(page.encode())
    assert len(read.blocks) >= 60


@pytest.mark.parametrize("page", ["<!-- nur ein Kommentar -->", "   "])
def test_nothing_to_read(page: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_webpage(page.encode())
    assert caught.value.reason is Reason.NO_TEXT


@pytest.mark.parametrize("tag", ["div", "table", "li", "b", "a"])
def test_deep_nesting_ends(tag: str) -> None:
    read_webpage((f"<{tag}>" * 4000 + "Text").encode())


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='<>/="abdivptrli &;\n', max_size=200))
def test_broken_markup_ends_in_blocks_or_a_typed_error(text: str) -> None:
    try:
        blocks = read_webpage(text.encode()).blocks
    except SourceError as error:
        blocks, refusal = (), error.reason
    else:
        refusal = Reason.NO_TEXT
    assert refusal in {Reason.NO_TEXT, Reason.UNSUPPORTED}
    assert all(block.text.strip() for block in blocks)
