from __future__ import annotations

import pytest

from assistant.question import Expects
from assistant.signs import can_answer, counts_money, shows


@pytest.mark.parametrize(
    ("expects", "sentence", "shown"),
    [
        (Expects.PHONE, "Tel. 0391 / 28 86 83-0", True),
        (Expects.PHONE, "Im Jahr 2023 kamen 120 Menschen.", False),
        (Expects.MAIL, "Schreiben Sie an hilfe@beispiel.de.", True),
        (Expects.NUMBER, "Es nahmen zwölf Kommunen teil.", True),
        (Expects.NUMBER, "Viele Kommunen nahmen teil.", False),
        (Expects.DATE, "Sie begann am 4. November 2025.", True),
        (Expects.DATE, "Sie begann später.", False),
        (Expects.DATE, "Montags ab 9 Uhr.", True),
        (Expects.DATE, "Der Anspruch entsteht vom Tag der Feststellung an.", True),
        (Expects.DATE, "Er endet mit Vollendung des 18. Lebensjahres.", True),
        (Expects.DATE, "Sie bleibt bis zum nächsten Tag.", True),
        (Expects.DATE, "Der Tag war schön.", False),
        (Expects.MONEY, "Der Kurs kostet 35 Euro.", True),
        (Expects.MONEY, "Der Kurs hat 35 Plätze.", False),
        # How often: seldom said with a figure.
        (Expects.NUMBER, "Der Runde Tisch trifft sich viermal im Jahr.", True),
        (Expects.NUMBER, "Das Gremium tagt vierteljährlich.", True),
        (Expects.NUMBER, "Zimmer werden vierzehntägig geprüft.", True),
        (Expects.NUMBER, "Sie tritt halbjährlich zusammen.", True),
        (Expects.NUMBER, "Wir kommen jeden letzten Donnerstag.", True),
        (Expects.NUMBER, "Only a quarter of them were men.", True),
        (Expects.NUMBER, "Ein Fünftel der Sitze ist frei.", True),
        (Expects.NUMBER, "Das Viertel hat einen Achtsamkeitskurs.", True),  # a quarter, by its word
        (Expects.NUMBER, "Bitte achten Sie auf den Elfenbeinturm.", False),
        (Expects.DATE, "Offene Sprechstunde Mi 14-17", True),
        (Expects.DATE, "Bis 15.12.: Rückmeldung", True),
        (Expects.DURATION, "Die Antwort kommt in zehn Werktagen.", True),
        (Expects.DURATION, "Die Richtlinie tritt außer Kraft.", True),
        (Expects.DURATION, "Der Kurs umfasst acht Termine.", True),
        (Expects.DURATION, "Die Antwort ist kurz.", False),
        (Expects.MONEY, "Die Moderation kostet nichts.", True),
        (Expects.MONEY, "Auch Matten sind umsonst.", True),
        (Expects.MONEY, "Mitglieder zahlen einen Euro im Monat.", True),
        (Expects.MONEY, "Danach wird die halbe Gebühr fällig.", True),
        (Expects.MONEY, "Die Freiheit kennt keine Gebote.", False),
        (Expects.PHONE, "Frau Dimitrova, Durchwahl -63", True),
        (Expects.PHONE, "Ärztlicher Bereitschaftsdienst: 116117", True),
        (Expects.STATEMENT, "Alles Mögliche 2023", False),
        (Expects.CONTACT, "Frau Muster, Tel. 030 123456", True),
        (Expects.ADDRESS, "Lindenstr. 7/9, 39104 Magdeburg", True),
        (Expects.ADDRESS, "Am Alten Markt 4 | 12345 Musterstadt", True),
        (Expects.ADDRESS, "Das Haus hat 12 Zimmer.", False),
    ],
)
def test_a_sentence_shows_what_is_expected(expects: Expects, sentence: str, shown: bool) -> None:
    assert shows(expects, sentence) is shown


