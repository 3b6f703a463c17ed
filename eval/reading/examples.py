"""Questions → what the product's search hands to the reader, with the right sentences marked."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.ask import HITS
from assistant.question import read_question
from eval.corpora import PlainText, entry
from eval.reading.questions import Learned, answers, read_questions
from eval.tasks import entries_of
from eval.xquad import Passage, XQuestion, read_xquad
from retrieval.build import Entry, Stores
from retrieval.joint_reading import Excerpt, SentenceReader, excerpt
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.ports import Embedder
from retrieval.records import Filters, Hit
from retrieval.registry import Registry

XQUAD = "xquad"


@dataclass(frozen=True, slots=True)
class Seen:
    """One passage that was found; `labels` marks its sentences that answer.

    `gold` says that it holds the answer, with or without a marked sentence.
    """

    excerpt: Excerpt
    labels: tuple[bool, ...]
    gold: bool


@dataclass(frozen=True, slots=True)
class Example:
    """What the reader sees of one question."""

    corpus: str
    name: str
    question: str
    answerable: bool
    seen: tuple[Seen, ...]

    @property
    def teaches(self) -> bool:
        """Tell whether it can be learned from: an answer is marked, or there is none."""
        return not self.answerable or any(any(one.labels) for one in self.seen)


@contextmanager
def opened(
    entries: Sequence[Entry], embedder: Embedder, reader: SentenceReader | None = None
) -> Iterator[Library]:
    """Index documents into a library that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kgc-eval-") as folder:
        place = Path(folder)
        stores = Stores(
            Registry(place / "registry.sqlite3"), MemoryIndex(), Originals(place / "originals")
        )
        made = Library(stores, embedder, reader=reader)
        try:
            with made.batch():
                for one in entries:
                    made.put(one)
            yield made
        finally:
            made.close()


def own_examples(
    corpus: str, questions: Path, documents: Sequence[Path], embedder: Embedder
) -> Iterator[Example]:
    """Ask the questions of a training corpus."""
    with opened(list(entries_of(documents)), embedder) as made:
        for one in read_questions(questions):
            yield Example(
                corpus,
                one.name,
                one.question,
                one.answerable,
                tuple(_seen(hit, made, one) for hit in found(made, one.question)),
            )


def _seen(hit: Hit, made: Library, learned: Learned) -> Seen:
    read = excerpt(hit, made.outline(hit.document))
    labels = tuple(
        learned.answerable and answers(read.text[a:b], learned) for a, b in read.sentences
    )
    told = learned.answerable and any(gold.search(read.text) for gold in learned.gold)
    return Seen(read, labels, told or any(labels))


def found(made: Library, question: str, most: int = HITS) -> list[Hit]:
    """Return the passages that the product reads for a question without names, best first."""
    asked = read_question(question)
    return made.search(made.query(asked.text, asked.language), Filters(), most)


def trained_on(article: str, articles: Sequence[str]) -> bool:
    """Tell whether an article of XQuAD is for training: every second one, in order of titles."""
    return sorted(articles).index(article) % 2 == 0


def xquad_examples(
    passages: Path, questions: Path, embedder: Embedder, *, training: bool
) -> Iterator[Example]:
    """Ask the questions of one language on the passages of one, of one half of the articles."""
    texts, own_questions = read_xquad(passages)
    _, asked = read_xquad(questions)
    spans = {question.name: question.answer for question in own_questions}
    articles = sorted({text.article for text in texts})
    entries = [
        entry(PlainText(str(t.number), t.article.replace("_", " "), [t.text])) for t in texts
    ]
    with opened(entries, embedder) as made:
        for one in asked:
            if trained_on(texts[one.passage].article, articles) is training:
                yield _of_xquad(one, spans[one.name], made, texts)


def _of_xquad(question: XQuestion, answer: str, made: Library, texts: Sequence[Passage]) -> Example:
    seen = []
    for hit in found(made, question.text, HITS + 1):
        read = excerpt(hit, made.outline(hit.document))
        gold = hit.document.source == str(texts[question.passage].number)
        holding = [gold and answer in read.text[a:b] for a, b in read.sentences]
        seen.append(Seen(read, tuple(holding), gold))
    return Example(XQUAD, question.name, question.text, True, tuple(seen))


def chosen(example: Example, chance: random.Random, most: int) -> list[Seen]:
    """Return at most `most` passages to learn from: up to two that answer, the rest hard ones.

    Passages of high rank that do not answer teach more than others.
    """
    right = [one for one in example.seen if any(one.labels)]
    wrong = [one for one in example.seen if not one.gold]
    chance.shuffle(right)
    right = right[:2]
    hard, rest = wrong[:4], wrong[4:]
    room = most - len(right)
    easy = chance.sample(rest, min(len(rest), 1)) if room > 1 else []
    taken = right + easy + chance.sample(hard, min(len(hard), room - len(easy)))
    chance.shuffle(taken)
    return taken
