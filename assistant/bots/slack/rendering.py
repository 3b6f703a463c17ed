"""A server's answer → what Slack shows. Pure; keeps Slack's limits whatever comes in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import escape
from assistant.backend import Json
from assistant.bots.slack.escaping import address, cut, markdown, mrkdwn, plain
from assistant.bots.slack.wording import Words, words

LONGEST_TEXT = 11_500
"""Characters of one message's Markdown; Slack takes 12,000."""
LONGEST_NOTICE = 2_900
_LONGEST_BUTTON = 75
_LONGEST_VALUE = 2_000
_LONGEST_TITLE = 150
_LONGEST_SOURCE = 600
_LONGEST_QUERY = 200
_LONGEST_PASSAGE = 300
_CONTEXT_ELEMENTS = 10
_MOST_SOURCES = 30
_MOST_FOLLOW_UPS = 4
_MOST_RELATED = 6
_MOST_HITS = 5

# Plain text is not read for mentions; a label that looks like one would still puzzle people.
_NO_CALL = str.maketrans("<>", "‹›")

VOTE = "kgc_vote"
ASK = "kgc_ask"
"""Action ids; that of a button to ask ends in its number."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: `text` is Markdown, `blocks` stand below it, `notice` is for notifications."""

    text: str
    blocks: tuple[Json, ...]
    notice: str

    @property
    def whole(self) -> list[Json]:
        """Return all of it as blocks, for a message that is not streamed."""
        return [{"type": "markdown", "text": self.text}, *self.blocks]


def render(answer: Mapping[str, Any], base: str) -> Rendered:
    """Return the message for an answer of the contract.

    Args:
        answer: The answer.
        base: Our server's address for browsers, "" where others cannot reach it.
    """
    said = words(answer.get("language"))
    text = shortened(markdown(_supported(answer)), said)
    blocks = [
        *_unsupported(answer, said),
        *_related(answer, base, said),
        *_sources(answer, base, said),
        *_follow_ups(answer),
        *_vote(answer, said),
    ]
    return Rendered(text or "…", tuple(blocks), mrkdwn(_supported(answer), LONGEST_NOTICE) or "…")


def notice(text: str) -> Rendered:
    """Return a message of the bot's own words."""
    return Rendered(text, (), text)


def shortened(text: str, said: Words) -> str:
    """Return Markdown that one message can hold, cut at the end of a line or a word."""
    if len(text) <= LONGEST_TEXT:
        return text
    kept = text[: LONGEST_TEXT - 40]
    at = max(kept.rfind("\n"), kept.rfind(" "))
    return f"{kept[: at if at > 0 else len(kept)].rstrip()} … {said.shortened}"


def _supported(answer: Mapping[str, Any]) -> str:
    """Return the answer's Markdown without what failed the check."""
    sentences = answer.get("sentences") or []
    if all(sentence.get("supported") for sentence in sentences):
        return str(answer.get("answer", ""))
    lines: list[str] = []
    for sentence in sentences:
        if sentence.get("supported"):
            marks = "".join(f"[{int(number)}]" for number in sentence["citations"])
            bullet = "- " if sentence.get("item") else ""
            text = f"{bullet}{escape(sentence.get('lead', ''))} {escape(sentence['text'])} {marks}"
            between = "\n" if bullet else " "
            lines.append((between if lines else "") + " ".join(text.split()))
    return "".join(lines)


def _unsupported(answer: Mapping[str, Any], said: Words) -> Iterator[Json]:
    failed = [s["text"] for s in answer.get("sentences") or [] if not s.get("supported")]
    if failed:
        told = " ".join(map(plain, failed))
        yield _context([f":warning: *{said.unsupported}:* {mrkdwn(told, 2_500)}"])


def _related(answer: Mapping[str, Any], base: str, said: Words) -> Iterator[Json]:
    lines = [
        f"• {_linked(one.get('title'), address(one.get('link'), base))}"
        for one in (answer.get("related") or [])[:_MOST_RELATED]
        if plain(one.get("title"))
    ]
    if lines:
        head = said.help if answer.get("kind") == "hint" else said.near
        yield _section("\n".join([f"*{head}*", *lines])[:2_990])


