"""The pages as HTML text: structure, escaping, offsets. What a browser makes of them is tested
in tests/browser."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.guard import HEADERS
from assistant.web.markdown import Inline, parse_answer
from assistant.web.pages import (
    CONTENT_SECURITY_POLICY,
    STATIC_FOLDER,
    Tried,
    render_chat,
    render_document,
    render_message,
)
from assistant.web.reading import BlockKind, DocumentView, blocks_of
from ingest.assemble import assemble
from ingest.document import Block as SourceBlock
from ingest.document import BlockKind as SourceKind

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{ 7*7 }}"
VOID = {"meta", "link", "img", "br", "input"}


class Outline(HTMLParser):
    """Collects tags, ids, text of marks and of the document text; checks the nesting."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: list[str] = []
        self.pages: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes))
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self.open.pop()
        assert opened == tag

    def handle_data(self, data: str) -> None:
        names = [tag for tag, _ in self.open]
        classes = " ".join(attributes.get("class") or "" for _, attributes in self.open)
        if "page-break" in classes:
            self.pages.append(data.strip())
        elif "article" in names and names[-1] not in {"article", "ul"}:
            self.text += data
            if "mark" in names:
                self.marks[-1] += data

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.tags if "id" in attributes]

    def links(self) -> list[str]:
        return [attributes.get("href") or "" for tag, attributes in self.tags if tag == "a"]


def view(text: str, **more: object) -> DocumentView:
    plain = DocumentView(document_id="d", title="Titel", metadata=(), text=text)
    return replace(plain, **more)  # type: ignore[arg-type]  # keyword by keyword in each test


def visible(text: str) -> str:
    return "".join(text.split())


ANSWER: dict[str, object] = {
    "question": "Was?",
    "answer": "Erster **fetter** Satz. [1]\n\n- Punkt eins [2]\n- Punkt zwei [1, 2]",
    "kind": "answer",
    "language": "de",
    "mode": "extractive",
    "citations": [
        {"id": 1, "title": "Leitfaden", "organisation": "Stadt", "date": "2023-10-05", "page": 3,
         "slide": None, "quote": "Erster Satz.", "link": "/documents/d?start=0&end=12#zitat"},
        {"id": 2, "title": "Folien", "organisation": None, "date": "2024", "page": None,
         "slide": 4, "quote": "Punkt", "display": "Punkt!", "link": "javascript:alert(1)"},
    ],
    "related": [],
    "follow_ups": ["Und dann?"],
    "conversation_id": "c-9",
}  # fmt: skip


# ---- chat ----------------------------------------------------------------------------------


def test_empty_chat_page_says_what_it_is_and_offers_questions() -> None:
    html = render_chat(suggestions=("Was ist A?", "Was ist B?"), documents=1234)
    assert '<html lang="de">' in html
    assert "KI-System" in html
    assert "keine persönlichen Gesundheitsdaten" in html
    assert "Keine medizinische Beratung" in html
    assert "1.234 Dokumenten" in html
    offered = [
        a["value"] for tag, a in Outline(html).tags if a.get("name") == "frage" and tag == "button"
    ]
    assert offered == ["Was ist A?", "Was ist B?"]


@pytest.mark.parametrize(
    ("documents", "said"),
    [(0, "noch keine Dokumente eingelesen"), (1, "aus einem Dokument"), (2, "aus 2 Dokumenten")],
)
def test_number_of_documents_in_words(documents: int, said: str) -> None:
    assert said in render_chat(suggestions=(), documents=documents)


def test_pages_load_only_existing_files_of_their_own_server_and_nothing_inline() -> None:
    pages = (
        render_chat(suggestions=("A",), documents=1, tried=Tried("Was?", ANSWER)),
        render_chat(suggestions=("A",), documents=1, widget="/widget/v1.0.0/kgc-chat.js?ab12"),
        render_document(view("Text")),
        render_message("Titel", "Text"),
    )
    for html in pages:
        for tag, attributes in Outline(html).tags:
            assert tag != "style"
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            if tag in {"script", "img"} or (tag == "link" and attributes["rel"] != "search"):
                source = attributes.get("src") or attributes.get("href") or ""
                if source == "/widget/v1.0.0/kgc-chat.js?ab12":
                    continue  # a route, see test_widget_api.py
                assert source.startswith("/static/")
                assert (STATIC_FOLDER / source.removeprefix("/static/")).is_file()
        assert "<script>" not in html
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_answer_is_rendered_without_javascript() -> None:
    html = render_chat(suggestions=(), documents=2, tried=Tried("Was?", ANSWER))
    outline = Outline(html)
    assert "wörtliche Auszüge aus den Quellen" in html
    assert "<strong>fetter</strong>" in html
    cited = [a["data-cite"] for _, a in outline.tags if "data-cite" in a]
    assert cited == ["1", "2", "1", "2"]
    for expected in ("Seite 3", "Folie 4", "5. Oktober 2023", "Stadt", "Punkt!", "Und dann?"):
        assert expected in html
    assert "/documents/d?start=0&end=12#zitat" in outline.links()
    assert not any(link.startswith("javascript") for link in outline.links())
    assert {"zitat-1", "zitat-2"} <= set(outline.ids())
    assert 'data-conversation="c-9"' in html


