"""The backend of a command, opened for its time: through the running server or on the folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.backend import Backend


@contextmanager
def opened() -> Iterator[Backend]:
    """Open the backend that the settings lead to; closes it and lets the data folder go."""
    from assistant import wiring  # noqa: PLC0415  # imports numpy
    from assistant.settings import load  # noqa: PLC0415  # imports pydantic

    chosen, lock = wiring.backend(load())
    try:
        yield chosen
    finally:
        chosen.close()
        if lock is not None:
            lock.release()