def _sources(answer: Mapping[str, Any], base: str, said: Words) -> Iterator[Json]:
    cited: Sequence[Mapping[str, Any]] = answer.get("citations") or []
    if not cited:
        return
    shown = [source(citation, base, said) for citation in cited[:_MOST_SOURCES]]
    if len(cited) > _MOST_SOURCES:
        shown.append(said.more_sources.format(len(cited) - _MOST_SOURCES))
    shown.append(said.generated if answer.get("mode") == "generated" else said.verbatim)
    for at in range(0, len(shown), _CONTEXT_ELEMENTS):
        yield _context(shown[at : at + _CONTEXT_ELEMENTS])


def source(citation: Mapping[str, Any], base: str, said: Words) -> str:
    """Return one numbered source: title with its link, page or slide, organisation."""
    link = address(citation.get("link"), base) or address(citation.get("url"), "")
    told = [
        _linked(citation.get("title"), link),
        mrkdwn(citation.get("reference"), 100),
        _place(citation, said),
        mrkdwn(citation.get("organisation"), 100),
    ]
    number = int(citation["id"]) if str(citation.get("id", "")).isdecimal() else 0
    return f"*[{number}]* " + ", ".join(part for part in told if part)


def _place(citation: Mapping[str, Any], said: Words) -> str:
    for name, form in (("page", said.page), ("slide", said.slide)):
        if isinstance(citation.get(name), int):
            return form.format(citation[name])
    return ""


def _linked(title: object, link: str | None) -> str:
    shown = mrkdwn(title, _LONGEST_TITLE) or "…"
    if link is None or len(link) > _LONGEST_SOURCE:
        return shown
    return f"<{link}|{shown.replace('|', '/')}>"


def _follow_ups(answer: Mapping[str, Any]) -> Iterator[Json]:
    buttons = ask_buttons(answer.get("follow_ups") or [])
    if buttons:
        yield {"type": "actions", "elements": buttons}


def ask_buttons(questions: Sequence[object]) -> list[Json]:
    """Return buttons that ask `questions`, the first few of them."""
    asked = [question for question in map(plain, questions) if question][:_MOST_FOLLOW_UPS]
    return [
        {
            "type": "button",
            "action_id": f"{ASK}_{number}",
            "text": _plain_text(cut(question, _LONGEST_BUTTON).translate(_NO_CALL)),
            "value": question[:1_000],
        }
        for number, question in enumerate(asked)
    ]


def _vote(answer: Mapping[str, Any], said: Words) -> Iterator[Json]:
    if answer.get("kind") not in ("answer", "refusal"):
        return

    def button(verdict: str, label: str) -> Json:
        value = vote_value(verdict, answer)
        return {"text": _plain_text(label), "value": value, "accessibility_label": label}

    element = {
        "type": "feedback_buttons",
        "action_id": VOTE,
        "positive_button": button("up", said.helpful),
        "negative_button": button("down", said.not_helpful),
    }
    yield {"type": "context_actions", "elements": [element]}


def vote_value(verdict: str, answer: Mapping[str, Any]) -> str:
    """Return what a button carries so that a vote finds its answer: at most 2,000 characters."""
    told = {"v": verdict, "c": answer.get("conversation_id"), "l": answer.get("language")}
    value = json.dumps(told | {"q": answer.get("question")}, ensure_ascii=False)
    return value if len(value) <= _LONGEST_VALUE else json.dumps(told)


def render_hits(found: Mapping[str, Any], base: str) -> list[Json]:
    """Return the blocks that show the hits of a search."""
    said = words("de")
    hits = (found.get("hits") or [])[:_MOST_HITS]
    query = mrkdwn(found.get("query"), _LONGEST_QUERY)
    if not hits:
        return [_section(f"„{query}“: {said.no_hits}")]
    blocks = [_section(f"*{said.hits.format(len(hits))} „{query}“*")]
    for hit in hits:
        link = address(hit.get("link"), base) or address(hit.get("url"), "")
        told = [_linked(hit.get("title"), link), _place(hit, said)]
        told.append(mrkdwn(hit.get("organisation"), 100))
        passage = mrkdwn(cut(plain(hit.get("display") or hit.get("text")), _LONGEST_PASSAGE))
        blocks.append(_section(f"{', '.join(part for part in told if part)}\n>{passage}"))
    return blocks


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(lines: Sequence[str]) -> Json:
    elements = [{"type": "mrkdwn", "text": line, "verbatim": True} for line in lines]
    return {"type": "context", "elements": elements}


def _plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
