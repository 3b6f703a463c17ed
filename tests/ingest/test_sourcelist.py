"""Lists of sources: what they say, and where they are wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Reason, SourceError
from ingest.sourcelist import Kind, Selection, Source, read

LIST = """
[[source]]
path = "Rundschreiben"
internal = true
type = "Rundschreiben"
target_group = ["Kinder", "Eltern"]
exclude = "alt/*"

[[source]]
url = "https://beispiel.de/seite"

[[source]]
sitemap = "https://beispiel.de/sitemap.xml"
include = ["/themen/*", "/faq"]
pause = 2
"""


def test_a_list() -> None:
    folder, page, site = read(LIST.encode())
    assert folder == Source(
        Kind.PATH,
        "Rundschreiben",
        internal=True,
        selection=Selection(exclude=("alt/*",)),
        facts=(("type", "Rundschreiben"), ("target_group", "Kinder;Eltern")),
    )
    assert page == Source(Kind.URL, "https://beispiel.de/seite")
    assert (site.kind, site.pause) == (Kind.SITEMAP, 2.0)
    assert site.selection.wants("/themen/kita/x")
    assert not site.selection.wants("/impressum")
    assert read(b"") == read("\ufeff# nichts\n".encode()) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[source]]\npath = ", "am Ende"), ("a = 1\nb == 2", "Zeile 2"), ("[", "TOML"),
        ("[[source]]", "Quelle 1"), ('[[source]]\npath="a"\nurl="b"', "genau eines"),
        ('[[source]]\nurl="x"\n[[source]]\nsitemap=""', "Quelle 2"), ("source = 3", "[[source]]"),
        ("source = [1]", "Quelle 1"), ('[[quelle]]\npath="a"', "„quelle“"), ('path="a"', "„path“"),
        ('[[source]]\npath="a"\nfarbe="rot"', "„farbe“"), ('[[source]]\npath=["a"]', "path"),
        ('[[source]]\npath="a"\ninternal="ja"', "internal"),
        ('[[source]]\npath="a"\npause=-1', "60"),
        ('[[source]]\npath="a"\npause=true', "pause"), ('[[source]]\npath="a"\npause=inf', "pause"),
        ('[[source]]\npath="a"\ninclude=[1]', "include"), ('[[source]]\npath="a"\ntype=7', "type"),
        ('[[source]]\npath="a\\nb"', "path"),
        ('[[source]]\npath="a"\nvisibility="x"', "visibility"),
    ],
)  # fmt: skip
def test_wrong_lists_say_where(text: str, told: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(text.encode())
    assert raised.value.reason is Reason.DAMAGED
    assert told in raised.value.message


@pytest.mark.parametrize("data", [b"\xff\xfe", b"[" * 50_000, b"a = " + b"[" * 50_000, b"\x00"])
def test_odd_bytes(data: bytes) -> None:
    with pytest.raises(SourceError):
        read(data)
    with pytest.raises(SourceError) as raised:
        read(b"#" * 1_000_001)
    assert raised.value.reason is Reason.TOO_LARGE


@given(st.text(alphabet="ab*?/", max_size=8), st.text(alphabet="ab/", max_size=8))
def test_patterns_match_as_a_plain_definition_says(pattern: str, name: str) -> None:
    def fits(pattern: str, name: str) -> bool:
        if not pattern:
            return not name
        if pattern[0] == "*":
            return any(fits(pattern[1:], name[at:]) for at in range(len(name) + 1))
        return bool(name) and pattern[0] in ("?", name[0]) and fits(pattern[1:], name[1:])

    assert Selection((pattern,)).wants(name) is fits(pattern, name)
    assert Selection(exclude=(pattern,)).wants(name) is not fits(pattern, name)


def test_a_number_of_too_many_digits_is_damage() -> None:
    text = f'[[source]]\nurl = "x"\npause = 1{"0" * 5_000}'
    with pytest.raises(SourceError) as caught:
        read(text.encode())
    assert caught.value.reason is Reason.DAMAGED


def test_patterns_cost_no_time() -> None:
    begun = time.monotonic()
    assert not Selection(("*a" * 100,)).wants("a" * 90 + "b" * 1_900)
    assert time.monotonic() - begun < 1
