"""Nothing personal survives, topics do, and what is about somebody's health is not kept."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.feedback.scrub import LONGEST, scrub, without_marks

REMOVED = [
    ("Ich heiße Max Mustermann und suche Rat", ("Max", "Mustermann"), "suche Rat"),
    ("ich heiße max mustermann, wo gibt es hilfe?", ("max", "mustermann"), "wo gibt es hilfe"),
    ("Ich heisse Öznur Çelik-Yıldız und frage", ("Öznur", "Çelik"), "und frage"),
    ("Mein Name ist Erika Muster, wer fördert?", ("Erika", "Muster"), "wer fördert"),
    ("My name is John Smith, who pays?", ("John", "Smith"), "who pays"),
    ("Name: Paula Puste, Frage: Wer zahlt?", ("Paula", "Puste"), "Wer zahlt"),
    ("Was macht Frau Müller vom Gesundheitsamt?", ("Müller",), "Gesundheitsamt"),
    ("was macht frau müller vom jobcenter", ("müller",), "jobcenter"),
    ("Hat Herrn Dr. Schmidt-Böhm jemand gesehen?", ("Schmidt", "Böhm"), "gesehen"),
    ("Kennt Frau Prof. Dr. Eva-Maria Klein das?", ("Eva", "Maria", "Klein"), "das"),
    ("Anna Schmidt vom Amt sagt nein", ("Anna", "Schmidt"), "vom Amt"),
    ("Meine Tochter Anna braucht Hilfe", ("Anna",), "braucht Hilfe"),
    ("Bitte an max.mustermann@example.org antworten", ("mustermann", "example"), "antworten"),
    ("max (at) example (dot) org fragt", ("max", "example"), "fragt"),
    ("erika at example punkt de fragt", ("erika", "example"), "fragt"),
    ("max@exam\u200bple.org fragt", ("max", "ple.org"), "fragt"),
    ("Rückruf unter 0391 5550170 bitte", ("0391", "5550170"), "bitte"),
    ("Rückruf +49 (0) 171 / 234 56 78 bitte", ("171", "234"), "bitte"),
    ("Handy 015112345678", ("1511",), "Handy"),
    ("Tel. 12345 bitte", ("12345",), "bitte"),
    ("IBAN DE89 3704 0044 0532 0130 00 eilt", ("DE89", "3704", "0130"), "eilt"),
    ("de89370400440532013000 eilt", ("de89", "3704"), "eilt"),
    ("Versichertennummer A123456789 fehlt", ("A123456789",), "fehlt"),
    ("A 123 456 789 steht drauf", ("123", "456", "789"), "steht drauf"),
    ("Rentenversicherung 65 170839 J 003 fehlt", ("170839", "J 003"), "fehlt"),
    ("BG-Nummer 12345//0001234 fehlt", ("12345", "0001234"), "fehlt"),
    ("bedarfsgemeinschaft 12345BG0001234", ("0001234",), "bedarfsgemeinschaft"),
    ("Kundennummer 123A456789 fehlt", ("123A456789",), "fehlt"),
    ("Aktenzeichen: S 12 AS 345/20 ER fehlt", ("345/20", "S 12"), "fehlt"),
    ("Az. II-4.2/2023-17 fehlt", ("II-4.2", "2023-17"), "fehlt"),
    ("unter B 14 AS 30/13 R steht", ("30/13",), "steht"),
    ("Steuer-ID 12 345 678 901 fehlt", ("345", "901"), "fehlt"),
    ("geboren am 12.03.1985 in Halle", ("12.03", "1985"), "Halle"),
    ("Ich, geb. 3. Mai 1979, suche", ("1979", "Mai"), "suche"),
    ("Kind geb. 04.05.2019 sucht Kita", ("04.05", "2019"), "sucht Kita"),
    ("Jahrgang 1951 sucht", ("1951",), "sucht"),
    ("Ich bin 43 Jahre alt und suche Kurse", ("43",), "suche Kurse"),
    ("Ich wohne Lindenstraße 12a, 06108 Halle", ("Linden", "12a", "06108"), "Halle"),
    ("An der Alten Mühle 7 in Altdorf", ("Mühle", "7"), "Altdorf"),
    ("goethestr. 5 magdeburg", ("goethe", "5"), "magdeburg"),
    ("https://x.example/reset?token=abcdef geht nicht", ("token", "abcdef"), "geht nicht"),
    ("www.beispiel.de/?u=max geht nicht", ("max", "beispiel"), "geht nicht"),
    ("Wer zahlt? Mit freundlichen Grüßen Kim Ungewöhnlich", ("Kim", "Ungew"), "Wer zahlt"),
    ("Wer zahlt?\nLG Kimmi", ("Kimmi",), "Wer zahlt"),
    ("Wer zahlt? Viele Grüße, Dein Xaver", ("Xaver",), "Wer zahlt"),
    ("Rechner 192.168.17.23 geht nicht", ("192.168",), "geht nicht"),
    ("Guten Tag, mein Name lautet Thorsten B. Lehmann.", ("Thorsten", "Lehmann"), "Guten Tag"),
    ("Az: 4 K 123/22.MD fehlt", ("123/22", "MD"), "fehlt"),
    ("meine tochter lena-marie braucht hilfe", ("lena", "marie"), "braucht hilfe"),
    ("Wir sind Familie Nowak aus Halle", ("Nowak",), "aus Halle"),
    ("Konto DE12500105170648489890", ("DE12", "6484"), "Konto"),
    ("Schreibt @max_muster an", ("max_muster",), "an"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "gone", "stays"), REMOVED, ids=[row[0] for row in REMOVED])
def test_what_names_a_person_is_taken_out(text: str, gone: tuple[str, ...], stays: str) -> None:
    found = scrub(text)
    assert found is not None
    for word in gone:
        assert word not in without_marks(found)
    assert stays in found


TOPICS = [
    "Wie werden Angebote in Lebenswelten nach § 20a Abs. 2 SGB V gefördert?",
    "Wer ist in Sachsen-Anhalt für Gesundheitskonferenzen zuständig?",
    "Sind 1.500.000 Euro für 12.000 Menschen in den Jahren 2019-2023 viel?",
    "Gilt der Leitfaden seit dem 01.01.2024?",
    "Wie bekommt man als junge Frau Hilfe?",
    "Wo bekommt mein Kind Frühförderung?",
    "Wie vereinbart man Familie und Beruf?",
    "Welche Angebote gab es 2019/2020 für Kommunen?",
    "Was ist der erste Weg 3 der Förderung?",
    "Wie hoch ist der Anteil armer Kinder in Prozent?",
    "Welche 12 Kriterien guter Praxis gibt es?",
    "Wer hat die Relativitätstheorie erfunden?",
    "Ich habe eine Frage zu Depressionen",
    "Wo finde ich Angebote für Menschen mit Depressionen?",
    "Ich arbeite mit depressiven Jugendlichen, welche Projekte gibt es?",
    "Ich bin Beraterin für chronisch kranke Menschen",
    "Welche Angebote gibt es für schwangere Frauen?",
    "Ich suche Material zu Diabetes",
    "Was zahlt meine Krankenkasse?",
    "Ich habe Klienten mit Depressionen",
    "Ich bin Mitarbeiterin einer Krankenkasse",
    "Mein Thema ist Sucht",
    "Wie hängen Armut und Krankheit zusammen?",
    "Meine Kommune will etwas gegen Sucht tun",
    "Gibt es Angebote am Arbeitsplatz 4.0?",
    "Was steht in Drucksache 18/4282?",
    "Wer war beim Kongress am 16. März 2025 dabei?",
    "Ich leite eine Selbsthilfegruppe für Angehörige von Demenzkranken",
    "Wir planen ein Projekt für Kinder mit ADHS",
]


@pytest.mark.parametrize("text", TOPICS)
def test_topics_stay_word_for_word(text: str) -> None:
    assert scrub(text) == text


PRIVATE = [
    "Ich habe Depressionen, wo finde ich Hilfe?",
    "ich hab seit drei jahren schwere depressionen",
    "Ich habe z. B. Depressionen",
    "Ich habe\nDepressionen. Was tun?",
    "Wer hilft in Halle? Ich bin depressiv.",
    "Habe ich Anspruch, wenn ich schwanger bin?",
    "Mein Sohn hat ADHS, welche Angebote gibt es?",
    "Meine Mutter ist dement, was tun?",
    "Bei mir wurde Krebs diagnostiziert",
    "Ich leide unter Angst",
    "Ich nehme Antidepressiva",
    "Wie komme ich mit meiner Depression zum Arzt?",
    "Weil ich Asthma habe, suche ich Sport",
    "Ich bin seit 2010 HIV-positiv.",
    "Ich bin schwerbehindert",
    "Mir geht es sehr schlecht",
    "ICH HABE KREBS",
    "Da ich im Rollstuhl sitze, brauche ich barrierefreie Kurse",
    "Ich komme gerade aus der Psychiatrie",
    "Seit der Chemo bin ich müde",
    "Unser Baby hat Neurodermitis",
    "Ich ha\u00adbe De\u200bpressionen",
    "I have depression",
    "Ich bin Muslim und suche einen Kurs",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_what_is_about_ones_own_health_is_not_kept(text: str) -> None:
    assert scrub(text) is None


@pytest.mark.parametrize("text", ["", "  ", "?!", "[Name]", "max@example.org", "\u200b"])
def test_nothing_left_is_nothing_kept(text: str) -> None:
    assert scrub(text) is None


@given(st.sampled_from([row[0] for row in REMOVED] + TOPICS), st.sampled_from(TOPICS))
def test_a_second_pass_changes_nothing(first: str, second: str) -> None:
    once = scrub(f"{first} {second}")
    assert once is None or scrub(once) == once


@given(st.text(max_size=1_000))
def test_any_text_ends_within_bounds(text: str) -> None:
    found = scrub(text)
    assert found is None or (0 < len(found) <= LONGEST and found.isprintable())


@given(
    st.sampled_from(TOPICS[:12]),
    st.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}@[a-z]{2,8}\.(de|org)", fullmatch=True),
    st.from_regex(r"0[1-9]\d{2}[ /-]\d{5,8}", fullmatch=True),
    st.from_regex(r"[A-Z]\d{9}", fullmatch=True),
)
def test_identifiers_anywhere_in_a_question_are_taken_out(
    topic: str, mail: str, phone: str, insured: str
) -> None:
    found = scrub(f"{mail} {topic} Tel. {phone}, Nr. {insured}") or ""
    assert mail not in found
    assert phone not in found
    assert insured not in found


@pytest.mark.parametrize(
    "text",
    ["a" * 5_000, "A-" * 2_500, "1.1." * 1_000, "ich habe " * 500, "mein " * 900, "x@" * 2_000,
     "Am Alten " * 500, "Frau " * 900, ":a" * 2_000, "1 " * 2_000, "meine therapie " * 300],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    scrub(text)
    assert time.process_time() - begun < 2.0
