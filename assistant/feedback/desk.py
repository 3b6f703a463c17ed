"""Where votes and refused questions arrive, and where editors ask for the gaps."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from assistant.answer import Answer, Kind
from assistant.conversation import KEPT_SECONDS, ShortMemory
from assistant.feedback.gaps import Vectors, find_gaps, nearest
from assistant.feedback.records import KEPT_DAYS, Kept, Opinion, Report, Verdict, Vote
from assistant.feedback.scrub import scrub
from assistant.feedback.store import FILE, FeedbackStore
from assistant.smalltalk import fixed_reply
from ingest.wording.language import of_question
from retrieval.library import Library

_log = logging.getLogger("kgc")


@dataclass(slots=True)
class _Said:
    """An answer that can still be voted on; lives in memory only.

    `text` is the question with what it leans on, `row` its number in the store where it is kept,
    `voted` the day of the vote.
    """

    question: str
    text: str
    language: str
    kind: Kind
    internal: bool
    row: int | None = None
    opinion: Opinion | None = None
    voted: date | None = None


class FeedbackDesk:
    """Takes votes and refusals, tells editors the gaps. Thread-safe.

    Without `keeping`, nothing but counts reaches the disk.
    """

    def __init__(
        self,
        folder: Path,
        library: Library,
        *,
        keeping: bool,
        today: Callable[[], date] = date.today,
        remembered: float = KEPT_SECONDS,
    ) -> None:
        """Work in the data folder `folder`, which the caller owns; what is too old is erased.

        An answer can be voted on for `remembered` seconds; its question is in memory that long.
        """
        self._path = folder / FILE
        self._library = library
        self._keeping = keeping
        self._today = today
        self._recent: ShortMemory[_Said] = ShortMemory(seconds=remembered)
        self._vectors = Vectors(library)
        self._lock = threading.RLock()
        self._comparing = threading.Lock()
        self._opened: FeedbackStore | None = None
        self._purged: date | None = None
        self._failing = False
        if self._path.exists():
            self._tried(self._store)

    def _store(self) -> FeedbackStore:
        """Return the open store; what is older than `KEPT_DAYS` is erased once a day."""
        if self._opened is None:
            self._opened = FeedbackStore(self._path)
        today = self._today()
        if self._purged != today:
            self._opened.purge(today - timedelta(days=KEPT_DAYS))
            self._purged = today
        return self._opened

    def _tried(self, work: Callable[[], object]) -> None:
        """Do `work`; a failure is logged once, without any words of people."""
        try:
            work()
            self._failing = False
        except Exception as error:  # noqa: BLE001  # nothing here may cost somebody an answer
            if not self._failing:
                cause = type(error.__cause__ or error).__name__
                _log.error("feedback is not stored: %s; see kgc doctor", cause)
            self._failing = True

    def answered(
        self, conversation_id: str | None, answer: Answer, text: str, *, internal: bool
    ) -> None:
        """Count an answer, keep a refused question; never fails.

        Args:
            conversation_id: The conversation in which votes may name the answer; None where
                conversations are not kept.
            answer: What was answered.
            text: The question with what it leans on.
            internal: The asker may see internal documents.
        """
        said = _Said(answer.question, text, answer.language, answer.kind, internal)
        with self._lock:
            self._tried(lambda: self._count_answer(said))
            if conversation_id is not None:
                self._recent.append(conversation_id, [said])

    def drop(self, conversation_id: str) -> None:
        """Forget which answers a conversation had."""
        self._recent.drop(conversation_id)

    def _count_answer(self, said: _Said) -> None:
        kept = self._kept(said, None) if said.kind is Kind.REFUSAL else None
        said.row = self._store().record(self._today(), {said.kind.value: 1}, kept)

    def _kept(self, said: _Said, opinion: Opinion | None) -> Kept | None:
        """Return what may be kept of a question, None where nothing may."""
        text = scrub(said.text) if self._keeping else None
        if text is None:
            return None
        refused = said.kind is Kind.REFUSAL
        return Kept(text, said.language, self._today(), refused, said.internal, opinion)

    def vote(self, vote: Vote) -> bool:
        """Count a vote; a second one on the same answer takes the place of the first.

        Returns:
            Whether it is kept with its question, for editors to see.

        Raises:
            FeedbackUnavailable: It cannot even be counted.
        """
        down = vote.verdict is Verdict.DOWN
        comment = (scrub(vote.comment) or "") if self._keeping and down else ""
        opinion = Opinion(vote.verdict, vote.reason if down else None, comment)
        with self._lock:
            said = self._meant(vote)
            if said is None:
                return self._vote_alone(vote, opinion)
            if said.opinion is not None and said.voted is not None:
                back = {name: -count for name, count in _counts(said.opinion).items()}
                self._store().record(said.voted, back)
            self._store().record(self._today(), _counts(opinion))
            said.opinion, said.voted = opinion, self._today()
            return self._keep(said, opinion)

    def _meant(self, vote: Vote) -> _Said | None:
        """Return the answer that a vote is about."""
        for said in reversed(self._recent.entries(vote.conversation_id)):
            if vote.question is None or said.question == vote.question.strip():
                return said
        return None

    def _keep(self, said: _Said, opinion: Opinion) -> bool:
        """Keep a vote with its question; one that is no gap any more is erased."""
        store = self._store()
        gap = said.kind is Kind.REFUSAL or opinion.verdict is Verdict.DOWN
        if said.row is not None and not gap:
            store.drop(said.row)
            said.row = None
        if not self._keeping or not gap or said.kind not in (Kind.REFUSAL, Kind.ANSWER):
            return False
        if said.row is None or not store.judge(said.row, opinion):
            kept = self._kept(said, opinion)
            said.row = store.record(self._today(), {}, kept) if kept else None
        return said.row is not None

    def _vote_alone(self, vote: Vote, opinion: Opinion) -> bool:
        """Count a vote on an answer that nobody remembers; its question comes with it, or none."""
        store = self._store()
        store.record(self._today(), _counts(opinion))
        text = (vote.question or "").strip()
        language = of_question(text)
        if not text or opinion.verdict is Verdict.UP or fixed_reply(text, language):
            return False
        said = _Said(text, text, language, Kind.ANSWER, vote.internal)
        kept = self._kept(said, opinion)
        if kept is None:
            return False
        number = None if vote.internal else store.unjudged(kept.text)
        if number is None or not store.judge(number, opinion):
            store.record(self._today(), {}, kept)
        return True

    def report(self, *, internal: bool, limit: int) -> Report:
        """Return the gaps, those with most questions first, at most `limit` of them.

        Raises:
            FeedbackUnavailable: What is kept cannot be read.
        """
        if self._opened is None and not self._path.exists():
            return Report(self._keeping, (), 0, {})
        with self._lock:
            store = self._store()
            kept, counts = store.questions(), store.counts()
        with self._comparing:  # may take seconds: answers and votes go on meanwhile
            gaps = find_gaps(kept, self._library, self._vectors, internal=internal)
            shown = tuple(
                replace(gap, near=nearest(gap, self._library, self._vectors, internal=internal))
                for gap in gaps[:limit]
            )
        return Report(self._keeping, shown, len(gaps), counts)

    def forget(self) -> int:
        """Erase all kept questions with their comments now; returns how many there were.

        Raises:
            FeedbackUnavailable: The file cannot be written.
        """
        with self._comparing:
            self._vectors.forget()
        with self._lock:
            if self._opened is None and not self._path.exists():
                return 0
            return self._store().forget()

    def respect_setting(self) -> None:
        """Erase what was kept before, where the setting no longer allows it; never fails."""
        if not self._keeping and self._path.exists():
            self._tried(self.forget)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None


def _counts(opinion: Opinion) -> Mapping[str, int]:
    names = [f"vote_{opinion.verdict}"]
    if opinion.reason is not None:
        names.append(f"reason_{opinion.reason}")
    return Counter(names)
