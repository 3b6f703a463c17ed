import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.assemble import assemble
from ingest.document import Block, BlockKind, Document, Metadata
from ingest.read import read
from ingest.split import HARD_MAX_CHARS, split
from ingest.statute.statutes import Statute, recognise, short_name

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HEADING, PARAGRAPH, ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM

LAW = """---
Title: Gesetz zur Pflege von Obstwiesen - (Artikel 2 des Gesetzes v. 3. März 1999, BGBl. I S. 12)
jurabk: ObstWG
layout: default

---

# Gesetz zur Pflege von Obstwiesen - (Artikel 2 des Gesetzes v. 3.3.1999, BGBl. I S. 12) (ObstWG)

Ausfertigungsdatum
:   1999-03-03

Fundstelle
:   BGBl I: 1999, 12

Neugefasst durch
:   Bek. v. 7.8.2011 I 99

Zuletzt geändert durch
:   Art. 4 G v. 5.6.2019 I 777

## Eingangsformel

Der Bundestag hat das folgende Gesetz beschlossen:

## Erster Teil - Allgemeines

### § 1 Zweck

Obstwiesen werden gepflegt.

### § 2 Begriffe

(1) Im Sinne dieses Gesetzes ist

1.  eine Obstwiese

    a)  eine Wiese mit Bäumen,

    b)  ein Garten,

2.  ein Baum, was Früchte trägt.

Das gilt nicht für Hecken.

(1a) Näheres steht in § 1 Abs. 1 S. 2 Nr. 3 i. V. m. den §§ 5 bis 8.
(2) Die Länder (Behörden) helfen.

### § 2a

(weggefallen)

### (XXXX) §§ 3 bis 5 (weggefallen)

## Zweiter Teil - Pflege

### § 6 Schnitt

(1) und (2) (weggefallen)

(3) Geschnitten wird im Winter.

### § 7 (weggefallen)

(zu § 6)

### Anlage 1 Werkzeuge

(1) Säge

## Hinweise

Die Leiter steht fest.
"""
HEAD = Metadata(title="Gesetz (ObstWG)", type="Gesetz")


def law(name: str = "obstwg.md", text: str = LAW) -> Document:
    return read(text.encode(), name)


def labels(document: Document) -> list[str]:
    return [reference.label for reference in document.references]


def cited(document: Document, words: str) -> str:
    return document.reference_at(document.text.index(words))


def blocks(*parts: tuple[BlockKind, str] | str) -> list[Block]:
    made = [part if isinstance(part, tuple) else (PARAGRAPH, part) for part in parts]
    return [Block(kind, text, 2 if kind is HEADING else 0) for kind, text in made]


def recognised(*parts: tuple[BlockKind, str] | str, given: Metadata = HEAD) -> Statute:
    found = recognise(blocks(*parts), given)
    assert found is not None
    return found


def test_each_absatz_is_cited_with_its_list() -> None:
    document = law()
    assert labels(document) == [
        "Eingangsformel ObstWG",
        "§ 1 ObstWG",
        "§ 2 ObstWG",
        "§ 2 Abs. 1 ObstWG",
        "§ 2 Abs. 1a ObstWG",
        "§ 2 Abs. 2 ObstWG",
        "§ 2a ObstWG",
        "§§ 3 bis 5 ObstWG",
        "§ 6 ObstWG",
        "§ 6 Abs. 1 und 2 ObstWG",
        "§ 6 Abs. 3 ObstWG",
        "§ 7 ObstWG",
        "Anlage 1 ObstWG",
    ]
    for words in ("Im Sinne", "eine Wiese", "ein Baum", "nicht für Hecken"):
        assert cited(document, words) == "§ 2 Abs. 1 ObstWG"
    for words in ("(zu § 6)", "Säge", "Hinweise", "Die Leiter"):
        assert cited(document, words) == "Anlage 1 ObstWG"
    assert not cited(document, "Zweiter Teil")
    assert "(XXXX)" not in document.text


