"""A refusal says what is missing, what is near, what to try and whom to ask."""

from __future__ import annotations

import pytest

from assistant.refusal import LONGEST, Reason, Refused, offices, refusal
from ingest.document import Metadata
from retrieval.records import DocumentRecord, Hit, Passage, Visibility


def hit(section: str, text: str) -> Hit:
    facts = Metadata(title="Ein Bericht", language="de")
    record = DocumentRecord("d", "d", "d", "d", 1, Visibility.PUBLIC, facts, None, None, 1)
    passage = Passage("d", 1, 0, 0, len(text), text, None, section, ((0, len(text)),))
    return Hit(passage, record, score=1.0, dense=0.8, lexical=0.8)


HITS = [
    hit("Teil A › Beratung vor Ort", "Die Stelle berät Kommunen in Hessen nach § 20a SGB V."),
    hit("Teil B › Förderung", "Seit 2019 gibt es mehr Geld."),
    hit("Teil C › Kontakt", "Rufen Sie an."),
]


def said(asked: str, language: str = "de", facets: dict[str, str] | None = None) -> str:
    text = refusal(Refused(Reason.NOTHING, asked, language, HITS, HITS, facets or {}))
    assert len(text) <= LONGEST
    return text


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("Wer berät in Bayern?", "Zu Bayern steht nichts in den Quellen"),
        ("Was gilt nach § 45 SGB XI?", "Zu § 45 SGB XI steht nichts in den Quellen"),
        ("Wie viel Geld gab es 1987?", "Zu dem Jahr 1987 steht nichts in den Quellen"),
        ("Wer berät in Hessen?", "Dazu steht nichts in den Quellen."),
        ("Was gilt nach § 20a SGB V?", "Dazu steht nichts in den Quellen."),
        ("Wie viel Geld gab es 2019?", "Dazu steht nichts in den Quellen."),
    ],
)
def test_a_land_a_paragraph_or_a_year_that_is_nowhere_is_named(asked: str, named: str) -> None:
    assert said(asked).startswith(named)


def test_two_near_sections_and_the_office_of_the_land_are_named() -> None:
    text = said("Wer berät in Bayern?")
    assert "„Beratung vor Ort“ und „Förderung“" in text
    assert "Kontakt" not in text
    assert "(KGC) Bayern: www." in text
    assert "(KGC) Ihres Landes: www." in said("Wer zahlt?")


def test_filters_in_force_are_named() -> None:
    assert "Region = Bayern" in said("Wer zahlt?", facets={"region": "Bayern"})


def test_it_speaks_english() -> None:
    text = said("Who advises in Bavaria?", "en", {"region": "Bayern"})
    assert text.startswith("On Bavaria, the sources say nothing")
    assert "region = Bayern" in text


def test_long_sections_give_way() -> None:
    long = [hit(f"{'Abschnitt ' * 5}{n}", "x") for n in range(3)]
    asked = "Was gilt in Mecklenburg-Vorpommern nach § 45 SGB XI im Jahr 1987?"
    facets = {"organisation": "Landesvereinigung für Gesundheit", "year": "2020"}
    assert len(refusal(Refused(Reason.NOTHING, asked, "de", long, long, facets))) <= LONGEST


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_in_both_languages(reason: Reason) -> None:
    assert refusal(Refused(reason, "Wer?", "de")) != refusal(Refused(reason, "Wer?", "en"))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("reason", list(Reason))
def test_the_page_that_a_refusal_names_is_a_link(reason: Reason, language: str) -> None:
    refused = Refused(reason, "Wer?", language)
    (page,) = offices(refused) or (None,)
    assert (page is not None) is ("www." in refusal(refused))
    if page is not None:
        assert page.link == "https://www.gesundheitliche-chancengleichheit.de"
        assert page.link.removeprefix("https://") in refusal(refused)
