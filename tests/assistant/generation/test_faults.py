"""Whatever the model's server does: the verbatim answer comes, in time, and nothing unchecked."""

from __future__ import annotations

import threading
import time

import pytest
from pydantic import SecretStr

from assistant.errors import ModelFailed
from assistant.generation.breaker import Breaker
from assistant.generation.ports import Message
from assistant.langchain_model import Endpoint, LangChainModel
from tests.assistant.conftest import Site
from tests.assistant.generation.conftest import FIRST_SECONDS, WHOLE_SECONDS, MakeSite
from tests.assistant.processes import wait_for
from tests.assistant.samples import QUESTION
from tests.assistant.test_stream import events, of
from tests.llm_server import ScriptedServer

GOOD = "Das Netzwerk Bewegung in Altdorf wurde im Jahr 2019 gegründet. [1] "
CANARY = "Zebrafalke"
BAD = f"Der {CANARY} wohnt seit 1987 im Schloss Neustein. [1] "
AT_ONCE = (
    "error", "busy", "crowded", "unknown", "forbidden", "page", "garbage", "not_http", "vanish",
    "silent",
)  # fmt: skip
ON_THE_WAY = ("bad_json", "wrong_shape", "error_inside", "half", "early", "hanging")
GRACE_SECONDS = 5.0


def verbatim(site: Site) -> dict[str, object]:
    answer: dict[str, object] = site.public.post("/v1/chat", json={"question": QUESTION}).json()
    for own in ("seconds", "conversation_id"):
        answer.pop(own)
    return answer


@pytest.mark.parametrize(
    ("fault", "before"),
    [(fault, ()) for fault in (*AT_ONCE, *ON_THE_WAY)]
    + [(fault, before) for fault in ON_THE_WAY for before in ((GOOD, "Das Amt "), (BAD, BAD))],
)
def test_a_fault_ends_in_the_verbatim_answer(
    site: Site, writing: MakeSite, llm: ScriptedServer, fault: str, before: tuple[str, ...]
) -> None:
    own = writing()
    llm.fails(fault, *before)
    begun = time.monotonic()
    seen = events(own, QUESTION)
    assert time.monotonic() - begun < WHOLE_SECONDS + GRACE_SECONDS
    done = seen[-1][1]
    assert {k: v for k, v in done.items() if k not in {"seconds", "conversation_id"}} == verbatim(
        site
    )
    assert done["mode"] == "extractive"
    assert len(llm.script.asked) == 1  # nothing is tried twice
    assert CANARY not in str(seen)
    if GOOD in before:
        assert of("replace", seen) == [{"answer": done["answer"]}]


@pytest.mark.parametrize(
    "script",
    [
        {"first": FIRST_SECONDS * 3},
        {"pause": WHOLE_SECONDS / 3},
        {"fault": "unending"},
        {"fault": "unending", "pause": 0.001},
    ],
    ids=["slow first word", "drip", "endless", "endless and quick"],
)
def test_slow_and_endless_answers_are_cut(
    writing: MakeSite, llm: ScriptedServer, script: dict[str, object]
) -> None:
    own = writing()
    llm.says(*["Wort"] * 40, **script)
    begun = time.monotonic()
    done = events(own, QUESTION)[-1][1]
    assert time.monotonic() - begun < WHOLE_SECONDS + GRACE_SECONDS
    assert done["mode"] == "extractive"
    wait_for(llm.script.cut.is_set, 3)


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        ("",),
        ("KEINE_ANTWORT",),
        ("KEINE", "_ANTWORT [1]"),
        (GOOD.replace("[1]", ""),),
        (GOOD.replace("[1]", "[17]"),),
        (BAD, GOOD),
        (GOOD, BAD),
        ("Le réseau a été fondé en 2019 à Altdorf. [1]",),
        ("The network for exercise in Altdorf was founded in 2019. [1]",),
        ("Das Netzwerk Bewegung in Altdorf wurde im Jahr 2017 gegründet. [1]",),
        ("Das Netzwerk Bewegung in Altdorf wurde nicht im Jahr 2019 gegründet. [1]",),
        ("Mehr unter [Altdorf](https://boese.example/?q=1). [1]",),
        ("Das Netzwerk Bewegung in Altdorf wurde 2019 gegründet: https://boese.example/x [1]",),
        ("<think>", "Das Netzwerk wurde 2019 gegründet. [1] "),
    ],
    ids=str,
)
def test_what_falls_below_the_bar_is_replaced(
    writing: MakeSite, llm: ScriptedServer, pieces: tuple[str, ...]
) -> None:
    llm.says(*pieces)
    done = events(writing(), QUESTION)[-1][1]
    assert done["kind"] == "answer"
    assert done["mode"] == "extractive"
    assert "boese" not in str(done)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["hanging", "silent", "half", ""])