def test_no_chunk_leaves_its_absatz() -> None:
    document = law()
    chunks = split(document)
    assert [chunk.reference for chunk in chunks if chunk.reference] == [
        label for label in labels(document) if label not in {"§ 2 ObstWG", "§ 6 ObstWG"}
    ]
    by_label = {chunk.reference: chunk for chunk in chunks}
    first = by_label["§ 2 Abs. 1 ObstWG"]
    assert first.text.startswith("§ 2 Begriffe\n\n(1) Im Sinne")
    assert first.text.endswith("Hecken.")
    assert by_label["§ 6 Abs. 1 und 2 ObstWG"].text.startswith(
        "Zweiter Teil - Pflege\n\n§ 6 Schnitt"
    )
    assert by_label["§ 6 Abs. 3 ObstWG"].section.endswith(" › § 6 Schnitt")
    assert by_label["§ 2 Abs. 1a ObstWG"].sentences == (
        (by_label["§ 2 Abs. 1a ObstWG"].start, by_label["§ 2 Abs. 1a ObstWG"].end),
    )


def test_a_long_absatz_is_cut_into_chunks_that_are_all_cited() -> None:
    point = "eine Wiese, auf der seit vielen Jahren Bäume einer alten Sorte stehen,"
    items = "\n\n".join(f"{number}.  {point}" for number in range(1, 41))
    text = LAW.replace("(2) Die Länder (Behörden) helfen.", f"\n(2) Gefördert wird\n\n{items}\n")
    document = law(text=text)
    parts = [chunk for chunk in split(document) if chunk.reference == "§ 2 Abs. 2 ObstWG"]
    assert len(parts) > 2
    assert all(len(part.text) <= HARD_MAX_CHARS for part in parts)
    assert all(re.match(r"\(2\) |\d+\. ", part.text) and part.text.endswith(",") for part in parts)
    assert parts[-1].text.splitlines()[-1].startswith("40. ")


def test_the_head_says_what_it_is_and_up_to_when_it_goes() -> None:
    found = law().metadata
    assert found.title == "Gesetz zur Pflege von Obstwiesen (ObstWG)"
    assert (found.type, found.organisation) == ("Gesetz", None)
    assert (found.state, found.date) == ("Art. 4 G v. 5.6.2019 I 777", "2019-06-05")


def test_without_a_change_the_new_promulgation_counts_then_the_day_of_issue() -> None:
    text = LAW.replace("Zuletzt geändert durch\n:   Art. 4 G v. 5.6.2019 I 777\n", "")
    found = law(text=text).metadata
    assert (found.state, found.date) == ("Bek. v. 7.8.2011 I 99", "2011-08-07")
    text = text.replace("Neugefasst durch\n:   Bek. v. 7.8.2011 I 99\n", "")
    found = law(text=text).metadata
    assert (found.state, found.date) == (None, "1999-03-03")


@pytest.mark.parametrize(
    ("jurabk", "shown"),
    [
        ("SGB 5", "SGB V"),
        ("SGB 14", "SGB XIV"),
        ("SGB 9 2018", "SGB IX"),
        ("SGB V", "SGB V"),
        ("IfSG", "IfSG"),
        ("GG", "GG"),
        ("TestG 2020", "TestG 2020"),
        ("SGB 99", "SGB 99"),
    ],
)
def test_the_short_name_is_the_one_people_cite(jurabk: str, shown: str) -> None:
    assert short_name(jurabk) == shown


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (
            "Sozialgesetzbuch (SGB) Zwanzigstes Buch (XX) - Obst - (Artikel 1 des Gesetzes v. 1. "
            "Mai 1990, BGBl. I S. 5) (SGB 5)",
            "Sozialgesetzbuch (SGB) Zwanzigstes Buch (XX) – Obst (SGB V)",
        ),
        ("Obstwiesengesetz (Wiesengesetz - ObstWG)", "Obstwiesengesetz (ObstWG)"),
        ("Gesetz über Wiesen", "Gesetz über Wiesen"),
        ("Wort " * 60 + "(ObstWG)", ("Wort " * 32).strip() + " … (ObstWG)"),
    ],
)
def test_a_title_is_short_and_names_the_short_name_once(title: str, shown: str) -> None:
    given = Metadata(title=title, type="Gesetz")
    assert recognised((HEADING, "§ 1 Zweck"), "Text.", given=given).title == shown


