from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.answer import Answer, Item, Kind, Sentence, escape


def visible(tokens: list[Token]) -> str:
    return "".join(
        visible(token.children) if token.children is not None else token.content
        for token in tokens
        if token.type in {"inline", "text"}
    )


@given(st.text(alphabet="Akteur*in_nen [1](x)<b>`#-+>~\\. 12)", min_size=1, max_size=40))
def test_the_words_of_a_source_are_never_markup(text: str) -> None:
    shown = " ".join(text.split())
    html = MarkdownIt().render(escape(shown))
    assert visible(MarkdownIt().parse(escape(shown))).strip() == shown
    assert not {"<em>", "<a ", "<code>", "<h1>", "<ul>", "<ol", "<b>"} & {
        tag for tag in ("<em>", "<a ", "<code>", "<h1>", "<ul>", "<ol", "<b>") if tag in html
    }


def test_plain_sentences_stay_as_they_are() -> None:
    assert escape("Nach § 20a Abs. 1 SGB V (2021) zahlen alle – auch Kitas.") == (
        "Nach § 20a Abs. 1 SGB V (2021) zahlen alle – auch Kitas."
    )


def answer(*sentences: Sentence) -> str:
    return Answer("?", Kind.ANSWER, "de", 1.0, sentences).markdown


def test_sentences_run_on_and_items_stand_in_lines() -> None:
    shown = answer(
        Sentence("Eins.", (1,)),
        Sentence("Zwei.", (1, 2)),
        Sentence("erstens", (3,), item=True),
        Sentence("2. zweitens", (3,), item=True),
        Sentence("Three.", (4,), lead="Auf Englisch: "),
    )
    assert shown == (
        "Eins. [1] Zwei. [1][2]\n\n- erstens [3]\n2. zweitens [3]\n\nAuf Englisch: Three. [4]"
    )


def test_an_announcement_and_what_it_lists_are_one_sentence() -> None:
    items = (Item("*erstens*\nweiter", 1), Item("2. zweitens", 3))
    announced = Sentence("Es\nhelfen:", (1, 3), listed=items)
    assert announced.whole == "Es helfen:\n- *erstens* weiter\n2. zweitens"
    shown = answer(Sentence("Davor.", (2,)), announced, Sentence("drittens", (4,), item=True))
    assert shown == (
        "Davor. [2]\n\nEs helfen:\n\n- \\*erstens\\* weiter [1]\n2. zweitens [3]\n- drittens [4]"
    )
    alone = Sentence("", (1,), listed=(Item("one", 1), Item("two", 1)))
    assert alone.whole == "- one\n- two"
    assert answer(alone) == "- one [1]\n- two [1]"
    told_twice = replace(alone, citations=(1, 5))
    assert answer(told_twice) == "- one [1]\n- two [1][5]"
    foreign = replace(alone, lead="Auf Englisch: ")
    assert answer(Sentence("Davor.", (2,)), foreign) == (
        "Davor. [2]\n\nAuf Englisch:\n\n- one [1]\n- two [1]"
    )


def test_only_refusals_and_hints_abstain() -> None:
    kinds = {kind: Answer("?", kind, "de", 0.0, text="x").abstained for kind in Kind}
    assert kinds == {
        Kind.ANSWER: False,
        Kind.REFUSAL: True,
        Kind.HINT: True,
        Kind.SMALLTALK: False,
    }