def test_parts_say_in_which_language_they_are() -> None:
    citations = [
        {**ANSWER["citations"][0], "language": "en"},  # type: ignore[index]  # a list of them
        {**ANSWER["citations"][1], "language": None},  # type: ignore[index]
    ]
    related = [{"document_id": "x", "title": "Near", "link": "/documents/x", "language": "en"}]
    answer = {**ANSWER, "citations": citations, "related": related}
    html = render_chat(suggestions=(), documents=1, tried=Tried("Was?", answer))
    tags = Outline(html).tags
    spoken = {tag: [a.get("lang") for t, a in tags if t == tag] for tag in ("bdi", "blockquote")}
    assert spoken["blockquote"] == ["en", None]
    assert [lang for lang in spoken["bdi"] if lang] == ["en"]
    assert '<span lang="en">Near</span>' in html
    assert 'lang="de" name="frage" value="Und dann?"' in html


def test_sentences_without_support_are_marked_and_named() -> None:
    sentences = [
        {"text": "Steht da.", "citations": [1], "supported": True},
        {"text": "Steht <b>nirgends</b>.", "citations": [], "supported": False},
    ]
    answer = {**ANSWER, "sentences": sentences}
    html = render_chat(suggestions=(), documents=1, tried=Tried("Was?", answer))
    marked = html.split('<div class="unsupported">')[1].split("</div>")[0]
    assert "Durch die Quellen nicht bestätigt" in marked
    assert "Steht &lt;b&gt;nirgends&lt;/b&gt;." in marked
    assert "Steht da." not in marked
    assert "unsupported" not in render_chat(suggestions=(), documents=1, tried=Tried("", ANSWER))


def test_what_is_wrong_with_a_question_stands_at_its_field() -> None:
    tried = Tried("Lang", fault="Die Frage hat 1001 Zeichen.")
    html = render_chat(suggestions=("A?",), documents=1, tried=tried, widget="/w.js")
    (field,) = [a for tag, a in Outline(html).tags if tag == "textarea"]
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] in Outline(html).ids()
    assert "Die Frage hat 1001 Zeichen." in html
    assert ">\nLang</textarea>" in html
    assert "<title>Fehler: " in html


def test_the_widget_leaves_alone_what_the_form_came_to() -> None:
    def page(tried: Tried) -> str:
        return render_chat(suggestions=(), documents=1, tried=tried, widget="/w.js")

    assert '<script type="module" src="/w.js">' in page(Tried())
    assert '<script type="module" src="/w.js">' in page(Tried("Was?"))
    for tried in (Tried("Was?", ANSWER), Tried("", fault="Leer.")):
        assert "<script" not in page(tried)
        assert "<kgc-chat" not in page(tried)
        assert "chat" in Outline(page(tried)).ids()
    assert "<script" not in render_chat(suggestions=(), documents=1)


def test_no_page_tells_others_where_somebody_was() -> None:
    pages = (
        render_chat(suggestions=(), documents=1, tried=Tried("Was?", ANSWER)),
        render_document(view("Text", original_url="https://example.org/a.pdf")),
        render_message("Titel", "Text"),
    )
    for html in pages:
        tags = Outline(html).tags
        (policy,) = [a["content"] for _, a in tags if a.get("name") == "referrer"]
        assert policy == HEADERS["Referrer-Policy"] == "no-referrer"
        for _, attributes in tags:
            if attributes.get("target") == "_blank":
                assert {"noopener", "noreferrer"} <= set((attributes["rel"] or "").split())


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("refusal", "Keine Antwort in den Dokumenten"),
        ("hint", "Wichtiger Hinweis"),
        ("smalltalk", "KI-System"),
    ],
)
def test_what_is_no_answer_shows_no_citation_but_related_documents(kind: str, label: str) -> None:
    related = [
        {"document_id": "x", "title": "Nachbar", "link": "/documents/x"},
        {"document_id": "y", "title": "Böse", "link": "//evil.example/y"},
        {"document_id": None, "title": "Notruf 112", "link": "tel:112"},
        {"document_id": None, "title": "Böse", "link": "tel:112;phone-context=evil.example"},
    ]
    tried = Tried("Was?", {**ANSWER, "kind": kind, "related": related})
    html = render_chat(suggestions=(), documents=1, tried=tried)
    assert f'class="message reply {kind}"' in html
    assert label in html
    assert "data-cite" not in html
    assert 'href="/documents/x"' in html
    assert '<a href="tel:112"><span lang="de">Notruf 112</span></a>' in html
    near, help_ = html.split("<h3>Hier bekommen Sie Hilfe</h3>")
    heading = "Das kommt Ihrer Frage am nächsten" if kind == "refusal" else "Verwandte Dokumente"
    assert f"<h3>{heading}</h3>" in near
    assert "Nachbar" in near
    assert "Notruf 112" not in near
    assert "Nachbar" not in help_
    assert "evil.example" not in html


