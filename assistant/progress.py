"""A progress bar on a terminal, nothing elsewhere. The only file that knows rich."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assistant import intake
from assistant.terminal import plain

_LONGEST = 40


class _Bar:
    """Draws one bar that counts passages, with the name of the present source."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("liest", total=None)
        self._total = 0

    def started(self, source: str, passages: int) -> None:
        """A source is parsed and about to be embedded."""
        self._total += passages
        self._bar.update(self._task, description=plain(source)[-_LONGEST:], total=self._total)

    def advanced(self, passages: int) -> None:
        """That many passages of it are embedded."""
        self._bar.advance(self._task, passages)

    def finished(self, source: str) -> None:
        """A source is done."""
        self._bar.update(self._task, description=plain(source)[-_LONGEST:])


@contextmanager
def progress() -> Iterator[intake.Progress]:
    """Yield what to tell the progress to."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield intake.Silent()
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("Passagen"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Bar(bar)