def test_articles_are_cited_as_articles() -> None:
    found = recognised(
        (HEADING, "Präambel"),
        "Wir.",
        (HEADING, "Art 1"),
        "(1) Eins.",
        "(2) Zwei.",
        (HEADING, "Artikel 12a Dienst"),
        "Text.",
        given=Metadata(title="Grundordnung (GG)", type="Gesetz"),
    )
    assert [block.reference for block in found.blocks if block.kind is PARAGRAPH] == [
        "Präambel GG",
        "Art. 1 Abs. 1 GG",
        "Art. 1 Abs. 2 GG",
        "Art. 12a GG",
    ]


def test_paragraphs_below_an_article_are_cited_with_it() -> None:
    rows = [(HEADING, "Art 229 Übergang", 2), (HEADING, "§ 5 Miete", 3), (PARAGRAPH, "(1) A.", 0)]
    rows += [(HEADING, "Art 230 Schluss", 2), (PARAGRAPH, "B.", 0), (HEADING, "Art 231 § 2 X", 3)]
    rows += [(PARAGRAPH, "C.", 0), (HEADING, "Teil 2", 1), (HEADING, "§ 9 Y", 2), (ITEM, "D", 0)]
    found = recognise(
        [Block(*row) for row in rows], Metadata(title="Einführung (EG)", type="Gesetz")
    )
    assert found is not None
    assert [block.reference for block in found.blocks if block.kind is not HEADING] == [
        "Art. 229 § 5 Abs. 1 EG",
        "Art. 230 EG",
        "Art. 231 § 2 EG",
        "§ 9 EG",
    ]


def test_numbers_that_count_back_are_no_new_absatz() -> None:
    found = recognised((HEADING, "§ 1 Zweck"), "Davor.", "(2) Zwei.", "(1) im Satz.", "(2a) Neu.")
    assert [block.reference for block in found.blocks[1:]] == [
        "§ 1 ObstWG",
        "§ 1 Abs. 2 ObstWG",
        "§ 1 Abs. 2 ObstWG",
        "§ 1 Abs. 2a ObstWG",
    ]


def test_a_title_on_the_line_below_the_number_belongs_to_the_paragraph() -> None:
    found = recognised(
        (HEADING, "§ 1"), (HEADING, "Zweck"), "Text.", (HEADING, "Abschnitt 2"), "X."
    )
    assert [block.reference for block in found.blocks] == ["§ 1 ObstWG"] * 3 + ["", ""]


CHARTER = [
    (HEADING, "Satzung des Vereins Obstwiese"),
    "Zuletzt geändert durch Beschluss vom 3. Mai 2020",
    *(
        part
        for number in range(1, 7)
        for part in ((HEADING, f"§ {number} Punkt"), "(1) Der Verein sammelt.", "(2) Er teilt.")
    ),
]


def test_a_charter_built_like_a_statute_is_cited_without_a_name_and_is_no_law() -> None:
    found = recognise(blocks(*CHARTER), Metadata())
    assert found is not None
    assert not found.law
    assert found.title is None
    assert found.date == "2020-05-03"
    assert found.blocks[-1].reference == "§ 6 Abs. 2"


