"""The child process that opens untrusted files; `sandbox` starts it and talks to it.

It reads jobs from its standard input and answers on its standard output (see `wire`), under
limits that the kernel enforces. It ends with its input, with its parent, or when a job breaks it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]  # ships no types

from ingest.document import Chunk, Document
from ingest.errors import Reason, SourceError
from ingest.page.furniture import Sheet
from ingest.process.wire import LENGTH_BYTES, encode, encode_error, encode_page, frame, split_pages

Parsed = tuple[Document, tuple[Chunk, ...]]

_FILE_BYTES = 64 << 20  # what a parser may write to one temporary file
_OPEN_FILES = 256
_LEAST_GROWTH = 64 << 20
_RESERVE = 64 << 20  # for pages that libraries have mapped and touch only later
_WATCH_SECONDS = 1.0
# Read once before the limits are set, so that what readers load with their first file (the model
# that tells languages, 80 MiB) is not charged to anybody's file.
_WARM_UP = b"Gesundheit ist ein gutes Ziel."


@dataclass(frozen=True, slots=True)
class Readers:
    """What a worker can do.

    `parse` takes a file's bytes, its name, the most characters of text and the pages that were
    recognised; `recognise` takes a file's bytes, the number of a page, seconds, and whether the
    page may lie on its side, and returns the page with the text that its picture shows.
    """

    parse: Callable[[bytes, str, int, Mapping[int, Sheet]], Parsed]
    recognise: Callable[[bytes, int, float, bool], Sheet]


def main() -> None:
    """Serve jobs with the package's readers; ``sys.argv`` ends with the settings as JSON."""
    serve(_load_readers)


def _load_readers() -> Readers:
    # Imported here so that an import that fails is answered instead of a silent death.
    from ingest.read import read  # noqa: PLC0415
    from ingest.scan.recognise import recognise  # noqa: PLC0415
    from ingest.split import split  # noqa: PLC0415

    def parse(data: bytes, name: str, max_chars: int, recognised: Mapping[int, Sheet]) -> Parsed:
        document = read(data, name, recognised)
        if len(document.text) > max_chars:
            detail = f"Der Text hat {len(document.text)} Zeichen, erlaubt sind {max_chars}."
            raise SourceError(Reason.TOO_LARGE, detail)
        return document, split(document)

    parse(_WARM_UP, "warm-up.txt", len(_WARM_UP), {})

    def recognise_page(data: bytes, number: int, seconds: float, turned: bool) -> Sheet:
        return recognise(data, number, seconds, finds_direction=turned)

    return Readers(parse, recognise_page)


def serve(load: Callable[[], Readers]) -> None:
    """Answer jobs until the input ends.

    Args:
        load: Imports what reading needs and returns the functions that do it. It is called once,
            before the memory limit is set, so that libraries do not count against a file.
    """
    jobs, answers = _claim_pipes()
    _watch_parent()
    settings = json.loads(sys.argv[-1])
    try:
        readers = load()
    except Exception as exc:  # noqa: BLE001 - whatever keeps the readers from loading is reported
        _send(answers, json.dumps({"ready": False, "detail": repr(exc)}).encode())
        return
    _limit(settings["memory_bytes"])
    _send(answers, b'{"ready": true}')
    while (header := _receive(jobs)) is not None:
        data, pages = _receive(jobs), _receive(jobs)
        if data is None or pages is None:
            return
        job = json.loads(header)
        _limit_cpu(job["cpu_seconds"])
        for payload in _answer(readers, job, data, pages):
            _send(answers, payload)
        del data, pages
        gc.collect()


def _answer(
    readers: Readers, job: dict[str, str | int | float], data: bytes, pages: bytes
) -> tuple[bytes, bytes]:
    try:
        if "page" in job:
            number, seconds = int(job["page"]), float(job["seconds"])
            return encode_page(readers.recognise(data, number, seconds, bool(job["turned"])))
        recognised = split_pages(pages)
        return encode(*readers.parse(data, str(job["name"]), int(job["max_chars"]), recognised))
    except SourceError as exc:
        return encode_error(exc)
    except MemoryError:
        error = SourceError(Reason.TOO_LARGE, "Beim Lesen reicht der erlaubte Speicher nicht.")
        return encode_error(error, spent=True)
    except Exception as exc:  # noqa: BLE001 - a bug that a hostile file finds is a damaged file
        error = SourceError(Reason.DAMAGED, f"Das Lesen brach ab ({type(exc).__name__}).")
        return encode_error(error, spent=True)


def _claim_pipes() -> tuple[int, int]:
    """Keep the pipes for the protocol and give everybody else /dev/null as standard streams."""
    jobs, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    return jobs, answers


def _watch_parent() -> None:
    """End this process and all it has started when its parent is gone, also within a job.

    Linux could send a signal on the parent's death, but it does so when the *thread* that started
    the child ends, and a server's threads come and go.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os.killpg(0, signal.SIGKILL)  # the parent has given this process a group of its own

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _limit(memory_bytes: int) -> None:
    """Bound address space, file size, open files and core dumps from here on.

    The address space may grow by what resident memory still lacks to `memory_bytes`; pages that
    libraries have mapped without using them are thus not charged to the file.
    """
    memory = psutil.Process().memory_info()
    growth = max(memory_bytes - _RESERVE - memory.rss, _LEAST_GROWTH)
    _lower(resource.RLIMIT_AS, memory.vms + growth)
    _lower(resource.RLIMIT_FSIZE, _FILE_BYTES)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(what: int, limit: int) -> None:
    hard = resource.getrlimit(what)[1]
    wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(what, (wanted, wanted))
    except (ValueError, OSError):
        # macOS refuses a limit on address space; there the parent's own watch on resident memory
        # is the only one.
        if sys.platform.startswith("linux"):
            raise


def _limit_cpu(seconds: int) -> None:
    """Let the kernel end this process when it computes longer than `seconds` from now on."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(time.process_time()) + seconds + 1
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )


def _receive(pipe: int) -> bytes | None:
    """Read one frame, None when the input has ended."""
    head = _read(pipe, LENGTH_BYTES)
    return None if head is None else _read(pipe, int.from_bytes(head, "big"))


def _read(pipe: int, size: int) -> bytes | None:
    buffer = bytearray(size)
    view = memoryview(buffer)
    done = 0
    while done < size:
        got = os.readv(pipe, [view[done:]])
        if not got:
            return None
        done += got
    view.release()
    return bytes(buffer)


def _send(pipe: int, payload: bytes) -> None:
    for part in (frame(payload), payload):
        view = memoryview(part)
        while view:
            view = view[os.write(pipe, view) :]
