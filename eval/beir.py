"""Reads data sets in BEIR form (Thakur et al. 2021): corpus, queries, relevance judgements."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class DatasetInvalid(Exception):
    """The folder is not a data set in BEIR form; the message names the file and line."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents as (id, title, text), queries as (id, text), grades by query and document."""

    documents: tuple[tuple[str, str, str], ...]
    queries: tuple[tuple[str, str], ...]
    judgements: dict[str, dict[str, int]]


def read_beir(folder: Path) -> Dataset:
    """Read ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/test.tsv``.

    Raises:
        DatasetInvalid: A file is missing or a line is broken.
    """
    try:
        documents = tuple(
            (str(line["_id"]), str(line.get("title") or ""), str(line["text"]))
            for line in _lines(folder / "corpus.jsonl")
        )
        queries = tuple(
            (str(line["_id"]), str(line["text"])) for line in _lines(folder / "queries.jsonl")
        )
        judgements = _judgements(folder / "qrels" / "test.tsv")
    except KeyError as exc:
        raise DatasetInvalid(f"{folder}: a line lacks the field {exc}") from exc
    except OSError as exc:
        raise DatasetInvalid(f"{folder}: {exc.strerror}: {exc.filename}") from exc
    return Dataset(documents, queries, judgements)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except ValueError as exc:
                raise DatasetInvalid(f"{path}, line {number}: {exc}") from exc


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    held: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file, delimiter="\t"))[1:]:  # the first line is the header
            if row:
                query, document, grade = row[0], row[1], row[2]
                held.setdefault(query, {})[document] = int(grade)
    return held
