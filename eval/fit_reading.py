"""Fits ``assistant/data/reading.json``: ``python -m eval.fit_reading --data FOLDER``.

On questions that the reading model was not trained on: the corpus held back (`familie`), the dev
halves of our cases and, where FOLDER has them, the statutes and the other half of XQuAD's articles
(Artetxe et al. 2020, CC BY-SA 4.0), each question with its passage and with it withheld.

- The ranking is a softmax over the sentences that were found, pulled towards the reading model
  alone by a ridge penalty.
- The refusal is a logistic regression on whether the corpus answers; a question weighs one over the
  root of the size of its group (corpus and answerable or not), so that XQuAD does not decide alone.
  The threshold is a split conformal one (Vovk et al. 2005) on the corpora of the field, every one
  counting the same: at most `FALSE_ANSWERS` of their unanswerable questions lie above it, judged by
  models that did not see them (five folds). XQuAD has no say in it where a model reads, to which
  what is left of an article is nearer to the question than anything in a corpus that is silent.
- How much of the question's words the passage holds is a signal of it only where that is nearly
  all. Less says nothing: practitioners reword. With all of it as a signal, questions of corpora
  that were left out of the fit were told apart worse (`familie` AUROC .93 instead of .96).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant import abstain, evidence, fitted, named, ranking, settings, wiring
from assistant.ask import HITS, HITS_TO_NAME
from assistant.coverage import Coverage
from assistant.evidence import Evidence
from assistant.lands import land_told
from assistant.question import read_question
from eval.calibration import auroc
from eval.corpora import PlainText, entry
from eval.embedding_cache import CachedEmbedder
from eval.reading.examples import XQUAD, opened, trained_on
from eval.reading.questions import Learned, answers, read_questions
from eval.tasks import entries_of
from eval.train_reader import TRAINING
from eval.xquad import read_xquad
from retrieval.build import Entry
from retrieval.library import Library
from retrieval.ports import Embedder
from retrieval.records import Filters

CASES: Final = Path(__file__).parent / "cases"
CORPUS: Final = Path(__file__).parent.parent / "corpus" / "documents"
REFUSING: Final = {
    "read": ("reads", "whole", "margin", "unpinned", "uncounted", "demanded"),
    "words": ("passage", "missing", "uncounted"),
}
READ: Final = frozenset({"read", "listed"})
"""The signals of the ranking that a reading model gives."""
FALSE_ANSWERS: Final = {"read": 1 / 7, "words": 1 / 6}
XQUAD_QUESTIONS: Final = 220
RIDGE: Final = {"read": 0.01, "words": 0.02}
STEPS: Final = 500
FOLDS: Final = 5
WORDS_SCALE: Final = 4.0
"""Stretches the scores of the words alone to the width of the reading model's logits."""

