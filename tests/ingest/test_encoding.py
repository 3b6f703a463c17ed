import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Reason, SourceError
from ingest.wording.encoding import decode, decode_as

GERMAN = "Für größere Städte: Förderung nach § 20a, Öffnung und Übung"
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]


@pytest.mark.parametrize("encoding", UNICODE)
def test_reads_unicode_with_and_without_mark(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize("encoding", ["latin-1", "iso8859-15", "cp1252", "cp850", "mac_roman"])
def test_german_umlauts_survive_every_office_encoding(encoding: str) -> None:
    text = "Für größere Städte: Förderung, Öffnung und Übung"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("word", ["für", "Größe", "Ärztin", "Übung"])
@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
def test_one_word_is_enough(word: str, encoding: str) -> None:
    assert decode(word.encode(encoding)) == word


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Zdrowie jest ważne dla każdego, niezależnie od tego, gdzie mieszka z rodziną."),
        ("cp1251", "Здоровье важно для каждого человека независимо от места жительства"),
        ("cp1254", "Sağlık herkes için önemlidir, şehirde yaşayan çocuklar için de ışık gibi"),
    ],
)
def test_other_languages_are_not_forced_into_german(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_windows_quotes_and_dashes() -> None:
    text = "Sie sagte: „Wir fördern das“ – und ging."
    assert decode(text.encode("cp1252")) == text


def test_stray_byte_does_not_spoil_utf8() -> None:
    data = "Gespräche über Bücher für Schüler".encode() + b"\xe4"
    assert decode(data) == "Gespräche über Bücher für Schülerä"


def test_line_ends_become_newlines() -> None:
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    "data", [b"\x00" * 60, bytes(range(256)) * 20, b"\x7fELF\x02\x01" + b"\x00\x03" * 99]
)
def test_binary_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        decode(data)
    assert caught.value.reason is Reason.UNSUPPORTED


def test_declared_encoding_is_read_as_browsers_do() -> None:
    assert decode_as(b"\x84gut\x93", "ISO-8859-1") == "„gut“"


@pytest.mark.parametrize("name", ["", "x-unknown", "base64", "zlib", "a\x00b"])
def test_unusable_declarations_say_so(name: str) -> None:
    assert decode_as(b"abc", name) is None


@given(st.binary(max_size=400))
def test_any_bytes_end_in_text_or_a_typed_error(data: bytes) -> None:
    try:
        text = decode(data)
    except SourceError as error:
        refusal, text = error.reason, ""
    else:
        refusal = Reason.UNSUPPORTED
    assert refusal is Reason.UNSUPPORTED
    assert "\r" not in text


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=80))
def test_utf8_is_read_back_exactly(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")
