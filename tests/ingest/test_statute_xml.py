from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Block, BlockKind
from ingest.errors import Reason, SourceError
from ingest.read import read
from ingest.sniff import Format, sniff
from ingest.split import split
from ingest.statute.statute_xml import read_statute
from ingest.wording.clean import HARD_BREAK

HEADING, PARAGRAPH, ITEM, ROW, NOTE = (
    BlockKind.HEADING,
    BlockKind.PARAGRAPH,
    BlockKind.ITEM,
    BlockKind.ROW,
    BlockKind.NOTE,
)
DOCTYPE = '<!DOCTYPE dokumente SYSTEM "http://www.gesetze-im-internet.de/dtd/1.01/gii-norm.dtd">'
HEAD = (
    "<norm doknr='A'><metadaten><jurabk>ObstWG 2011</jurabk><amtabk>ObstWG</amtabk>"
    "<ausfertigung-datum manuell='ja'>1999-03-03</ausfertigung-datum><fundstelle typ='amtlich'>"
    "<periodikum>BGBl I</periodikum><zitstelle>1999, 12</zitstelle></fundstelle>"
    "<langue>Gesetz zur Pflege\nvon Obstwiesen</langue><standangabe checked='ja'>"
    "<standtyp>Neuf</standtyp><standkommentar>Neugefasst durch Bek. v. 7.8.2011 I 99;"
    "</standkommentar></standangabe><standangabe checked='ja'><standtyp>Stand</standtyp>"
    "<standkommentar>Zuletzt geändert durch Art. 4 G v. 5.6.2019 I 777</standkommentar>"
    "</standangabe></metadaten><textdaten><fussnoten><Content><P><BR/>"
    "<pre xml:space='preserve'>(+++ Textnachweis ab: 1.1.2000 +++)</pre></P></Content></fussnoten>"
    "</textdaten></norm>"
)
CONTENTS = (
    "<norm><metadaten><jurabk>ObstWG 2011</jurabk><enbez>Inhaltsübersicht</enbez></metadaten>"
    "<textdaten><text format='XML'><TOC><Ident>§ 1</Ident><Title>Zweck</Title></TOC></text>"
    "</textdaten></norm>"
)


def division(key: str, name: str, title: str) -> str:
    return (
        f"<norm><metadaten><jurabk>ObstWG</jurabk><gliederungseinheit><gliederungskennzahl>{key}"
        f"</gliederungskennzahl><gliederungsbez>{name}</gliederungsbez><gliederungstitel>{title}"
        "</gliederungstitel></gliederungseinheit></metadaten><textdaten><text><Content><P/>"
        "</Content></text></textdaten></norm>"
    )


def norm(enbez: str, titel: str, content: str, notes: str = "") -> str:
    return (
        f"<norm><metadaten><jurabk>ObstWG</jurabk><enbez>{enbez}</enbez><titel format='XML'>{titel}"
        f"</titel></metadaten><textdaten><text format='XML'><Content>{content}</Content></text>"
        f"<fussnoten>{notes}</fussnoten></textdaten></norm>"
    )


def law(*norms: str) -> bytes:
    body = "".join((HEAD, *norms))
    text = (
        f'<?xml version="1.0" encoding="UTF-8" ?>{DOCTYPE}<dokumente doknr="A">{body}</dokumente>'
    )
    return text.encode()


def shown(*norms: str) -> list[tuple[BlockKind, str]]:
    """The blocks behind the head, heading and text, without the heading of a single norm."""
    blocks = read_statute(law(*norms)).blocks[5:]
    return [(block.kind, block.text) for block in blocks]


def paragraph(content: str) -> list[tuple[BlockKind, str]]:
    return shown(norm("§ 1", "Zweck", content))[1:]


