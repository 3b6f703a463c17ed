"""Fits ``assistant/data/abstention.json``: ``python -m eval.fit_abstention XQUAD_DE XQUAD_EN``.

Small and large corpora of its articles are indexed, German alone and mixed with English ones,
with one passage of each article withheld. A question whose passage is there counts as answerable,
one whose passage is withheld (a near miss: the article is there) or whose whole article is missing
does not. Answerable and unanswerable questions weigh the same.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant import abstain, ask, evidence, settings, wiring
from assistant.coverage import Coverage
from assistant.question import read_question
from eval.corpora import PlainText, library
from eval.embedding_cache import CachedEmbedder
from eval.xquad import Passage, XQuestion, read_xquad
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.ports import Embedder
from retrieval.records import Filters

SIGNALS = ("passage", "cosine")
THRESHOLDS = {"same": 0.4, "foreign": 0.4}
# Articles in the corpus and the share of them in English.
CORPORA = ((48, 0.0), (48, 0.3), (20, 0.0), (20, 0.3), (8, 0.0), (8, 0.4), (3, 0.0), (3, 0.5))
MOST_QUESTIONS = 400
PENALTY = 1e-3
STEPS = 50

Data = dict[str, tuple[list[Passage], list[XQuestion]]]


@dataclass(frozen=True, slots=True)
class Example:
    """One question with its signals; `kind` is answer, near or off."""

    kind: str
    foreign: bool
    signals: dict[str, float]


def examples(data: Data, embedder: Embedder, seed: int, size: int, english: float) -> list[Example]:
    """Build one corpus and measure the signals of its questions."""
    chance = random.Random(seed)
    articles = sorted({p.article for p in data["de"][0]})
    present = chance.sample(articles, size)
    language = {a: "en" if chance.random() < english else "de" for a in present}
    withheld = {chance.choice([p.number for p in data["de"][0] if p.article == a]) for a in present}
    texts = [
        PlainText(
            a,
            a.replace("_", " "),
            [p.text for p in data[language[a]][0] if p.article == a and p.number not in withheld],
        )
        for a in present
    ]
    found: list[Example] = []
    with library(texts, embedder, MemoryIndex()) as made:
        for asked in ("de", "en") if english else ("de",):
            found += _ask_all(data[asked], set(present), withheld, made, chance)
    return found


def _ask_all(
    asked: tuple[list[Passage], list[XQuestion]],
    present: set[str],
    withheld: set[int],
    made: Library,
    chance: random.Random,
) -> Iterator[Example]:
    passages, questions = asked
    kinds: dict[str, list[XQuestion]] = {"answer": [], "near": [], "off": []}
    for question in questions:
        there = passages[question.passage].article in present
        kind = ("near" if question.passage in withheld else "answer") if there else "off"
        kinds[kind].append(question)
    limit = min(len(kinds["answer"]), MOST_QUESTIONS)
    for kind, most in (("answer", limit), ("near", limit), ("off", limit // 4)):
        chance.shuffle(kinds[kind])
        for question in kinds[kind][:most]:
            yield _measure(question.text, kind, made)


def _measure(text: str, kind: str, made: Library) -> Example:
    question = read_question(text)
    query = made.query(question.text, question.language)
    hits = made.search(query, Filters(), ask.HITS)
    weighed = Coverage(question, made.rarity)
    gathered = evidence.gather(question, hits, weighed, made.outline)
    found = evidence.shortlist(gathered, question)
    vectors = made.sentence_vectors([(e.text, e.hit.document.metadata.language) for e in found])
    ranked = evidence.rank(found, question, query.vector, vectors)
    signals = abstain.signals(question, hits, ranked, weighed)
    return Example(kind, abstain.foreign(question, ranked), signals)


def logistic(
    rows: NDArray[np.float64], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Fit a balanced, slightly penalised logistic regression by Newton's method.

    Args:
        rows: Signals, shape (n, k).
        labels: Whether each is positive, shape (n,).

    Returns:
        The weights, shape (k,), and the bias.
    """
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.hstack([(rows - middle) / spread, np.ones((len(rows), 1))])
    share = np.where(labels, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    beta = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (share * (labels - chance)) / len(rows) - PENALTY * beta
        weight = share * chance * (1 - chance)
        curve = (design * weight[:, None]).T @ design / len(rows) + PENALTY * np.eye(len(beta))
        beta = beta + np.linalg.solve(curve, slope)
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - weights @ middle)


def auroc(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve: how often a positive scores above a negative."""
    order = scores.argsort().argsort() + 1
    positive = int(labels.sum())
    above = order[labels].sum() - positive * (positive + 1) / 2
    return float(above / (positive * (len(labels) - positive)))


def fit(found: Sequence[Example], name: str) -> dict[str, object]:
    """Fit one model and print how it does on its own data."""
    rows = np.array([[e.signals[s] for s in SIGNALS] for e in found])
    labels = np.array([e.kind == "answer" for e in found])
    weights, bias = logistic(rows, labels)
    chance = 1 / (1 + np.exp(-(rows @ weights + bias)))
    threshold = THRESHOLDS[name]
    rates = {
        kind: float(
            np.mean([c >= threshold for c, e in zip(chance, found, strict=True) if e.kind == kind])
        )
        for kind in ("answer", "near", "off")
    }
    sys.stdout.write(f"{name}: n={len(found)} AUROC={auroc(chance, labels):.3f} answered={rates}\n")
    return {
        "weights": {s: round(float(w), 3) for s, w in zip(SIGNALS, weights, strict=True)},
        "bias": round(bias, 3),
        "threshold": threshold,
    }


def main() -> None:
    """Measure, fit and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("german", type=Path)
    parser.add_argument("english", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".fit-cache.sqlite3"))
    given = parser.parse_args()
    embedder = CachedEmbedder(wiring.embedder(settings.load()), given.cache)
    data = {"de": read_xquad(given.german), "en": read_xquad(given.english)}
    found = [
        example
        for seed, (size, english) in enumerate(CORPORA)
        for example in examples(data, embedder, seed, size, english)
    ]
    models = {
        name: fit([e for e in found if e.foreign is foreign], name)
        for name, foreign in (("same", False), ("foreign", True))
    }
    note = "python -m eval.fit_abstention on XQuAD de/en (Artetxe et al. 2020, CC BY-SA 4.0)"
    text = json.dumps({"fitted": note, "embedder": embedder.name, "models": models}, indent=2)
    target = Path(abstain.__file__).parent / "data" / "abstention.json"
    target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
