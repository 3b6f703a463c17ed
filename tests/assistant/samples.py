"""The documents that the surface tests work on, and the words that prove where one shows up."""

from __future__ import annotations

from pathlib import Path

from tests.data import build

SECRET = "Zwetschgenfonds"
"""Stands in the internal document only."""
QUESTION = "Seit wann gibt es das Netzwerk Bewegung in Altdorf?"
SECRET_QUESTION = "Wer verwaltet den Zwetschgenfonds in Altdorf?"
FOREIGN_QUESTION = "Wer hat die Relativitätstheorie erfunden?"

NETWORK = """# Bewegung im Quartier

## Entstehung

Das Netzwerk Bewegung in Altdorf wurde im Jahr 2019 gegründet. Das Gesundheitsamt koordiniert das
Netzwerk gemeinsam mit dem Sportverein. Zweimal im Jahr treffen sich alle Beteiligten im Rathaus.

## Angebote

- Spaziergänge für ältere Menschen am Dienstag
- Radkurse für Frauen im Frühling
- Schwimmen für Kinder aus der Grundschule

Die Teilnahme an den Spaziergängen ist kostenlos. Wer nicht gut zu Fuß ist, wird zu Hause abgeholt.
"""
PAGE = """<!doctype html><html lang="de"><head><title>Kochen im Stadtteil</title></head><body>
<h1>Kochen im Stadtteil</h1><script>alert("nie")</script>
<p>Die Kochgruppe im Stadtteilzentrum Neudorf bereitet jeden Mittwoch gesunde Mahlzeiten zu. Sie
wird von zwei Ehrenamtlichen geleitet und steht allen Familien offen.</p>
<p onclick="alert(1)">Ein Mittagessen kostet drei Euro. Für kleine Kinder ist es frei.</p>
</body></html>
"""
ENGLISH = """# Community gardens

The community garden in Millfield was opened in spring 2021. Volunteers grow vegetables there and
share the harvest with families nearby. The city pays for water and tools.
"""
OLD_TEXT = (
    "Ruheräume für Pflegende\n\nDas Pflegeheim in Süddorf hat Ruheräume für Pflegende geöffnet. "
    "Fachkräfte können dort während der Pause schlafen. Die Räume sind täglich geöffnet.\n"
)
INTERNAL = f"""# Vermerk zum {SECRET}

Den {SECRET} in Altdorf verwaltet Frau Musterfrau vom Gesundheitsamt. Die Mittel des {SECRET} sind
noch nicht öffentlich bekannt.
"""


def write(folder: Path) -> Path:
    """Write the public documents into `folder`."""
    (folder / "amt").mkdir(parents=True)
    (folder / "netzwerk.md").write_text(NETWORK, encoding="utf-8")
    (folder / "kochen.html").write_text(PAGE, encoding="utf-8")
    (folder / "garden.md").write_text(ENGLISH, encoding="utf-8")
    (folder / "amt" / "Ruheräume „Süd“.txt").write_bytes(OLD_TEXT.encode("cp1252"))
    (folder / "bericht.pdf").write_bytes(build.report_pdf())
    (folder / "vortrag.pptx").write_bytes(build.sample_pptx())
    (folder / "leitfaden.docx").write_bytes(build.sample_docx())
    return folder


def write_internal(folder: Path) -> Path:
    """Write the internal document into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vermerk.md").write_text(INTERNAL, encoding="utf-8")
    return folder
