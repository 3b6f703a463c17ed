"""``kgc serve`` and ``kgc bot slack`` as processes, against the local Slack."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from assistant.bots.running import SLACK_EVENTS, Bots
from assistant.settings import load
from tests.assistant import samples
from tests.assistant.bots.slack.workspace import APP_TOKEN, BOT_TOKEN, SECRET, Workspace
from tests.assistant.conftest import Kgc
from tests.assistant.processes import KGC, OFFLINE, ROOT, Machine
from tests.assistant.samples import QUESTION

T = TypeVar("T")
CANARY = "Quastenflosse"


@dataclass
class Running:
    """The local Slack in a thread, so that tests may wait for processes."""

    slack: Workspace = field(default_factory=Workspace)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def do(self, step: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(step, self.loop).result(120)

    def until(self, happened: Any, seconds: float = 60.0) -> None:
        self.do(self.slack.until(happened, seconds))


@pytest.fixture
def slack() -> Iterator[Running]:
    made = Running()
    thread = threading.Thread(target=made.loop.run_forever, daemon=True)
    thread.start()
    made.do(made.slack.start())
    yield made
    made.do(made.slack.stop())
    made.loop.call_soon_threadsafe(made.loop.stop)
    thread.join(10)
    made.loop.close()


def machine(folder: Path, slack: Running, *command: str) -> Machine:
    """Starts commands that are set up for Slack."""
    (folder / "token").write_text(BOT_TOKEN + "\n")
    return Machine(
        folder / "daten",
        command or OFFLINE,
        (
            ("KGC_SLACK_BOT_TOKEN_FILE", str(folder / "token")),
            ("KGC_SLACK_APP_TOKEN", APP_TOKEN),
            ("KGC_SLACK_API_URL", slack.slack.url),
        ),
    )


def asked(slack: Running, question: str) -> Any:
    thread, event = slack.slack.direct(question)
    slack.until(lambda: slack.slack.connected)
    slack.do(slack.slack.deliver_until_acked(event))
    slack.until(lambda: slack.slack.answers(thread))
    (message,) = slack.slack.answers(thread)
    return message


@pytest.mark.slow
def test_serve_starts_the_bot_and_ends_it(tmp_path: Path, slack: Running) -> None:
    texts = samples.write(tmp_path / "texte")
    with machine(tmp_path, slack).serving("--ingest", str(texts / "netzwerk.md")) as server:
        message = asked(slack, f"{QUESTION} {CANARY}?")
        assert message.blocks
        message = asked(slack, QUESTION)
        assert "2019" in message.text
        begun = asyncio.run_coroutine_threadsafe(_now(), slack.loop).result(5)
        assert server.stop() == 0
        assert asyncio.run_coroutine_threadsafe(_now(), slack.loop).result(5) - begun < 12
    log = server.log.read_text() + server.rest
    for secret in (CANARY, QUESTION, BOT_TOKEN, APP_TOKEN, "Traceback"):
        assert secret not in log


async def _now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.slow
def test_the_bot_as_a_process_of_its_own(tmp_path: Path, slack: Running) -> None:
    texts = samples.write(tmp_path / "texte")
    host = Machine(tmp_path / "daten", OFFLINE)
    with host.serving("--ingest", str(texts / "netzwerk.md")) as server:
        bot = machine(tmp_path, slack).start("bot", "slack", "--json")
        assert bot.stdout is not None
        assert json.loads(bot.stdout.readline()) == {"bot": "slack"}
        assert asked(slack, QUESTION).blocks
        assert server.url
        bot.send_signal(signal.SIGTERM)
        out, err = bot.communicate(timeout=20)
        assert (bot.returncode, out) == (0, b"")
        assert b"Traceback" not in err


@pytest.mark.slow
def test_a_wrong_token_is_told_and_ends_the_command(tmp_path: Path, slack: Running) -> None:
    slack.slack.token = "xoxb-anderes"
    with Machine(tmp_path / "daten", OFFLINE).serving():
        ran = machine(tmp_path, slack).run("bot", "slack", "--json")
    assert ran.code == 1
    error = ran.json["error"]
    assert error["type"] == "bot_misconfigured"
    assert "invalid_auth" in error["message"]
    assert "KGC_SLACK_BOT_TOKEN" in error["message"]
    assert BOT_TOKEN not in ran.err + ran.out


@pytest.mark.slow
@pytest.mark.parametrize("scopes", ["", "search"])
def test_a_key_that_opens_nothing_ends_the_command(
    tmp_path: Path, slack: Running, scopes: str
) -> None:
    host = Machine(tmp_path / "daten", OFFLINE, (("KGC_KEY_REQUIRED", "chat"),))
    with host.serving() as server:
        key = "kgc_falsch"
        if scopes:
            made = host.run("keys", "create", "--scope", scopes, "--name", "Bot", "--json")
            key = made.json["key"]
        bot = machine(tmp_path, slack)
        bot = replace(
            bot, more=(*bot.more, ("KGC_SERVER_URL", server.url), ("KGC_SERVER_KEY", key))
        )
        ran = bot.run("bot", "slack", "--json")
    assert ran.code == 1
    assert ran.json["error"]["type"] == "bot_misconfigured"
    assert "KGC_SERVER_KEY" in ran.json["error"]["message"]
    assert key not in ran.err + ran.out
    assert not slack.slack.called("auth.test")


@pytest.mark.slow
def test_a_wrong_token_does_not_stop_the_server(tmp_path: Path, slack: Running) -> None:
    slack.slack.token = "xoxb-anderes"
    with machine(tmp_path, slack).serving() as server:
        slack.until(lambda: slack.slack.called("auth.test"))
        with server.client() as client:
            assert client.get("/readyz").status_code in (200, 503)
            assert client.get("/livez").status_code == 200
        assert server.stop() == 0
    assert "invalid_auth" in server.log.read_text()


@pytest.mark.slow
@pytest.mark.model
def test_the_whole_way_with_the_real_model(tmp_path: Path, slack: Running) -> None:
    corpus = ROOT / "corpus" / "documents"
    with machine(tmp_path, slack, *KGC).serving("--ingest", str(corpus)):
        message = asked(slack, "Dürfen Krankenkassen dauerhaft Personalstellen finanzieren?")
        assert "Sonderfall" in message.text
        assert "[1]" in message.text
        english = asked(slack, "What is an equity-oriented city?")
        assert english.text
        refused = asked(slack, "Wie backe ich einen Käsekuchen?")
        assert refused.text.startswith("Dazu steht nichts in den Quellen.")


MISSING = """
import sys
for name in ("slack_bolt", "slack_sdk", "aiohttp"):
    sys.modules[name] = None