Floats = NDArray[np.float64]
Right = Callable[[Evidence], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what there is to rank and to decide by; `right` marks sentences."""

    corpus: str
    answerable: bool
    values: Floats
    right: NDArray[np.bool_]
    signals: Mapping[str, float]


def ask(
    made: Library, text: str, corpus: str, right: Right | None, without: str = "", *, read: bool
) -> Asked | None:
    """Put a question to a library as the product does; `without` is a source left out."""
    question = read_question(text)
    query = made.query(question.text, question.language)
    about = named.names(question.text)
    hits = made.search(query, Filters(), HITS_TO_NAME if about else HITS + 2 * bool(without))
    others = [hit for hit in hits if hit.document.source != without]
    found = named.known(about, question.language, others, partial(made.text, internal=False))
    kept = found.hits[:HITS]
    if not kept:
        return None
    weighed = Coverage(question, made.rarity)
    logits = made.read(question.text, kept) if read else None
    gathered = evidence.gather(question, kept, weighed, made.outline, logits)
    ranked = ranking.rank(gathered, question, read=read)
    text = made.text(ranked[0].hit.document.document_id, internal=False).text
    return Asked(
        corpus,
        right is not None,
        np.array([list(ranking.features(e, question).values()) for e in ranked]),
        np.array([right is not None and right(e) for e in ranked]),
        abstain.signals(
            question,
            others[:HITS],
            ranked,
            weighed,
            unknown=bool(found.unknown),
            told=land_told(question, text),
        ),
    )


def own(
    name: str, documents: Sequence[Path], questions: Path, embedder: Embedder, *, read: bool
) -> Iterator[Asked]:
    """Put the questions of one of our sets to its documents."""
    reader = wiring.reader(settings.load()) if read else None
    with opened(list(entries_of(documents)), embedder, reader) as made:
        for one in read_questions(questions):
            right = _right(one) if one.answerable else None
            found = ask(made, one.question, name, right, read=read)
            if found is not None:
                yield found


def _right(learned: Learned) -> Right:
    if learned.sentences:
        return lambda e: answers(e.text, learned)
    return lambda e: (
        e.hit.document.source in learned.documents
        and any(gold.search(e.text) for gold in learned.gold)
    )


def of_xquad(path: Path, embedder: Embedder, *, read: bool) -> Iterator[Asked]:
    """Put questions of the articles held back to XQuAD, with their passage and without it."""
    passages, questions = read_xquad(path)
    articles = sorted({p.article for p in passages})
    entries: list[Entry] = [
        entry(PlainText(str(p.number), p.article.replace("_", " "), [p.text])) for p in passages
    ]
    kept = [q for q in questions if not trained_on(passages[q.passage].article, articles)]
    random.Random(7).shuffle(kept)
    reader = wiring.reader(settings.load()) if read else None
    with opened(entries, embedder, reader) as made:
        for one in kept[:XQUAD_QUESTIONS]:
            source = str(one.passage)
            pair = (
                ask(made, one.text, XQUAD, _span(source, one.answer), read=read),
                ask(made, one.text, XQUAD, None, source, read=read),
            )
            yield from (found for found in pair if found is not None)


def _span(source: str, answer: str) -> Right:
    return lambda e: e.hit.document.source == source and answer in e.text


def weights_of(asked: Sequence[Asked], names: Sequence[str], *, read: bool) -> Floats:
    """Fit the ranking: softmax over the sentences of each question, any right one may win."""
    start = np.array([float(read and name == "read") for name in names])
    free = np.array([read or name not in READ for name in names])
    ridge = RIDGE["read" if read else "words"]
    weights = start.copy()
    taught = [one for one in asked if one.right.any()]
    for _ in range(STEPS):
        slope = np.zeros_like(weights)
        for one in taught:
            scores = one.values @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            wanted = chance * one.right
            slope += one.values.T @ (wanted / max(wanted.sum(), 1e-12) - chance)
        weights += 0.3 * free * (slope / len(taught) - ridge * (weights - start))
    return weights


def logistic(rows: Floats, labels: NDArray[np.bool_], shares: Floats) -> tuple[Floats, float]:
    """Fit a slightly penalised, weighted logistic regression by Newton's method.

    Args:
        rows: Signals, shape (n, k).
        labels: Whether each is positive, shape (n,).
        shares: How much each counts, shape (n,), 1 on average.

    Returns:
        The weights, shape (k,), and the bias.
    """
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.hstack([(rows - middle) / spread, np.ones((len(rows), 1))])
    held = np.append(np.ones(rows.shape[1]), 0.0)
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (shares * (labels - chance)) - held * beta
        curve = (design * (shares * chance * (1 - chance))[:, None]).T @ design
        beta = beta + np.linalg.solve(curve + np.diag(held + 1e-9), slope)
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - weights @ middle)


def refusal(asked: Sequence[Asked], names: Sequence[str], *, read: bool) -> dict[str, object]:
    """Fit the refusal and its threshold, and print how it does on questions it did not see."""
    rows = np.array([[one.signals[name] for name in names] for one in asked])
    labels = np.array([one.answerable for one in asked])
    sizes = Counter((one.corpus, one.answerable) for one in asked)
    of_group = np.array([sizes[one.corpus, one.answerable] for one in asked])
    shares = of_group**-0.5 / np.mean(of_group**-0.5)
    fold = np.random.RandomState(0).randint(0, FOLDS, len(asked))
    unseen = np.zeros(len(asked))
    for number in range(FOLDS):
        taught, left = fold != number, fold == number
        weights, bias = logistic(rows[taught], labels[taught], shares[taught])
        unseen[left] = 1 / (1 + np.exp(-(rows[left] @ weights + bias)))
    deciding = ~labels & np.array([not read or one.corpus != XQUAD for one in asked])
    most = FALSE_ANSWERS["read" if read else "words"]
    threshold = conformal(unseen[deciding], 1 / of_group[deciding], most)
    _tell(asked, unseen, threshold)
    weights, bias = logistic(rows, labels, shares)
    return {
        "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
        "bias": round(bias, 4),
        "threshold": round(threshold, 4),
    }


def conformal(silent: Floats, shares: Floats, most: float) -> float:
    """Return the probability that a share of `most` of the unanswerable questions lies above."""
    order = np.argsort(-silent)
    above = np.cumsum(shares[order]) / (shares.sum() + shares.mean())
    return float(silent[order][int(np.searchsorted(above, most))]) + 1e-4


def _tell(asked: Sequence[Asked], unseen: Floats, threshold: float) -> None:
    told = defaultdict(list)
    for one, chance in zip(asked, unseen, strict=True):
        told[one.corpus].append((one.answerable, float(chance)))
    for corpus, found in told.items():
        refused = np.mean([chance < threshold for answerable, chance in found if answerable])
        wrong = np.mean([chance >= threshold for answerable, chance in found if not answerable])
        area = auroc([chance for _, chance in found], [answerable for answerable, _ in found])
        _say(f"  {corpus}: AUROC {area:.3f}, refused {refused:.3f}, answered wrongly {wrong:.3f}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Ask everything twice, with and without the reading model, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(".train-cache.sqlite3"))
    given = parser.parse_args()
    embedder = CachedEmbedder(wiring.embedder(settings.load()), given.cache)
    target = Path(fitted.__file__).parent / "data" / "reading.json"
    held = json.loads(target.read_text(encoding="utf-8"))
    for mode in ("words", "read"):
        asked = everything(given.data, embedder, read=mode == "read")
        names = list(held["ranking"]["read"])
        weights = weights_of(asked, names, read=mode == "read")
        scale = 1.0 if mode == "read" else WORDS_SCALE
        held["ranking"][mode] = {
            n: round(float(w * scale), 3) for n, w in zip(names, weights, strict=True)
        }
        _say(f"{mode}: {len(asked)} questions, ranking {held['ranking'][mode]}")
        held["refusal"][mode] = refusal(asked, REFUSING[mode], read=mode == "read")
    held["fitted"] = "python -m eval.fit_reading, on the questions that its docstring names"
    target.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")


def everything(data: Path, embedder: Embedder, *, read: bool) -> list[Asked]:
    """Ask all that is held back from the training of the reading model."""
    family = TRAINING / "familie"
    asked = list(
        own("familie", [family / "documents"], family / "questions.jsonl", embedder, read=read)
    )
    asked += own("dev", [CORPUS], CASES / "dev.jsonl", embedder, read=read)
    statutes = [path for n in ("sgb_5.md", "sgb_2.md") if (path := data / n).is_file()]
    if statutes:
        cases = CASES / "statutes_dev.jsonl"
        asked += own("statutes", statutes, cases, embedder, read=read)
    if (data / "xquad.de.json").is_file():
        asked += of_xquad(data / "xquad.de.json", embedder, read=read)
    return asked


if __name__ == "__main__":
    main()
