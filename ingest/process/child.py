"""The parent's side of a worker process: start it, exchange frames with it, tell how it died.

Knows nothing about documents. The worker may hang, crash, flood its output or stop reading at any
moment; whatever it does, `Child.exchange` comes back within its time.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

import psutil  # type: ignore[import-untyped]  # ships no types

from ingest.errors import IngestError, Reason
from ingest.process.wire import LENGTH_BYTES, frame
from ingest.scan.tesseract import SEARCH_PATH

# The worker gets none of our environment: it may hold keys. The hash seed makes set order, and
# with it whatever a parser derives from it, the same in each run.
_ENVIRONMENT = {
    "PATH": SEARCH_PATH,
    "LANG": "C.UTF-8",
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
}
_ANSWER_BYTES = 96 << 20  # of one frame; 20 million characters of German are about 21 MB
_PIPE_BYTES = 1 << 20
_TICK_SECONDS = 0.1
_END_TICK_SECONDS = 0.005


class ChildLost(Exception):
    """An exchange ended early, for `reason`; `detail` is for people."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Keep both for the `SourceError` that is made of them."""
        self.reason, self.detail = reason, detail
        super().__init__(detail)


class Child:
    """One worker process and the pipes to it."""

    def __init__(self, command: Sequence[str], memory_bytes: int, start_seconds: float) -> None:
        """Start the worker and wait until it has imported its parsers.

        Raises:
            IngestError: It does not come up; this is a fault of the installation, not of a file.
        """
        self._memory_bytes = memory_bytes
        settings = json.dumps({"memory_bytes": memory_bytes})
        self._process = subprocess.Popen(
            [*command, settings],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
        )
        self.jobs = -1  # the greeting is no job
        try:
            self._greet(start_seconds)
        except BaseException:
            self.stop()
            raise

    def _greet(self, seconds: float) -> None:
        try:
            greeting = json.loads(self.exchange([], 1, seconds)[0])
        except (ChildLost, ValueError) as exc:
            raise IngestError(f"Der Leseprozess startet nicht: {exc}") from exc
        if not greeting["ready"]:
            raise IngestError(f"Der Leseprozess startet nicht: {greeting['detail']}")

    def alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    def resident_bytes(self) -> int:
        """Return the worker's resident memory, 0 when it is gone."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def stop(self) -> None:
        """Kill the worker with all it may have started, and collect it."""
        if self._process.returncode is None:
            self._kill_group()
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _kill_group(self) -> None:
        # Only before the worker is collected: its number is certainly its own until then. macOS
        # answers EPERM for a group of which only a dead leader is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def exchange(self, payloads: Sequence[bytes], answers: int, seconds: float) -> list[bytes]:
        """Send `payloads` and wait for `answers` frames, at most `seconds`.

        Raises:
            ChildLost: Time or memory is used up, or the process died. It must be stopped then.
        """
        self.jobs += 1
        exchange = _Exchange(self._process, payloads)
        deadline = time.monotonic() + seconds
        checked = time.monotonic()
        try:
            while len(exchange.received) < answers:
                now = time.monotonic()
                if now >= deadline:
                    raise ChildLost(Reason.TIMEOUT, f"Erlaubt waren {seconds:.0f} Sekunden.")
                if not exchange.step(min(_TICK_SECONDS, deadline - now)):
                    raise self._death()
                if now - checked >= _TICK_SECONDS:
                    checked = now
                    self._check_memory()
        finally:
            exchange.close()
        if exchange.has_surplus(answers):
            raise ChildLost(Reason.DAMAGED, "Das Lesen ergab mehr als eine Antwort.")
        return exchange.received

    def _check_memory(self) -> None:
        if self.resident_bytes() > self._memory_bytes:
            limit = self._memory_bytes >> 20
            raise ChildLost(Reason.TOO_LARGE, f"Das Lesen braucht über {limit} MiB Speicher.")

    def _death(self) -> ChildLost:
        """Tell from the exit status why the worker closed its end."""
        if not self._has_ended(1.0):
            return ChildLost(Reason.DAMAGED, "Das Lesen brach ohne Antwort ab.")
        self._kill_group()  # what it has started may go on without it
        status = self._process.wait()
        if status == -signal.SIGXCPU:
            return ChildLost(Reason.TIMEOUT, "Die erlaubte Rechenzeit ist verbraucht.")
        if status == -signal.SIGKILL:
            return ChildLost(Reason.TOO_LARGE, "Das System hat das Lesen beendet.")
        return ChildLost(Reason.DAMAGED, f"Das Lesen ist abgestürzt (Status {status}).")

    def _has_ended(self, seconds: float) -> bool:
        """Wait for the worker's end without collecting it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if psutil.Process(self._process.pid).status() == psutil.STATUS_ZOMBIE:
                    return True
            except psutil.NoSuchProcess:
                return True
            time.sleep(_END_TICK_SECONDS)
        return False


class _Exchange:
    """The bytes still to send and the frames that have come, over two pipes that never block."""

    def __init__(self, process: subprocess.Popen[bytes], payloads: Sequence[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin.fileno(), process.stdout.fileno()
        parts = (part for payload in payloads for part in (frame(payload), payload))
        self._outgoing = deque(memoryview(part) for part in parts if part)
        self._incoming = bytearray()
        self.received: list[bytes] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)
        if self._outgoing:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        os.set_blocking(self._stdin, False)
        os.set_blocking(self._stdout, False)

    def close(self) -> None:
        self._selector.close()

    def has_surplus(self, answers: int) -> bool:
        return len(self.received) > answers or bool(self._incoming)

    def step(self, seconds: float) -> bool:
        """Move what can be moved within `seconds`; False when the other side has closed."""
        for key, _ in self._selector.select(seconds):
            if key.fd == self._stdin:
                self._write()
            elif not self._read():
                return False
        return True

    def _write(self) -> None:
        try:
            sent = os.write(self._stdin, self._outgoing[0][:_PIPE_BYTES])
        except BrokenPipeError:
            self._outgoing.clear()  # the end of the other pipe tells why
        except BlockingIOError:
            return
        else:
            self._outgoing[0] = self._outgoing[0][sent:]
            if not self._outgoing[0]:
                self._outgoing.popleft()
        if not self._outgoing:
            self._selector.unregister(self._stdin)

    def _read(self) -> bool:
        try:
            part = os.read(self._stdout, _PIPE_BYTES)
        except BlockingIOError:
            return True
        self._incoming += part
        while len(self._incoming) >= LENGTH_BYTES:
            size = int.from_bytes(self._incoming[:LENGTH_BYTES], "big")
            if size > _ANSWER_BYTES:
                raise ChildLost(Reason.TOO_LARGE, "Ihr Text ist zu umfangreich.")
            if len(self._incoming) < LENGTH_BYTES + size:
                break
            self.received.append(bytes(self._incoming[LENGTH_BYTES : LENGTH_BYTES + size]))
            del self._incoming[: LENGTH_BYTES + size]
        return bool(part)