from assistant import cli
cli.main()
"""


@pytest.mark.slow
def test_without_the_library_the_server_says_what_to_install(
    tmp_path: Path, slack: Running
) -> None:
    command = (sys.executable, "-c", MISSING)
    ran = machine(tmp_path, slack, *command).run("serve", "--port", "0")
    assert ran.code == 1
    assert 'pip install "kgc-assistant[slack]"' in ran.err
    help_text = subprocess.run([*command, "--help"], capture_output=True, check=True, text=True)
    assert "bot" in help_text.stdout


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "KGC_SLACK_BOT_TOKEN"),
        ({"KGC_SLACK_BOT_TOKEN": "falsch"}, "xoxb-"),
        ({"KGC_SLACK_BOT_TOKEN": "xoxb-1"}, "KGC_SLACK_APP_TOKEN"),
        ({"KGC_SLACK_BOT_TOKEN": "xoxb-1", "KGC_SLACK_APP_TOKEN": "xoxb-1"}, "xapp-"),
    ],
)
def test_what_is_missing_is_named(
    kgc: Kgc, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    monkeypatch.setenv("KGC_SERVER_URL", "http://127.0.0.1:9")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ran = kgc("bot", "slack")
    assert ran.code == 1
    assert told in ran.err


def test_a_process_of_its_own_cannot_hear_over_http(
    kgc: Kgc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KGC_SERVER_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("KGC_SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("KGC_SLACK_SIGNING_SECRET", SECRET)
    ran = kgc("bot", "slack")
    assert ran.code == 1
    assert "KGC_SLACK_APP_TOKEN" in ran.err


def test_without_a_server_the_bot_says_so(kgc: Kgc) -> None:
    ran = kgc("bot", "slack")
    assert ran.code == 1
    assert "kgc serve" in ran.err


def test_a_secret_is_enough_for_http(kgc: Kgc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGC_SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("KGC_SLACK_SIGNING_SECRET", SECRET)
    assert list(Bots(load()).hooks) == [SLACK_EVENTS]
    monkeypatch.delenv("KGC_SLACK_SIGNING_SECRET")
    monkeypatch.setenv("KGC_SLACK_APP_TOKEN", APP_TOKEN)
    assert Bots(load()).hooks == {}
