"""What the lexical leg costs at a size: ``python -m eval.bench_lexical FILE… --passages N``.

The files are German texts. Their sentences are mixed anew into passages of some 900 characters, 20
to a document and four to a section; questions are ten words of a passage. Times are of one thread's
processor, so that a busy machine hardly changes them. Memory is read as Linux shows it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from retrieval.heap import give_back
from retrieval.lexical import LexicalIndex, LexicalText
from retrieval.ports import VectorKey

A_DOCUMENT, A_SECTION = 20, 4
CHARACTERS = 850
QUESTIONS = 200
_SENTENCE_END = re.compile(r"(?<=[.;:])\s+")
_MS, _MB = 1_000, 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_lexical", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--passages", type=int, default=20_000)
    given = parser.parse_args(arguments)
    chance = random.Random(0)
    sentences = [
        part
        for path in given.files
        for part in _SENTENCE_END.split(path.read_text(encoding="utf-8"))
    ]
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as folder:
        path = Path(folder) / "lexical"
        built, saved = _build(path, given.passages, sentences, chance)
        give_back()
        _report(f"build {given.passages / built:.0f} passages/s, merge and save {saved:.2f} s")
        _measure_loaded(path, sentences, chance)
    return 0


def _build(
    path: Path, passages: int, sentences: Sequence[str], chance: random.Random
) -> tuple[float, float]:
    """Make and save an index; returns the seconds of both, without making up the texts."""
    index = LexicalIndex()
    seconds = 0.0
    for number in range(passages // A_DOCUMENT):
        texts = _document(number, 1, sentences, chance)
        seconds += _seconds(partial(index.replace, f"d{number}", texts))
    return seconds, _seconds(partial(index.save, path, "bench"))


def _measure_loaded(path: Path, sentences: Sequence[str], chance: random.Random) -> None:
    before = _anonymous()
    begun = time.thread_time()
    index = LexicalIndex.load(path)
    loaded = time.thread_time() - begun
    assert index is not None
    _report(
        f"file {path.stat().st_size / _MB:.0f} MB, load {loaded:.2f} s, "
        f"anonymous memory {(_anonymous() - before) / _MB:+.0f} MB"
    )
    questions = [
        " ".join(chance.sample((_passage(sentences, chance) + " und" * 10).split(), 10))
        for _ in range(QUESTIONS)
    ]
    times = [_seconds(partial(_ask, index, question)) for question in questions]
    _report(f"score p50 {_MS * median(times):.1f} ms, p95 {_MS * sorted(times)[-11]:.1f} ms")
    changed = _document(0, 2, sentences, chance)
    update = _seconds(partial(index.replace, "d0", changed))
    first = _seconds(partial(_ask, index, questions[0]))
    _report(f"exchange of one document {_MS * update:.1f} ms, next score {_MS * first:.1f} ms")


def _ask(index: LexicalIndex, question: str) -> None:
    index.score(question, "de").mixed()


def _document(
    number: int, generation: int, sentences: Sequence[str], chance: random.Random
) -> list[LexicalText]:
    keys = (VectorKey(f"d{number}", generation, ordinal) for ordinal in range(A_DOCUMENT))
    return [
        LexicalText(
            key,
            _passage(sentences, chance),
            f"Titel {number}",
            "de",
            group=f"Abschnitt {key.ordinal // A_SECTION}",
        )
        for key in keys
    ]


def _passage(sentences: Sequence[str], chance: random.Random) -> str:
    text = ""
    while len(text) < CHARACTERS:
        text += chance.choice(sentences) + " "
    return text


def _seconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def _anonymous() -> int:
    """Return the bytes of this process that no file stands for."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("RssAnon"))
    return 1_024 * int(line.split()[1])


def _report(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
