"""Contacts in the forms that flyers, web pages, slides, minutes and reports show them."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Contact
from ingest.facts.contacts import MOST, contacts_in

Row = tuple[str | None, str | None, str | None, str | None, str | None]
"""Name, role, organisation, telephone, mail."""


def rows(text: str) -> list[Row]:
    return [(c.name, c.role, c.organisation, c.phone, c.mail) for c in contacts_in(text)]


CASES: dict[str, tuple[str, list[Row]]] = {
    "one line with a label": (
        "Ansprechpartnerin: Dr. Anna Beispiel, Tel. 0391 / 28 86 83-0, E-Mail: beispiel@stelle.de",
        [
            ("Dr. Anna Beispiel", "Ansprechpartnerin", None, "0391 / 28 86 83-0",
             "beispiel@stelle.de")
        ],
    ),
    "several lines": (
        "Kontakt\n\nAnna Beispiel\nReferentin für Gesundheitsförderung\nTelefon: 0345 1234567\n"
        "anna.beispiel@verein.de",
        [
            (
                "Anna Beispiel", "Referentin für Gesundheitsförderung", None, "0345 1234567",
                "anna.beispiel@verein.de",
            )
        ],
    ),
    "two after each other": (
        "Ihre Ansprechpersonen\n\nAnna Beispiel\nTel. 0391 111222\nanna@x.de\n\n"
        "Bernd Muster\nTel. 0391 333444\nbernd@x.de",
        [
            ("Anna Beispiel", None, None, "0391 111222", "anna@x.de"),
            ("Bernd Muster", None, None, "0391 333444", "bernd@x.de"),
        ],
    ),
    "rows of a table": (
        "Name: Anna Beispiel; Aufgabe: Projektleitung; Telefon: 0391 111222\n"
        "Name: Bernd Muster; Aufgabe: Beratung in Halle; Telefon: 0391 333444",
        [
            ("Anna Beispiel", "Projektleitung", None, "0391 111222", None),
            ("Bernd Muster", None, None, "0391 333444", None),
        ],
    ),
    "rows set apart by bars": (
        "Anna Beispiel | Leitung | 0391 111222 | anna@x.de\n"
        "Bernd Muster | Sekretariat | 0391 333444 | bernd@x.de",
        [
            ("Anna Beispiel", "Leitung", None, "0391 111222", "anna@x.de"),
            ("Bernd Muster", "Sekretariat", None, "0391 333444", "bernd@x.de"),
        ],
    ),
    "a row without a name": (
        "Name: Eva Blum; Telefon: 0391 123410; E-Mail: blum@x.de\n"
        "Name: Zentrale; Telefon: 0391 123400; E-Mail: info@x.de",
        [("Eva Blum", None, None, "0391 123410", "blum@x.de")],
    ),
    "own address and a common one": (
        "Eva Blum\nblum@x.de\ninfo@x.de",
        [("Eva Blum", None, None, None, "blum@x.de")],
    ),
    "number misread by recognition": (
        "Ihre Ansprechpartnerin: Carla Test, Telefon 0391/ 288 683 — 0",
        [("Carla Test", "Ihre Ansprechpartnerin", None, "0391/ 288 683 — 0", None)],
    ),
    "mail written out": (
        "Bernd Muster, Koordinator, bernd.muster(at)verein(punkt)de",
        [("Bernd Muster", "Koordinator", None, None, "bernd.muster@verein.de")],
    ),
    "mail with brackets": (
        "Kontakt: Frau Dr. Muster, muster [at] amt.de",
        [("Dr. Muster", None, None, None, "muster@amt.de")],
    ),
    "fax is no telephone": (
        "Anna Beispiel\nFax: 0391 999888\nTel.: 0391 111222",
        [("Anna Beispiel", None, None, "0391 111222", None)],
    ),
    "only a fax number": ("Anna Beispiel\nTelefax 0391 999888", []),
    "telephone and fax in one": (
        "Anna Beispiel, Tel./Fax: 0391 111222",
        [("Anna Beispiel", None, None, "0391 111222", None)],
    ),
    "an organisation with its switchboard": (
        "Landesverband Beispiel e. V.\nMusterweg 5, 39104 Magdeburg\nTelefon 0391 777666\n"
        "post@verband.de",
        [(None, None, "Landesverband Beispiel e. V.", "0391 777666", "post@verband.de")],
    ),
    "a number without a name or organisation": ("Telefon 0391 777666", []),
    "an address without a name": ("Anmeldung unter kurse@x.de bis zum Freitag.", []),
    "organisation between name and number": (
        "Anna Beispiel\nGesundheitsamt Musterstadt\nTel. 0391 111222",
        [("Anna Beispiel", None, "Gesundheitsamt Musterstadt", "0391 111222", None)],
    ),
    "organisation above several people": (
        "Landkreis Musterland\nAnna Beispiel\nTel. 0391 111222\nBernd Muster\nTel. 0391 333444",
        [
            ("Anna Beispiel", None, "Landkreis Musterland", "0391 111222", None),
            ("Bernd Muster", None, "Landkreis Musterland", "0391 333444", None),
        ],
    ),
    "organisation and its people with numbers of their own": (
        "Stadt Musterhausen\nTelefon 03391 1000\nAnna Beispiel\nTelefon 03391 1001",
        [
            (None, None, "Stadt Musterhausen", "03391 1000", None),
            ("Anna Beispiel", None, "Stadt Musterhausen", "03391 1001", None),
        ],
    ),
    "columns flattened into lines": (
        "Anna Beispiel Bernd Muster\nanna.beispiel@x.de bernd.muster@x.de",
        [
            ("Anna Beispiel", None, None, None, "anna.beispiel@x.de"),
            ("Bernd Muster", None, None, None, "bernd.muster@x.de"),
        ],
    ),
    "one number below two people": (
        "Anna Beispiel (Leitung)\nBernd Muster (Beratung)\nTel. 0391 111222",
        [],
    ),
    "family name with a small word": (
        "Ansprechpartner: Georg von der Heide, Tel. 0391 111222",
        [("Georg von der Heide", "Ansprechpartner", None, "0391 111222", None)],
    ),
    "double names": (
        "Anna-Lena Beispiel-Muster, Tel. 0391 111222",
        [("Anna-Lena Beispiel-Muster", None, None, "0391 111222", None)],
    ),
    "academic titles": (
        "Prof. Dr. med. Karin Beispiel\nTel.: 0391 111222",
        [("Prof. Dr. med. Karin Beispiel", None, None, "0391 111222", None)],
    ),
    "a diploma": (
        "Dipl.-Päd. Jürgen Muster – Projektleiter – Telefon 030 1234567",
        [("Dipl.-Päd. Jürgen Muster", "Projektleiter", None, "030 1234567", None)],
    ),
    "a rare name behind a label": (
        "Ansprechpartner: Tjorven Kwiatkowska, Tel. 0391 111222",
        [("Tjorven Kwiatkowska", "Ansprechpartner", None, "0391 111222", None)],
    ),
    "a rare name that its address proves": (
        "Tjorven Kwiatkowska\ntjorven.kwiatkowska@x.de",
        [("Tjorven Kwiatkowska", None, None, None, "tjorven.kwiatkowska@x.de")],
    ),
    "a heading is no name": ("Soziale Stadt\nTelefon 0391 111222", []),
    "a named street is no name": ("Clara Zetkin Straße 5\nTelefon 0391 111222", []),
    "role before the name": (
        "Projektleitung: Maria Test, maria.test@x.de",
        [("Maria Test", "Projektleitung", None, None, "maria.test@x.de")],
    ),
    "a sentence": (
        "Wenden Sie sich gern an Anna Beispiel unter anna@x.de oder Telefon 0391 111222.",
        [("Anna Beispiel", None, None, "0391 111222", "anna@x.de")],
    ),
    "nothing is paired across sentences": (
        "Anna Beispiel leitet seit vielen Jahren das Vorhaben im Norden und kennt alle Beteiligten "
        "in den Vierteln gut. Schreiben Sie bei allgemeinen Fragen zur Anmeldung und zum Programm "
        "bitte an info@x.de.",
        [],
    ),
    "announced without a number": (
        "Ansprechpartnerin: Anna Beispiel",
        [("Anna Beispiel", "Ansprechpartnerin", None, None, None)],
    ),
    "a name in passing": ("Anna Beispiel sprach über gesunde Schulen.", []),
    "international number": (
        "Anna Beispiel, phone +49 (0)391 111222, anna@x.org",
        [("Anna Beispiel", None, None, "+49 (0)391 111222", "anna@x.org")],
    ),
    "English": (
        "Contact: Dr. Mary Sample, Project Coordinator, phone +49 30 1234567, sample@x.org",
        [("Dr. Mary Sample", "Project Coordinator", None, "+49 30 1234567", "sample@x.org")],
    ),
    "an account is no telephone": (
        "Anna Beispiel, Schatzmeister\nIBAN DE02 0391 0000 0000 2020 51", []
    ),
    "dates and paragraphs are no telephone": (
        "Anna Beispiel\nam 05.10.2023 nach § 20a und § 20b, Seite 102 von 350", []
    ),
    "abbreviated organisation": (
        "Ansprechpartnerin: Anna Beispiel, LVX, Tel. 0391 111222",
        [("Anna Beispiel", "Ansprechpartnerin", "LVX", "0391 111222", None)],
    ),
    "post code behind a number": (
        "Anna Beispiel, Tel. 0391 111222 39104 Magdeburg",
        [("Anna Beispiel", None, None, "0391 111222", None)],
    ),
    "the last slide": (
        "Vielen Dank für Ihre Aufmerksamkeit!\n\nDr. Anna Beispiel\n\nanna.beispiel@x.de",
        [("Dr. Anna Beispiel", None, None, None, "anna.beispiel@x.de")],
    ),
    "label on a line of its own": (
        "Ansprechpartner\n\nTjorven Kwiatkowska\n\nTelefon 0391 111222",
        [("Tjorven Kwiatkowska", None, None, "0391 111222", None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_contacts_are_found_as_they_are_shown(case: str) -> None:
    text, expected = CASES[case]
    assert rows(text) == expected


@pytest.mark.parametrize("case", CASES)
def test_facts_stand_inside_the_stretch(case: str) -> None:
    text = f"Ein Satz davor steht hier.\n\n{CASES[case][0]}\n\nUnd hier steht ein Satz danach."
    for contact in contacts_in(text):
        shown = text[contact.start : contact.end]
        assert shown == shown.strip()
        shared = [c for c in contacts_in(text) if c.organisation == contact.organisation]
        organisation = contact.organisation if len(shared) == 1 else None
        for value in (contact.name, contact.role, organisation, contact.phone):
            assert value is None or value in shown


def test_contacts_stand_in_the_order_of_the_text() -> None:
    text = "\n\n".join(case[0] for case in CASES.values())
    found = contacts_in(text)
    assert len(found) > 20
    assert [contact.start for contact in found] == sorted(contact.start for contact in found)


def test_a_directory_is_cut() -> None:
    text = "\n\n".join(f"Anna Beispiel, Tel. 0391 {number}" for number in range(100000, 100500))
    assert len(contacts_in(text)) == MOST


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "@",
        "a@",
        "0391 ",
        "Dr. ",
        "Anna ",
        "Tel. ",
        "(at)",
        "-",
        "A.b-",
        "Kontakt: ",
        "a.b ",
    ],
)
def test_huge_lines_take_seconds_at_most(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.perf_counter()
    contacts_in(text)
    assert time.perf_counter() - start < 8


@given(st.text(alphabet="Anna Muster\n@.de0391:,()-|TelDr", max_size=300))
def test_any_text_is_read(text: str) -> None:
    for contact in contacts_in(text):
        assert 0 <= contact.start < contact.end <= len(text)
        assert contact != Contact(contact.start, contact.end)


def assert_apart(text: str) -> None:
    found = contacts_in(text)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("case", CASES)
def test_stretches_do_not_overlap(case: str) -> None:
    assert_apart(CASES[case][0])


def test_people_side_by_side_are_paired_by_their_cell() -> None:
    text = (
        "Ihre Ansprechpersonen\nAnna Beispiel | Bernd Muster\nProjektleitung | Beratung\n"
        "Tel. 0391 111222 | Tel. 0391 333444\nanna@x.de | info@x.de"
    )
    assert [row[0::3] for row in rows(text)] == [
        ("Anna Beispiel", "0391 111222"),
        ("Bernd Muster", "0391 333444"),
    ]
    assert [contact.mail for contact in contacts_in(text)] == ["anna@x.de", "info@x.de"]
    assert_apart(text)
    uneven = text.replace("Projektleitung | Beratung", "Projektleitung")
    assert rows(uneven) == []


@pytest.mark.parametrize(
    "role", ["Schulsozialarbeiterin", "Schulsozialarbeiter(in)", "Gesundheitslotsin", "Kitaberater"]
)
def test_occupations_are_roles(role: str) -> None:
    assert rows(f"Anna Beispiel, {role}, Tel. 0391 111222")[0][:2] == ("Anna Beispiel", role)


@given(
    st.lists(
        st.sampled_from(
            ["Anna Beispiel", "Bernd Muster", " | ", "\n", "Tel. 0391 111222", "a@x.de",
             "beispiel@x.de", "Kita Nord e. V.", "Leitung", ", ", "Kontakt:", "\n\n"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_whatever_stands_together_stretches_do_not_overlap(parts: list[str]) -> None:
    assert_apart(" ".join(parts))
