"""Trains ``retrieval/data/reader.safetensors``: ``python -m eval.train_reader --data FOLDER``.

From the questions of ``eval/training`` (all corpora but those held back) and, where FOLDER has
them, from half of XQuAD's articles in both languages (Artetxe et al. 2020, CC BY-SA 4.0) and the
statutes. Takes an hour or two on two cores; ``--start`` goes on from weights that are there, which
is how the shipped ones came to be as the corpora grew. The corpora held back and the other half of
XQuAD are what ``eval.fit_reading`` fits on and ``make bench-answers`` reports.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from safetensors.torch import load_file, save_file

from assistant import settings, wiring
from eval.embedding_cache import CachedEmbedder
from eval.reading.examples import Example, chosen, own_examples, xquad_examples
from eval.reading.training import RATE, Lesson, ReadingNetwork, Trainer, mixed
from retrieval.neural_reader import ADAPTERS
from retrieval.packaged_model import packaged_model
from retrieval.ports import Embedder

TRAINING: Final = Path(__file__).parent / "training"
HELD_BACK: Final = frozenset({"familie", "landkreis"})
"""The first is for `eval.fit_reading`, the second for nothing but to measure with."""
STATUTES: Final = "statutes"
STEPS: Final = 1_000
LESSONS: Final = 4
"""Questions a step."""
OWN_SHARE: Final = 0.8
OFTEN: Final = 4
PASSAGES: Final = 3
TOLD_EVERY: Final = 20
SAVED_EVERY: Final = 250


def own(data: Path, embedder: Embedder, often: Collection[str] = ()) -> Iterator[Example]:
    """Yield the examples of our own training corpora; those of `often` come `OFTEN` times."""
    for folder in sorted(TRAINING.iterdir()):
        questions, documents = folder / "questions.jsonl", [folder / "documents"]
        if folder.name in HELD_BACK or not questions.is_file():
            continue
        if folder.name == STATUTES:
            documents = [path for n in ("sgb_5.md", "sgb_2.md") if (path := data / n).is_file()]
            if not documents:
                continue
        examples = list(own_examples(folder.name, questions, documents, embedder))
        yield from examples * (OFTEN if folder.name in often else 1)


def foreign(data: Path, embedder: Embedder) -> Iterator[Example]:
    """Yield the examples of XQuAD: each language's questions on each language's passages."""
    files = [path for n in ("xquad.de.json", "xquad.en.json") if (path := data / n).is_file()]
    for passages in files:
        for questions in files:
            yield from xquad_examples(passages, questions, embedder, training=True)


def lessons(pools: Sequence[Sequence[Example]], chance: random.Random) -> Iterator[Lesson]:
    """Yield lessons without end, from the first pool with `OWN_SHARE`."""
    left: list[list[Example]] = [[] for _ in pools]
    while True:
        which = 0 if not pools[1] or chance.random() < OWN_SHARE else 1
        if not left[which]:
            left[which] = list(pools[which])
            chance.shuffle(left[which])
        example = left[which].pop()
        seen = chosen(example, chance, PASSAGES - which)
        if seen:
            yield Lesson(example.question, seen)


def main() -> None:
    """Build the examples, train, write the file."""
    given = _parser().parse_args()
    chosen_settings = settings.load()
    embedder = CachedEmbedder(wiring.embedder(chosen_settings), given.cache)
    pools = [
        [example for example in examples if example.teaches]
        for examples in (own(given.data, embedder, given.often), foreign(given.data, embedder))
    ]
    sys.stdout.write(f"{len(pools[0])} own examples, {len(pools[1])} of XQuAD\n")
    network = ReadingNetwork(packaged_model(chosen_settings.cache_dir))
    if given.start is not None:
        network.load(load_file(given.start))
    trainer = Trainer(network, given.steps, given.rate)
    source = lessons(pools, random.Random(given.seed))
    begun, told = time.monotonic(), 0.0
    for step in range(1, given.steps + 1):
        told += trainer.step([next(source) for _ in range(LESSONS)])
        if step % SAVED_EVERY == 0:
            save_file(dict(network.tensors()), given.out, metadata={"name": "reader-1"})
        if step % TOLD_EVERY == 0:
            pace = (time.monotonic() - begun) / step
            sys.stdout.write(f"{step}: loss {told / TOLD_EVERY:.3f}, {pace:.2f} s a step\n")
            sys.stdout.flush()
            told = 0.0
    tensors = dict(network.tensors())
    if given.start is not None:
        tensors = mixed(load_file(given.start), tensors, given.share)
    save_file(tensors, given.out, metadata={"name": "reader-1"})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(".train-cache.sqlite3"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument(
        "--often",
        type=lambda names: names.split(","),
        default=[],
        metavar="NAME,…",
        help="corpora that are new to the weights: their questions come four times",
    )
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        metavar="0..1",
        help="of the new weights in what is written, those of --start are the rest (Wortsman et "
        "al. 2022, WiSE-FT)",
    )
    parser.add_argument("--out", type=Path, default=ADAPTERS)
    return parser


if __name__ == "__main__":
    main()
