r"""Bytes of unknown encoding → text with ``\n`` line ends. German text must come out right.

The order: byte order mark, the NUL pattern of UTF-16/32, strict UTF-8, nearly valid UTF-8, the
one-byte encodings of German offices, and only then charset-normalizer's guess.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import islice

from charset_normalizer import from_bytes

from ingest.errors import Reason, SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WESTERN = ("cp1252", "iso8859-15", "cp850", "mac_roman")
"""One-byte encodings German texts are found in; the earlier one wins a tie."""
OTHER = ("cp1250", "cp1251", "cp1254", "cp1256", "koi8_r", "koi8_u", "iso8859_2", "iso8859_9")
"""Encodings of the other languages the product reads, tried when no German one is plausible."""

_GERMAN = frozenset("äöüÄÖÜß")
_USUAL = frozenset("§„“”‚‘’–—…€°·•²³«»½×éèêàâçôîïëáíóúñ\u00a0\u00adÉ©®")
_ICELANDIC = frozenset("þÞðÐýÝ")  # what Turkish ş, ğ and ı look like in Windows-1252
_IMPLAUSIBLE = -2
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LATIN_NEIGHBOUR = re.compile(r"[A-Za-z]")
_MAX_CONTROL_SHARE = 0.01
_MAX_BROKEN_SHARE = 1 / 3  # chance makes next to no valid UTF-8 sequence in another encoding
_MAX_ACCENTED_SHARE = 0.4  # more characters beyond ASCII than this: no Latin script
_SAMPLE = 4096
_ENOUGH = 20_000  # accented characters; more do not make the choice any surer


def decode(data: bytes) -> str:
    r"""Turn the bytes of a text file into text.

    Returns:
        The text without byte order mark, with ``\n`` as its only line end.

    Raises:
        SourceError: `UNSUPPORTED` when no encoding fits or the bytes are no text at all.
    """
    text = _marked(data)
    if text is None:
        text = _unmarked(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_binary(text)
    return text


def decode_as(data: bytes, encoding: str) -> str | None:
    r"""Decode with the encoding a document declares.

    Returns:
        The text with ``\n`` line ends, None when the name is unknown or the bytes do not fit.
    """
    try:
        codec = codecs.lookup(encoding)
        # Browsers read "latin-1" as Windows-1252 (WHATWG Encoding Standard); so do the authors.
        name = "cp1252" if codec.name in {"iso8859-1", "ascii"} else codec.name
        if not getattr(codec, "_is_text_encoding", True):
            return None  # "base64", "zlib" and the like are transforms, no charset
        text = data.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _marked(data: bytes) -> str | None:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    return None


def _unmarked(data: bytes) -> str:
    wide = _wide_encoding(data)
    if wide:
        text = decode_as(data, wide)
        if text is not None:
            return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _nearly_utf8(data) or _one_byte(data)


def _wide_encoding(data: bytes) -> str | None:
    """Name UTF-16 or UTF-32 from where the NUL bytes stand; Western text has one per character."""
    sample = data[: _SAMPLE - _SAMPLE % 4]
    if len(sample) < len("ab".encode("utf-16-le")) or 0 not in sample:
        return None
    share = [_nul_share(sample[place::4]) for place in range(4)]
    high, low = 0.6, 0.2
    patterns = {
        "utf-32-le": share[0] < low and min(share[1:]) > high,
        "utf-32-be": share[3] < low and min(share[:3]) > high,
        "utf-16-le": max(share[0], share[2]) < low and min(share[1], share[3]) > high,
        "utf-16-be": max(share[1], share[3]) < low and min(share[0], share[2]) > high,
    }
    return next((name for name, fits in patterns.items() if fits), None)


def _nul_share(column: bytes) -> float:
    return column.count(0) / len(column) if column else 0.0


def _nearly_utf8(data: bytes) -> str | None:
    """Read UTF-8 with a few stray bytes (a cut end, a pasted line); None when it is none."""
    text = data.decode("utf-8", errors="surrogateescape")
    broken = sum("\udc80" <= char <= "\udcff" for char in text)
    whole = sum(char > "\x7f" for char in text) - broken
    if broken > _MAX_BROKEN_SHARE * whole:
        return None
    return re.sub("[\udc80-\udcff]", _stray, text)


def _stray(match: re.Match[str]) -> str:
    byte = bytes([ord(match.group()) - 0xDC00])
    return byte.decode("cp1252", errors="replace")


def _one_byte(data: bytes) -> str:
    texts = {name: text for name in WESTERN if (text := decode_as(data, name)) is not None}
    scores = {name: _plausibility(text) for name, text in texts.items()}
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is not None and scores[best] > 0:
        return texts[best]
    return _guessed(data) or _lenient(data)


def _guessed(data: bytes) -> str | None:
    match = from_bytes(data[: 16 * _SAMPLE], cp_isolation=[*OTHER]).best()
    return decode_as(data, match.encoding) if match else None


def _lenient(data: bytes) -> str:
    """Read as Windows-1252; its five unassigned bytes become U+FFFD."""
    return data.decode("cp1252", errors="replace")


def _plausibility(text: str) -> float:
    """Rate how German the non-ASCII characters look: their mean value, at most 3, 0 for none."""
    letters = [char > "\x7f" for char in text if not char.isspace()]
    if len(letters) > 2 * len("äöüß") and sum(letters) > _MAX_ACCENTED_SHARE * len(letters):
        return 0.0
    counts: Counter[tuple[str, bool]] = Counter()
    for match in islice(re.finditer(r"[^\x00-\x7f]", text), _ENOUGH):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        inside = bool(_LATIN_NEIGHBOUR.match(before) or _LATIN_NEIGHBOUR.match(after))
        counts[match.group(), inside] += 1
    total = sum(counts.values())
    value = sum(_value(char, inside) * count for (char, inside), count in counts.items())
    return value / total if total else 0.0


def _value(char: str, in_word: bool) -> int:
    if char in _GERMAN:
        return 3 if in_word else 0
    if char in _USUAL:
        return 1
    return 0 if char.isalpha() and char not in _ICELANDIC else _IMPLAUSIBLE


def _refuse_binary(text: str) -> None:
    controls = len(_CONTROL.findall(text))
    replaced = text.count("\ufffd")
    if controls + replaced > max(1, len(text) * _MAX_CONTROL_SHARE):
        raise SourceError(
            Reason.UNSUPPORTED,
            f"{controls + replaced} von {len(text)} Zeichen sind keine Schriftzeichen. "
            "Bitte als Text in UTF-8 speichern.",
        )
