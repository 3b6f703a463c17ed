"""How fast passages and questions are embedded, beside LangChain's usual class on the same model.

``python -m eval.bench_embedding`` runs both in one process, alternating, each with the settings
its constructor brings, and prints passages per second, their ratio, the time of a question and the
memory. The best of the rounds counts: other work on the machine can only slow a round down.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import torch

from retrieval.embed import SentenceTransformerEmbedder
from retrieval.packaged_model import packaged_model

PASSAGE_CHARACTERS: Final = 900
QUESTIONS: Final = 50
PEER: Final = "langchain-huggingface"
INSTALL: Final = f"Vergleich entfällt: pip install {PEER}"

PLACES: Final = ("im Stadtteil", "in der Kita", "im Betrieb", "auf dem Land", "in der Schule")
GROUPS: Final = ("Alleinerziehende", "ältere Menschen", "Geflüchtete", "Auszubildende", "Familien")
OFFERS: Final = ("Bewegungskurse", "Beratungen", "Sprachmittlung", "Kochtreffs", "Hausbesuche")
EFFECTS: Final = ("senken Hürden", "stärken Selbsthilfe", "verringern Wege", "schaffen Vertrauen")
PARTNERS: Final = ("Krankenkassen", "das Gesundheitsamt", "die Wohnungsgesellschaft", "Vereine")
PATTERNS: Final = (
    "{offer} {place} erreichen {group} vor allem dann, wenn {partner} früh beteiligt sind.",
    "Nach Angaben der Befragten ({number} Personen) {effect} solche Angebote {place} deutlich.",
    "Für {group} gilt: {offer} {effect}, sofern {partner} die Kosten nach § {number} SGB V tragen.",
    "Im Jahr 20{year} nutzten {number} {group} {offer}; {place} waren es doppelt so viele.",
)


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to embed, behind the same two functions."""

    name: str
    passages: Callable[[list[str]], Any]
    question: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: passages per second and milliseconds for a question (median)."""

    rate: float
    question_ms: float


def synthetic_passages(count: int, seed: int = 1) -> list[str]:
    """Compose German passages of 900 characters from the word lists above."""
    chance = random.Random(seed)
    passages = []
    for _ in range(count):
        text = ""
        while len(text) < PASSAGE_CHARACTERS:
            text += _sentence(chance) + " "
        passages.append(text[:PASSAGE_CHARACTERS])
    return passages


def _sentence(chance: random.Random) -> str:
    return chance.choice(PATTERNS).format(
        offer=chance.choice(OFFERS),
        place=chance.choice(PLACES),
        group=chance.choice(GROUPS),
        partner=chance.choice(PARTNERS),
        effect=chance.choice(EFFECTS),
        number=chance.randint(2, 900),
        year=chance.randint(10, 25),
    )


def squad_passages(path: Path, count: int) -> list[str]:
    """Cut the contexts of a file in SQuAD's format into passages of 900 characters."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    text = " ".join(found["context"] for article in articles for found in article["paragraphs"])
    starts = range(0, len(text) - PASSAGE_CHARACTERS, PASSAGE_CHARACTERS)
    return [text[start : start + PASSAGE_CHARACTERS] for start in starts][:count]


def our_way(folder: Path, precision: Literal["auto", "float32", "bfloat16"]) -> Contestant:
    """Return this project's embedder with its defaults."""
    ours = SentenceTransformerEmbedder(folder, precision=precision)
    return Contestant(f"kgc ({ours.precision})", ours.embed_passages, ours.embed_query)


def usual_way(folder: Path) -> Contestant | None:
    """Return LangChain's embedder with its defaults, None where it is not installed."""
    try:
        peer = importlib.import_module("langchain_huggingface").HuggingFaceEmbeddings
    except ImportError:
        return None
    theirs = peer(model_name=str(folder))
    return Contestant("LangChain", theirs.embed_documents, theirs.embed_query)


def measure(
    running: Sequence[Contestant], passages: list[str], rounds: int, threads: int
) -> dict[str, Figures]:
    """Let the contestants take turns, `rounds` times, after one round that does not count."""
    rates: dict[str, list[float]] = {one.name: [] for one in running}
    delays: dict[str, list[float]] = {one.name: [] for one in running}
    for turn in range(rounds + 1):
        for one in running:
            torch.set_num_threads(threads)  # an embedder may have set its own in this thread
            rate = len(passages) / _seconds(one.passages, passages)
            spent = [
                _seconds(one.question, f"Welche Angebote gibt es {turn}-{number} für Familien?")
                for number in range(QUESTIONS)
            ]
            if turn:
                rates[one.name].append(rate)
                delays[one.name].append(statistics.median(spent) * 1000)
    return {one.name: Figures(max(rates[one.name]), min(delays[one.name])) for one in running}


def _seconds(work: Callable[[Any], Any], argument: object) -> float:
    start = time.perf_counter()
    work(argument)
    return time.perf_counter() - start


def report(figures: dict[str, Figures], cosine: float | None) -> str:
    """Put the figures into lines for the terminal; the first contestant is ours."""
    lines = [
        f"{name:16} {found.rate:7.1f} Passagen/s   Frage p50 {found.question_ms:6.1f} ms"
        for name, found in figures.items()
    ]
    ours, *others = figures.values()
    lines += [f"Verhältnis       {ours.rate / other.rate:7.2f}" for other in others]
    if cosine is not None:
        lines.append(f"Kosinus (min)    {cosine:7.5f}")
    return "\n".join(lines)


def resident_mebibytes() -> float:
    """Return the memory this process holds, where the system tells it (Linux), else NaN."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * resource.getpagesize() / 2**20


def _least_cosine(running: Sequence[Contestant], passages: list[str]) -> float | None:
    """Compare the vectors on the same prefixed text, which only ours adds by itself."""
    if len(running) == 1:
        return None
    mine = np.asarray(running[0].passages(passages))
    other = np.asarray(running[1].passages([f"passage: {text}" for text in passages]))
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    return float((mine * other).sum(axis=1).min())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the model is the packaged one unless a folder is given."""
    options = _options(arguments)
    passages = (
        squad_passages(options.squad, options.passages)
        if options.squad
        else synthetic_passages(options.passages)
    )
    threads = torch.get_num_threads()
    folder = options.model or packaged_model()
    memory = [resident_mebibytes()]
    running = [our_way(folder, options.precision)]
    running[0].passages(passages)
    memory.append(resident_mebibytes())
    other = usual_way(folder)
    if other is not None:
        running.append(other)
    figures = measure(running, passages, options.rounds, threads)
    length = round(statistics.mean(map(len, passages)))
    sys.stdout.write(
        f"{len(passages)} Passagen zu {length} Zeichen, {threads} Threads\n"
        f"{report(figures, _least_cosine(running, passages[:8]))}\n"
        f"Speicher (RSS)   {memory[0]:.0f} MiB ohne Modell, {memory[1]:.0f} MiB mit kgc allein\n"
        f"{'' if other else INSTALL}\n"
    )
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_embedding")
    parser.add_argument("--model", type=Path, default=None, help="Ordner des Modells")
    parser.add_argument("--squad", type=Path, default=None, help="Passagen aus einer SQuAD-Datei")
    parser.add_argument("--passages", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
