"""Gives freed memory back to the operating system, where the C library can."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Trim the heap (glibc only; elsewhere nothing happens). Takes some milliseconds."""
    gc.collect()
    try:
        trim = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return  # no glibc: its allocator decides by itself
    trim(0)
