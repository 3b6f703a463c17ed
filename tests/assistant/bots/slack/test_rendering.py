"""The one list of answers, as Slack shows it: within its limits, and harmless."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import escape
from assistant.bots.slack.escaping import Markdown, address, markdown, mrkdwn, plain, words_of
from assistant.bots.slack.home import home_view
from assistant.bots.slack.rendering import LONGEST_TEXT, render, render_hits
from tests.assistant.bots import answers
from tests.assistant.bots.answers import ANSWERS, HOSTILE, HOSTILE_ANSWERS, citation, hostile
from tests.assistant.bots.slack.workspace import check_block

BASE = "https://assistent.example.org"
EVERY = ANSWERS | HOSTILE_ANSWERS
CALLS = re.compile(r"<[!@#]|<(?!https://assistent\.example\.org/|https?://|tel:)[^>]*>")
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)


def words_in(blocks: Any) -> list[str]:
    """Every string that people see."""
    if isinstance(blocks, dict):
        shown = {k: v for k, v in blocks.items() if k not in ("type", "action_id", "value")}
        return [word for part in shown.values() for word in words_in(part)]
    if isinstance(blocks, list | tuple):
        return [word for part in blocks for word in words_in(part)]
    return [blocks] if isinstance(blocks, str) else []


@pytest.mark.parametrize("name", EVERY, ids=ascii)
def test_every_answer_keeps_the_limits(name: str) -> None:
    message = render(EVERY[name], BASE)
    assert 1 <= len(message.text) <= LONGEST_TEXT <= 12_000
    assert 1 <= len(message.notice) <= 3_000
    assert len(message.whole) <= 50
    for block in message.whole:
        check_block(block)
    assert len(json.dumps(message.whole)) < 60_000


@pytest.mark.parametrize("name", HOSTILE_ANSWERS, ids=ascii)
def test_nothing_hostile_gets_through(name: str) -> None:
    message = render(HOSTILE_ANSWERS[name], BASE)
    for text in words_in([message.text, message.notice, *message.blocks]):
        assert not CALLS.search(text), text
        assert not HIDDEN.search(text), text
    assert not re.search(r"(?<!\\)\]\(", message.text)
    assert not re.search(r"(?<!\\)!\[", message.text)
    # What looks like an address stands in code, which Slack neither links nor unfolds.
    outside = re.sub(r"`[^`]*`", "", message.text)
    assert "://" not in outside


@pytest.mark.parametrize("name", HOSTILE_ANSWERS, ids=ascii)
def test_links_lead_only_where_an_answer_may_link(name: str) -> None:
    message = render(HOSTILE_ANSWERS[name], BASE)
    for text in words_in(list(message.blocks)):
        for target in re.findall(r"<([^|>]*)\|", text):
            assert target.startswith(("https://", "http://", "tel:"))
            assert "javascript" not in target


def test_sources_are_numbered_with_title_place_and_link() -> None:
    (context,) = [b for b in render(ANSWERS["slide"], BASE).blocks if b["type"] == "context"]
    told = [part["text"] for part in context["elements"]]
    assert told[0].startswith(f"*[1]* <{BASE}/documents/doc1?start=10&amp;end=")
    assert told[0].endswith("|Bericht 1>, Folie 12, KGC Musterland")
    assert "KI-System" in told[-1]
    statute = json.dumps(render(ANSWERS["statute"], BASE).blocks, ensure_ascii=False)
    assert "§ 20a Abs. 1 SGB V" in statute


def test_without_an_address_of_ours_the_original_is_linked() -> None:
    shown = json.dumps(render(ANSWERS["from the web"], "").blocks)
    assert "<https://www.example.org/netz?a=1&amp;b=2|Bericht 1>" in shown
    assert "<" not in json.dumps(render(ANSWERS["short"], "").blocks)


def test_a_list_stays_whole_and_a_very_long_one_says_that_it_is_cut() -> None:
    listed = render(ANSWERS["long list"], BASE).text
    assert all(f"Nummer {n} im" in listed for n in range(40))
    assert "gekürzt" not in listed
    assert render(ANSWERS["very long"], BASE).text.endswith("(gekürzt)")


def test_more_sources_than_fit_are_counted() -> None:
    many = answers.answer([answers.sentence("Satz.", 1)], [citation(n) for n in range(1, 60)])
    message = render(many, BASE)
    assert "und 29 weitere" in json.dumps(message.blocks, ensure_ascii=False)
    for block in message.blocks:
        check_block(block)


def test_a_refusal_shows_what_is_near_and_may_be_voted_on() -> None:
    message = render(ANSWERS["refusal"], BASE)
    assert message.text.startswith("Dazu steht nichts in den Quellen.")
    assert [block["type"] for block in message.blocks] == ["section", "context_actions"]
    assert f"<{BASE}/documents/doc7|Netzwerke" in message.blocks[0]["text"]["text"]


def test_a_hint_shows_where_help_is() -> None:
    message = render(ANSWERS["hint"], BASE)
    assert "**112**" in message.text
    assert "<tel:112|Notruf 112>" in message.blocks[0]["text"]["text"]
    assert [block["type"] for block in message.blocks] == ["section"]


def test_an_unsupported_sentence_stands_apart_and_says_so() -> None:
    message = render(ANSWERS["unsupported"], BASE)
    assert "Kaffee" not in message.text
    told = message.blocks[0]["elements"][0]["text"]
    assert told.startswith(":warning: *Durch die Quellen nicht bestätigt:*")
    assert "Kaffee" in told


def test_a_contradiction_shows_both_sides() -> None:
    text = render(ANSWERS["contradiction"], BASE).text
    assert "Die Quellen nennen Verschiedenes." in text
    assert "[1]" in text
    assert "[2]" in text


def test_an_english_answer_is_labelled_in_english() -> None:
    shown = json.dumps(render(ANSWERS["in English"], BASE).blocks)
    assert "page 1" in shown
    assert "Helpful" in shown
    german = json.dumps(render(ANSWERS["English quote"], BASE).blocks)
    assert "Seite 1" in german


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hits_and_home_are_harmless_too(text: str) -> None:
    hit = {"title": text, "text": text, "link": text, "url": text, "organisation": text, "page": 1}
    blocks = render_hits({"query": text, "hits": [hit] * 9}, BASE)
    document = {"title": text, "type": text, "date": text, "link": text, "url": text}
    home = home_view([document] * 40, [text], BASE)["blocks"]
    for block in [*blocks, *home]:
        check_block(block)
    for shown in words_in([*blocks, *home]):
        assert not CALLS.search(shown), shown
        assert not HIDDEN.search(shown.replace("\n", "")), shown


def test_no_hits_say_so() -> None:
    (block,) = render_hits({"query": "Käse", "hits": []}, BASE)
    assert block["text"]["text"] == "„Käse“: Dazu wurde nichts gefunden."


@given(st.text(max_size=300), st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_streamed_or_whole_the_text_is_the_same(text: str, steps: list[int]) -> None:
    said = escape(text)
    written, at = Markdown(), 0
    parts: list[str] = []
    while at < len(said):
        step = steps[len(parts) % len(steps)]
        parts.append(written.feed(said[at : at + step]))
        at += step
    parts.append(written.flush())
    assert "".join(parts) == markdown(said)


@given(st.text(max_size=200), st.sampled_from(HOSTILE))
def test_no_text_calls_anybody(text: str, bad: str) -> None:
    for mixed in (text + bad, bad + text, bad[: len(bad) // 2] + text + bad[len(bad) // 2 :]):
        message = render(hostile(mixed), BASE)
        for shown in words_in([message.text, message.notice, *message.blocks]):
            assert "<!" not in shown
            assert "<@" not in shown
            assert "<#" not in shown
        for block in message.whole:
            check_block(block)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<@UBOT> Wann?", "Wann?"),
        ("<@UBOT|kgc>   Wann \n trifft man sich?", "Wann trifft man sich?"),
        ("Steht das in <#C1|allgemein>?", "Steht das in #allgemein?"),
        ("<!here> hallo <!subteam^S1|@team>", "hallo"),
        ("&lt;b&gt; &amp;amp; Co", "<b> &amp; Co"),
        ("Siehe <https://example.org|hier> und <https://example.org/a>",
         "Siehe hier und https://example.org/a"),
        ("An <mailto:a@example.org|a@example.org>", "An a@example.org"),
        ("a < b", "a < b"),
    ],
)  # fmt: skip
def test_what_somebody_wrote_is_read(written: str, meant: str) -> None:
    assert words_of(written) == meant


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("/documents/x?a=1&b=2#zitat", f"{BASE}/documents/x?a=1&amp;b=2#zitat"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("javascript:alert(1)", None),
        ("https://user@evil.example", None),
        ("https://a.example|x", None),
        ("https://a.example>", None),
        ("https://a.example/ b", None),
        ("tel:112", "tel:112"),
        ("tel:1;x", None),
        ("http://[", None),
        (None, None),
        (7, None),
    ],
)
def test_where_links_may_lead(link: object, target: str | None) -> None:
    assert address(link, BASE) == target
    assert address("/documents/x", "") is None


def test_escaped_text_keeps_its_limit() -> None:
    assert len(mrkdwn("<&>" * 2_000, 3_000)) <= 3_000
    assert mrkdwn("ä" * 3_000) == "ä" * 3_000
    assert plain(None) == ""


def test_gender_star_and_reference_stay_as_they_are() -> None:
    assert markdown(escape("Akteur*innen nach § 20a")) == "Akteur\\*innen nach § 20a"
    assert markdown("siehe `kgc ingest` dort") == "siehe `kgc ingest` dort"
