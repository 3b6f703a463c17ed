"""A small document of our own and answers about it in the contract's form."""

from __future__ import annotations

from typing import Any

from assistant.web.pages import DocumentView

BLOCKS = (
    ("heading", "Netzwerke für ein gesundes Aufwachsen"),
    ("text", "Ein Präventionsnetzwerk verbindet Ämter, Praxen und Vereine eines Stadtteils."),
    ("heading", "Wie ein Netzwerk beginnt"),
    ("text", "Am Anfang steht eine Bestandsaufnahme: Wer arbeitet schon mit Familien?"),
    ("item", "Gesundheitsamt und Jugendamt benennen je eine Ansprechperson."),
    ("item", "Die Frühen Hilfen laden zum ersten Treffen ein."),
    ("page", "2"),
    ("heading", "Was ein Netzwerk braucht"),
    ("text", "Ein Netzwerk braucht Zeit, Geld und eine Stelle, die koordiniert.\nKontakt: Rathaus"),
    ("text", "Ohne feste Koordination schlafen Netzwerke nach etwa zwei Jahren ein."),
    *(("text", f"Absatz {n}: " + "Weitere Beispiele aus den Kommunen. " * 8) for n in range(30)),
)


def _assembled() -> DocumentView:
    """The sample as the product keeps documents: items on lines, all else apart by "\\n\\n"."""
    text, before = "", ""
    headings: list[tuple[int, int, int]] = []
    pages, starts = [1], [0]
    for kind, body in BLOCKS:
        if kind == "page":
            pages.append(int(body))
            starts.append(-1)
            continue
        text += "" if not text else "\n" if kind == before == "item" else "\n\n"
        if starts[-1] < 0:
            starts[-1] = len(text)
        if kind == "heading":
            headings.append((1 if not headings else 2, len(text), len(text) + len(body)))
        text += ("- " if kind == "item" else "") + body.strip()
        before = kind
    return DocumentView(
        document_id="netzwerke",
        title="Netzwerke für ein gesundes Aufwachsen",
        metadata=(
            ("Art", "Leitfaden"),
            ("Herausgeber", "Stadt Musterhausen"),
            ("Stand", "5. Oktober 2023"),
            ("Region", "Niedersachsen"),
            ("Umfang", "2 Seiten"),
            ("Quelle", "https://example.org/netzwerke.pdf"),
        ),
        text=text,
        pages=tuple(
            (number, start, end)
            for number, start, end in zip(pages, starts, [*starts[1:], len(text)], strict=True)
        ),
        unit="page",
        headings=tuple(headings),
        original_url="/documents/netzwerke/original",
        language="de",
    )


VIEW = _assembled()


def citation(number: int, quote: str, **more: object) -> dict[str, Any]:
    """A citation of the sample document in the contract's form."""
    start = VIEW.text.index(quote)
    end = start + len(quote)
    page = [number for number, begin, _ in VIEW.pages if begin <= start][-1]
    return {
        "id": number,
        "document_id": VIEW.document_id,
        "chunk_id": f"netzwerke-{number}",
        "title": VIEW.title,
        "section": "",
        "page": page,
        "slide": None,
        "organisation": "Stadt Musterhausen",
        "date": "2023-10-05",
        "url": None,
        "source": "netzwerke.pdf",
        "quote": quote,
        "start": start,
        "end": end,
        "link": f"/documents/netzwerke?start={start}&end={end}#zitat",
        **more,
    }


DEFINITION = BLOCKS[1][1]
COORDINATION = BLOCKS[9][1]


def done(question: str, **more: object) -> dict[str, Any]:
    """The JSON of an answer with two sources."""
    return {
        "question": question,
        "answer": f"{DEFINITION} [1]\n\n{COORDINATION} [2]",
        "kind": "answer",
        "abstained": False,
        "confidence": 0.83,
        "language": "de",
        "mode": "extractive",
        "sentences": [
            {"text": DEFINITION, "citations": [1], "supported": True},
            {"text": COORDINATION, "citations": [2], "supported": True},
        ],
        "citations": [citation(1, DEFINITION), citation(2, COORDINATION)],
        "related": [],
        "follow_ups": ["Wer koordiniert ein Netzwerk?"],
        "conversation_id": "c-1",
        "seconds": 0.4,
        **more,
    }


def without_answer(question: str, kind: str, answer: str, **more: object) -> dict[str, Any]:
    """The JSON of a refusal, hint or small talk."""
    parts = {"kind": kind, "answer": answer, "abstained": kind != "smalltalk", "follow_ups": []}
    return done(question, sentences=[], citations=[], **{**parts, **more})


def first_citation(**more: object) -> dict[str, Any]:
    """The first citation of the sample, with `more` replacing its fields."""
    return citation(1, DEFINITION) | more


def widget_info(**more: object) -> dict[str, Any]:
    """What `GET /v1/widget` tells of the sample."""
    return {
        "version": "1.0.0",
        "documents": 1234,
        "suggestions": ["Was ist ein Präventionsnetzwerk?", "Welche Rolle hat das Gesundheitsamt?"],
        "filters": {
            "region": [{"value": "Bayern", "count": 3}, {"value": "Niedersachsen", "count": 2}],
            "type": [{"value": "Leitfaden", "count": 5}],
            "year": [{"value": "2024", "count": 2}, {"value": "2023", "count": 3}],
        },
        "links": {
            "privacy": "https://example.org/datenschutz",
            "imprint": "https://example.org/impressum",
            "accessibility": None,
        },
        "longest": 1000,
        **more,
    }
