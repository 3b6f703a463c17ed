"""The installed ``kgc serve`` with the packaged model: answers, privacy, network, memory."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from tests.assistant import samples
from tests.assistant.processes import KGC, Machine, Server, finished, wait_for

pytestmark = pytest.mark.model

QUESTIONS = {
    samples.QUESTION: "2019",
    "Welche Behörde koordiniert das Netzwerk Bewegung?": "Gesundheitsamt",
    "Wie viel kostet ein Mittagessen bei der Kochgruppe?": "drei Euro",
    "When was the community garden in Millfield opened?": "2021",
    "Wo können Fachkräfte im Pflegeheim Süddorf in der Pause schlafen?": "Ruheräume",
}
FOREIGN = (
    samples.FOREIGN_QUESTION,
    "Wie hoch ist der Eiffelturm?",
    "Wer gewann die Fußballweltmeisterschaft 1990?",
    "Seit wann gibt es das Netzwerk Bewegung in Stendal?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_with_proof(real: Server, question: str) -> None:
    with real.client() as public:
        answer = public.post("/v1/chat", json={"question": question}).json()
        assert answer["kind"] == "answer", answer
        quotes = [citation["quote"] for citation in answer["citations"]]
        assert any(QUESTIONS[question] in quote for quote in quotes)
        for citation in answer["citations"]:
            held = public.get(f"/v1/documents/{citation['document_id']}").json()
            assert held["text"][citation["start"] : citation["end"]] == citation["quote"]
            view = public.get(citation["link"])
            assert "<mark" in view.text


@pytest.mark.parametrize("question", FOREIGN)
def test_says_when_the_sources_hold_nothing(real: Server, question: str) -> None:
    with real.client() as public:
        answer = public.post("/v1/chat", json={"question": question}).json()
    assert answer["kind"] == "refusal", answer
    assert answer["citations"] == []


def test_internal_document_answers_insiders_only(real: Server) -> None:
    asked = {"question": samples.SECRET_QUESTION}
    with real.client() as public, real.client(key=True) as insider:
        outside = public.post("/v1/chat", json=asked).text
        assert "Musterfrau" in insider.post("/v1/chat", json=asked).text
    assert "Musterfrau" not in outside
    assert "vermerk" not in outside


def test_commands_use_the_running_server(real: Server) -> None:
    machine = Machine(real.data_dir, KGC)
    begun = os.times().children_user
    answer = machine.run("ask", samples.QUESTION, "--json")
    assert (answer.code, answer.json["kind"]) == (0, "answer")
    assert os.times().children_user - begun < 3  # no model was loaded for it
    assert machine.run("doctor", "--json").json["ok"] is True


def test_many_ask_at_once(real: Server) -> None:
    with real.client() as public, ThreadPoolExecutor(8) as pool:
        asked = [question for question in QUESTIONS for _ in range(6)]
        answers = pool.map(
            lambda question: public.post("/v1/chat", json={"question": question}).json(), asked
        )
        kinds = Counter((answer["question"], answer["answer"]) for answer in answers)
    assert set(kinds.values()) == {6}  # the same question, the same answer


def test_nothing_leaves_this_machine(real: Server) -> None:
    process = psutil.Process(real.process.pid)
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            for part in (process, *process.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    seen.update(
                        side.ip
                        for c in part.net_connections()
                        for side in (c.laddr, c.raddr)
                        if side
                    )

    with real.client() as public, ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        for question in QUESTIONS:
            public.post("/v1/chat", json={"question": question})
        done.set()
        watching.result()
    assert seen == {"127.0.0.1"}
    (book,) = real.data_dir.parent.glob("haken/netz.txt")
    wanted = book.read_text().splitlines()
    assert wanted  # the commands that asked the server
    assert all("127.0.0.1" in line for line in wanted), wanted


def test_log_holds_no_word_of_a_question(real: Server) -> None:
    with real.client() as public:
        public.post("/v1/chat", json={"question": "Gibt es Heidelbeerkuchen in Altdorf?"})
    assert "Heidelbeer" not in real.log.read_text()


def test_interrupted_intake_leaves_a_usable_index(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "daten", KGC)
    folder = samples.write(tmp_path / "texte")
    for number in range(60):
        (folder / f"n{number:02}.md").write_text(f"# Nummer {number}\n\n" + samples.NETWORK * 5)
    process = machine.start("ingest", folder, "--json")
    originals = machine.data_dir / "originals"
    wait_for(lambda: originals.exists() and len(list(originals.iterdir())) > 4, 90)
    process.send_signal(signal.SIGINT)
    ran = finished(process)
    assert ran.code == 130
    assert ran.json["error"]["type"] == "interrupted"
    listed = machine.run("documents", "list", "--json").json
    assert 3 < listed["total"] < 67
    assert all(entry["chunks"] for entry in listed["documents"])
