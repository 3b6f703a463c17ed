"""Chat completions in OpenAI's form ↔ our question and our answer. Pure.

What Open WebUI, LibreChat and OpenAI's own clients show: one Markdown text with markers ``[1]`` and
a list of the sources under it, and the sources as annotations. Offsets are in code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer, Citation, Kind, escape
from assistant.backend import Asked
from assistant.errors import QuestionInvalid
from assistant.steps import spoken
from assistant.wire import page_and_slide

__all__ = ["MODEL", "Head", "Message", "Written", "asked_of", "chore_reply", "is_chore", "written"]

Json = dict[str, Any]

MODEL = "kgc-assistant"
_ROLES = ("user", "assistant")
_NO_CHORES = (
    "Titel, Schlagwörter und Vorschläge zu einem Gespräch schreibt dieser Assistent nicht. "
    "Er beantwortet Fragen aus seinen Dokumenten."
)
# Open WebUI's "### Task: Generate …" with the chat in it; LibreChat's two ways to ask for a title.
_CHORE = re.compile(
    r"\s*(?:### Task:.*(?:### Chat History|<chat_history>)"
    r"|Provide a concise, 5-word-or-less title for the conversation"
    r"|Analyze this conversation and provide:\s*1\. The detected language)",
    re.S,
)
_MARKER = re.compile(r"(?<!\\)\[([0-9]+)\]")
# Within a link no bracket of a title may open or close anything.
_IN_TITLE = re.compile(r"[\\`*<\[\]]|(?<!\w)_|_(?!\w)|~(?=~)")
_WORDS = {
    "de": {
        "sources": "Quellen",
        "nearest": "Am nächsten kommen",
        "outside": "Hier bekommen Sie Hilfe",
        "page": "Seite",
        "slide": "Folie",
    },
    "en": {
        "sources": "Sources",
        "nearest": "Nearest",
        "outside": "Where you get help",
        "page": "page",
        "slide": "slide",
    },
}
_HEADINGS = "|".join(words[name] for words in _WORDS.values() for name in list(words)[:3])
_APPENDED = re.compile(rf"\n\n\*\*(?:{_HEADINGS})\*\*\n\n- .*\Z", re.S)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a client sent it; `text` is empty where it held no text."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as one text: `pieces` joined are `content`, `annotations` point into it."""

    pieces: tuple[str, ...]
    annotations: tuple[Json, ...]

    @property
    def content(self) -> str:
        """Return the whole text."""
        return "".join(self.pieces)


