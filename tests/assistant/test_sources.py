"""Folders, pages, sitemaps and lists of them, taken in again and again: what is new, what is gone.

Every scenario runs in this process and through the HTTP server's routes; both must tell the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.client import Client
from assistant.intake import Silent
from assistant.ownership import Address
from assistant.service import LocalBackend, Service
from assistant.web.app import ServerOptions, create_app
from ingest.document import Chunk, Metadata
from ingest.errors import Reason, SourceError
from ingest.fetching.addresses import identity, policy
from ingest.fetching.fetch import Fetcher
from ingest.fetching.fetched import Page
from ingest.process.sandbox import ParsedSource
from retrieval.build import Stores
from retrieval.library import Library
from retrieval.memory import MemoryIndex
from retrieval.originals import Originals
from retrieval.registry import Registry
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES
from tests.fakes import HashEmbedder, document
from tests.ingest.web import Answer, Web

Ingest = Callable[..., dict[str, Any]]
COUNTS = ("added", "updated", "unchanged", "removed")


def page(name: str, more: str = "") -> bytes:
    text = f"Der Treffpunkt {name} bietet jeden Dienstag Beratung für Familien an. {more}"
    return f"<html><head><title>{name}</title></head><body><p>{text}</p></body></html>".encode()


def site_map(*addresses: str) -> Answer:
    listed = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return Answer(f"<urlset {space}>{listed}</urlset>".encode(), type="application/xml")


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as made:
        for name in ("a", "b", "c"):
            made.pages[f"/{name}"] = Answer(page(name), headers={"ETag": f'"{name}1"'})
        made.pages["/sitemap.xml"] = site_map(*(made.url(f"/{name}") for name in "abc"))
        yield made


class Reader:
    """Reads pages and Markdown in this process; the readers themselves have their own tests."""

    def parse(self, data: bytes, name: str) -> ParsedSource:
        if not data:
            raise SourceError(Reason.EMPTY)
        text = data.decode()
        title = re.search(r"<title>(.*?)</title>", text)
        plain = " ".join(re.sub(r"<[^>]*>", " ", text).split())
        facts = Metadata(title=title.group(1) if title else name, language="de")
        made = document(plain, facts=facts)
        chunk = Chunk(0, 0, len(made.text), made.text, None, "", ((0, len(made.text)),))
        return ParsedSource(made, (chunk,), hashlib.sha256(data).hexdigest())

    def close(self) -> None:
        return


class Hurried(Fetcher):
    """Leaves no pause between two requests; pauses have their own test."""

    def get(
        self, url: str, validators: tuple[str, str] = ("", ""), *, pause: float = 0.0
    ) -> Page | None:
        assert pause >= 0
        return super().get(url, validators)


@pytest.fixture
def service(tmp_path: Path, web: Web) -> Iterator[Service]:
    (tmp_path / "daten").mkdir()
    registry = Registry(tmp_path / "daten" / "registry.sqlite3")
    stores = Stores(registry, MemoryIndex(), Originals(tmp_path / "daten" / "originals"))
    library = Library(stores, HashEmbedder(dimension=256))
    yield Service(library, Reader(), Hurried(policy("", web.place), UPLOAD_BYTES))
    library.close()


@pytest.fixture(params=["here", "server"])
def ingest(
    request: pytest.FixtureRequest, service: Service, monkeypatch: pytest.MonkeyPatch
) -> Ingest:
    backend: LocalBackend | Client = LocalBackend(service, UPLOAD_BYTES)
    if request.param == "server":
        app = create_app(service, ServerOptions(TOKEN, UPLOAD_BYTES))
        caller = TestClient(
            app,
            client=("127.0.0.1", 4711),
            headers={"Authorization": f"Bearer {TOKEN}"},
            raise_server_exceptions=False,
        )
        backend = Client(Address("http://127.0.0.1:1", TOKEN, 1), UPLOAD_BYTES)
        monkeypatch.setattr(backend, "_http", Plain(caller))

    def run(*given: str | Path, internal: bool = False, prune: bool = False) -> dict[str, Any]:
        return backend.ingest(given, internal=internal, progress=Silent(), prune=prune)

    return run


class Plain:
    """The application itself instead of a connection to it; it answers with httpx's type."""

    def __init__(self, caller: TestClient) -> None:
        self._caller = caller

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        more.pop("timeout", None)
        said = self._caller.request(method, path, **more)
        return httpx.Response(said.status_code, content=said.content)


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    return tuple(report[name] for name in COUNTS)


