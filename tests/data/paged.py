"""Makes reports and decks whose every page or slide holds one fact that stands nowhere else."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pptx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph
from reportlab.platypus.flowables import Flowable

from tests.data import build

_FIRST = ("Linden", "Birken", "Ahorn", "Mühlen", "Wiesen", "Hasel", "Eichen", "Sonnen", "Kirsch",
          "Weiden", "Bach", "Rosen")  # fmt: skip
_SECOND = ("hof", "garten", "bogen", "winkel", "brücke", "tor", "grund", "anger", "kamp", "stieg",
           "eck", "feld")  # fmt: skip
_TOWNS = ("Quedlinburg", "Altenau", "Bramsche", "Celle", "Döbeln", "Eutin", "Forst", "Gifhorn",
          "Husum", "Ilmenau", "Jever", "Kusel", "Lemgo", "Meppen", "Nidda", "Prüm")  # fmt: skip
_GROUPS = ("alleinerziehende Mütter", "pflegende Angehörige", "wohnungslose Männer",
           "Jugendliche ohne Schulabschluss", "Menschen mit Sehbehinderung")  # fmt: skip
_HEADS = ("der Kreissportbund", "das Gesundheitsamt", "die Volkshochschule", "der Mieterverein")
_FILLER = (
    "Die Beteiligten treffen sich regelmäßig und halten fest, was gelungen ist und was nicht.",
    "Viele Menschen erfahren von solchen Angeboten erst, wenn jemand sie persönlich anspricht.",
    "Räume ohne Schwellen und Hinweise in leichter Sprache erleichtern den Zugang.",
    "Die Auswertung zeigt, dass kurze Wege wichtiger sind als lange Öffnungszeiten.",
    "Fachkräfte wünschen sich mehr Zeit für den Austausch mit anderen Einrichtungen.",
    "Ohne verlässliche Mittel bleibt vieles ein Versuch, der nach zwei Jahren endet.",
    "Die Bewohnerinnen und Bewohner entscheiden mit, wofür das Geld ausgegeben wird.",
    "Ein gemeinsamer Kalender hilft, Angebote aufeinander abzustimmen.",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence, a question that only it answers, and the words of the answer."""

    sentence: str
    question: str
    answer: str


def facts(seed: int) -> Iterator[Fact]:
    """Yield facts about 144 different names, in the order of the seed."""
    chance = random.Random(seed)
    names = [first + second for first, second in product(_FIRST, _SECOND)]
    chance.shuffle(names)
    for number, name in enumerate(names):
        town, year = chance.choice(_TOWNS), str(chance.randrange(1991, 2024))
        amount = str(chance.randrange(21, 980))
        group, head = chance.choice(_GROUPS), chance.choice(_HEADS)
        yield (
            Fact(
                f"Das Projekt {name} in {town} erreichte im Jahr {year} insgesamt {amount} "
                "Familien.",
                f"Wie viele Familien erreichte das Projekt {name} in {town}?",
                amount,
            ),
            Fact(
                f"Die Beratungsstelle {name} in {town} wurde im Jahr {year} eröffnet.",
                f"Wann wurde die Beratungsstelle {name} eröffnet?",
                year,
            ),
            Fact(
                f"Der Kochkurs im Haus {name} in {town} kostet {amount} Euro für jede Familie.",
                f"Wie viel kostet der Kochkurs im Haus {name}?",
                amount,
            ),
            Fact(
                f"Das Netzwerk {name} in {town} leitet {head} seit {year}.",
                f"Wer leitet das Netzwerk {name} in {town}?",
                head,
            ),
            Fact(
                f"Die Sprechstunde {name} in {town} richtet sich an {group}.",
                f"An wen richtet sich die Sprechstunde {name}?",
                group,
            ),
        )[number % 5]


