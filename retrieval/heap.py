"""What the C library can do about memory: give freed memory back, hand out none that is used."""

from __future__ import annotations

import ctypes
import gc
import platform
from collections.abc import Iterator
from contextlib import contextmanager

_M_PERTURB = -6
_TO_ZERO = 0xFF  # glibc fills new memory with the complement of this byte
USUAL = 0
"""The fill byte outside of `zeroed`; 0 is glibc's own: memory stays as its last user left it."""


def give_back() -> None:
    """Trim the heap (glibc only; elsewhere nothing happens). Takes some milliseconds."""
    gc.collect()
    try:
        trim = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return  # no glibc: its allocator decides by itself
    trim(0)


@contextmanager
def zeroed() -> Iterator[None]:
    """Let memory that is handed out meanwhile be zero (glibc only; elsewhere nothing happens).

    For libraries that write memory to files without setting it: it may hold anybody's text.
    """
    if platform.libc_ver()[0] != "glibc":
        yield
        return
    set_option = ctypes.CDLL("libc.so.6").mallopt
    set_option(_M_PERTURB, _TO_ZERO)
    try:
        yield
    finally:
        set_option(_M_PERTURB, USUAL)