def test_hostile_texts_stay_text() -> None:
    citations = [{"id": 1, "title": HOSTILE, "organisation": HOSTILE, "date": HOSTILE, "page": None,
                  "slide": None, "quote": HOSTILE, "link": f"/documents/{HOSTILE}"}]  # fmt: skip
    answer = {**ANSWER, "answer": HOSTILE + " [1]", "citations": citations, "kind": "answer",
              "language": HOSTILE, "conversation_id": HOSTILE, "follow_ups": [HOSTILE]}  # fmt: skip
    chat = render_chat(suggestions=(HOSTILE,), documents=1, tried=Tried(HOSTILE, answer))
    document = render_document(
        view(
            HOSTILE,
            title=HOSTILE,
            metadata=((HOSTILE, HOSTILE),),
            language=HOSTILE,
            original_url="javascript:alert(1)",
        )
    )
    for html in (chat, document, render_message(HOSTILE, HOSTILE)):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "{{ 7*7 }}" in html  # shown, not evaluated
        assert "javascript:" not in html
        Outline(html)


# ---- answers -------------------------------------------------------------------------------


def test_markdown_subset() -> None:
    blocks = parse_answer("A **b** c. [1] [7]\nweiter\n\n3. drei\n4. vier\n\nEnde \\[1\\]", {1})
    assert [(block.tag, block.start, len(block.lines)) for block in blocks] == [
        ("p", 1, 1),
        ("ol", 3, 2),
        ("p", 1, 1),
    ]
    line = blocks[0].lines[0]
    assert line[:4] == (
        Inline("A "),
        Inline("b", strong=True),
        Inline(" c. "),
        Inline("[1]", citation=1),
    )
    assert "".join(run.text for run in line[4:]) == " [7] weiter"
    assert not any(run.citation for run in line[4:])
    assert "".join(run.text for run in blocks[2].lines[0]) == "Ende [1]"


@given(st.text(alphabet="ab*[]1,2 -.\\\n•3)", max_size=80))
def test_markdown_keeps_every_letter_and_never_fails(markdown: str) -> None:
    blocks = parse_answer(markdown, {1, 2})
    shown = "".join(run.text for block in blocks for line in block.lines for run in line)
    assert re.findall("[ab]", shown) == re.findall("[ab]", markdown)
    cited = {run.citation for block in blocks for line in block.lines for run in line}
    assert cited <= {0, 1, 2}


# ---- reading view --------------------------------------------------------------------------

TEXT = "Titel\n\nErster Absatz.\nZweite Zeile.\n\n- eins\n- zwei\n\nKapitel\n\nSchluss."


def structured(**more: object) -> DocumentView:
    chapter = TEXT.index("Kapitel")
    return view(
        TEXT,
        headings=((1, 0, 5), (3, chapter, chapter + 7)),
        pages=((1, 0, chapter - 2), (2, chapter, len(TEXT))),
        unit="page",
        original_url="/documents/d/original",
        **more,
    )


def test_blocks_follow_the_structure_of_the_text() -> None:
    shown = [
        (b.kind, b.rank, b.page, [line.text for line in b.lines]) for b in blocks_of(structured())
    ]
    assert shown == [
        (BlockKind.HEADING, 2, 1, ["Titel"]),
        (BlockKind.PARAGRAPH, 0, None, ["Erster Absatz.\nZweite Zeile."]),
        (BlockKind.LIST, 0, None, ["eins", "zwei"]),
        (BlockKind.HEADING, 3, 2, ["Kapitel"]),
        (BlockKind.PARAGRAPH, 0, None, ["Schluss."]),
    ]


def test_reading_view_has_anchors_for_pages_and_the_passage() -> None:
    start, end = TEXT.index("Zeile"), TEXT.index("zwei") + 4
    outline = Outline(render_document(structured(highlight=(start, end))))
    assert outline.marks == ["Zeile.", "eins", "zwei"]
    assert outline.ids().count("zitat") == 1
    assert [tag for tag, a in outline.tags if a.get("id") == "zitat"] == ["mark"]
    assert {"seite-1", "seite-2"} <= set(outline.ids())
    shown = [piece for piece in outline.pages if piece]
    leads = ["im Original", "(neuer Tab)"]
    assert shown == ["Seite 1", "Seite 1", *leads, "Seite 2", "Seite 2", *leads]
    assert {f"/documents/d/original#page={number}" for number in (1, 2)} <= set(outline.links())


