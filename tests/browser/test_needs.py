"""What is missing skips a test, or fails it where it had to be there."""

from __future__ import annotations

import subprocess

import pytest

from tests.assistant.processes import ROOT
from tests.browser.needs import VARIABLE, missing


@pytest.mark.parametrize(
    ("value", "ends"),
    [(None, pytest.skip.Exception), ("", pytest.skip.Exception), ("0", pytest.skip.Exception),
     ("1", pytest.fail.Exception)],
)  # fmt: skip
def test_missing(
    monkeypatch: pytest.MonkeyPatch, value: str | None, ends: type[BaseException]
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(ends, match="chromium is missing"):
        missing("chromium is missing")


@pytest.mark.parametrize("target", ["test", "test-long"])
@pytest.mark.parametrize("value", ["", "1"])
def test_make_says_whether_they_must_be_there(target: str, value: str) -> None:
    """`make -n` prints the commands without running them."""
    words = ["make", "-n", "-o", "system", target, f"{VARIABLE}={value}"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = [line for line in told.splitlines() if "-m pytest" in line]
    assert lines
    assert all(line.startswith(f"{VARIABLE}={value} ") for line in lines)
