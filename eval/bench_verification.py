"""Are swapped facts caught, and right sentences kept? ``python -m eval.bench_verification``.

Reads documents as the product does, plants swaps into their sentences, as they stand and reworded
by rule, and into paraphrases written by hand (`eval.swaps`), and checks each sentence against its
passage. Half of the documents, every second one by name, were looked at while the checks were
written; the figures that count are those of the other half.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.verification.check import verify
from eval.case_files import Json, read_lines
from eval.rewordings import reworded
from eval.swaps import SWAPS, Pool, Right, sentences, swap
from ingest.read import read
from ingest.split import split
from retrieval import analysis
from retrieval.records import DocumentRecord, Hit, Passage, Visibility

ROOT = Path(__file__).resolve().parent.parent
STARTER = ROOT / "corpus" / "documents"
PARAPHRASES = ROOT / "eval" / "cases" / "paraphrases.jsonl"
HALVES = ("dev", "heldout", "all")
MISSED = 4
"""Exit code where a figure misses its mark."""
WAYS = ("verbatim", "reworded", "hand")
_MS = 1000.0

Rarity = Callable[[str], float]


def passages(files: Sequence[Path]) -> list[Hit]:
    """Read and split `files` as the product does."""
    found: list[Hit] = []
    for path in files:
        document = read(path.read_bytes(), path.name)
        chunks = split(document)
        record = DocumentRecord(
            document_id=path.name, source=path.name, origin=path.name, sha256="", generation=1,
            visibility=Visibility.PUBLIC, metadata=document.metadata, unit=document.unit,
            page_count=document.page_count, chunk_count=len(chunks),
        )  # fmt: skip
        for chunk in chunks:
            passage = Passage(
                path.name, 1, chunk.ordinal, chunk.start, chunk.end, chunk.text, chunk.page,
                chunk.section, chunk.sentences, chunk.reference, chunk.repairs,
            )  # fmt: skip
            found.append(Hit(passage, record, 1.0, 1.0, 1.0))
    return found


def rarity_in(hits: Sequence[Hit]) -> Rarity:
    """Return the idf of a stem in `hits`, as the search reckons it."""
    held: Counter[str] = Counter()
    for hit in hits:
        held.update(set(analysis.stems(hit.passage.text, hit.document.metadata.language)))
    count = len(hits)
    return lambda stem: math.log(1 + (count - held[stem] + 0.5) / (held[stem] + 0.5))


def rights(hits: Sequence[Hit], chance: random.Random) -> Iterator[Right]:
    """Yield the sentences of `hits` as they stand and reworded by rule."""
    for hit in hits:
        language = hit.document.metadata.language or "de"
        own = list(sentences(hit))
        for at, text in enumerate(own):
            yield Right(text, language, hit, "verbatim")
            other = own[at + 1] if at + 1 < len(own) else ""
            for words in reworded(text, other, chance) if language == "de" else ():
                yield Right(words, language, hit, "reworded")


def paraphrases(path: Path, hits: Sequence[Hit]) -> Iterator[Right]:
    """Yield the paraphrases of `path` whose passage is among `hits`.

    Raises:
        CasesInvalid: The file is broken.
    """

    def made(line: Json) -> Json:
        return {name: line[name] for name in ("document", "passage", "language", "sentence")}

    for line in read_lines(path, made):
        own = (h for h in hits if h.document.document_id == line["document"])
        hit = next((h for h in own if line["passage"] in h.passage.text), None)
        if hit is not None:
            yield Right(line["sentence"], line["language"], hit, "hand")


@dataclass
class Tally:
    """Counts of one run; `seconds` of each sentence checked."""

    rarity: Rarity
    rejected: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    caught: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    origins: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def check(self, sentence: str, right: Right) -> bool:
        """Check a sentence and return whether it is supported."""
        begun = time.perf_counter()
        verdict = verify(sentence, right.language, [right.source], self.rarity)
        self.seconds.append(time.perf_counter() - begun)
        self._why = ", ".join(f"{flaw}: {words}" for flaw, words in verdict.flaws)
        return verdict.supported

    def right(self, right: Right) -> bool:
        """Count a right sentence; returns whether it was kept."""
        kept = self.check(right.sentence, right)
        self.rejected[right.how].append(not kept)
        if not kept:
            self.wrong.append(f"rejected {right.how} [{self._why}] {right.sentence}")
        return kept

    def swaps(self, right: Right, pool: Pool, chance: random.Random) -> None:
        """Count the swaps of a right sentence."""
        for kind in SWAPS:
            for swapped in swap(right, kind, pool, chance):
                caught = not self.check(swapped.sentence, right)
                self.caught[kind].append(caught)
                self.origins[f"{kind} from {swapped.origin}"].append(caught)
                self.origins[f"{kind} in {right.how}"].append(caught)
                if not caught:
                    self.wrong.append(
                        f"missed {kind} ({swapped.origin}, {right.how}) {swapped.sentence}"
                    )

    def figures(self) -> Json:
        """Return all figures; shares in percent, times in milliseconds."""
        times = sorted(self.seconds)
        return {
            "caught": {kind: _percent(self.caught[kind]) for kind in SWAPS if self.caught[kind]},
            "swaps": {kind: len(self.caught[kind]) for kind in SWAPS},
            "rejected": {how: _percent(self.rejected[how]) for how in WAYS if self.rejected[how]},
            "right": {how: len(self.rejected[how]) for how in WAYS},
            "origins": {name: _percent(held) for name, held in sorted(self.origins.items())},
            "milliseconds": {
                "p50": round(_MS * times[len(times) // 2], 2),
                "p95": round(_MS * times[int(0.95 * len(times))], 2),
            },
        }


def measure(
    files: Sequence[Path], half: str, most: int, cases: Path = PARAPHRASES
) -> tuple[Json, list[str]]:
    """Measure and return the figures and the sentences that were judged wrong.

    Args:
        files: The documents.
        half: Which of them take part: dev, heldout or all.
        most: Sentences of each way of making them.
        cases: The paraphrases.
    """
    chance = random.Random(7)
    hits = passages(files)
    parts = {"dev": files[::2], "heldout": files[1::2], "all": files}
    names = {path.name for path in parts[half]}
    own = [hit for hit in hits if hit.document.document_id in names]
    tally, pool = Tally(rarity_in(hits)), Pool(hits)
    made: dict[str, list[Right]] = defaultdict(list)
    for right in (*rights(own, chance), *paraphrases(cases, own)):
        made[right.how].append(right)
    for how in WAYS:
        found = made[how]
        for right in chance.sample(found, min(most, len(found))):
            tally.right(right)
            tally.swaps(right, pool, chance)
    return {"half": half, "documents": len(names), **tally.figures()}, tally.wrong


def _percent(held: Sequence[bool]) -> float:
    return round(100 * sum(held) / len(held), 1) if held else 0.0


def misses(figures: Json, least: Json, most: Json) -> Iterator[str]:
    """Yield in words which figures miss their marks; of sentences by hand twice as many may."""
    for name, mark in least.items():
        for kind, value in figures[name].items():
            if value < mark:
                yield f"{name} {kind}: {value} < {mark}"
    for name, mark in most.items():
        for kind, value in figures[name].items():
            allowed = 2 * mark if kind == "hand" else mark
            if value > allowed:
                yield f"{name} {kind}: {value} > {allowed}"


def _marks(given: Sequence[str]) -> dict[str, float]:
    return {name: float(value) for name, _, value in (mark.partition("=") for mark in given)}


def _files(folders: Sequence[Path]) -> list[Path]:
    every = (p for folder in folders for p in ([folder] if folder.is_file() else folder.iterdir()))
    return sorted(path for path in every if path.is_file())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = _parser().parse_args(arguments)
    figures, wrong = measure(_files(given.documents), given.half, given.most, given.paraphrases)
    if given.show:
        sys.stderr.write("".join(f"{line}\n" for line in wrong))
    out = json.dumps(figures, ensure_ascii=False) if given.json else "\n".join(_table(figures))
    sys.stdout.write(f"{out}\n")
    missed = list(misses(figures, _marks(given.at_least), _marks(given.at_most)))
    for line in missed:
        sys.stderr.write(f"missed: {line}\n")
    return MISSED if missed else 0


def _table(figures: Json) -> Iterator[str]:
    yield f"{figures['documents']} documents ({figures['half']})"
    for kind, share in figures["caught"].items():
        yield f"caught {kind:10} {share:6} %  of {figures['swaps'][kind]}"
    for how, share in figures["rejected"].items():
        yield f"rejected {how:8} {share:6} %  of {figures['right'][how]}"
    for name, share in figures["origins"].items():
        yield f"  {name:28} {share:6} %"
    times: Any = figures["milliseconds"]
    yield f"milliseconds a sentence: p50 {times['p50']}, p95 {times['p95']}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench_verification", description=__doc__)
    parser.add_argument("--documents", type=Path, nargs="+", default=[STARTER], metavar="PATH")
    parser.add_argument("--paraphrases", type=Path, default=PARAPHRASES, metavar="FILE")
    parser.add_argument("--half", choices=HALVES, default="heldout", help="default: heldout")
    parser.add_argument("--most", type=int, default=400, metavar="N", help="sentences of each sort")
    parser.add_argument("--at-least", nargs="*", default=[], metavar="caught=98")
    parser.add_argument("--at-most", nargs="*", default=[], metavar="rejected=5")
    parser.add_argument("--show", action="store_true", help="print what was judged wrong to stderr")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
