"""How many processors there are to compute on."""

from __future__ import annotations

import os


def processors() -> int:
    """Return how many processors this process may use.

    torch's own count will not do: it is that of the calling thread, and one that has embedded a
    question is left with one.
    """
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