def test_the_head_becomes_title_and_lines() -> None:
    extract = read_statute(law(norm("§ 1", "Zweck", "<P>Text.</P>")))
    assert extract.metadata.title == "Gesetz zur Pflege von Obstwiesen (ObstWG)"
    assert extract.blocks == (
        Block(HEADING, "Gesetz zur Pflege von Obstwiesen (ObstWG)", 1),
        Block(PARAGRAPH, "Ausfertigungsdatum: 1999-03-03"),
        Block(PARAGRAPH, "Fundstelle: BGBl I 1999, 12"),
        Block(PARAGRAPH, "Neugefasst durch Bek. v. 7.8.2011 I 99;"),
        Block(PARAGRAPH, "Stand: Zuletzt geändert durch Art. 4 G v. 5.6.2019 I 777"),
        Block(HEADING, "§ 1 Zweck", 2),
        Block(PARAGRAPH, "Text."),
    )


def test_divisions_rank_by_their_key_and_the_contents_are_left_out() -> None:
    blocks = read_statute(
        law(
            CONTENTS,
            division("010", "Teil 1", "Allgemeines"),
            division("010010", "Abschnitt 1", ""),
            norm("§ 1", "Zweck", "<P>A</P>"),
            division("020", "Teil 2", "Pflege"),
            norm("§ 2", "", "<P>B</P>"),
        )
    ).blocks
    headings = [(block.level, block.text) for block in blocks if block.kind is HEADING]
    assert headings[1:] == [
        (2, "Inhaltsübersicht"),
        (2, "Teil 1 - Allgemeines"),
        (3, "Abschnitt 1"),
        (4, "§ 1 Zweck"),
        (2, "Teil 2 - Pflege"),
        (3, "§ 2"),
    ]


def test_lists_nest_and_what_follows_them_stays_a_paragraph() -> None:
    content = (
        "<P>(1) Es gilt\n<DL Type='arabic'><DT>1.</DT><DD><LA>erstens:<DL Type='alpha'><DT>a)</DT>"
        "<DD><LA>die <I>Wiese</I>,</LA></DD><DT>b)</DT><DD><LA>der Baum,</LA></DD></DL>und mehr"
        "</LA></DD><DT>–</DT><DD><LA>zweitens.</LA></DD></DL>Das gilt immer.</P><P>(2) Ende.</P>"
    )
    assert paragraph(content) == [
        (PARAGRAPH, "(1) Es gilt"),
        (ITEM, "1. erstens:"),
        (ITEM, "a) die Wiese,"),
        (ITEM, "b) der Baum,"),
        (PARAGRAPH, "und mehr"),
        (ITEM, "zweitens."),
        (PARAGRAPH, "Das gilt immer."),
        (PARAGRAPH, "(2) Ende."),
    ]


def test_breaks_tables_notes_and_entities() -> None:
    content = (
        "<P>Oben<BR/>unten &uuml;ber<FnR ID='F1'/></P><table><Title>Werte</Title><tgroup cols='2'>"
        "<thead><row><entry>Ort</entry><entry>Jahr</entry></row></thead><tbody><row>"
        "<entry><P>Halle</P></entry><entry>2021</entry></row></tbody></tgroup></table>"
        "<Footnotes><Footnote FnZ='*' ID='F1'>Hinweis.</Footnote></Footnotes>"
    )
    notes = "<Content><P>§ 1: gilt nicht mehr</P><P>(+++ Stand +++)</P></Content>"
    assert shown(norm("§ 1", "Zweck", content, notes))[1:] == [
        (PARAGRAPH, f"Oben{HARD_BREAK}unten über"),
        (PARAGRAPH, "Werte"),
        (ROW, "Ort: Halle; Jahr: 2021"),
        (NOTE, "* Hinweis."),
        (NOTE, "§ 1: gilt nicht mehr"),
    ]