def gone(report: dict[str, Any]) -> list[str]:
    for entry in report["vanished"]:
        assert entry.keys() == {"document_id", "source", "title"}
    return sorted(entry["source"] for entry in report["vanished"])


def failed(report: dict[str, Any]) -> list[tuple[str, str]]:
    assert all(entry["message"] for entry in report["failed"])
    return [(entry["source"], entry["reason"]) for entry in report["failed"]]


def sources(service: Service) -> list[str]:
    return [record.source for record in service.library.documents(internal=True)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ordner"
    for name in ("a.md", "b.md", "tief/c.md", "tief/d.md"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(f"# {name}\n\nDer Treffpunkt {name} bietet Beratung an.\n")
    return made


# ------------------------------------------------------------------ folders


def test_folder_again_and_again(ingest: Ingest, service: Service, folder: Path) -> None:
    assert counts(ingest(folder)) == (4, 0, 0, 0)
    assert counts(ingest(folder)) == (0, 0, 4, 0)
    (folder / "a.md").write_text("# a.md\n\nDer Treffpunkt ist jetzt geschlossen.\n")
    (folder / "b.md").unlink()
    (folder / "tief" / "c.md").unlink()
    report = ingest(folder)
    assert counts(report) == (0, 1, 1, 0)
    assert gone(report) == ["b.md", "tief/c.md"]
    assert len(sources(service)) == 4
    report = ingest(folder, prune=True)
    assert counts(report) == (0, 0, 2, 2)
    assert gone(report) == ["b.md", "tief/c.md"]
    assert sources(service) == ["a.md", "tief/d.md"]
    assert gone(ingest(folder)) == []


def test_folder_below_the_ingested_one(ingest: Ingest, folder: Path) -> None:
    ingest(folder)
    (folder / "a.md").unlink()
    (folder / "tief" / "c.md").unlink()
    assert gone(ingest(folder / "tief")) == ["tief/c.md"]
    assert gone(ingest(folder / "b.md")) == []
    assert gone(ingest(folder)) == ["a.md", "tief/c.md"]


@pytest.mark.parametrize("harm", ["removed", "emptied", "moved away with its parent"])
def test_nothing_is_pruned_where_a_folder_cannot_be_read(
    ingest: Ingest, service: Service, folder: Path, harm: str
) -> None:
    inner = folder / "tief"
    ingest(folder)
    ingest(inner)
    shutil.rmtree(folder if harm.startswith("moved") else inner)
    if harm == "emptied":
        inner.mkdir()
    report = ingest(inner, prune=True)
    assert failed(report) == [(str(inner), "not_found")]
    assert counts(report) == (0, 0, 0, 0)
    assert gone(report) == (["tief/c.md", "tief/d.md"] if harm == "emptied" else [])
    assert len(sources(service)) == 4


def test_what_lies_below_an_unreadable_folder_is_not_gone(
    ingest: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so the listing itself is made to fail."""
    ingest(folder)
    (folder / "a.md").unlink()
    real = __import__("os").scandir

    def scandir(path: Path) -> Any:
        if Path(path).name == "tief":
            raise PermissionError(13, "no")
        return real(path)

    monkeypatch.setattr("ingest.files.os.scandir", scandir)
    report = ingest(folder, prune=True)
    assert gone(report) == ["a.md"]
    assert report["removed"] == 1
    assert failed(report) == [("tief", "not_found")]


def test_single_file_that_is_gone(ingest: Ingest, service: Service, folder: Path) -> None:
    file = folder / "a.md"
    ingest(file)
    file.rename(folder / "umbenannt.md")
    report = ingest(file)
    assert failed(report) == [(str(file), "not_found")]
    assert gone(report) == ["a.md"]
    assert gone(ingest(folder / "nie gesehen.md")) == []
    assert counts(ingest(file, prune=True)) == (0, 0, 0, 1)
    assert sources(service) == []


def test_a_copy_elsewhere_is_not_gone(ingest: Ingest, folder: Path, tmp_path: Path) -> None:
    ingest(folder)
    shutil.copytree(folder, tmp_path / "kopie")
    assert counts(ingest(tmp_path / "kopie")) == (0, 0, 4, 0)
    (folder / "a.md").unlink()
    assert gone(ingest(folder)) == []
    (tmp_path / "kopie" / "a.md").unlink()
    assert gone(ingest(tmp_path / "kopie")) == ["a.md"]


# ------------------------------------------------------------------ pages


def test_page(ingest: Ingest, service: Service, web: Web) -> None:
    asked = web.url("/a") + "?utm_source=brief#oben"
    report = ingest(asked)
    assert counts(report) == (1, 0, 0, 0)
    (made,) = report["documents"]
    assert made["url"] == made["source"] == web.url("/a")
    assert made["title"] == "a"
    assert counts(ingest(asked)) == (0, 0, 1, 0)
    assert web.paths() == ["/a"]  # the second time the server said that nothing changed
    assert web.paths(304) == ["/a"]
    web.pages["/a"] = Answer(page("a"), headers={"ETag": '"a2"'})
    assert counts(ingest(asked)) == (0, 0, 1, 0)  # the same bytes under another tag
    assert service.library.document(made["document_id"], internal=True).validators == ('"a2"', "")
    assert counts(ingest(asked)) == (0, 0, 1, 0)
    assert web.paths(304) == ["/a", "/a"]
    web.pages["/a"] = Answer(page("a", "Auch am Freitag."))
    report = ingest(asked)
    assert counts(report) == (0, 1, 0, 0)
    assert report["documents"][0]["document_id"] == made["document_id"]


def test_page_that_is_gone(ingest: Ingest, service: Service, web: Web) -> None:
    ingest(web.url("/a"))
    for status, reason, missing in ((503, "not_found", []), (404, "not_found", [web.url("/a")])):
        web.pages["/a"] = Answer(status=status)
        report = ingest(web.url("/a"))
        assert failed(report) == [(web.url("/a"), reason)]
        assert gone(report) == missing
    web.pages["/a"] = Answer(status=503)
    assert counts(ingest(web.url("/a"), prune=True)) == (0, 0, 0, 0)
    web.pages["/a"] = Answer(status=410)
    assert counts(ingest(web.url("/a"), prune=True)) == (0, 0, 0, 1)
    assert sources(service) == []


def test_addresses_that_are_not_allowed(ingest: Ingest, web: Web) -> None:
    for address in ("https://beispiel.de/", "http://127.0.0.1:1/", "ftp://x.de/", "http://[/"):
        report = ingest(address)
        assert [reason for _, reason in failed(report)] == ["blocked_address"]
    assert "KGC_FETCH_HOSTS" in ingest("https://beispiel.de/")["failed"][0]["message"]
    assert web.asked == []


def test_internal_page(ingest: Ingest, web: Web) -> None:
    assert ingest(web.url("/a"), internal=True)["documents"][0]["visibility"] == "internal"


# ------------------------------------------------------------------ sitemaps


def test_sitemap_again_and_again(ingest: Ingest, service: Service, web: Web) -> None:
    address = web.url("/sitemap.xml")
    report = ingest(address)
    assert counts(report) == (3, 0, 0, 0)
    assert sources(service) == [web.url(f"/{name}") for name in "abc"]
    assert counts(ingest(address)) == (0, 0, 3, 0)
    assert web.paths(304) == ["/a", "/b", "/c"]
    web.pages["/sitemap.xml"] = site_map(web.url("/a"), web.url("/c"), "https://andere.de/x")
    web.pages["/c"] = Answer(status=404)
    report = ingest(address)
    assert gone(report) == [web.url("/b"), web.url("/c")]
    assert failed(report) == [(web.url("/c"), "not_found")]
    report = ingest(address, prune=True)
    assert (report["removed"], sources(service)) == (2, [web.url("/a")])


@pytest.mark.parametrize(
    ("answer", "reported"),
    [
        (Answer(status=500), 0), (Answer(status=404), 0), (Answer(b"<urlset>", type="text/xml"), 0),
        (site_map(), 3),
    ],
)  # fmt: skip
def test_nothing_is_pruned_where_a_sitemap_cannot_be_read(
    ingest: Ingest, service: Service, web: Web, answer: Answer, reported: int
) -> None:
    ingest(web.url("/sitemap.xml"))
    web.pages["/sitemap.xml"] = answer
    report = ingest(web.url("/sitemap.xml"), prune=True)
    assert counts(report) == (0, 0, 0, 0)
    assert len(gone(report)) == reported
    assert len(sources(service)) == 3


def test_index_of_sitemaps_with_one_that_fails(ingest: Ingest, service: Service, web: Web) -> None:
    listed = "".join(
        f"<sitemap><loc>{address}</loc></sitemap>"
        for address in (web.url("/eins.xml"), web.url("/zwei.xml"), "https://andere.de/s.xml")
    )
    index = f"<sitemapindex>{listed}</sitemapindex>".encode()
    web.pages["/index.xml"] = Answer(index, type="text/xml")
    web.pages["/eins.xml"] = site_map(web.url("/a"), web.url("/index.xml"))
    web.pages["/zwei.xml"] = site_map(web.url("/b"))
    report = ingest(web.url("/index.xml"))
    assert report["added"] == 2
    web.pages["/eins.xml"] = site_map()
    web.pages["/zwei.xml"] = Answer(status=502)
    report = ingest(web.url("/index.xml"), prune=True)
    assert (web.url("/zwei.xml"), "not_found") in failed(report)
    assert (gone(report), len(sources(service))) == ([], 2)


def test_robots_are_heeded(ingest: Ingest, service: Service, web: Web) -> None:
    rules = b"User-agent: *\nDisallow: /b\nCrawl-delay: 0.1\n"
    web.pages["/robots.txt"] = Answer(rules, type="text/plain")
    assert ingest(web.url("/sitemap.xml"))["added"] == 2
    assert "/b" not in web.paths()
    web.pages["/robots.txt"] = Answer(status=503)
    report = ingest(web.url("/sitemap.xml"), prune=True)
    assert [source for source, _ in failed(report)] == [web.url("/robots.txt")]
    assert (gone(report), len(sources(service))) == ([], 2)


# ------------------------------------------------------------------ lists


def write(path: Path, *entries: str) -> Path:
    path.write_text("\n".join(f"[[source]]\n{entry}\n" for entry in entries))
    return path


def test_list(ingest: Ingest, service: Service, web: Web, folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "quellen.toml"
    own = 'path = "ordner"\ninternal = true\ntype = "Protokoll"\nexclude = "tief/*"'
    page_entry = f'url = "{web.url("/a")}"\nregion = "Hessen"\nkeyword = ["eins", "zwei"]'
    map_entry = f'sitemap = "{web.url("/sitemap.xml")}"\ninclude = "/[bc]"\npause = 0'
    map_entry = map_entry.replace("/[bc]", "/b")
    report = ingest(write(listed, own, page_entry, map_entry))
    assert counts(report) == (4, 0, 0, 0)
    found = {entry["source"]: entry for entry in report["documents"]}
    assert found.keys() == {"a.md", "b.md", web.url("/a"), web.url("/b")}
    assert (found["a.md"]["type"], found["a.md"]["visibility"]) == ("Protokoll", "internal")
    assert found[web.url("/a")]["region"] == "Hessen"
    assert found[web.url("/a")]["keyword"] == ["eins", "zwei"]
    assert found[web.url("/b")]["visibility"] == "public"

    service.library.correct(found[web.url("/a")]["document_id"], {"region": "Bayern"})
    web.pages["/a"] = Answer(page("a", "Neu."))
    report = ingest(listed)
    assert counts(report) == (0, 1, 3, 0)
    changed = {entry["source"]: entry for entry in report["documents"]}[web.url("/a")]
    assert changed["region"] == "Bayern"  # what editors say is above the list
    assert changed["keyword"] == ["eins", "zwei"]

    report = ingest(write(listed, own))
    assert gone(report) == [web.url("/a"), web.url("/b")]
    assert counts(ingest(listed, prune=True)) == (0, 0, 2, 2)
    assert gone(ingest(folder)) == []
    report = ingest(write(listed), prune=True)  # an empty list is taken for a mistake
    assert (gone(report), report["removed"]) == (["a.md", "b.md"], 0)


def test_a_source_that_fails_protects_its_documents(
    ingest: Ingest, service: Service, web: Web, folder: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "quellen.toml"
    write(
        listed,
        'path = "ordner"',
        f'sitemap = "{web.url("/sitemap.xml")}"\npause = 0',
        f'url = "{web.url("/a")}"',
    )
    assert len(ingest(listed)["documents"]) == 8
    shutil.rmtree(folder)
    web.pages["/sitemap.xml"] = Answer(status=500)
    web.pages["/a"] = Answer(status=500)
    report = ingest(listed, prune=True)
    assert len(report["failed"]) == 3
    assert (gone(report), len(sources(service))) == ([], 7)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[source]]\npath=", "TOML"), ('[[source]]\nurl="ordner"', "Quelle 1"),
        ('[[source]]\npath="https://x.de"', "Quelle 1"),
        ('[[source]]\npath="a"\ndate="gestern"', "Quelle 1"),
    ],
)  # fmt: skip
def test_wrong_list_is_one_failure(
    ingest: Ingest, service: Service, folder: Path, tmp_path: Path, text: str, told: str
) -> None:
    listed = write(tmp_path / "quellen.toml", 'path = "ordner"')
    ingest(listed)
    listed.write_text(text)
    report = ingest(listed, prune=True)
    assert failed(report) == [(str(listed), "damaged")]
    assert told in report["failed"][0]["message"]
    assert (gone(report), len(sources(service))) == ([], 4)


# ------------------------------------------------------------------ HTTP


def test_post_an_address(service: Service, web: Web) -> None:
    app = create_app(service, ServerOptions(TOKEN, UPLOAD_BYTES))
    with TestClient(app, client=("127.0.0.1", 1), raise_server_exceptions=False) as caller:
        key = {"Authorization": f"Bearer {TOKEN}"}

        def post(body: Any, path: str = "/v1/documents", **headers: str) -> httpx.Response:
            said = caller.post(path, json=body, headers={**key, **headers})
            return httpx.Response(said.status_code, content=said.content)

        made = post({"url": web.url("/a"), "internal": True})
        assert made.status_code == 201
        assert made.json()["documents"][0]["visibility"] == "internal"
        assert post({"url": web.url("/a")}).status_code == 200
        blocked = post({"url": "http://127.0.0.1:1/"})
        assert (blocked.status_code, blocked.json()["reason"]) == (422, "blocked_address")
        assert "KGC_FETCH" in blocked.json()["detail"]
        missing = post({"url": web.url("/fehlt")})
        assert (missing.status_code, missing.json()["reason"]) == (422, "not_found")
        wrong: list[Any] = [
            {}, {"url": ""}, {"url": 7}, {"url": "x" * 2_001}, {"url": "http://x", "farbe": "rot"},
            {"url": "http://x", "places": ["/etc"]}, {"url": "http://x", "facts": {"farbe": "rot"}},
            {"url": "http://x", "facts": {"date": "gestern"}}, {"url": "http://x", "pause": -1}, [],
        ]  # fmt: skip
        for body in wrong:
            refused = post(body)
            assert refused.status_code == 422, body
            assert refused.json()["detail"]
        broken = caller.post(
            "/v1/documents", content=b"{", headers={**key, "Content-Type": "application/json"}
        )
        assert broken.status_code == 400
        assert post({"url": "http://x" + "y" * 70_000}).status_code == 413
        assert caller.post("/v1/documents", headers=key).status_code == 422
        before = len(web.asked)
        wanted = {"/v1/documents": {"url": web.url("/b")}, "/v1/documents/places": {"places": []}}
        for stranger in ({}, {"Authorization": "Bearer falsch"}):
            for path, sent in wanted.items():
                assert caller.post(path, json=sent, headers=stranger).status_code == 401
        assert len(web.asked) == before
        place = made.json()["seen"]["origins"]
        asked = post({"places": place}, "/v1/documents/places").json()["documents"]
        assert [found["source"] for found in asked] == [web.url("/a")]
        assert post({"places": ["x"]}, "/v1/documents/places").status_code == 422


def test_no_path_of_the_server_leaves_it(service: Service, folder: Path) -> None:
    backend = LocalBackend(service, UPLOAD_BYTES)
    report = backend.ingest([folder], internal=False, progress=Silent())
    assert str(folder) not in json.dumps(report)


def test_an_address_is_cited(service: Service, web: Web) -> None:
    LocalBackend(service, UPLOAD_BYTES).ingest([web.url("/a")], internal=False, progress=Silent())
    (record,) = service.library.documents(internal=False)
    assert record.url == identity(web.url("/a"))
