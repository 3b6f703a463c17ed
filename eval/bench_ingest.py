"""How much of an ingest is spent on embedding: ``python -m eval.bench_ingest FILE``.

Embeds the file's passages bare, ingests the file as the product does, and embeds them bare again,
so that a machine that becomes slower or faster meanwhile does not decide. Prints one line a figure.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from assistant import settings, wiring
from assistant.survey import Item
from ingest.process.sandbox import Sandbox
from retrieval.build import BATCH, Entry, embedded_text, passage_of, raw_record
from retrieval.ports import Embedder


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench_ingest", description=__doc__)
    parser.add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    data = given.file.read_bytes()
    with tempfile.TemporaryDirectory(prefix="kgc-bench-") as folder:
        chosen = settings.load().model_copy(update={"data_dir": Path(folder)})
        texts = _passages(data, given.file.name)
        embedder = wiring.embedder(chosen)
        embedder.embed_passages(texts[:BATCH])  # the first pass is slow
        service = wiring.service(chosen)
        service.library.check_model()
        service.library.query("Aufwärmen", "de")
        before = _bare(embedder, texts)
        begun = time.perf_counter()
        report = service.take_in([Item(given.file.name, "bench", lambda: data)], internal=False)
        ingest = time.perf_counter() - begun
        service.close()
        bare = (before + _bare(embedder, texts)) / 2
    lines = {
        "passages": len(texts),
        "failed": len(report["failed"]),
        "bare embedding, passages a second": round(len(texts) / bare, 1),
        "ingest, passages a second": round(len(texts) / ingest, 1),
        "share of bare embedding, %": round(100 * bare / ingest, 1),
    }
    for name, value in lines.items():
        sys.stdout.write(f"{name:36} {value}\n")
    return 0


def _passages(data: bytes, name: str) -> list[str]:
    with Sandbox() as sandbox:
        parsed = sandbox.parse(data, name)
    entry = Entry(name, name, parsed.sha256, parsed.document, parsed.chunks, data, "text/plain")
    record = raw_record("bench", 1, entry)
    return [embedded_text(record, passage_of(record, chunk)) for chunk in parsed.chunks]


def _bare(embedder: Embedder, texts: Sequence[str]) -> float:
    begun = time.perf_counter()
    for at in range(0, len(texts), BATCH):
        embedder.embed_passages(texts[at : at + BATCH])
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
