"""The main job on five real documents of the field, with the real model, through the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
KGC = Path(sys.executable).with_name("kgc")

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not beside the project"),
]

Kgc = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def kgc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kgc]:
    """Run commands beside a running server, as the README tells people to."""
    environment = {**os.environ, "KGC_DATA_DIR": str(tmp_path_factory.mktemp("seeds"))}

    def run(*arguments: str) -> dict[str, Any]:
        command = [str(KGC), *arguments, "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    serve = [str(KGC), "serve", "--port", "0", "--json"]
    with subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert "url" in json.loads(server.stdout.readline())
        report = run("ingest", str(SEEDS))
        assert (report["added"], report["failed"]) == (5, [])
        yield run
        server.terminate()


@pytest.mark.parametrize(
    ("question", "words", "source"),
    [
        ("Wer ist Ansprechpartnerin der KGC Sachsen-Anhalt?", "Ansprechpartnerin: ", "001_"),
        ("Wie viele Standorte in NRW machen beim Projekt Verzahnung mit?", "29 Standorte", "002_"),
        ("Dürfen Krankenkassen dauerhaft Personalstellen finanzieren?", "permanent staff", "003_"),
        ("Wie kommt ein Jobcenter in die Kommunale Gesundheitskonferenz?", "Antrag auf", "004_"),
    ],
)
def test_the_right_sentence_stands_first_with_its_proof(
    kgc: Kgc, question: str, words: str, source: str
) -> None:
    answer = kgc("ask", question)
    assert answer["kind"] == "answer"
    assert words in answer["sentences"][0]["text"]
    cited = answer["citations"][answer["sentences"][0]["citations"][0] - 1]
    assert cited["source"].startswith(source)
    text = kgc("documents", "show", cited["document_id"])["text"]
    assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_what_they_do_not_say_is_declined(kgc: Kgc) -> None:
    assert kgc("ask", "Wie backe ich einen Käsekuchen?")["kind"] == "refusal"
    assert kgc("ask", "Wer ist Ansprechpartnerin der KGC Bayern?")["kind"] == "refusal"