def test_no_thread_stays(writing: MakeSite, llm: ScriptedServer, fault: str) -> None:
    own = writing()

    def names() -> set[str]:
        return {thread.name for thread in threading.enumerate()}

    llm.fails(fault, GOOD)
    events(own, QUESTION)
    before = len(threading.enumerate())
    for _ in range(4):
        llm.fails(fault, GOOD)
        events(own, QUESTION)
    wait_for(lambda: len(threading.enumerate()) <= before + 1, 5)
    assert "kgc-model" in names()
    assert own.service._writer is not None
    own.service._writer.close()
    assert "kgc-model" not in names()


def test_the_breaker_leaves_a_failing_model_alone(writing: MakeSite, llm: ScriptedServer) -> None:
    now = [0.0]
    own = writing(breaker=Breaker(failures=3, pause_seconds=30, clock=lambda: now[0]))
    llm.fails("error")
    for _ in range(5):
        assert events(own, QUESTION)[-1][1]["mode"] == "extractive"
    assert len(llm.script.asked) == 3
    llm.says(GOOD)
    assert events(own, QUESTION)[-1][1]["mode"] == "extractive"
    now[0] = 31.0
    assert events(own, QUESTION)[-1][1]["mode"] == "generated"
    assert events(own, QUESTION)[-1][1]["mode"] == "generated"


def test_retry_after_is_respected(writing: MakeSite, llm: ScriptedServer) -> None:
    now = [0.0]
    own = writing(breaker=Breaker(clock=lambda: now[0]))
    llm.fails("busy")
    for _ in range(3):
        events(own, QUESTION)
    assert len(llm.script.asked) == 1
    llm.says(GOOD)
    now[0] = 2.1
    assert events(own, QUESTION)[-1][1]["mode"] == "generated"


def test_all_places_taken_gives_the_verbatim_answer(writing: MakeSite, llm: ScriptedServer) -> None:
    own = writing(parallel=1)
    llm.fails("hanging", GOOD)
    modes: list[str] = []
    threads = [
        threading.Thread(target=lambda: modes.append(events(own, QUESTION)[-1][1]["mode"]))
        for _ in range(3)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert modes == ["extractive"] * 3
    assert len(llm.script.asked) <= 2
    assert time.monotonic() - begun < WHOLE_SECONDS + GRACE_SECONDS


def test_the_adapter_raises_only_our_errors(llm: ScriptedServer, model: LangChainModel) -> None:
    for fault in (*AT_ONCE, *ON_THE_WAY):
        llm.fails(fault, "Hallo ")
        with pytest.raises(ModelFailed) as failed:
            list(model.stream([Message("user", "Frage?")]))
        assert failed.value.message, fault


def test_nobody_at_the_address() -> None:
    for url in ("http://127.0.0.1:9/v1", "http://[::1]:9/v1", "http://nirgends.invalid/v1"):
        lost = LangChainModel(Endpoint(url, "x", SecretStr(""), 2.0))
        with pytest.raises(ModelFailed):
            list(lost.stream([Message("user", "Frage?")]))
        with pytest.raises(ModelFailed):
            lost.names()
        lost.close()
