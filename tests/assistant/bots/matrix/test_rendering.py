"""Every answer as a Matrix message: nothing but allowed tags, nobody called, small enough."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from assistant.bots.matrix import rendering, wording
from assistant.bots.matrix.content import edit, in_thread, notice
from assistant.bots.matrix.harmless import harmless, link_target
from assistant.bots.matrix.rendering import Rendered
from tests.assistant.bots.answers import ANSWERS, HOSTILE_ANSWERS

BASE = "https://wissen.example.org"
ALLOWED = {"p", "ul", "ol", "li", "strong", "em", "blockquote", "br", "a"}
EVERY = {**ANSWERS, **HOSTILE_ANSWERS}


class Strict(HTMLParser):
    """Refuses what is not allowed, and keeps the text and the links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        names = {name for name, _ in attrs}
        assert names == ({"href"} if tag == "a" else {"start"} if tag == "ol" else set())
        self.links += [str(value) for name, value in attrs if name == "href"]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def parsed(rendered: Rendered) -> Strict:
    parser = Strict()
    parser.feed(rendered.html)
    parser.close()
    assert not parser.open
    return parser


def assert_harmless(rendered: Rendered) -> None:
    read = parsed(rendered)
    for text in (rendered.body, read.text):
        assert not re.search(
            "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2061-\u206f]", text
        )
        assert not re.search("[\ufeff\U000e0000-\U000e007f]", text)
        assert "@room" not in text.lower()
        assert "@admin:localhost" not in text
        assert "matrix.to" not in text
    for link in read.links:
        assert re.match(r"(https?://(?!evil|matrix\.to)|tel:)", link), link


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("base", ["", BASE])
def test_every_answer_is_harmless_and_fits(name: str, base: str) -> None:
    given = EVERY[name]
    for rendered in (rendering.answer(given, base), rendering.sources(given, base)):
        assert_harmless(rendered)
        assert rendered.body.strip()
        size = len(rendered.body.encode()) + len(rendered.html.encode())
        assert size <= rendering.MOST_BYTES


@pytest.mark.parametrize("name", HOSTILE_ANSWERS)
def test_hostile_words_of_a_search_and_of_a_stream(name: str) -> None:
    hostile = HOSTILE_ANSWERS[name]["citations"][0]
    hit = {**hostile, "text": name, "display": None}
    assert_harmless(rendering.hits(name, {"hits": [hit]}, BASE))
    assert_harmless(rendering.unfinished(name))
    assert_harmless(rendering.plain_text(name))


def test_an_answer_shows_its_sources_with_place_and_link() -> None:
    shown = rendering.answer(ANSWERS["short"], BASE)
    assert "[1] Bericht 1, Seite 1, KGC Musterland, 01.03.2025" in shown.body
    assert f"{BASE}/documents/doc1?start=10&end=79#zitat" in shown.body
    assert parsed(shown).links == [f"{BASE}/documents/doc1?start=10&end=79#zitat"]
    assert "Folie 12" in rendering.answer(ANSWERS["slide"]).body


def test_without_an_address_for_browsers_no_link_leads_to_our_server() -> None:
    assert parsed(rendering.answer(ANSWERS["short"])).links == []
    web = rendering.answer(ANSWERS["from the web"])
    assert parsed(web).links == ["https://www.example.org/netz?a=1&b=2"]


def test_a_list_is_whole_and_a_list() -> None:
    shown = rendering.answer(ANSWERS["long list"])
    assert shown.html.count("<li>") == 40
    assert all(f"- Einrichtung Nummer {n} im" in shown.body for n in range(40))


def test_a_refusal_names_what_is_near_and_who_helps() -> None:
    shown = rendering.answer(ANSWERS["refusal"], BASE)
    assert "Das kommt Ihrer Frage am nächsten:\n- Netzwerke der Nachbarstadt" in shown.body
    assert "Hier bekommen Sie Hilfe:" in shown.body
    assert "Quellen:" not in shown.body


def test_a_hint_can_be_dialled() -> None:
    assert parsed(rendering.answer(ANSWERS["hint"])).links == ["tel:112"]


def test_unsupported_sentences_are_told_apart() -> None:
    shown = rendering.answer(ANSWERS["unsupported"])
    assert "Durch die Quellen nicht bestätigt:\n- Es gibt dort immer Kaffee." in shown.body


