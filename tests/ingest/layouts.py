"""Pages as people lay them out, each with the hand-written order in which its blocks are read.

Every function draws one document and returns its bytes and the texts of its blocks after cleaning.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

Layout = tuple[bytes, list[str]]
SLIDE = (960.0, 540.0)

TEXTS = (
    "Die Beratungsstelle liegt mitten im Wohngebiet und ist auch ohne Termin erreichbar. Wer "
    "Fragen zu Ernährung, Schlaf oder Bewegung hat, bekommt dort Auskunft in sechs Sprachen.",
    "Im zweiten Jahr kamen Hausbesuche hinzu. Zwei Fachkräfte besuchen Familien nach der Geburt, "
    "hören zu und nennen Angebote in der Nähe, die nichts kosten und sofort beginnen.",
    "Das Amt für Soziales trägt die Miete, die Kassen tragen die Honorare. Über die Verteilung "
    "entscheidet ein Beirat, in dem auch drei Bewohnerinnen des Viertels eine Stimme haben.",
    "Besonders gefragt sind Kurse am Abend. Deshalb öffnet die Schule ihre Küche zweimal in der "
    "Woche, und ein Verein betreut in dieser Zeit die kleinen Kinder der Teilnehmenden.",
    "Nicht jede Idee war erfolgreich. Der Lauftreff fand nach vier Monaten keine Leitung mehr, "
    "und das Faltblatt erreichte fast nur Menschen, die das Angebot schon kannten.",
    "Für die nächsten Jahre ist geplant, die Räume im Erdgeschoss umzubauen. Dann finden auch "
    "Gruppen Platz, die heute im Jugendhaus zu Gast sind, und der Garten wird zugänglich.",
)


@dataclass
class Sheet:
    """A canvas that sets wrapped text from the top, and can keep back what it draws."""

    size: tuple[float, float] = A4
    out: io.BytesIO = field(default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.out, pagesize=self.size)
        self.kept: list[tuple[float, float, str, float, str]] | None = None

    def line(self, x: float, y: float, text: str, size: float = 10, *, bold: bool = False) -> None:
        font = "Helvetica-Bold" if bold else "Helvetica"
        if self.kept is not None:
            self.kept.append((x, y, font, size, text))
            return
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)

    def text(
        self, place: tuple[float, float, float], text: str, size: float = 10, *, bold: bool = False
    ) -> float:
        """Set `text` at (x, y, width) and return the next free y, half a line below it."""
        x, y, width = place
        font = "Helvetica-Bold" if bold else "Helvetica"
        for line in simpleSplit(text, font, size, width):
            self.line(x, y, line, size, bold=bold)
            y -= 1.25 * size
        return y - 0.5 * size

    def column(self, place: tuple[float, float, float], texts: Sequence[str]) -> float:
        x, y, width = place
        for text in texts:
            y = self.text((x, y, width), text)
        return y

    def item(self, place: tuple[float, float, float], sign: str, text: str, size: float) -> float:
        """Set a list item with its sign at x and its text 1.2 ems further right."""
        x, y, width = place
        self.line(x, y, sign, size)
        indent = 1.2 * size
        return self.text((x + indent, y, width - indent), text, size) + 0.25 * size

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self.canvas.setFillGray(0.9)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def page(self) -> None:
        self.canvas.showPage()

    def done(self) -> bytes:
        self.canvas.save()
        return self.out.getvalue()


def one_column() -> Layout:
    sheet = Sheet()
    y = sheet.text((70, 760, 450), "Gesund im Viertel", 20, bold=True)
    y = sheet.column((70, y, 450), TEXTS[:2])
    y = sheet.text((70, y - 8, 450), "Was die Stadt beiträgt", 14, bold=True)
    sheet.column((70, y, 450), TEXTS[2:5])
    return sheet.done(), ["Gesund im Viertel", *TEXTS[:2], "Was die Stadt beiträgt", *TEXTS[2:5]]


def two_columns() -> Layout:
    sheet = Sheet()
    sheet.column((60, 760, 225), TEXTS[:3])
    sheet.column((310, 760, 225), TEXTS[3:6])
    return sheet.done(), list(TEXTS)


def leaflet() -> Layout:
    sheet = Sheet(landscape(A4))
    expected = []
    for number, title in enumerate(("Wer wir sind", "Was wir tun", "So kommen Sie hin")):
        x = 40 + 270 * number
        y = sheet.text((x, 540, 220), title, 14, bold=True)
        y = sheet.column((x, y, 220), TEXTS[2 * number : 2 * number + 2])
        expected += [title, *TEXTS[2 * number : 2 * number + 2]]
        for word in ("Montag bis Freitag", "ohne Anmeldung"):
            y = sheet.item((x, y, 220), "•", f"{word} {title}", 10)
            expected.append(f"{word} {title}")
    return sheet.done(), expected


def spanning_caption() -> Layout:
    sheet = Sheet()
    title = "Bericht über ein Jahr Arbeit in der Nordstadt mit allen Partnern"
    caption = "Abbildung 1: Besuche der Beratungsstelle in den zwölf Monaten des Berichtsjahres"
    y = sheet.text((60, 780, 480), title, 18, bold=True)
    sheet.column((60, y, 225), TEXTS[:2])
    y = sheet.column((310, y, 225), TEXTS[2:4])
    sheet.box(60, y - 120, 475, 115)
    sheet.text((60, y - 135, 475), caption, 9)
    sheet.column((60, y - 170, 225), TEXTS[4:5])
    sheet.column((310, y - 170, 225), TEXTS[5:6])
    return sheet.done(), [title, *TEXTS[:4], caption, *TEXTS[4:6]]


def spanning_table() -> Layout:
    sheet = Sheet()
    rows = [("Angebot", "Ort", "Besuche"), ("Kochkurs", "Schule", "120"), ("Lauf", "Park", "35")]
    sheet.column((60, 780, 225), TEXTS[:2])
    y = sheet.column((310, 780, 225), TEXTS[2:4])
    for number, row in enumerate(rows):
        for x, cell in zip((60, 260, 440), row, strict=True):
            sheet.line(x, y - 14 - 14 * number, cell)
    y -= 80
    sheet.column((60, y, 225), TEXTS[4:5])
    sheet.column((310, y, 225), TEXTS[5:6])
    return sheet.done(), [*TEXTS[:4], *(" | ".join(row) for row in rows), *TEXTS[4:6]]


def sidebar() -> Layout:
    sheet = Sheet()
    sheet.box(400, 480, 150, 270)
    y = sheet.text((410, 730, 130), "Auf einen Blick", 12, bold=True)
    aside = ("Träger ist die Stadt zusammen mit zwei Vereinen.", "Es kostet nichts.")
    for text in aside:
        y = sheet.text((410, y, 130), text, 9)
    sheet.column((60, 760, 310), TEXTS)
    return sheet.done(), [*TEXTS, "Auf einen Blick", *aside]


def boxes(titles: Sequence[str], *, bullets: bool = True, filled: bool = True) -> Layout:
    sheet = Sheet(SLIDE)
    sheet.line(50, 480, "Bilanz der Arbeit", 30, bold=True)
    expected = ["Bilanz der Arbeit"]
    wide = 860 / len(titles)
    for number, title in enumerate(titles):
        x = 50 + wide * number
        if filled:
            sheet.box(x, 120, wide - 20, 310)
        sheet.line(x + 15, 395, title, 20, bold=True)
        expected.append(title)
        y = 350.0
        for item in (f"Räume {title}", "Kurze Wege zum Amt", f"Zeit für Gespräche {number + 1}"):
            place = (x + 15, y, wide - 50)
            y = sheet.item(place, "•", item, 16) if bullets else sheet.text(place, item, 16)
            expected.append(item)
    return sheet.done(), expected


def wrapped_boxes(count: int, *, filled: bool) -> Layout:
    """Boxes with items of one or two lines."""
    items = ("Beratung ohne Termin mitten im Wohngebiet", "Kochkurse am Abend",
             "Besuche nach der Geburt durch zwei Fachkräfte", "Garten")  # fmt: skip
    sheet = Sheet(SLIDE)
    sheet.line(50, 480, "Die Wege", 30, bold=True)
    expected = ["Die Wege"]
    wide = 860 / count
    for number in range(count):
        x, y, letter = 50 + wide * number, 350.0, "ABCD"[number]
        if filled:
            sheet.box(x, 100, wide - 20, 330)
        sheet.line(x + 15, 395, f"Feld {letter}", 20, bold=True)
        expected.append(f"Feld {letter}")
        for step in range(3):
            expected.append(f"{items[(step + number) % 4]} {letter}")
            y = sheet.item((x + 15, y, wide - 50), "•", expected[-1], 16)
    return sheet.done(), expected


def two_boxes() -> Layout:
    return boxes(("Stärken", "Hürden"))


def three_boxes() -> Layout:
    return boxes(("Heute", "Morgen", "Später"))


def boxes_without_bullets() -> Layout:
    return boxes(("Das läuft gut", "Das fehlt noch"), bullets=False)


def slide_with_columns() -> Layout:
    sheet = Sheet(SLIDE)
    expected = []
    for number, title in enumerate(("Ausgangslage", "Vorgehen", "Ergebnis")):
        sheet.line(50, 480, title, 30, bold=True)
        for side in (0, 1):
            text = TEXTS[2 * number + side]
            sheet.text((50 + 440 * side, 400, 400), text, 18)
        sheet.line(50, 20, "Fachtag in der Nordstadt", 10)
        sheet.line(900, 20, str(number + 1), 10)
        sheet.page()
        expected += [title, *TEXTS[2 * number : 2 * number + 2]]
    return sheet.done(), expected


TABLE = (
    ("Maßnahme", "Beschreibung", "Wer dabei ist"),
    (
        "Offener Mittagstisch",
        "Zweimal in der Woche wird gemeinsam gekocht und gegessen, auch in den Ferien.",
        "Schule, Kirche",
    ),
    (
        "Sprechstunde",
        "Eine Hebamme beantwortet Fragen.",
        "Amt für Gesundheit und drei Praxen aus dem Viertel",
    ),
    (
        "Begleitete Spaziergänge",
        "Ältere Menschen gehen in kleinen Gruppen und lernen dabei Wege ohne Stufen kennen.",
        "Verein",
    ),
)


def table_without_padding() -> Layout:
    sheet = Sheet()
    y = sheet.text((60, 760, 460), TEXTS[0])
    for number, row in enumerate(TABLE):
        ends = []
        for x, width, cell in zip((60, 180, 390), (100, 190, 130), row, strict=True):
            below = sheet.text((x, y, width), cell, bold=number == 0)
            ends.append(below + 5)
        y = min(ends)
    sheet.text((60, y - 14, 460), TEXTS[1])
    heads = TABLE[0]
    rows = ["; ".join(f"{h}: {c}" for h, c in zip(heads, row, strict=True)) for row in TABLE[1:]]
    return sheet.done(), [TEXTS[0], *rows, TEXTS[1]]


def table_over_pages() -> Layout:
    sheet = Sheet()
    expected = []
    for half in (0, 1):
        y = 760.0
        for x, head in zip((60, 250, 440), ("Ort", "Angebot", "Jahr"), strict=True):
            sheet.line(x, y, head, bold=True)
        for number in range(20):
            y -= 16
            row = (f"Viertel {'ABCDE'[number % 5]}", f"Kurs {20 * half + number}", "2021")
            for x, cell in zip((60, 250, 440), row, strict=True):
                sheet.line(x, y, cell)
            expected.append(
                "; ".join(map(": ".join, zip(("Ort", "Angebot", "Jahr"), row, strict=True)))
            )
        sheet.page()
    return sheet.done(), expected


def footnotes() -> Layout:
    sheet = Sheet()
    notes = ("1 Gemeint sind Kurse von mindestens acht Wochen.", "2 Stand im Mai des Jahres.")
    for half in (0, 1):
        sheet.column((70, 760, 450), TEXTS[3 * half : 3 * half + 3])
        sheet.canvas.line(70, 130, 200, 130)
        sheet.text((70, 115, 450), notes[half], 8)
        sheet.page()
    return sheet.done(), [*TEXTS[:3], notes[0], *TEXTS[3:], notes[1]]


def form() -> Layout:
    sheet = Sheet()
    sheet.text((70, 760, 450), "Anmeldung zum Kurs", 16, bold=True)
    pairs = (("Name:", "Erika Muster"), ("Straße:", "Am Anger 5"), ("Telefon:", "0123 4567"),
             ("Kurs:", "Kochen am Abend"))  # fmt: skip
    for number, (label, value) in enumerate(pairs):
        sheet.line(70, 710 - 18 * number, label, bold=True)
        sheet.line(200, 710 - 18 * number, value)
    return sheet.done(), ["Anmeldung zum Kurs", *(" ".join(pair) for pair in pairs)]


def nested_list() -> Layout:
    sheet = Sheet()
    y = sheet.text((70, 760, 450), "So gehen wir vor:")
    expected = ["So gehen wir vor:"]
    for number, text in enumerate(TEXTS[:3], start=1):
        y = sheet.item((70, y, 450), f"{number}.", text, 10)
        expected.append(f"{number}. {text}")
        for word in ("mit dem Beirat abstimmen", "im Viertel bekannt machen"):
            y = sheet.item((100, y, 400), "•", f"{word}, Schritt {number}", 10)
            expected.append(f"{word}, Schritt {number}")
    return sheet.done(), expected


def rotated() -> Layout:
    sheet = Sheet()
    sheet.canvas.setPageRotation(90)
    sheet.canvas.translate(A4[0], 0)
    sheet.canvas.rotate(90)
    sheet.column((60, 500, 330), TEXTS[:3])
    sheet.column((430, 500, 330), TEXTS[3:6])
    return sheet.done(), list(TEXTS)


def random_order() -> Layout:
    sheet = Sheet()
    sheet.kept = []
    sheet.text((60, 780, 480), "Alles an seinem Platz", 20, bold=True)
    sheet.column((60, 730, 225), TEXTS[:3])
    sheet.column((310, 730, 225), TEXTS[3:])
    drawn, sheet.kept = sheet.kept, None
    random.Random(3).shuffle(drawn)
    for x, y, font, size, text in drawn:
        sheet.line(x, y, text, size, bold=font.endswith("Bold"))
    return sheet.done(), ["Alles an seinem Platz", *TEXTS]


def margin_notes() -> Layout:
    sheet = Sheet()
    y = 760.0
    notes = ("Beratung ohne Termin", "Besuche zu Hause", "Wer das Geld gibt")
    for text, note in zip(TEXTS, notes, strict=False):
        sheet.text((440, y, 80), note, 8)
        y = sheet.text((70, y, 340), text) - 10
    return sheet.done(), [*TEXTS[:3], *notes]


def caption_under_picture() -> Layout:
    sheet = Sheet()
    y = sheet.column((70, 760, 450), TEXTS[:2])
    sheet.box(170, y - 150, 250, 145)
    caption = "Abb. 1: Der Garten hinter dem Haus (Foto: Verein)"
    sheet.line(185, y - 165, caption, 8)
    sheet.column((70, y - 195, 450), TEXTS[2:4])
    return sheet.done(), [*TEXTS[:2], caption, *TEXTS[2:4]]


def letter() -> Layout:
    sheet = Sheet()
    address = ("Verein Lebendige Nordstadt", "Frau Erika Muster", "Am Anger 5", "12345 Musterstadt")
    info = ("Amt für Gesundheit", "Zimmer 12", "Telefon: 0123 4567", "E-Mail: amt@muster.de")
    for number, (left, right) in enumerate(zip(address, info, strict=True)):
        sheet.line(70, 700 - 13 * number, left)
        sheet.line(380, 704 - 13 * number, right)
    sheet.line(70, 600, "Ihr Antrag vom 5. Mai 2021", bold=True)
    y = sheet.text((70, 570, 450), "Sehr geehrte Frau Muster,")
    sheet.column((70, y, 450), TEXTS[:2])
    subject = ["Ihr Antrag vom 5. Mai 2021", "Sehr geehrte Frau Muster,"]
    return sheet.done(), ["\n".join(address), "\n".join(info), *subject, *TEXTS[:2]]


def sentence_over_pages() -> Layout:
    """A sentence goes on behind a footnote, a page number and a running head that changes."""
    sheet = Sheet()
    words = TEXTS[3].split()
    note = "1 Gezählt wurden alle Abende von Oktober bis März."
    sheet.column((70, 760, 450), TEXTS[:3])
    sheet.text((70, 300, 450), " ".join(words[:12]))
    sheet.text((70, 115, 450), note, 8)
    sheet.line(300, 30, "1", 8)
    sheet.page()
    sheet.line(70, 800, "Kapitel 2: Küche", 8)
    sheet.text((70, 760, 450), f"{' '.join(words[12:])} {TEXTS[4]}")
    sheet.line(300, 30, "2", 8)
    return sheet.done(), [*TEXTS[:4], note, "Kapitel 2: Küche", TEXTS[4]]


def footnote_in_a_column() -> Layout:
    sheet = Sheet()
    words = TEXTS[3].split()
    note = "2 Befragung der Teilnehmenden, Mai 2016."
    y = sheet.column((60, 760, 225), TEXTS[:3])
    sheet.text((60, y, 225), " ".join(words[:14]))
    sheet.line(60, 86, note, 7)
    sheet.column((310, 760, 225), [" ".join(words[14:]), *TEXTS[4:6]])
    return sheet.done(), [*TEXTS, note]


CARDS = (
    ("Jana Winter", "Hebamme", "Tel. 0123 4567-11", "winter@viertel.example"),
    ("Oskar Brandt", "Kursleiter Kochen", "Tel. 0123 4567-12", "brandt@viertel.example"),
    ("Mina Aydin", "Leitung", "Tel. 0123 4567-13", "aydin@viertel.example"),
)


def cards(count: int) -> Layout:
    sheet = Sheet()
    y = sheet.column((60, 760, 480), TEXTS[:1])
    for number, card in enumerate(CARDS[:count]):
        for step, text in enumerate(card):
            sheet.line(60 + 160 * number, y - 20 - 14 * step, text, bold=step == 0)
    sheet.column((60, y - 110, 480), TEXTS[1:2])
    return sheet.done(), [TEXTS[0], *map("\n".join, CARDS[:count]), TEXTS[1]]


def two_cards() -> Layout:
    return cards(2)


def three_cards() -> Layout:
    return cards(3)


def table_of_numbers() -> Layout:
    """A table with ways to reach people is none of cards."""
    sheet = Sheet()
    rows = [("Telefon", "E-Mail"), *((card[2], card[3]) for card in CARDS)]
    y = sheet.column((60, 760, 480), TEXTS[:1])
    for number, row in enumerate(rows):
        for x, cell in zip((60, 260), row, strict=True):
            sheet.line(x, y - 20 - 14 * number, cell, bold=number == 0)
    named = ["; ".join(map(": ".join, zip(rows[0], row, strict=True))) for row in rows[1:]]
    return sheet.done(), [TEXTS[0], *named]


LAYOUTS: tuple[Callable[[], Layout], ...] = (
    one_column, two_columns, leaflet, spanning_caption, spanning_table, sidebar, two_boxes,
    three_boxes, boxes_without_bullets, slide_with_columns, table_without_padding,
    table_over_pages, footnotes, form, nested_list, rotated, random_order, margin_notes,
    caption_under_picture, letter, sentence_over_pages, footnote_in_a_column, two_cards,
    three_cards, table_of_numbers,
)  # fmt: skip
