"""Leaves a model alone that keeps failing (circuit breaker, Nygard 2007)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.errors import ModelBusy, ModelFailed, ModelPaused

FAILURES = 5
PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 300.0


class Breaker:
    """Open after some failures in a row; after a pause one attempt decides. Thread-safe."""

    def __init__(
        self,
        failures: int = FAILURES,
        pause_seconds: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start closed; `clock` returns seconds."""
        self._most = failures
        self._pause = pause_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._open_until: float | None = None
        self._probing = False

    @property
    def closed(self) -> bool:
        """Tell whether the model may be asked as usual."""
        with self._lock:
            return self._open_until is None

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Count what happens inside: a `ModelFailed` is a failure, any other leaving is not.

        Whoever leaves early (its reader is gone) proves nothing and changes nothing.

        Raises:
            ModelPaused: The model is left alone, or another attempt is deciding just now.
        """
        probe = self._enter()
        try:
            yield
        except ModelFailed as error:
            self._fail(error.retry_after if isinstance(error, ModelBusy) else None)
            raise
        except BaseException:
            self._leave(probe=probe)
            raise
        else:
            self._succeed()

    def _enter(self) -> bool:
        """Let an attempt in; returns whether it is the one that decides."""
        with self._lock:
            if self._open_until is None:
                return False
            left = self._open_until - self._clock()
            if left > 0 or self._probing:
                raise ModelPaused(
                    f"Das Sprachmodell hat mehrfach versagt und wird noch {max(left, 0):.0f} s "
                    "nicht gefragt."
                )
            self._probing = True
            return True

    def _fail(self, retry_after: float | None) -> None:
        with self._lock:
            self._probing = False
            self._failed += 1
            if retry_after is not None:  # the server says itself when it wants to be asked again
                wait = min(max(retry_after, 0.0), LONGEST_PAUSE_SECONDS)
            elif self._failed >= self._most or self._open_until is not None:
                wait = self._pause
            else:
                return
            self._open_until = self._clock() + wait

    def _succeed(self) -> None:
        with self._lock:
            self._probing = False
            self._failed = 0
            self._open_until = None

    def _leave(self, *, probe: bool) -> None:
        with self._lock:
            self._probing = self._probing and not probe