def test_both_sides_of_a_contradiction_have_their_source() -> None:
    shown = rendering.answer(ANSWERS["contradiction"])
    assert "12 Mitglieder. [1]" in shown.body
    assert "15 Mitglieder. [2]" in shown.body
    assert "[2] Bericht 2" in shown.body


def test_an_english_answer_has_english_words_around_it() -> None:
    shown = rendering.answer(ANSWERS["in English"])
    assert "Sources:\n[1] Community garden, page 1" in shown.body
    assert "Ask on:" in shown.body


def test_a_very_long_answer_is_cut_before_its_sources() -> None:
    shown = rendering.answer(ANSWERS["very long"], BASE)
    assert wording.words("de")["cut"] in shown.body
    assert "[1] Ein sehr langer Titel 1" in shown.body


def test_a_list_that_is_too_long_shows_its_beginning() -> None:
    given = dict(ANSWERS["very long"])
    given["answer"] = "\n".join(f"- Punkt {n} {'Wort ' * 80}" for n in range(60))
    shown = rendering.answer(given, BASE)
    assert "- Punkt 0 " in shown.body
    assert "- Punkt 5 " in shown.body
    assert "Punkt 59" not in shown.body
    parsed(shown)


def test_an_encrypted_edit_of_the_longest_answer_fits_into_an_event() -> None:
    shown = rendering.answer(ANSWERS["very long"], BASE)
    content = edit(shown, "$original")
    assert len(str(content).encode()) * 4 / 3 < 65_536


def test_the_sources_show_the_wording() -> None:
    shown = rendering.sources(ANSWERS["short"], BASE)
    assert "> Das Netzwerk in Musterstadt trifft sich" in shown.body
    assert "Netzwerk, Seite 1, KGC Musterland" in shown.body
    assert "<blockquote>Das Netzwerk" in shown.html


def test_what_a_search_finds() -> None:
    hit: dict[str, Any] = {**ANSWERS["short"]["citations"][0], "text": "Viel Text. " * 60}
    shown = rendering.hits("Netzwerk", {"hits": [hit, {**hit, "title": "Zweiter"}]}, BASE)
    assert "Gefunden für „Netzwerk“" in shown.body
    assert "[2] Zweiter, Seite 1" in shown.body
    assert max(map(len, shown.body.splitlines())) < 400
    assert rendering.hits("x", {"hits": []}).body == wording.words("de")["nothing"]


def test_names_call_nobody_but_mail_addresses_stay() -> None:
    assert harmless("an info@kommune.de") == "an info@kommune.de"
    assert harmless("@room @Room: @a:b.c #r:b.c") == (
        "@\u2060room @\u2060Room: @\u2060a:b.c #\u2060r:b.c"
    )
    assert harmless("matrix:u/a:b") == "matrix\u2060:u/a:b"
    assert harmless("12:30 Uhr, § 20a #1") == "12:30 Uhr, § 20a #1"
    assert harmless("@\u200broom") == "@\u2060room"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil", "https://a@b.c/",
        "https://matrix.to/#/@a:b", "https://MATRIX.TO./#/@a:b", "http://", "tel:112;x", "ftp://a/b",
        "https://a.b/ c", 'https://a.b/"x', "https://a.b/\u202e", "https://[", "", None, 7,
        "https://a.b/" + "x" * 3_000, "matrix:u/a:b", "HTTPS://x@matrix.to/",
    ],
)  # fmt: skip
def test_such_addresses_are_no_links(address: object) -> None:
    assert link_target(address, BASE) is None


def test_a_path_needs_an_address_for_browsers() -> None:
    assert link_target("/documents/a") is None
    assert link_target("/documents/a", f"{BASE}/") == f"{BASE}/documents/a"


def test_messages_are_notices_that_mention_nobody() -> None:
    text = Rendered("a", "<p>a</p>")
    for content in (notice(text), in_thread(text, "$root", "$q"), edit(text, "$a")):
        assert content["msgtype"] == "m.notice"
        assert content["m.mentions"] == {}
    assert in_thread(text, "$root", "$q")["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$q"},
    }
    assert edit(text, "$a")["m.new_content"]["msgtype"] == "m.notice"
