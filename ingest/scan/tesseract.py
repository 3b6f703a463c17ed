"""Recognises the text in a picture with Tesseract. The only module that starts it.

Tesseract is a program of its own, with a process of its own: it may be missing, it takes its
time, and what it reads comes from strangers. It gets the picture on its standard input, writes no
file, and runs under limits that the kernel enforces.
"""

from __future__ import annotations

import re
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass

from ingest.errors import Reason, SourceError
from ingest.scan.grey import Grey

LANGUAGE = "deu"
PATIENCE = 3.0
SEARCH_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"
CURE = "apt install tesseract-ocr tesseract-ocr-deu"
_PROGRAM = "tesseract"
_ENVIRONMENT = {"PATH": SEARCH_PATH, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
_ASK_SECONDS = 10.0
_MEMORY_BYTES = 640 << 20  # of address space; a page of 20 million pixels takes half of it
_VERSION = re.compile(r"^tesseract v?(\d[\w.-]{0,30})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Engine:
    """The Tesseract that is installed; `lacks` says in German what is missing, empty if nothing."""

    version: str = ""
    languages: tuple[str, ...] = ()

    @property
    def lacks(self) -> str:
        """What keeps it from reading German."""
        if not self.version:
            return "Tesseract ist nicht installiert"
        if LANGUAGE not in self.languages:
            return f"Tesseract {self.version} ist da, aber ohne das deutsche Modell"
        return ""

    @property
    def name(self) -> str:
        """What is written into the record of a recognised document."""
        return f"Tesseract {self.version} ({LANGUAGE})"

    @property
    def finds_direction(self) -> bool:
        """Whether pages that lie on their side are noticed."""
        return "osd" in self.languages


def engine() -> Engine:
    """Ask which Tesseract is installed and which languages it knows."""
    program = shutil.which(_PROGRAM, path=SEARCH_PATH)
    if program is None:
        return Engine()
    version = _VERSION.search(_asked(program, "--version"))
    if version is None:
        return Engine()
    languages = _asked(program, "--list-langs").splitlines()[1:]
    return Engine(version[1], tuple(line.strip() for line in languages))


def _asked(program: str, question: str) -> str:
    try:
        answer = subprocess.run(
            [program, question],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # older versions answer there
            env=_ENVIRONMENT,
            timeout=_ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.decode("utf-8", "replace")


def recognise(picture: Grey, seconds: float, *, finds_direction: bool) -> bytes:
    """Recognise German text.

    Args:
        picture: One page.
        seconds: Computing time it may take; on a busy computer that lasts up to `PATIENCE` times
            as long.
        finds_direction: Whether to find out if the page lies on its side (needs the model osd).

    Returns:
        hOCR, boxes in pixels of the picture.

    Raises:
        SourceError: TIMEOUT; DAMAGED where Tesseract fails.
    """
    with _started(picture.stated_dpi, finds_direction=finds_direction) as process:
        try:
            _limit(process.pid, seconds)
            answer, _ = process.communicate(picture.pgm(), timeout=PATIENCE * seconds)
        except subprocess.TimeoutExpired as exc:
            raise SourceError(Reason.TIMEOUT) from exc
        finally:
            process.kill()
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise SourceError(Reason.TIMEOUT)
    if process.returncode:
        raise SourceError(Reason.DAMAGED, f"(Tesseract endet mit Status {process.returncode})")
    return answer


def _started(dpi: int, *, finds_direction: bool) -> subprocess.Popen[bytes]:
    command = [_PROGRAM, "stdin", "stdout", "-l", LANGUAGE, "--oem", "1"]
    command += ["--psm", "1" if finds_direction else "3", "--dpi", str(dpi)]
    command += ["-c", "tessedit_create_hocr=1"]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
        )
    except OSError as exc:
        raise SourceError(Reason.DAMAGED, "(Tesseract startet nicht)") from exc


def _limit(pid: int, seconds: float) -> None:
    """Bound the program's memory and computing time where the system lets us (Linux)."""
    if sys.platform == "linux":
        cpu = int(seconds) + 1
        with suppress(ProcessLookupError):  # it has ended already; its status tells how
            resource.prlimit(pid, resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
            # Where both limits are the same, Linux kills without saying why.
            resource.prlimit(pid, resource.RLIMIT_CPU, (cpu, cpu + 1))
