"""``kgc`` as processes of their own: run to the end, or serving until told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = (sys.executable, "-m", "tests.assistant.offline")
KGC = (str(Path(sys.executable).with_name("kgc")),)
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout; anything else beside it is an error."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Machine:
    """Starts commands on one data folder. `command` is what is typed for ``kgc``."""

    data_dir: Path
    command: Sequence[str] = OFFLINE
    more: tuple[tuple[str, str], ...] = ()

    def environment(self) -> dict[str, str]:
        """Return this process's variables with the data folder's."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("KGC_")}
        paths = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return kept | paths | {"KGC_DATA_DIR": str(self.data_dir)} | dict(self.more)

    def start(self, *words: str | bytes | Path, **more: Any) -> subprocess.Popen[bytes]:
        """Start a command."""
        pipes: Mapping[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "cwd": self.data_dir.parent,
            "env": self.environment(),
        }
        return subprocess.Popen([*self.command, *words], **{**pipes, **more})

    def run(self, *words: str | bytes | Path, text: bytes | None = None) -> Ran:
        """Run a command to its end, with `text` on its standard input."""
        stdin = subprocess.DEVNULL if text is None else subprocess.PIPE
        return finished(self.start(*words, stdin=stdin), text)

    @contextmanager
    def serving(self, *words: str) -> Iterator[Server]:
        """Run ``kgc serve`` on a free port; at the end it is told to stop."""
        log = self.data_dir.with_suffix(".log")
        with log.open("wb") as stderr:
            process = self.start("serve", "--port", "0", "--json", *words, stderr=stderr)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        server = Server(json.loads(line)["url"], process, log, self.data_dir)
        try:
            yield server
        finally:
            server.stop()


@dataclass
class Server:
    """A running ``kgc serve``."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    data_dir: Path
    rest: str = ""

    @property
    def address(self) -> dict[str, Any]:
        """What the server says about itself to the other commands."""
        held: dict[str, Any] = json.loads((self.data_dir / "server.json").read_text())
        return held

    @contextmanager
    def client(self, *, key: bool = False) -> Iterator[httpx.Client]:
        """Open a client, with the lock file's token when `key`."""
        headers = {"Authorization": f"Bearer {self.address['token']}"} if key else {}
        with httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60) as made:
            yield made

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        self.rest += (out or b"").decode()
        return self.process.returncode


def finished(process: subprocess.Popen[bytes], text: bytes | None = None) -> Ran:
    """Wait for a command; none ever shows a traceback."""
    out, err = process.communicate(text, timeout=PATIENCE_SECONDS)
    ran = Ran(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in ran.err, ran.err
    assert "Exception ignored" not in ran.err, ran.err
    return ran


def wait_for(happened: Any, seconds: float = 30.0) -> None:
    """Wait until `happened()` is true."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