@pytest.mark.parametrize(
    "sentence",
    [
        "Lindenstr. 7/9, 39104 Magdeburg",
        "Telefon 0391 123456-0",
        "Ende 2015 wurden die Kriterien überarbeitet.",
        "Since 2003 the network has met regularly.",
        "Das Netzwerk (2017) traf sich oft.",
        "Der 3. Bericht erschien am 1. Juli.",
        "Näheres regelt § 20a Abs. 2 Satz 1 SGB V.",
        "Siehe Seite 12 und Tabelle 3.",
        "2. Träger suchen",
        "Um 13.30 Uhr geht es weiter.",
    ],
)
def test_a_figure_that_only_labels_counts_nothing(sentence: str) -> None:
    assert not shows(Expects.NUMBER, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Seit 2017 sind es 60 Standorte.",
        "2000 Angebote sind verzeichnet.",
        "Die Datenbank nennt 2.015 Projekte.",
        "Am 1. Juli kamen dreiundvierzig Gäste.",
        "Länder | vier | beratende Stimme",
        "Nach § 20a Abs. 1 SGB V sind es 15 Prozent.",
        "The experts have developed twelve criteria.",
    ],
)
def test_a_number_beside_labels_counts(sentence: str) -> None:
    assert shows(Expects.NUMBER, sentence)


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Rund zwei Stunden lang tauschten sie sich aus.", True),
        ("Die Förderung läuft höchstens 24 Monate.", True),
        ("Der Kurs ist achtwöchig.", True),
        ("Der Vertrag gilt unbefristet.", True),
        ("Donnerstag von 13.20 bis 14.20 Uhr", True),
        ("Sie bleiben bis zum Ende der Maßnahme.", True),
        ("It takes half a year, at least six months.", True),
        ("Es kamen 40 Menschen.", False),
        ("Lindenstr. 7/9, 39104 Magdeburg", False),
    ],
)
def test_a_duration_is_a_number_of_days_or_the_like(sentence: str, shown: bool) -> None:
    assert shows(Expects.DURATION, sentence) is shown


def test_no_text_costs_more_than_its_length() -> None:
    for text in (
        "9 " * 5_000,
        "1." * 5_000,
        "straße " * 3_000,
        "a" * 20_000,
        "§ 1, 2 und " * 2_000,
    ):
        for expects in Expects:
            shows(expects, text)


def test_a_row_gives_a_sum_where_the_currency_stands_above_the_table() -> None:
    row = "Posten: Honorare; Betrag: 81.500"
    assert counts_money(row, f"Kosten in Euro\n{row}")
    assert not counts_money(row, f"Teilnehmende\n{row}")
    assert not counts_money("Posten: Honorare; Betrag: offen", "Kosten in Euro")


@pytest.mark.parametrize(
    ("expects", "sentence", "may"),
    [
        (Expects.DATE, "Bescheide werden im Dezember verschickt.", True),
        (Expects.DATE, "Die Bögen werden nach drei Jahren vernichtet.", True),
        (Expects.DATE, "Der Nachweis ist binnen acht Wochen vorzulegen.", True),
        (Expects.DATE, "Begonnen wird erst nach Zugang des Bescheids.", True),
        (Expects.DATE, "Mittel sind zurückzuzahlen, wenn der Nachweis fehlt.", True),
        (Expects.DATE, "Applications are open once a year is over.", True),
        (Expects.DATE, "Vor Ort hilft vor allem das Quartiersbüro.", False),
        (Expects.DATE, "Die Reise ging nach Bochum.", False),
        (Expects.NUMBER, "Mittel sind zurückzuzahlen, wenn der Nachweis fehlt.", False),
        (Expects.NUMBER, "Es kamen zwölf.", True),
    ],
)
def test_when_is_also_answered_by_what_has_to_happen_first(
    expects: Expects, sentence: str, may: bool
) -> None:
    assert can_answer(expects, sentence) is may
