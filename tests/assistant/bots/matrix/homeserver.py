"""A real homeserver (Synapse) on loopback, as a process that can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.assistant.processes import ROOT

PYTHON = ROOT / ".venv-synapse" / "bin" / "python"
NAME = "localhost"
PASSWORD = "nur-zum-testen-9f3b"


def missing() -> str:
    """Return why there is no homeserver, "" where there is one."""
    return "" if PYTHON.exists() else f"{PYTHON} is missing: make .venv-synapse/.installed"


@dataclass
class Homeserver:
    """A Synapse in a folder of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Open a client."""
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=30)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, more: str = "") -> None:
        """Start it and wait until it answers; `more` is YAML that comes last."""
        extra = self.folder / "more.yaml"
        extra.write_text(more or "{}\n")
        files = [self.folder / "homeserver.yaml", self.folder / "extra.yaml", extra]
        words = [word for file in files for word in ("-c", str(file))]
        log = (self.folder / "synapse.log").open("ab")
        self.process = subprocess.Popen(
            [str(PYTHON), "-m", "synapse.app.homeserver", *words],
            cwd=self.folder, stdout=log, stderr=log, env=_environment(),
        )  # fmt: skip
        log.close()
        until = time.monotonic() + 60
        while True:
            try:
                if self.http.get("/_matrix/client/versions").is_success:
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, (self.folder / "synapse.log").read_text()[-3000:]
            assert time.monotonic() < until, "Synapse does not start"
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End it, by default without a warning."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)

    def register(self, name: str) -> str:
        """Make an account; returns its full name."""
        body = {"username": name, "password": PASSWORD, "auth": {"type": "m.login.dummy"},
                "inhibit_login": True}  # fmt: skip
        answer = self.http.post("/_matrix/client/v3/register", json=body)
        assert answer.is_success, answer.text
        return str(answer.json()["user_id"])

    def login(self, name: str) -> str:
        """Log in; returns the access token."""
        body = {"type": "m.login.password", "password": PASSWORD,
                "identifier": {"type": "m.id.user", "user": name}}  # fmt: skip
        answer = self.http.post("/_matrix/client/v3/login", json=body)
        assert answer.is_success, answer.text
        return str(answer.json()["access_token"])

    def call(self, token: str, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Call the client API as somebody."""
        answer = self.http.request(
            method, f"/_matrix/client/v3{path}", headers={"Authorization": f"Bearer {token}"},
            json=body if method != "GET" else None,
        )  # fmt: skip
        assert answer.is_success, answer.text
        return dict(answer.json())


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("KGC_", "PYTHON"))}


def _free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def _limits() -> str:
    """No limits on how much tests may do."""
    free = "{per_second: 10000, burst_count: 10000}"
    return "\n".join(
        [f"{name}: {free}" for name in ("rc_message", "rc_registration", "rc_admin_redaction")]
        + [f"{name}: {{per_room: {free}, per_user: {free}, per_issuer: {free}}}"
           for name in ("rc_invites",)]
        + [f"rc_login: {{address: {free}, account: {free}, failed_attempts: {free}}}",
           f"rc_joins: {{local: {free}, remote: {free}}}"]
    )  # fmt: skip


@contextmanager
def homeserver(folder: Path) -> Iterator[Homeserver]:
    """Set one up, start it, and kill it at the end."""
    made = Homeserver(folder, _free_port())
    subprocess.run(
        [str(PYTHON), "-m", "synapse.app.homeserver", "--server-name", NAME, "--config-path",
         "homeserver.yaml", "--generate-config", "--report-stats=no", "--data-directory", "."],
        cwd=folder, env=_environment(), check=True, capture_output=True,
    )  # fmt: skip
    (folder / "extra.yaml").write_text(
        f"listeners: [{{port: {made.port}, type: http, tls: false, bind_addresses: [127.0.0.1], "
        "resources: [{names: [client]}]}]\n"
        "trusted_key_servers: []\nfederation_domain_whitelist: []\nbcrypt_rounds: 4\n"
        "enable_registration: true\nenable_registration_without_verification: true\n"
        "database: {name: sqlite3, args: {database: homeserver.db}}\n"
        f"presence: {{enabled: false}}\n{_limits()}\n"
    )
    made.start()
    try:
        yield made
    finally:
        made.stop()
        made.http.close()
