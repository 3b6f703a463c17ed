"""One list of answers for every renderer, in the form of the public contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

HOSTILE: tuple[str, ...] = (
    "<!channel> <!here> <!everyone|alle>",
    "<@U1> <@U1|chef> <#C1|allgemein> <!subteam^S1>",
    "@room @channel @here @everyone @admin:localhost",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "](http://evil.example/a) [klick](http://evil.example/b) [9]: http://evil.example/c",
    "![bild](http://evil.example/pixel.png)",
    "<http://evil.example|Anmelden> &lt;!channel&gt; &amp;",
    "https://matrix.to/#/@admin:localhost https://matrix.to/#/!room:localhost",
    '<a href="https://matrix.to/#/@admin:localhost">Admin</a><mx-reply>x</mx-reply>',
    "\x1b[31mrot\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x07\x08",
    "\u202edoc.exe\u202c \u2066x\u2069 \u200b\u200d\ufeff \U000e0041\U000e0042",
    "```\n# Überschrift\n> Zitat\n* * *\n| a | b |",
    "javascript:alert(1) data:text/html,x",
    "_kursiv_ *fett* ~weg~ `code`",
)
"""What a document, a question or a model may hold to trick a surface."""

_QUOTE = "Das Netzwerk in Musterstadt trifft sich jeden ersten Montag im Monat."


def citation(number: int = 1, **more: Any) -> Json:
    """One proof."""
    return {
        "id": number,
        "document_id": f"doc{number}",
        "chunk_id": f"doc{number}-1",
        "title": f"Bericht {number}",
        "section": "Netzwerk",
        "reference": None,
        "page": number,
        "slide": None,
        "organisation": "KGC Musterland",
        "date": "2025-03-01",
        "state": None,
        "type": "report",
        "language": "de",
        "url": None,
        "source": f"berichte/{number}.pdf",
        "quote": _QUOTE,
        "display": None,
        "start": 10,
        "end": 10 + len(_QUOTE),
        "link": f"/documents/doc{number}?start=10&end={10 + len(_QUOTE)}#zitat",
    } | more


def sentence(text: str, *citations: int, **more: Any) -> Json:
    """One sentence."""
    told = {"text": text, "citations": list(citations), "supported": True, "item": False}
    return told | {"lead": ""} | more


def marked(said: Json) -> str:
    """One sentence as Markdown, as the server writes harmless text."""
    marks = "".join(f"[{number}]" for number in said["citations"])
    return f"{'- ' if said['item'] else ''}{said['lead']}{said['text']} {marks}".rstrip()


def answer(sentences: Sequence[Json], citations: Sequence[Json] = (), **more: Any) -> Json:
    """A whole answer."""
    items = any(said["item"] for said in sentences)
    return {
        "question": "Wann trifft sich das Netzwerk?",
        "answer": ("\n" if items else " ").join(map(marked, sentences)),
        "kind": "answer",
        "abstained": False,
        "confidence": 0.93,
        "language": "de",
        "mode": "extractive",
        "sentences": list(sentences),
        "citations": list(citations),
        "related": [],
        "follow_ups": [],
        "conversation_id": "c-123",
        "seconds": 0.2,
    } | more


def related(name: str = "doc7", title: str = "Netzwerke der Nachbarstadt") -> Json:
    """A document near the question."""
    return {
        "document_id": name, "title": title, "link": f"/documents/{name}", "language": "de",
    }  # fmt: skip


OFFICES = {
    "document_id": None,
    "title": "Koordinierungsstellen Gesundheitliche Chancengleichheit",
    "link": "https://www.gesundheitliche-chancengleichheit.de",
    "language": "de",
}
EMERGENCY = {"document_id": None, "title": "Notruf 112", "link": "tel:112", "language": "de"}

SHORT = answer(
    [sentence(_QUOTE, 1)],
    [citation(1)],
    follow_ups=["Wer leitet das Netzwerk?", "Wie meldet man sich an?"],
)
SLIDE = answer([sentence(_QUOTE, 1)], [citation(1, page=None, slide=12)])
NO_PAGE = answer([sentence(_QUOTE, 1)], [citation(1, page=None, slide=None, organisation=None)])
STATUTE = answer(
    [sentence("Die Krankenkasse fördert Maßnahmen der Lebenswelten.", 1)],
    [citation(1, title="SGB V", reference="§ 20a Abs. 1 SGB V", page=None)],
)
FROM_THE_WEB = answer(
    [sentence(_QUOTE, 1)],
    [citation(1, url="https://www.example.org/netz?a=1&b=2", page=None)],
)
LONG_LIST = answer(
    [
        sentence("Zum Netzwerk gehören:", 1),
        *(sentence(f"Einrichtung Nummer {n} im Stadtteil", 1 + n // 8, item=True)
          for n in range(40)),
    ],
    [citation(n, page=n) for n in range(1, 7)],
)  # fmt: skip
NUMBERED = answer(
    [sentence(f"{n}. Schritt {n} des Antrags", 1, item=True) for n in range(1, 13)],
    [citation(1)],
)
REFUSAL = answer(
    [],
    kind="refusal",
    abstained=True,
    confidence=0.1,
    answer="Dazu steht nichts in den Quellen. Nahe liegt „Netzwerke“. Sonst hilft "
    "www.gesundheitliche-chancengleichheit.de.",
    related=[related(), OFFICES],
)
HINT = answer(
    [],
    kind="hint",
    abstained=True,
    answer="Es geht Ihnen nicht gut. Bitte rufen Sie sofort **112** an.",
    related=[EMERGENCY],
)
SMALLTALK = answer([], kind="smalltalk", answer="Gern geschehen!")
UNSUPPORTED = answer(
    [sentence(_QUOTE, 1), sentence("Es gibt dort immer Kaffee.", 1, supported=False)],
    [citation(1)],
    mode="generated",
    answer=f"{_QUOTE} [1] Es gibt dort immer Kaffee. (nicht belegt)",
)
CONTRADICTION = answer(
    [
        sentence("Das Netzwerk hat 12 Mitglieder.", 1, lead="Die Quellen nennen Verschiedenes. "),
        sentence("Das Netzwerk hat 15 Mitglieder.", 2),
    ],
    [citation(1, date="2023-01-01"), citation(2, date="2025-01-01")],
)
VERY_LONG = answer(
    [sentence(f"Satz {n} über die Arbeit der Netzwerke im Land. " * 3, 1 + n % 30, item=True)
     for n in range(120)],
    [citation(n, title=f"Ein sehr langer Titel {n} " * 12) for n in range(1, 31)],
    follow_ups=["Und wie geht es dann weiter mit dem Antrag, wenn die Frist vorbei ist? " * 6] * 8,
)  # fmt: skip
ENGLISH_QUOTE = answer(
    [sentence("The garden was opened in 2019.", 1,
              lead="In einer englischsprachigen Quelle steht: ")],
    [citation(1, title="Community garden", language="en")],
)  # fmt: skip
IN_ENGLISH = answer(
    [sentence("The garden was opened in 2019.", 1)],
    [citation(1, title="Community garden", language="en")],
    language="en",
    question="When was the garden opened?",
    follow_ups=["Who runs the garden?"],
)
EMPTY_INDEX = answer(
    [],
    kind="refusal",
    abstained=True,
    confidence=0.0,
    answer="Es sind noch keine Dokumente aufgenommen (kgc ingest).",
)


def hostile(text: str) -> Json:
    """An answer with `text` in every field that a document, a person or a model may fill."""
    return answer(
        [
            sentence(text, 1),
            sentence(text, 1, item=True, lead=text),
            sentence(text, 1, supported=False),
        ],
        [
            citation(
                1, title=text, section=text, reference=text, organisation=text, date=text,
                url=text, source=text, quote=text, display=text, type=text, link=text,
            )
        ],
        question=text,
        answer=text,
        related=[
            {"document_id": "x", "title": text, "link": text, "language": "de"},
            {"document_id": None, "title": text, "link": text, "language": "de"},
        ],
        follow_ups=[text],
    )  # fmt: skip


ANSWERS: dict[str, Json] = {
    "short": SHORT,
    "slide": SLIDE,
    "no page": NO_PAGE,
    "statute": STATUTE,
    "from the web": FROM_THE_WEB,
    "long list": LONG_LIST,
    "numbered": NUMBERED,
    "refusal": REFUSAL,
    "hint": HINT,
    "smalltalk": SMALLTALK,
    "unsupported": UNSUPPORTED,
    "contradiction": CONTRADICTION,
    "very long": VERY_LONG,
    "English quote": ENGLISH_QUOTE,
    "in English": IN_ENGLISH,
    "empty index": EMPTY_INDEX,
}
"""Every kind of answer, by name."""

HOSTILE_ANSWERS: dict[str, Json] = {text: hostile(text) for text in HOSTILE}
"""The same field by field with hostile text."""