def test_slides_are_called_folien_and_have_no_page_link() -> None:
    html = render_document(replace(structured(highlight=(0, 5)), unit="slide"))
    assert 'id="folie-2"' in html
    assert "Folie 2" in html
    assert "/documents/d/original" in Outline(html).links()


@pytest.mark.parametrize(
    "highlight", [None, (-1, 4), (3, 3), (9, 2), (0, len(TEXT) + 1), (10**30, 10**31)]
)
def test_a_passage_outside_the_text_is_not_highlighted(highlight: tuple[int, int] | None) -> None:
    html = render_document(structured(highlight=highlight))
    assert "<mark" not in html
    assert "#zitat" not in html
    assert "/documents/d/original" in Outline(html).links()


def test_page_that_starts_inside_a_paragraph_is_marked_there() -> None:
    text = "Ein Satz, der über die Seite geht."
    html = render_document(view(text, pages=((1, 0, 9), (2, 10, len(text))), unit="page"))
    assert re.search(r'Ein Satz, <span class="page-break inline" id="seite-2">', html)
    assert Outline(html).text == text


def test_only_web_addresses_become_links_in_the_metadata() -> None:
    metadata = (("Quelle", "https://example.org/a"), ("Datei", "javascript:alert(1)"))
    assert Outline(render_document(view("Text", metadata=metadata))).links().count(
        "https://example.org/a"
    ) == 1  # fmt: skip
    assert "javascript:alert(1)</dd>" in render_document(view("Text", metadata=metadata))


def test_a_document_without_text_says_so() -> None:
    assert "keinen lesbaren Text" in render_document(view(" \n\n "))


words = st.text(alphabet="aäß§😀<&\"' -\n\t", min_size=1, max_size=12)
source_blocks = st.lists(
    st.builds(
        SourceBlock,
        kind=st.sampled_from(list(SourceKind)),
        text=words,
        level=st.integers(0, 9),
        page=st.none() | st.integers(1, 4),
    ),
    max_size=12,
)


@given(source_blocks, st.integers(-3, 90), st.integers(-3, 90))
def test_shown_text_and_marks_are_exactly_the_documents(
    blocks: list[SourceBlock], start: int, end: int
) -> None:
    made = assemble(blocks)
    text, pages, headings = made.text, made.pages, made.headings
    document = view(
        text,
        pages=[(page.number, page.start, page.end) for page in pages],
        headings=[(heading.level, heading.start, heading.end) for heading in headings],
        unit="page",
        highlight=(start, end),
    )
    outline = Outline(render_document(document))
    shown = outline.text.removesuffix("Dieses Dokument enthält keinen lesbaren Text.")
    assert visible(shown) == visible(text)
    marked = text[start:end] if 0 <= start < end <= len(text) else ""
    # a bullet is drawn by the list and never highlighted
    assert visible("".join(outline.marks)).replace("-", "") == visible(marked).replace("-", "")
    assert len(set(outline.ids())) == len(outline.ids())


@given(
    st.text(alphabet="ab \n-", max_size=60),
    st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 70), st.integers(-5, 70)), max_size=5),
    st.lists(st.tuples(st.integers(-2, 9), st.integers(-5, 70), st.integers(-5, 70)), max_size=5),
)
def test_unsound_maps_lose_no_text(
    text: str, headings: list[tuple[int, int, int]], pages: list[tuple[int, int, int]]
) -> None:
    blocks = blocks_of(view(text, headings=headings, pages=pages))
    shown = "".join(line.bullet + line.text for block in blocks for line in block.lines)
    assert visible(shown) == visible(text)


def test_a_statute_of_two_million_characters_renders_within_a_second() -> None:
    paragraphs = [
        SourceBlock(SourceKind.HEADING, f"§ {n} Anspruch", level=2, page=n // 4 + 1)
        if n % 5 == 0
        else SourceBlock(
            SourceKind.PARAGRAPH, f"({n}) " + "Versicherte haben Anspruch. " * 9, page=n // 4 + 1
        )
        for n in range(9_600)
    ]
    made = assemble(paragraphs)
    text, pages, headings = made.text, made.pages, made.headings
    document = view(
        text,
        pages=[(page.number, page.start, page.end) for page in pages],
        headings=[(heading.level, heading.start, heading.end) for heading in headings],
        unit="page",
        highlight=(1_000_000, 1_000_400),
    )
    assert len(text) > 1_900_000
    seconds = []
    for _ in range(3):  # the best of three: other work on the machine only ever adds
        begin = time.process_time()
        html = render_document(document)
        seconds.append(time.process_time() - begin)
        assert 'id="zitat"' in html
        if seconds[-1] < 1:
            break
    assert min(seconds) < 1
