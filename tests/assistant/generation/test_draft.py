"""Pieces of a stream → finished sentences with their sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.draft import LONGEST_SENTENCE, Draft, Unit

TEXT = """<think>Ob [1] passt?</think>Das Netzwerk wurde z. B. am 25. Juli 2019 gegründet [1]. Es \
hat 1.234 Mitglieder. [2, 3] Nach § 20a Abs. 2 Satz 1 SGB V gilt das [4][9]. Der 3. Abschnitt \
endet hier [Quelle 2].

Angebote sind:
- **Spaziergänge** am Dienstag [1]
- Radkurse für Frauen. Im Frühling. [2]
1. Schwimmen [3]

Mehr unter https://boese.example/x [1]. Siehe [hier](http://a.b/c d) [2]. <b>Fett</b> ist es [1].
Ohne Beleg steht das da.
[2]
Kontakt: info@kgc.de [1]. Der letzte Satz bricht a"""


def read(*pieces: str, sources: int = 4) -> list[Unit]:
    draft = Draft(sources)
    found = [unit for piece in pieces for unit in draft.feed(piece)]
    return found + draft.finish()


def test_a_whole_answer() -> None:
    assert read(TEXT) == [
        Unit("Das Netzwerk wurde z. B. am 25. Juli 2019 gegründet.", (1,)),
        Unit("Es hat 1.234 Mitglieder.", (2, 3)),
        Unit("Nach § 20a Abs. 2 Satz 1 SGB V gilt das.", (4,)),
        Unit("Der 3. Abschnitt endet hier.", (2,)),
        Unit("Angebote sind:", (1,)),
        Unit("Spaziergänge am Dienstag", (1,), item=True),
        Unit("Radkurse für Frauen. Im Frühling.", (2,), item=True),
        Unit("Schwimmen", (3,), item=True),
        Unit("Mehr unter https://boese.example/x.", (1,), tainted=True),
        Unit("Siehe hier.", (2,), tainted=True),
        Unit("Fett ist es.", (1,)),
        Unit("Ohne Beleg steht das da.", (2,)),
        Unit("Kontakt: info@kgc.de.", (1,)),
    ]


@given(st.lists(st.integers(1, 20), min_size=1))
def test_the_pieces_do_not_matter(lengths: list[int]) -> None:
    pieces: list[str] = []
    at = 0
    while at < len(TEXT):
        length = lengths[len(pieces) % len(lengths)]
        pieces.append(TEXT[at : at + length])
        at += length
    assert read(*pieces) == read(TEXT)


@given(st.text(alphabet=st.sampled_from("Ab1. [](<>/*_-\n#§:…!„“🙂\u200b\ue101")))
def test_no_text_breaks_it_and_pieces_never_matter(text: str) -> None:
    whole = read(text)
    assert read(*text) == whole
    for unit in whole:
        assert unit.text
        assert set(unit.ids) <= {1, 2, 3, 4}
        assert not set(unit.text) & set("\u200b\ue101")


def test_a_sentence_leaves_before_the_next_one_ends() -> None:
    draft = Draft(2)
    assert draft.feed("Das Netzwerk entstand 2019 [1]. ") == []
    assert draft.feed("Danach ") == [Unit("Das Netzwerk entstand 2019.", (1,))]


def test_a_marker_may_come_after_the_full_stop() -> None:
    draft = Draft(2)
    assert draft.feed("Das Netzwerk entstand 2019. ") == []
    assert draft.feed("[2] ") == []
    assert draft.feed("Danach wuchs ") == [Unit("Das Netzwerk entstand 2019.", (2,))]


@pytest.mark.parametrize(
    "marker", ["[1]", "[ 1 ]", "[Quelle 1]", "[Source 1]", "[^1]", "【1】", "[1,9]"]
)
def test_forms_of_markers(marker: str) -> None:
    assert read(f"Das steht da {marker}.") == [Unit("Das steht da.", (1,))]


@pytest.mark.parametrize("marker", ["[0]", "[5]", "[99]", "[123]", "[a]", ""])
def test_unknown_sources_are_no_sources(marker: str) -> None:
    assert [unit.ids for unit in read(f"Das steht da {marker}.")] == [()]


@pytest.mark.parametrize(
    "text",
    [
        "Mehr auf www.boese.de dazu.",
        "Siehe boese.example/pfad im Netz.",
        "Siehe [Altdorf](javascript:alert) dazu.",
        "Das steht auf ftp://x.y im Netz.",
        "Schreibt an boese.com dazu.",
        "Wort " * (LONGEST_SENTENCE // 5 + 1) + "Ende.",
    ],
)
def test_what_must_never_be_shown_is_flagged(text: str) -> None:
    assert all(unit.tainted for unit in read(text))
    assert read(text)


def test_markup_goes_and_an_image_leaves_nothing() -> None:
    text = "# Kopf\n\n> **Das** _ist_ `so` [1]. ![x](http://boese.example/?q=geheim) <img src=x>"
    assert read(text) == [Unit("Das ist so.", (1,))]


def test_an_unfinished_end_is_left_out() -> None:
    draft = Draft(1)
    assert draft.feed("Alles gut [1]. Die Teilnahme ist nicht") == [Unit("Alles gut.", (1,))]
    assert draft.finish() == []
    draft = Draft(1)
    draft.feed("Alles gut [1].")
    assert draft.finish(whole=False) == []


def test_a_thought_without_end_says_nothing() -> None:
    assert read("<think>Vielleicht ist es 2019 [1]. Oder nicht.") == []
