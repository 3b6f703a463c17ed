"""Facts of whole small documents as they come: flyers, minutes, reports, pages, statutes.

Each case lists all facts that are to be found; every other one has to stay empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from ingest.read import read

FACETS = ("title", "date", "organisation", "type", "region", "target_group", "setting", "keyword")
PROSE = (
    "Viele Menschen im Ort kennen das Angebot noch nicht. Deshalb gehen die Fachkräfte dorthin, wo "
    "sich die Leute ohnehin treffen, und fragen nach, was ihnen im Alltag wichtig ist."
)
ENGLISH = (
    "Many people in the area do not know the service yet. That is why the staff go where people "
    "meet anyway and ask what matters to them in everyday life."
)


@dataclass(frozen=True)
class Case:
    """A text, the name of its file, and its facts."""

    text: str
    facts: dict[str, Any] = field(default_factory=dict)
    name: str = "datei.txt"


CASES: dict[str, Case] = {
    "flyer": Case(
        "# Bewegt im Viertel\n\nFaltblatt\n\nZielgruppen: Ältere Menschen, Alleinerziehende\n\n"
        f"{PROSE}\n\n"
        "Kursbeginn: 5. März 2024\n\nHerausgeber: Stadt Musterhausen\n\nStand: Januar 2024\n",
        {
            "title": "Bewegt im Viertel", "type": "Flyer", "date": "2024-01",
            "organisation": "Stadt Musterhausen",
            "target_group": ("Ältere Menschen", "Alleinerziehende"),
        },
        "a.md",
    ),
    "flyer with an event only": Case(
        f"# Tag der offenen Tür\n\nFlyer\n\nSamstag, 8. Juni 2024, 10 bis 14 Uhr\n\n{PROSE}\n",
        {"title": "Tag der offenen Tür", "type": "Flyer"},
        "a.md",
    ),
    "invitation": Case(
        "# Einladung zum Fachtag\n\nMittwoch, 5. Juni 2024\n\nAnmeldung bis 20. Mai 2024\n\n"
        f"{PROSE}\n",
        {"title": "Einladung zum Fachtag", "type": "Einladung"},
        "a.md",
    ),
    "minutes": Case(
        f"# Protokoll der Sitzung vom 12.03.2024\n\n{PROSE}\n\nNächste Sitzung: 14.05.2024\n",
        {
            "title": "Protokoll der Sitzung vom 12.03.2024", "type": "Protokoll",
            "date": "2024-03-12",
        },
        "a.md",
    ),
    "minutes with topics": Case(
        "# Ergebnisprotokoll\n\nDatum: 3. April 2023\n\nThemen: Wir sprechen über die Lage.\n\n"
        f"{PROSE}\n",
        {"title": "Ergebnisprotokoll", "type": "Protokoll", "date": "2023-04-03"},
        "a.md",
    ),
    "slides": Case(
        "# Gesund aufwachsen\n\nHerzlich willkommen zum Workshop\n\n"
        "Donnerstag, 5. Oktober 2023 von 13.20 bis 14.20 Uhr\n\nBefragung 22.6.-28.8.2023\n\n"
        f"{PROSE}\n",
        {"title": "Gesund aufwachsen", "type": "Folien", "date": "2023-10-05"},
        "a.md",
    ),
    "report": Case(
        f"# Jahresbericht 2022\n\nLandkreis Musterland\n\nBerlin, im März 2023\n\n{PROSE}\n\n"
        "Laufzeit 01.01.2020–31.12.2022\n",
        {
            "title": "Jahresbericht 2022", "type": "Bericht", "date": "2023-03",
            "organisation": "Landkreis Musterland",
        },
        "a.md",
    ),
    "report about a project": Case(
        f"# Abschlussbericht des Vorhabens\n\nLaufzeit: 01.01.2020 bis 31.12.2022\n\n{PROSE}\n",
        {"title": "Abschlussbericht des Vorhabens", "type": "Bericht"},
        "a.md",
    ),
    "programme": Case(
        f"# Fachtag Teilhabe\n\n- 5.6.2024 Begrüßung\n- 6.6.2024 Rundgang\n\n{PROSE}\n",
        {"title": "Fachtag Teilhabe"},
        "a.md",
    ),
    "table of dates": Case(
        "# Kurse\n\n| Datum | Ort |\n|---|---|\n| 1.2.2024 | Halle |\n| 3.4.2024 | Stendal |\n\n"
        f"{PROSE}\n",
        {"title": "Kurse"},
        "a.md",
    ),
    "literature": Case(
        "# Armut und Teilhabe\n\nMüller, A. (2019): Teilhabe. In: Zeitschrift, S. 12\n\n"
        f"{PROSE}\n\n"
        "Schulz, B. (Mai 2020): Orte. Verlag, Berlin 2020.\n",
        {"title": "Armut und Teilhabe"},
        "a.md",
    ),
    "a law cited": Case(
        f"# Was gilt jetzt?\n\nGesetz vom 20.12.1988 (BGBl. I S. 2477)\n\n{PROSE}\n",
        {"title": "Was gilt jetzt?"},
        "a.md",
    ),
    "a life": Case(
        f"# Gründerin der Beratung\n\ngeb. am 4. Mai 1951 in Halle\n\n{PROSE}\n",
        {"title": "Gründerin der Beratung"},
        "a.md",
    ),
    "masthead above the title": Case(
        f"# Stadt Musterhausen – Fachbereich Soziales\n\n## Gut wohnen im Alter\n\n{PROSE}\n",
        {
            "title": "Gut wohnen im Alter", "target_group": ("Ältere Menschen",),
            "organisation": "Stadt Musterhausen – Fachbereich Soziales",
        },
        "a.md",
    ),
    "masthead in plain text": Case(
        f"Stadt Musterhausen – Fachbereich Soziales\n\nGut beraten vor Ort\n\n{PROSE}\n",
        {
            "title": "Gut beraten vor Ort",
            "organisation": "Stadt Musterhausen – Fachbereich Soziales",
        },
    ),
    "masthead of several lines": Case(
        "Landkreis Musterland\n\nGesundheitsamt\n\nProtokoll der 3. Sitzung\n\n"
        f"Datum: 14.11.2023\n\n{PROSE}\n",
        {
            "title": "Protokoll der 3. Sitzung", "type": "Protokoll", "date": "2023-11-14",
            "organisation": "Landkreis Musterland",
        },
    ),
    "parties of a contract": Case(
        f"Kooperationsvereinbarung\n\nzwischen\n\nder Stadt Beispielstadt\n\nund\n\n{PROSE}\n\n"
        "Beispielstadt, den 3. Mai 2022\n",
        {"title": "Kooperationsvereinbarung", "type": "Vereinbarung", "date": "2022-05-03"},
    ),
    "who made it is no title": Case(
        f"Redaktion: Tom Berger\n\n{PROSE}\n", {"title": "notiz"}, "notiz.txt"
    ),
    "an offer of a city": Case(
        f"# Gut beraten\n\nEin Angebot der Stadt Beispielstadt\n\n{PROSE}\n",
        {"title": "Gut beraten", "organisation": "Stadt Beispielstadt"},
        "a.md",
    ),
    "running text": Case(f"{PROSE}\n\n{PROSE}\n", {"title": "notiz"}, "notiz.txt"),
    "a letter": Case(
        f"Sehr geehrte Damen und Herren\n\n{PROSE}\n\nMagdeburg, den 4. Mai 2021\n",
        {"title": "brief", "date": "2021-05-04"},
        "brief.txt",
    ),
    "criteria": Case(
        f"# Die zwölf Kriterien guter Praxis\n\n{PROSE}\n\n## Zielgruppenbezug\n\n{PROSE}\n",
        {"title": "Die zwölf Kriterien guter Praxis", "type": "Kriterien"},
        "a.md",
    ),
    "statute": Case(
        "# Gesetz zur Stärkung der Vorsorge\n\nAusfertigungsdatum: 20.12.1988\n\n§ 1 Ziel\n\n"
        f"{PROSE}\n",
        {"title": "Gesetz zur Stärkung der Vorsorge", "type": "Gesetz", "date": "1988-12-20"},
        "a.md",
    ),
    "by-laws": Case(
        f"# Satzung des Vereins\n\nSonnenhof Musterstadt e. V.\n\n{PROSE}\n",
        {"title": "Satzung des Vereins", "type": "Satzung",
         "organisation": "Sonnenhof Musterstadt e. V."},
        "a.md",
    ),
    "guide about a report": Case(
        f"# Leitfaden zum Sachbericht\n\n{PROSE}\n",
        {"title": "Leitfaden zum Sachbericht", "type": "Leitfaden"},
        "a.md",
    ),
    "talk about a concept": Case(
        f"# Warum ein Konzept hilft\n\nNewsletter abonnieren\n\n{PROSE}\n",
        {"title": "Warum ein Konzept hilft"},
        "a.md",
    ),
    "key words": Case(
        f"# Vernetzt vor Ort\n\nSchlagwörter:Prävention, Setting; Vernetzung\n\n{PROSE}\n",
        {"title": "Vernetzt vor Ort", "keyword": ("Prävention", "Setting", "Vernetzung")},
        "a.md",
    ),
    "key words in a list": Case(
        f"# Vernetzt vor Ort\n\nStichworte:\n\n- Prävention\n- Setting\n- Prävention\n\n{PROSE}\n",
        {"title": "Vernetzt vor Ort", "keyword": ("Prävention", "Setting")},
        "a.md",
    ),
    "settings": Case(
        f"# Gesund aufwachsen\n\nLebenswelt: Kita, Schule\n\n{PROSE}\n",
        {"title": "Gesund aufwachsen", "setting": ("Kita", "Schule")},
        "a.md",
    ),
    "field of action that is no setting": Case(
        f"# Gesund essen\n\nHandlungsfeld: Ernährung\n\n{PROSE}\n",
        {"title": "Gesund essen"},
        "a.md",
    ),
    "audience of the title": Case(
        f"# Sport für Kinder und Jugendliche im Betrieb\n\n{PROSE}\n",
        {
            "title": "Sport für Kinder und Jugendliche im Betrieb",
            "target_group": ("Kinder", "Jugendliche"), "setting": ("Betrieb",),
        },
        "a.md",
    ),
    "audience in passing": Case(
        f"# Gut beraten\n\n{PROSE} Auch Kinder, Familien und Schulen machen mit.\n",
        {"title": "Gut beraten"},
        "a.md",
    ),
    "everybody": Case(
        "# Gut beraten\n\n"
        "Zielgruppe: Kinder, Jugendliche, Familien, Geflüchtete, Frauen, Männer\n\n"
        f"{PROSE}\n",
        {"title": "Gut beraten"},
        "a.md",
    ),
    "venue is no region": Case(
        f"# Kongress in Berlin, 5. Oktober 2023\n\n{PROSE}\n",
        {"title": "Kongress in Berlin, 5. Oktober 2023", "date": "2023-10-05"},
        "a.md",
    ),
    "address is no region": Case(
        f"# Gut beraten\n\nMusterweg 5, 10115 Berlin\n\n{PROSE}\n", {"title": "Gut beraten"}, "a.md"
    ),
    "imprint": Case(
        f"# Gut beraten\n\n{PROSE}\n\nV.i.S.d.P.: Anna Beispiel, Verein Lichtblick e. V.\n",
        {"title": "Gut beraten", "organisation": "Verein Lichtblick e. V."},
        "a.md",
    ),
    "copyright": Case(
        f"# Gut beraten\n\n{PROSE}\n\n© 2023 Gesundheitsamt Musterstadt\n",
        {"title": "Gut beraten", "organisation": "Gesundheitsamt Musterstadt"},
        "a.md",
    ),
    "an organisation in passing": Case(
        "# Gut beraten\n\n"
        f"Der Verein Lichtblick e. V. macht mit, auch die Stadt Musterhausen.\n\n{PROSE}\n",
        {"title": "Gut beraten"},
        "a.md",
    ),
    "headline about an organisation": Case(
        f"# GKV-Spitzenverband fordert mehr Vorsorge\n\n{PROSE}\n",
        {"title": "GKV-Spitzenverband fordert mehr Vorsorge"},
        "a.md",
    ),
    "land in the name of the body": Case(
        f"# Gut beraten\n\nLandesamt für Verbraucherschutz Sachsen-Anhalt\n\n{PROSE}\n",
        {
            "title": "Gut beraten", "region": "Sachsen-Anhalt",
            "organisation": "Landesamt für Verbraucherschutz Sachsen-Anhalt",
        },
        "a.md",
    ),
    "web page": Case(
        "<html><head><title>Gut beraten</title></head><body><main><h1>Gut beraten</h1>"
        f"<p>{PROSE}</p><p>{PROSE}</p><p>Schlagwörter: Armut, Teilhabe</p></main></body></html>",
        {"title": "Gut beraten", "type": "Webseite", "keyword": ("Armut", "Teilhabe")},
        "a.html",
    ),
    "English report": Case(
        "# Annual report 2022\n\nPublished by: Department of Health Sampletown\n\n"
        "Last updated: 4 May 2023\n\nKeywords: prevention, poverty\n\n"
        f"Target group: refugees\n\n{ENGLISH}\n",
        {
            "title": "Annual report 2022", "type": "Bericht", "date": "2023-05-04",
            "organisation": "Department of Health Sampletown", "keyword": ("prevention", "poverty"),
            "target_group": ("Geflüchtete",),
        },
        "a.md",
    ),
    "English minutes": Case(
        f"# Minutes of the meeting on 3 June 2021\n\n{ENGLISH}\n",
        {
            "title": "Minutes of the meeting on 3 June 2021", "type": "Protokoll",
            "date": "2021-06-03",
        },
        "a.md",
    ),
    "file name says nothing of the type": Case(f"# Gut beraten\n\n{PROSE}\n",
        {"title": "Gut beraten"}, "flyer_gut-beraten.md"),
    "group that is not in the vocabulary": Case(
        f"# Gut beraten\n\nZielgruppe: Fachkräfte und Eltern\n\n{PROSE}\n",
        {"title": "Gut beraten", "target_group": ("Fachkräfte", "Familien")}, "a.md"),
    "nothing known behind the labels": Case(
        f"---\ntags: [k. A.]\nautor: x\n---\n# Gut beraten\n\nHerausgeber: unbekannt\n\n"
        f"Zielgruppe: k. A.\n\nDokumenttyp: folgt\n\nSchlagwörter: -\n\n{PROSE}\n",
        {"title": "Gut beraten"}, "a.md"),
    "entries of a list": Case(
        "# Sammlung\n\n" + "\n\n".join(
            f"## Vorhaben {number}\n\nZielgruppe: {group}\n\nBundesland: {land}\n\n"
            + f"{PROSE}\n\n" * 30
            for number, (group, land) in enumerate(
                [("Kinder", "Bayern"), ("Frauen", "Hessen")])),
        {"title": "Sammlung"}, "a.md"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_facts_that_are_shown_and_no_others(case: str) -> None:
    found = read(CASES[case].text.encode(), CASES[case].name).metadata
    empty = {
        name: () if name in ("target_group", "setting", "keyword") else None for name in FACETS
    }
    assert {name: getattr(found, name) for name in FACETS} == {**empty, **CASES[case].facts}


def test_a_text_that_keeps_naming_a_group_is_about_it() -> None:
    sentence = "Die Beratung für wohnungslose Menschen stärkt Wohnungslose im Alltag. "
    text = "# Auf der Straße\n\n" + "\n\n".join([sentence * 2] * 5)
    assert read(text.encode(), "a.md").metadata.target_group == ("Wohnungslose",)
    law = text.replace("# Auf der Straße", "# Gesetz zum Wohnen")
    assert read(law.encode(), "a.md").metadata.target_group == ()
