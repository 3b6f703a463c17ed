"""A verbatim answer and its passages → an answer in a model's words, sentence by checked sentence.

No sentence leaves here before its check. The verbatim answer is made first and decides: only
where it answers is the model asked at all, and whenever the model fails, or too much of what it
writes fails the check, the verbatim answer stands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Kind, Sentence, cite
from assistant.ask import Considered, Turn
from assistant.composition import LONGEST_ANSWER
from assistant.errors import ModelFailed, ModelGarbled
from assistant.generation import prompt
from assistant.generation.breaker import Breaker
from assistant.generation.draft import NO_ANSWER, Draft, Unit
from assistant.generation.limits import Limits, Places, within
from assistant.generation.planted import speaks_to_a_model, trusted
from assistant.generation.ports import ChatModel, Check
from assistant.generation.register import Style
from assistant.generation.standing import Tally, Topic, gives_what_is_asked, in_other_language
from assistant.steps import Said, Waiting, added
from retrieval.records import DocumentText, Hit

MOST_REPEATS = 2
LONGEST_UNFINISHED = 4_000
_UNSUPPORTED = {
    "de": "Durch die Quellen nicht bestätigt: ",
    "en": "Not confirmed by the sources: ",
}
_log = logging.getLogger("kgc")

Steps = Generator[Said | Waiting, None, Answer]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be answered, from what, how.

    `rarity` tells how telling a stem is (idf), `text_of` returns a document's whole text by id.
    """

    considered: Considered
    rarity: Callable[[str], float]
    text_of: Callable[[str], DocumentText]
    history: Sequence[Turn] = ()
    style: Style = Style.STANDARD


class Writer:
    """Writes answers with one chat model. Thread-safe."""

    def __init__(
        self,
        model: ChatModel,
        check: Check,
        limits: Limits | None = None,
        *,
        breaker: Breaker | None = None,
        show_unsupported: bool = False,
    ) -> None:
        """Join the parts; with `show_unsupported`, failed sentences are shown as such."""
        self._model = model
        self._check = check
        self._limits = limits or Limits()
        self._breaker = breaker or Breaker()
        self._places = Places(self._limits.parallel)
        self._shows = show_unsupported

    def write(self, task: Task) -> Steps:
        """Yield checked sentences; returns the answer that stands.

        Where that is the verbatim one (``mode`` is ``extractive``), what was said before does not
        count. Closing the generator ends the model's work.
        """
        verbatim = task.considered.answer
        room = self._limits.source_characters
        sources = prompt.chosen(trusted(task.considered.hits), verbatim.citations, room)
        if verbatim.kind is not Kind.ANSWER or not sources:
            return verbatim
        try:
            with self._places.taken(), self._breaker.attempt():
                written = yield from self._written(task, sources)
        except ModelFailed as error:
            _log.warning("Wörtliche Antwort statt der des Sprachmodells (%s)", type(error).__name__)
            return verbatim
        return written or verbatim

    def _written(
        self, task: Task, sources: Sequence[Hit]
    ) -> Generator[Said | Waiting, None, Answer | None]:
        """Ask the model; returns None where its answer does not stand."""
        page = _Page(task, sources, self._check, shows=self._shows)
        draft = Draft(len(sources))
        messages = prompt.build(task.considered.question, task.history, sources, task.style)
        pieces = within(self._model.stream(messages), self._limits)
        for piece in pieces:
            if not piece:
                yield Waiting()
            yield from page.take(draft.feed(piece))
            if page.closed:
                break
            if draft.waiting > LONGEST_UNFINISHED:
                raise ModelGarbled(f"Kein Satzende nach {draft.waiting} Zeichen.")
        else:
            yield from page.take(draft.finish())
        return page.answer()

    def close(self) -> None:
        """Let go of the model."""
        self._model.close()


