"""Does a generated answer stand, or does the verbatim one take its place? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.question import Question
from assistant.signs import INDISPENSABLE, can_answer
from ingest.wording.language import of_question
from retrieval import analysis

MOST_UNSUPPORTED = 1 / 3
"""The largest share of a model's sentences that may fail the check."""
HOPELESS = 3
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a model's sentences passed the check and how many did not."""

    supported: int = 0
    failed: int = 0

    def counted(self, *, supported: bool) -> Tally:
        """Return the tally with one sentence more."""
        return Tally(self.supported + supported, self.failed + (not supported))

    @property
    def hopeless(self) -> bool:
        """Tell that no further sentence is worth waiting for.

        An answer that begins with something the sources do not say is not one; nor is one of
        which more and more fails.
        """
        return self.failed > 0 and (
            self.supported == 0 or (self.failed >= HOPELESS and self.failed > self.supported)
        )

    @property
    def stands(self) -> bool:
        """Tell whether enough was supported, the first sentence included."""
        every = self.supported + self.failed
        return self.supported > 0 and self.failed <= MOST_UNSUPPORTED * every


def gives_what_is_asked(question: Question, supported: Sequence[str]) -> bool:
    """Tell whether a sentence shows the number, date, sum, address that the question demands."""
    if question.expects not in INDISPENSABLE:
        return True
    return any(can_answer(question.expects, sentence) for sentence in supported)


def in_other_language(sentence: str, language: str) -> bool:
    """Tell whether a sentence is clearly in the other language than the question."""
    return of_question(sentence, default=language) != language


class Topic:
    """What a question and its verbatim answer speak of."""

    def __init__(self, question: Question, verbatim: Answer) -> None:
        """Collect the stems of both and of the titles cited; quotes hold more than was said."""
        texts = [question.text, *(said.whole for said in verbatim.sentences)]
        texts += [cited.document.title for cited in verbatim.citations]
        self._language = question.language
        self._stems = self._read(" ".join(texts)) | {
            term for unit in question.units for term in unit
        }

    def touches(self, sentence: str) -> bool:
        """Tell whether `sentence` shares a telling word with them."""
        return not self._stems.isdisjoint(self._read(sentence))

    def _read(self, text: str) -> set[str]:
        stems = analysis.content_stems(text, self._language)
        return {stem for stem in stems if len(stem) >= _SHORTEST}
