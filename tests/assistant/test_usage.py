"""Wrong command lines are explained in German, whatever typer calls them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.usage import german
from tests.assistant.conftest import Kgc

WRONG = [
    ("xx", "Einen Befehl „xx“ gibt es nicht."),
    ("searc", "Einen Befehl „searc“ gibt es nicht. Vielleicht search"),
    ("documents foo", "Einen Befehl „foo“ gibt es nicht."),
    ("ask", "Es fehlt die Angabe „question“."),
    ("keys create", "Es fehlt die Option „--scope“."),
    ("ask a b c", "Zu viele Angaben: b c."),
    ("--foo", "Eine Option „--foo“ gibt es nicht."),
    ("search --lim 3 a", "Eine Option „--lim“ gibt es nicht. Vielleicht --limit?"),
    ("search --limit", "Die Option „--limit“ braucht einen Wert."),
    ("ask --json=3 a", "Die Option „--json“ nimmt keinen Wert."),
    ("search --limit x a", "Der Wert für „--limit“ ist nicht gültig: muss eine ganze Zahl sein."),
    ("search --limit 99 a", "Der Wert für „--limit“ ist nicht gültig: darf höchstens 50 sein."),
    ("search --limit 0 a", "Der Wert für „--limit“ ist nicht gültig: muss mindestens 1 sein."),
    ("search --sort q a", "Der Wert für „--sort“ ist nicht gültig: „q“ gibt es nicht, nur"),
    ("search --filter x a", "„x“ hat nicht die Form key=value."),
    ("keys create --scope x", "Der Wert für „--scope“ ist nicht gültig: Scopes sind search,"),
    ("keys create --scope chat --days 0", "Der Wert für „--days“ ist nicht gültig: muss mindest"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[words for words, _ in WRONG])
def test_usage_errors_are_german(kgc: Kgc, words: str, sentence: str) -> None:
    ran = kgc(*words.split())
    assert ran.code == 2
    assert ran.err.startswith(sentence)
    if "--json=" not in words:
        told = kgc(*words.split(), "--json")
        assert told.code == 2
        assert told.json["error"]["type"] == "usage"


@given(st.text())
def test_what_is_not_known_stays_as_it_is(text: str) -> None:
    assert german(f"Ganz anders: {text}") == f"Ganz anders: {text}"


@given(st.text("abcÄß-_.{}%0 ", min_size=1))
def test_what_was_typed_is_repeated(typed: str) -> None:
    assert german(f"No such command '{typed}'.") == f"Einen Befehl „{typed}“ gibt es nicht."
    assert german(f"No such option: --{typed}") == f"Eine Option „--{typed}“ gibt es nicht."