def test_it_is_cited_like_the_markdown_form() -> None:
    data = law(
        division("010", "Teil 1", "Allgemeines"),
        norm("§ 1", "Zweck", "<P>Wiesen werden gepflegt.</P>"),
        norm("§ 2", "Begriffe", "<P>(1) Eins<DL><DT>1.</DT><DD>a</DD></DL></P><P>(1a) Neu.</P>"),
        norm("(XXXX)", "§§ 3 bis 5 (weggefallen)", "<P/>"),
        norm("Anlage 1 (zu § 2)", "Werkzeug", "<P>Säge</P>"),
    )
    document = read(data, "BJNR.xml")
    assert [reference.label for reference in document.references] == [
        "§ 1 ObstWG",
        "§ 2 ObstWG",
        "§ 2 Abs. 1 ObstWG",
        "§ 2 Abs. 1a ObstWG",
        "§§ 3 bis 5 ObstWG",
        "Anlage 1 ObstWG",
    ]
    facts = document.metadata
    assert (facts.title, facts.type) == ("Gesetz zur Pflege von Obstwiesen (ObstWG)", "Gesetz")
    assert (facts.state, facts.date) == ("Art. 4 G v. 5.6.2019 I 777", "2019-06-05")
    for chunk in split(document):
        assert document.text[chunk.start : chunk.end] == chunk.text


@pytest.mark.parametrize("name", ["gesetz.xml", "gesetz", "gesetz.txt"])
def test_content_tells_the_format(name: str) -> None:
    data = law(norm("§ 1", "Zweck", "<P>Text.</P>"))
    assert sniff(data, name) is Format.STATUTE
    assert sniff(b"\xef\xbb\xbf" + data, name) is Format.STATUTE
    assert sniff(data.replace(DOCTYPE.encode(), b""), name) is Format.STATUTE


@pytest.mark.parametrize(
    "text",
    [
        "<?xml version='1.0'?><dokumente><eintrag>x</eintrag></dokumente>",
        "<?xml version='1.0'?><norm><metadaten><jurabk>X</jurabk></metadaten></norm>",
        "<?xml version='1.0'?><!DOCTYPE dokumente [<!ENTITY a 'b'>]><dokumente><norm><metadaten>"
        "<jurabk>&a;</jurabk></metadaten></norm></dokumente>",
        "<?xml version='1.0'?><rss><channel/></rss>",
    ],
)
def test_other_xml_stays_unsupported(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        sniff(text.encode(), "x.xml")
    assert caught.value.reason is Reason.UNSUPPORTED


def test_broken_and_hostile_xml_is_refused_in_german(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("Kanarienvogel")
    whole = law(norm("§ 1", "Zweck", "<P>Text &geheim;</P>"))
    laughs = "".join(f"<!ENTITY l{i} '{f'&l{i - 1};' * 10}'>" for i in range(1, 10))
    foreign = f'dokumente [<!ENTITY geheim SYSTEM "{secret.as_uri()}"><!ENTITY l0 "ha">{laughs}]>'
    entities = DOCTYPE.replace(DOCTYPE.removeprefix("<!DOCTYPE "), foreign).encode()
    extract = read_statute(whole.replace(DOCTYPE.encode(), entities))
    assert "Kanarienvogel" not in str(extract.blocks)
    bombs = whole.replace(DOCTYPE.encode(), entities).replace(b"&geheim;", b"&l9;")
    for damaged in (bombs, whole[:-20], law("<norm>" * 1000), law("<P>" * 400 + "</P>" * 400)):
        with pytest.raises(SourceError) as caught:
            read_statute(damaged)
        assert caught.value.reason is Reason.DAMAGED


def test_deep_nesting_is_read_as_far_as_the_parser_goes() -> None:
    deep = "<B>" * 240 + "tief" + "</B>" * 240
    assert paragraph(f"<P>{deep}</P>") == [(PARAGRAPH, "tief")]


TAGS = st.sampled_from(["P", "DL", "DT", "DD", "LA", "B", "table", "tgroup", "row", "entry", "pre"])
TREES = st.recursive(
    st.sampled_from(["x ", "(1) y", "<BR/>", "<FnR ID='1'/>", "&auml;"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", TAGS, st.lists(inner, max_size=4)
    ),
    max_leaves=25,
)


@settings(deadline=None)
@given(TREES)
def test_any_nesting_keeps_its_letters(content: str) -> None:
    text = "".join(block.text for block in read_statute(law(norm("§ 1", "Zweck", content))).blocks)
    loose = any(f"<{tag}>" in content for tag in ("table", "tgroup", "row", "DL"))
    if not loose:  # text outside cells and items is no text of the statute
        assert text.count("x") == content.count("x")