@dataclass(frozen=True, slots=True)
class Head:
    """What all parts of one completion share; `created` in seconds since 1970."""

    name: str
    created: int

    def completion(self, done: Written, read: int) -> Json:
        """Return the whole answer; `read` counts the words of the messages."""
        message = {
            "role": "assistant",
            "content": done.content,
            "refusal": None,
            "annotations": list(done.annotations),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._part("chat.completion", choices=[choice], usage=_usage(read, done))

    def opening(self) -> Json:
        """Return the first chunk: who speaks."""
        return self._chunk({"role": "assistant", "content": ""})

    def chunks(self, done: Written, read: int, *, usage: bool) -> Iterator[Json]:
        """Yield the answer piece by piece, the annotations and the end; with `usage`, that too."""
        for piece in done.pieces:
            yield self._chunk({"content": piece})
        if done.annotations:
            yield self._chunk({"annotations": list(done.annotations)})
        yield self._chunk({}, "stop")
        if usage:
            yield self._part("chat.completion.chunk", choices=[], usage=_usage(read, done))

    def _chunk(self, delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._part("chat.completion.chunk", choices=[choice])

    def _part(self, kind: str, **more: object) -> Json:
        return {
            "id": self.name, "object": kind, "created": self.created, "model": MODEL, **more,
        }  # fmt: skip


def asked_of(messages: Sequence[Message], *, most: int, longest: int) -> Asked:
    """Return the last user message as the question, what was said before it as the history.

    Instructions (system, developer) and tools are left out, and so is the list of sources that
    `written` put under an answer.

    Args:
        messages: In the order of the conversation.
        most: Messages of the history; the last ones count.
        longest: Characters of one of them; what is longer is cut.

    Raises:
        QuestionInvalid: No user message has a text.
    """
    places = [n for n, message in enumerate(messages) if message.role == "user" and message.text]
    if not places:
        raise QuestionInvalid("In den Nachrichten ist keine Frage (role „user“ mit Text).")
    earlier = [
        (message.role, _APPENDED.sub("", message.text)[:longest])
        for message in messages[: places[-1]]
        if message.role in _ROLES and message.text
    ]
    return Asked(messages[places[-1]].text, history=earlier[-most:])


def is_chore(question: str) -> bool:
    """Tell whether a chat program asks for a title, tags and the like, not a person for facts."""
    return _CHORE.match(question) is not None


def chore_reply(question: str) -> Answer:
    """Return the refusal of a chore."""
    return Answer(question, Kind.REFUSAL, "de", confidence=1.0, text=_NO_CHORES)


def written(answer: Answer, origin: str) -> Written:
    """Write an answer as one Markdown text.

    Args:
        answer: Sentences that failed their check are left out: there is no way to mark them here.
        origin: The server's address without a final slash; empty makes the links relative.
    """
    kept = _supported(answer)
    pieces = [said.text for said in spoken(kept)]
    places: dict[int, tuple[int, int]] = {}
    for found in _MARKER.finditer("".join(pieces)):
        places.setdefault(int(found[1]), found.span())
    annotations = tuple(
        _annotation(cited, origin, places[cited.id])
        for cited in kept.citations
        if cited.id in places
    )
    appended = _appended(kept, origin)
    return Written((*pieces, appended) if appended else tuple(pieces), annotations)


def _supported(answer: Answer) -> Answer:
    said = tuple(sentence for sentence in answer.sentences if sentence.supported)
    if len(said) == len(answer.sentences):
        return answer
    used = {number for sentence in said for number in sentence.citations}
    cited = tuple(citation for citation in answer.citations if citation.id in used)
    return replace(answer, sentences=said, citations=cited)


def _annotation(cited: Citation, origin: str, place: tuple[int, int]) -> Json:
    start, end = place
    held = {
        "url": origin + cited.link,
        "title": cited.document.title,
        "start_index": start,
        "end_index": end,
    }
    return {"type": "url_citation", "url_citation": held}


def _appended(answer: Answer, origin: str) -> str:
    words = _WORDS["en" if answer.language == "en" else "de"]
    near = answer.related if answer.abstained else ()
    sources = [_source(cited, origin, words) for cited in answer.citations]
    nearest = [_link(r.title, f"{origin}/documents/{r.document_id}") for r in near]
    outside = [_link(link.title, link.link) for link in answer.links]
    lists = (("sources", sources), ("outside", outside), ("nearest", nearest))
    return "".join(
        f"\n\n**{words[name]}**\n\n" + "\n".join(f"- {entry}" for entry in entries)
        for name, entries in lists
        if entries
    )


def _source(cited: Citation, origin: str, words: dict[str, str]) -> str:
    page, slide = page_and_slide(cited.document, cited.page)
    places = (
        escape(cited.reference),
        f"{words['page']} {page}" if page is not None else "",
        f"{words['slide']} {slide}" if slide is not None else "",
    )
    linked = f"[{cited.id}] {_link(cited.document.title, origin + cited.link)}"
    return ", ".join((linked, *filter(None, places)))


def _link(title: str, address: str) -> str:
    words = _IN_TITLE.sub(lambda found: "\\" + found[0], " ".join(title.split()))
    return f"[{words}]({address})"


def _usage(read: int, done: Written) -> Json:
    """Count words: there are no tokens where no language model writes."""
    told = len(done.content.split())
    return {"prompt_tokens": read, "completion_tokens": told, "total_tokens": read + told}
