from assistant.web.view import document_view
from ingest.document import Contact, Metadata
from retrieval.build import raw_record
from retrieval.records import DocumentText
from tests.fakes import entry

FACTS = Metadata(
    title="Gesund",
    target_group=("Kinder", "Familien"),
    setting=("Kita",),
    keyword=("Armut", "Teilhabe"),
)


def rows(*contacts: Contact, facts: Metadata = FACTS) -> list[tuple[str, str]]:
    record = raw_record("id", 1, entry("a.txt", "Text.", facts=facts))
    text = DocumentText("Text.", (), (), contacts=contacts)
    return list(document_view(record, text, None).metadata)


def test_facts_with_several_values_are_rows() -> None:
    shown = dict(rows())
    assert shown["Zielgruppe"] == "Kinder, Familien"
    assert shown["Lebenswelt"] == "Kita"
    assert shown["Schlagwörter"] == "Armut, Teilhabe"
    assert (
        not {"Zielgruppe", "Lebenswelt", "Schlagwörter", "Kontakt"}
        & dict(rows(facts=Metadata())).keys()
    )


def test_contacts_are_rows_people_first() -> None:
    office = Contact(0, 4, organisation="Gesundheitsamt", phone="0391 1234567")
    person = Contact(0, 4, name="Anna Beispiel", role="Leitung", mail="anna@x.de")
    assert rows(office, person)[-2:] == [
        ("Ansprechperson", "Anna Beispiel, Leitung, anna@x.de"),
        ("Kontakt", "Gesundheitsamt, 0391 1234567"),
    ]
    assert len(rows(*[person] * 50)) < 20
