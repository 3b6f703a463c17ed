"""Right sentences are kept, swapped and turned ones are caught; spans say where it stands."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from assistant.generation.generate import only
from assistant.verification.check import verify
from assistant.verification.evidence import forget
from assistant.verification.verdict import Flaw, Verdict
from ingest.document import Metadata
from retrieval.records import Hit
from tests.assistant.verification.evidence_made import even, hit, misread

PROJECT = hit(
    "Das Modellprojekt begann im Juni 2014 mit sechs Standorten. Im Jahr 2016 folgten 60 weitere "
    "Standorte. In Nordrhein-Westfalen waren im August 2018 insgesamt 29 Standorte beteiligt. "
    "Der Erfahrungsaustausch fand am 15. Dezember 2017 in Bochum statt, und rund 40 Personen kamen."
)
LAW = hit(
    "Für Lebenswelten geben die Krankenkassen nach § 20 Abs. 6 SGB V mindestens 2,15 Euro aus. "
    "Für Betriebe sind es mindestens 3,15 Euro (§ 20b SGB V). Nicht ausgegebene Mittel verfallen "
    "nicht. Die BZgA darf das Geld nur für diesen Auftrag verwenden und muss die Verwendung "
    "dokumentieren. Eine eigene Personalstelle ist unzulässig. Über die Grundsätze "
    "beschließt der GKV-Spitzenverband."
)
TABLE = hit("Jahr: 2021; Haushalt der Stadt: 300 Euro", "Jahr: 2022; Haushalt der Stadt: 450 Euro")
TOWNS = hit(
    "Drei Städte berichteten aus ihrer Praxis: Bottrop, Wuppertal und Gelsenkirchen. Das nächste "
    "Treffen ist wieder in Bochum. Frau Winkler berät in Stendal, Telefon 0391 123456. Frau Yilmaz "
    "berät in Halle, Telefon 0345 654321."
)
ENGLISH = hit(
    "The network has had 74 member organisations since the summer of 2019. Insurers have to spend "
    "at least 2.15 euros per insured person and year on settings. The head office is run by "
    "Gesundheit Berlin-Brandenburg.",
    language="en",
)


def check(sentence: str, *sources: Hit, language: str = "de") -> Verdict:
    return verify(sentence, language, sources, even)


def flaws(sentence: str, *sources: Hit) -> set[Flaw]:
    return {flaw for flaw, _ in check(sentence, *sources).flaws}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Das Modellprojekt begann im Juni 2014 mit 6 Standorten.", PROJECT),
        ("2016 kamen 60 weitere Standorte hinzu.", PROJECT),
        ("Rund 40 Personen nahmen am 15.12.2017 am Erfahrungsaustausch in Bochum teil.", PROJECT),
        ("In NRW waren im August 2018 29 Standorte am Modellprojekt beteiligt.", PROJECT),
        ("Die Krankenkassen müssen für Lebenswelten mindestens 2,15 € ausgeben.", LAW),
        ("Mittel, die nicht ausgegeben wurden, verfallen nicht.", LAW),
        ("Die BZgA muss dokumentieren, wie sie das Geld verwendet.", LAW),
        ("Eine eigene Personalstelle ist nicht zulässig.", LAW),
        ("Im Jahr 2022 betrug der Haushalt der Stadt 450 Euro.", TABLE),
        ("Aus ihrer Praxis berichteten Bottrop, Gelsenkirchen und Wuppertal.", TOWNS),
        ("In Halle berät Frau Yilmaz unter der Telefonnummer 0345 654321.", TOWNS),
        ("Das Netzwerk hat seit dem Sommer 2019 74 Mitgliedsorganisationen.", ENGLISH),
        ("Geführt wird die Geschäftsstelle von Gesundheit Berlin-Brandenburg.", ENGLISH),
    ],
)
def test_right_sentences_are_kept(sentence: str, source: Hit) -> None:
    verdict = check(sentence, source)
    assert verdict.supported, verdict.flaws
    assert verdict.flaws == ()
    assert verdict.spans


@pytest.mark.parametrize(
    ("sentence", "source", "flaw"),
    [
        ("Das Modellprojekt begann im Juni 2014 mit acht Standorten.", PROJECT, Flaw.NUMBER),
        ("Das Modellprojekt begann im Juni 2014 mit 60 Standorten.", PROJECT, Flaw.NUMBER),
        ("Im Jahr 2016 folgten 29 weitere Standorte.", PROJECT, Flaw.NUMBER),
        ("Das Modellprojekt begann im August 2018 mit sechs Standorten.", PROJECT, Flaw.DATE),
        ("Der Erfahrungsaustausch fand am 16. Dezember 2017 in Bochum statt.", PROJECT, Flaw.DATE),
        ("Der Erfahrungsaustausch fand am 15. Oktober 2017 in Bochum statt.", PROJECT, Flaw.DATE),
        ("Der Erfahrungsaustausch fand am 15. Dezember 2017 in Bottrop statt.", PROJECT, Flaw.NAME),
        ("In Hessen waren im August 2018 insgesamt 29 Standorte beteiligt.", PROJECT, Flaw.NAME),
        ("Für Lebenswelten geben die Krankenkassen mindestens 3,15 Euro aus.", LAW, Flaw.MONEY),
        ("Für Lebenswelten geben die Krankenkassen mindestens 2,51 Euro aus.", LAW, Flaw.MONEY),
        ("Für Lebenswelten geben die Pflegekassen mindestens 2,15 Euro aus.", LAW, Flaw.NAME),
        ("Für Betriebe sind es mindestens 3,15 Euro (§ 20c SGB V).", LAW, Flaw.REFERENCE),
        ("Für Betriebe sind es mindestens 3,15 Euro (§ 20b SGB XI).", LAW, Flaw.REFERENCE),
        ("Über die Grundsätze beschließt der Bundesrat.", LAW, Flaw.NAME),
        ("Über die Grundsätze beschließt die BZgA.", LAW, Flaw.NAME),
        ("Im Jahr 2021 betrug der Haushalt der Stadt 450 Euro.", TABLE, Flaw.MONEY),
        ("Drei Städte berichteten: Bochum, Wuppertal und Gelsenkirchen.", TOWNS, Flaw.NAME),
        ("Frau Winkler berät in Stendal, Telefon 0345 654321.", TOWNS, Flaw.NUMBER),
        ("Das Netzwerk hat seit dem Sommer 2019 47 Mitgliedsorganisationen.", ENGLISH, Flaw.NUMBER),
    ],
)
def test_swaps_are_caught(sentence: str, source: Hit, flaw: Flaw) -> None:
    assert flaw in flaws(sentence, source)


def test_the_marks_of_the_other_language_make_no_other_number() -> None:
    source = hit("The network has 5 regional offices.", facts=Metadata("n", language="en"))
    for claim in ("The network has 5.000 regional offices.", "The network has 5,000 offices."):
        assert not verify(claim, "en", [source], lambda _: 1.0).supported
    assert verify("The network has 5 regional offices.", "en", [source], lambda _: 1.0).supported


@pytest.mark.parametrize(
    "sentence",
    [
        "Nicht ausgegebene Mittel verfallen.",
        "Nicht ausgegebene Mittel für Lebenswelten verfallen nicht nicht.",
        "Die BZgA darf das Geld für diesen Auftrag verwenden und muss es dokumentieren.",
        "Die BZgA darf das Geld nur für diesen Auftrag verwenden und kann es dokumentieren.",
        "Eine eigene Personalstelle ist zulässig.",
        "Für Lebenswelten geben die Krankenkassen höchstens 2,15 Euro aus.",
        "Über die Grundsätze beschließt der GKV-Spitzenverband nicht.",
    ],
)
def test_a_statement_turned_round_is_caught(sentence: str) -> None:
    assert Flaw.NEGATION in flaws(sentence, LAW)


def test_what_stands_nowhere_is_not_covered() -> None:
    verdict = check("Die Teilnehmenden wünschten sich mehr Zeit für Pausen und Musik.", LAW)
    assert [flaw for flaw, _ in verdict.flaws] == [Flaw.COVERAGE]
    assert verdict.coverage < 0.3
    assert verdict.spans == ()


def test_a_sentence_that_cites_nothing_is_not_supported() -> None:
    sentence = "Das Projekt begann 2014."
    assert check(sentence) == Verdict(False, ((Flaw.UNCITED, sentence),), 0.0, ())


def test_the_span_is_the_sentence_that_carries_it() -> None:
    (span,) = check("In Nordrhein-Westfalen waren 29 Standorte beteiligt.", TOWNS, PROJECT).spans
    assert span.source == 1
    text = PROJECT.passage.text[
        span.start - PROJECT.passage.start : span.end - PROJECT.passage.start
    ]
    assert text.startswith("In Nordrhein-Westfalen")
    assert text.endswith("beteiligt.")


def test_two_passages_together() -> None:
    joined = "Das Modellprojekt begann im Juni 2014, und Drei Städte berichteten aus ihrer Praxis."
    verdict = check(joined, PROJECT, TOWNS)
    assert verdict.supported, verdict.flaws
    assert {span.source for span in verdict.spans} == {0, 1}


STEP = hit(
    "Welche Stellen sind einbezogen? Fragen Sie die Stellen im Quartier, die einbezogen sind.",
    "Wichtig ist auch der Raum.",
    "Für Getränke sorgt der Verein.",
    "Am Anfang hilft das Gesundheitsamt.",
    "Das Treffen findet alle drei Monate statt.",
)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Welche Stellen sind einbezogen? Das Gesundheitsamt am Anfang im Quartier.", STEP),
        ("Fragen Sie die Stellen im Quartier, die einbezogen sind, alle drei Monate.", STEP),
        (
            "Es begann 2014 mit sechs Standorten, in Bochum kamen rund 40 Personen.",
            PROJECT,
        ),
        ("Lebenswelten: mindestens 2,15 Euro, so beschließt der GKV-Spitzenverband.", LAW),
    ],
)
def test_the_spans_alone_bear_the_claim(claim: str, source: Hit) -> None:
    verdict = check(claim, source)
    assert verdict.supported, verdict.flaws
    assert len(verdict.spans) > 1
    alone = [only(source, span.start, span.end) for span in verdict.spans]
    assert check(claim, *alone).supported
    assert not check(claim, *alone[:1]).supported
    assert sum(len(held.passage.text) for held in alone) < len(source.passage.text)


def test_the_parts_of_a_passage() -> None:
    passage = PROJECT.passage
    start, end = passage.sentences[1]
    held = only(PROJECT, start, end).passage
    assert held.text == "Im Jahr 2016 folgten 60 weitere Standorte."
    assert (held.start, held.end, held.sentences) == (start, end, ((start, end),))


def test_what_the_document_says_about_itself_counts() -> None:
    facts = Metadata(title="Haushalt der Stadt Stendal", date="2021", language="de")
    source = hit("Der Haushalt umfasst 300 Millionen Euro.", facts=facts)
    assert check("Der Haushalt der Stadt Stendal umfasste 2021 300 Mio. Euro.", source).supported
    assert not check("Der Haushalt der Stadt Zeitz umfasst 300 Mio. Euro.", source).supported


def test_a_misread_passage_is_read_as_it_was_meant() -> None:
    made = misread(hit("Der Verbund fiihrte eine Befragung durch."), "fiihrte", "führte")
    assert check("Der Verbund führte eine Befragung durch.", made).supported


def test_a_synonym_of_the_field_is_the_same_name() -> None:
    source = hit("Die Bundeszentrale für gesundheitliche Aufklärung hat den Verbund angestoßen.")
    assert check("Die BZgA hat den Verbund angestoßen.", source).supported


@pytest.mark.parametrize("sentence", ["", " ", "…", "§", "\x00", "1." * 50, "A" * 5_000])
def test_odd_sentences_do_no_harm(sentence: str) -> None:
    verdict = check(sentence, PROJECT)
    assert 0.0 <= verdict.coverage <= 1.0


def test_an_empty_passage_supports_nothing() -> None:
    empty = replace(
        PROJECT, passage=replace(PROJECT.passage, text="", end=0, start=0, sentences=())
    )
    assert not check("Das Modellprojekt begann 2014.", empty).supported


def test_a_long_sentence_takes_no_long_time() -> None:
    forget()
    check("Das Projekt begann.", PROJECT)
    begun = time.perf_counter()
    check("Das Modellprojekt begann im Juni 2014 mit sechs Standorten. " * 30, PROJECT)
    assert time.perf_counter() - begun < 5
