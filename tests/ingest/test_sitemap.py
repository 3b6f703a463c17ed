"""Sitemaps from strangers: the listed addresses, and nothing else happens."""

from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Reason, SourceError
from ingest.fetching import sitemap

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urls(*addresses: str, space: str = SPACE) -> bytes:
    listed = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<?xml version="1.0"?>\n<urlset {space}>{listed}</urlset>'.encode()


def test_pages_and_further_maps() -> None:
    found = sitemap.read(urls("https://a.de/1", " https://a.de/2\n", "https://a.de/1"))
    assert found == sitemap.Sitemap(("https://a.de/1", "https://a.de/2"), ())
    index = f"<sitemapindex {SPACE}><sitemap><loc>https://a.de/s.xml</loc></sitemap></sitemapindex>"
    assert sitemap.read(index.encode()).sitemaps == ("https://a.de/s.xml",)
    assert sitemap.read(urls("https://a.de/1", space="")).pages == ("https://a.de/1",)
    assert sitemap.read(gzip.compress(urls("https://a.de/1"))).pages == ("https://a.de/1",)
    assert sitemap.read(urls()) == sitemap.Sitemap((), ())


def test_pictures_are_no_pages() -> None:
    text = (
        f'<urlset {SPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        "<!-- nichts --><url><loc>https://a.de/1</loc><lastmod>2024</lastmod><image:image>"
        "<image:loc>https://a.de/b.png</image:loc></image:image></url></urlset>"
    )
    assert sitemap.read(text.encode()).pages == ("https://a.de/1",)


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (urls(), True), (gzip.compress(urls("https://a.de/")), True),
        (b"<s:urlset xmlns:s='x'></s:urlset>", True),
        (b"<sitemapindex/>", True), (b"<html><body>&lt;urlset&gt;</body></html>", False),
        (b"<!doctype html><html><p><urlset></p></html>", False), (b"", False),
        (b"\x1f\x8b\x08", False), (b"%PDF-1.7", False), (b"<rss></rss>", False),
        (b"# urlset", False),
    ],
)  # fmt: skip
def test_what_is_a_sitemap(data: bytes, is_one: bool) -> None:
    assert sitemap.is_sitemap(data) is is_one


def failure(data: bytes) -> Reason:
    begun = time.monotonic()
    with pytest.raises(SourceError) as raised:
        sitemap.read(data)
    assert time.monotonic() - begun < 5
    return raised.value.reason


def test_hostile_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("s") / "geheim"
    secret.write_text("geheim")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    for declared in (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', f'<!ENTITY a0 "ha">{laughs}'):
        name = "x" if "SYSTEM" in declared else "a11"
        text = (
            f"<!DOCTYPE urlset [{declared}]><urlset {SPACE}>"
            f"<url><loc>https://a.de/&{name};</loc></url></urlset>"
        )
        try:
            pages = sitemap.read(text.encode()).pages
        except SourceError as error:
            assert error.reason is Reason.DAMAGED  # noqa: PT017  # refusing is as good
        else:
            assert pages == ("https://a.de/",)
    assert failure(b"<urlset>" + b"<a>" * 100_000) is Reason.DAMAGED
    assert failure(urls("https://a.de/")[:-5]) is Reason.DAMAGED
    assert failure(gzip.compress(urls("https://a.de/"))[:-30]) is Reason.DAMAGED
    assert failure(gzip.compress(b"<urlset>" + b" " * 51_000_000)) is Reason.TOO_LARGE
    assert failure(urls(*(f"https://a.de/{n}" for n in range(50_001)))) is Reason.TOO_LARGE
    assert failure(b"") is Reason.DAMAGED


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    for made in (data, urls() + data, b"\x1f\x8b\x08" + data, b"<urlset>" + data):
        sitemap.is_sitemap(made)
        try:
            found = sitemap.read(made)
        except SourceError:
            continue
        assert isinstance(found.pages, tuple)