class _Placed(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A paragraph that stays whole and notes the page that it is drawn on."""

    def __init__(self, fact: Fact, style: ParagraphStyle, pages: dict[Fact, int]) -> None:
        super().__init__(fact.sentence, style)
        self.noted = fact, pages

    def split(self, *_: Any) -> list[Flowable]:
        return []

    def draw(self) -> None:
        fact, pages = self.noted
        pages[fact] = self.canv.getPageNumber()
        super().draw()


def report(
    given: Sequence[Fact], seed: int, *, columns: int = 1, size: float = 10
) -> tuple[bytes, dict[Fact, int]]:
    """Set a report whose text runs on over the pages; return it and the page of each fact.

    About one page a fact.
    """
    lines = int(360 / size)
    chance = random.Random(seed)
    body, heading = build.style(size), build.style(size + 4, bold=True)
    pages: dict[Fact, int] = {}
    story: list[Flowable] = [Paragraph("Bericht über die Arbeit in den Quartieren", heading)]
    for number, fact in enumerate(given, start=1):
        story.append(Paragraph(f"{number} {chance.choice(_FILLER).split(',')[0]}", heading))
        for part in range(lines // 5 + chance.randrange(3)):
            words = " ".join(chance.choice(_FILLER) for _ in range(chance.randrange(6, 12)))
            story.append(Paragraph(words, body))
            if part == 1:
                story.append(_Placed(fact, body, pages))
    data = build.pdf(
        story,
        columns=columns,
        head="Landesstelle für Quartiersarbeit – Bericht",
        foot="Seite #",
        title=f"Bericht {seed}",
    )
    return data, pages


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _slide(fact: Fact, chance: random.Random, number: int) -> list[build.Piece]:
    pieces: list[build.Piece] = [(60, 470, 30, chance.choice(_FILLER).split(",")[0][:40])]
    y = 390.0
    for words in (chance.choice(_FILLER), fact.sentence, chance.choice(_FILLER)):
        for at, line in enumerate(_wrapped(words, 62)):
            pieces.append((60 if at == 0 else 80, y, 20, f"• {line}" if at == 0 else line))
            y -= 26
        y -= 14
    return [*pieces, (60, 25, 10, "Fachtag Quartier"), (880, 25, 10, str(number))]


def deck(given: Sequence[Fact], seed: int) -> tuple[bytes, dict[Fact, int]]:
    """Draw a presentation as it is exported: one fact a slide."""
    chance = random.Random(seed)
    slides = [_slide(fact, chance, number) for number, fact in enumerate(given, start=1)]
    data = build.lines_pdf(slides, size=(960, 540))
    return data, {fact: number for number, fact in enumerate(given, start=1)}


def mixed(given: Sequence[Fact], seed: int) -> tuple[bytes, dict[Fact, int]]:
    """Draw pages of a letter and of a table-like list in turn, one fact each."""
    chance = random.Random(seed)
    drawn = []
    for number, fact in enumerate(given, start=1):
        pieces: list[build.Piece] = [(60, 790, 8, "Anlage zum Rundbrief")]
        y = 740.0
        size = 11 if number % 2 else 13
        words = [chance.choice(_FILLER) for _ in range(8)]
        words.insert(chance.randrange(8), fact.sentence)
        for sentence in words:
            for at, line in enumerate(_wrapped(sentence, 64)):
                start = f"{'– ' if number % 2 == 0 and at == 0 else ''}{line}"
                pieces.append((60, y, size, start))
                y -= size * 1.3
            y -= size * (0.8 if number % 2 == 0 else 0)
        drawn.append([*pieces, (290, 30, 8, f"- {number} -")])
    return build.lines_pdf(drawn, size=A4), dict(zip(given, range(1, len(given) + 1), strict=True))


def slides(given: Sequence[Fact], hidden: Fact, seed: int) -> tuple[bytes, dict[Fact, int]]:
    """Write a PowerPoint file; its third slide is hidden and holds the fact `hidden`."""
    chance = random.Random(seed)
    presentation = pptx.Presentation()
    everything = [*given[:2], hidden, *given[2:]]
    for number, fact in enumerate(everything, start=1):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = chance.choice(_FILLER).split(",")[0]
        lines = [chance.choice(_FILLER), fact.sentence, chance.choice(_FILLER)]
        slide.placeholders[1].text = "\n".join(lines)
        if fact is hidden:
            slide._element.set("show", "0")
        if number % 4 == 0:
            slide.notes_slide.notes_text_frame.text = chance.choice(_FILLER)
    at = {fact: number for number, fact in enumerate(everything, start=1) if fact is not hidden}
    return build.saved(presentation), at