@pytest.mark.parametrize(
    "parts",
    [
        [(HEADING, "Flyer (GKV)"), (HEADING, "§ 20a SGB V"), "(1) Die Kassen helfen."],
        [(HEADING, "Was das Gesetz sagt (PrävG)"), (HEADING, "§ 20 Vorsorge"), "Das bedeutet …"],
        [
            (HEADING, "Überblick (SGB V)"),
            *((HEADING, f"§ {number} Punkt") for number in range(20, 30)),
            "(1) Text.",
        ],
        [
            (HEADING, "Die Paragrafen erklärt (IfSG)"),
            *(
                part
                for number in range(1, 9)
                for part in ((HEADING, f"§ {number} IfSG: Zweck"), "(1) Das heißt.")
            ),
        ],
        [
            (HEADING, "Bericht"),
            *(
                part
                for number in range(1, 9)
                for part in ((HEADING, f"§ {number} Zweck"), (HEADING, "Lage"), (HEADING, "Folge"))
            ),
            "(1) Text.",
        ],
        [(HEADING, "Zuletzt geändert durch die Presse (XYZ)"), "§ 1 Zweck", "(1) Eins."],
        [(PARAGRAPH, "Nur Text nach § 20a Abs. 1 SGB V.")],
        [],
    ],
    ids=["flyer", "few", "not from 1", "quoted", "other headings", "no headings", "prose", "empty"],
)
def test_a_text_about_paragraphs_is_no_statute(parts: list[tuple[BlockKind, str] | str]) -> None:
    assert recognise(blocks(*parts), Metadata(title="Über § 20a SGB V")) is None


def test_a_leaflet_about_a_statute_keeps_its_own_facts() -> None:
    text = (
        "# Leitfaden zu § 20a SGB V\n\nStand: März 2024\n\n## § 20a SGB V\n\n(1) Hilfe gibt es.\n"
    )
    document = read(text.encode(), "leitfaden.md")
    assert document.references == ()
    assert (document.metadata.type, document.metadata.date) == ("Leitfaden", "2024-03")
    assert document.metadata.state is None


HEADINGS = st.sampled_from(
    ["§ 1 A", "§ 2", "§§ 3 und 4 B", "Art 5", "Anlage", "Teil 1", "Präambel"]
)
TEXTS = st.sampled_from(["(1) eins.", "(2) zwei.\n(3) drei.", "Text.", "(zu § 2)", "Wort " * 300])
PARTS = st.one_of(
    st.tuples(st.just(HEADING), HEADINGS, st.integers(1, 4)),
    st.tuples(st.sampled_from([PARAGRAPH, ITEM]), TEXTS, st.just(0)),
)


@settings(deadline=None)
@given(st.lists(PARTS, max_size=14))
def test_recognition_changes_no_text_and_chunks_stay_in_their_unit(
    parts: list[tuple[BlockKind, str, int]],
) -> None:
    made = [Block(kind, text.strip(), level) for kind, text, level in parts]
    found = recognise(made, HEAD)
    if found is None:
        return
    assert "\n".join(b.text for b in found.blocks) == "\n".join(b.text for b in made)
    joined = assemble(found.blocks)
    document = Document(
        joined.text, Metadata(), "test", headings=joined.headings, references=joined.references
    )
    titles = {(heading.start, heading.end) for heading in joined.headings}
    chunks = split(document)
    for chunk in chunks:
        units = [
            reference.label
            for reference in joined.references
            if reference.start < chunk.end and chunk.start < reference.end
        ]
        bodies = [
            reference.label
            for reference in joined.references
            if reference.start < chunk.end
            and chunk.start < reference.end
            and (reference.start, reference.end) not in titles
        ]
        assert len(bodies) <= 1
        assert chunk.reference in (bodies or units or [""])
    assert all(a.start < b.start for a, b in pairwise(chunks))


@pytest.mark.skipif(not (DATA / "sgb_5.md").exists(), reason="the statutes are not here")
@pytest.mark.parametrize(
    ("name", "units", "state", "date"),
    [
        (
            "sgb_5.md",
            ["§ 20a Abs. 1 SGB V", "§ 275 Abs. 1 SGB V", "Anlage SGB V"],
            "10.12.2021",
            10,
        ),
        ("sgb_2.md", ["§ 1 Abs. 1 SGB II", "§ 7a SGB II"], "22.11.2021", 22),
    ],
)
def test_real_statutes(name: str, units: list[str], state: str, date: int) -> None:
    document = read((DATA / name).read_bytes(), name)
    assert set(units) <= set(labels(document))
    assert len(labels(document)) == len(set(labels(document)))
    assert state in (document.metadata.state or "")
    assert (document.metadata.date or "").endswith(str(date))
    assert document.metadata.type == "Gesetz"
    chunks = split(document)
    assert sum(not chunk.reference for chunk in chunks) <= 2
