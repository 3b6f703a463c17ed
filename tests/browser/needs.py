"""What tests need beside Python: skipped where it is missing, failed where it had to be there."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

VARIABLE = "KGC_NEEDS_BROWSER"
"""Set by ``make test`` where it may install programs; read by tests alone."""


def missing(what: str) -> NoReturn:
    """End a test that cannot run here; `what` says what is missing and what installs it."""
    if os.environ.get(VARIABLE, "") not in ("", "0"):
        pytest.fail(f"{what} ({VARIABLE} is set)")
    pytest.skip(what)