class _Page:
    """The answer as it grows: units of the draft in, sentences that may be shown out."""

    def __init__(self, task: Task, sources: Sequence[Hit], check: Check, *, shows: bool) -> None:
        self._task = task
        self._sources = sources
        self._check = check
        self._shows = shows
        self._verbatim = task.considered.answer
        self._topic = Topic(task.considered.question, self._verbatim)
        self._tally = Tally()
        self._sentences: list[Sentence] = []
        self._citations: list[Citation] = []
        self._met: set[str] = set()
        self._repeats = 0
        self._length = 0
        self._refused = False
        self._full = False

    @property
    def closed(self) -> bool:
        """Tell that nothing more is to be read."""
        return self._refused or self._full or self._tally.hopeless

    def take(self, units: Sequence[Unit]) -> Generator[Said]:
        """Check each unit; yield what is to be shown of it."""
        for unit in units:
            if self.closed:
                return
            if NO_ANSWER in unit.text:
                self._refused = True
            elif unit.text in self._met:  # a model in a loop
                self._repeats += 1
                self._full = self._repeats >= MOST_REPEATS
            else:
                self._met.add(unit.text)
                yield from self._judge(unit)

    def _judge(self, unit: Unit) -> Generator[Said]:
        carried = self._carried(unit)
        self._tally = self._tally.counted(supported=bool(carried))
        cited = self._numbered(carried)
        if cited:
            numbers = tuple(dict.fromkeys(citation.id for citation in cited))
            sentence = Sentence(unit.text, numbers, item=unit.item)
        elif self._shows and self._tally.supported and _harmless(unit):
            lead = _UNSUPPORTED[self._verbatim.language]
            sentence = Sentence(unit.text, (), supported=False, item=unit.item, lead=lead)
        else:
            return
        text = added(self._sentences, sentence)
        if self._length + len(text) > LONGEST_ANSWER:
            self._full = True
            return
        self._length += len(text)
        self._sentences.append(sentence)
        new = [citation for citation in cited if citation.id > len(self._citations)]
        self._citations += new
        yield Said(text, sentence, tuple(new))

    def _carried(self, unit: Unit) -> list[Citation]:
        """Return what carries a unit, not yet numbered; nothing where it is not supported."""
        language = self._verbatim.language
        if not unit.ids or not _harmless(unit) or in_other_language(unit.text, language):
            return []
        if not self._topic.touches(unit.text):
            return []
        named = [self._sources[number - 1] for number in unit.ids]
        verdict = self._check(unit.text, language, named, self._task.rarity)
        if not verdict.supported:
            return []
        quoted = [(named[span.source], span.start, span.end) for span in verdict.spans]
        # What is shown beside the sentence has to bear it without the rest of the passages.
        alone = [only(*place) for place in quoted]
        if not self._check(unit.text, language, alone, self._task.rarity).supported:
            return []
        found = [self._cite(*place) for place in quoted]
        return [citation for citation in found if citation.quote.strip()]

    def _cite(self, hit: Hit, start: int, end: int) -> Citation:
        held = self._task.text_of(hit.passage.document_id)
        return cite(hit, held, (start, end), hit.passage.section)

    def _numbered(self, carried: Sequence[Citation]) -> list[Citation]:
        """Give each citation its number: the one it has already, or the next."""
        known = list(self._citations)
        numbered: list[Citation] = []
        for cited in carried:
            same = next((held for held in known if _place(held) == _place(cited)), None)
            if same is None:
                same = replace(cited, id=len(known) + 1)
                known.append(same)
            if same not in numbered:
                numbered.append(same)
        return numbered

    def answer(self) -> Answer | None:
        """Return the answer, None where too little of it is supported."""
        supported = [said.text for said in self._sentences if said.supported]
        stands = self._tally.stands and not self._refused
        if not stands or not gives_what_is_asked(self._task.considered.question, supported):
            return None
        return replace(
            self._verbatim,
            sentences=tuple(self._sentences),
            citations=tuple(self._citations),
            text="",
            mode="generated",
        )


def _harmless(unit: Unit) -> bool:
    """Tell whether a unit may be shown at all: no link, no order to a model."""
    return not unit.tainted and not speaks_to_a_model(unit.text)


def only(hit: Hit, start: int, end: int) -> Hit:
    """Return the hit with nothing of its passage but ``start..end`` (document offsets)."""
    passage = hit.passage
    held = tuple((a, b) for a, b in passage.sentences if start <= a and b <= end)
    text = passage.text[start - passage.start : end - passage.start]
    return replace(hit, passage=replace(passage, start=start, end=end, text=text, sentences=held))


def _place(cited: Citation) -> tuple[str, int, int]:
    return cited.document.document_id, cited.start, cited.end
