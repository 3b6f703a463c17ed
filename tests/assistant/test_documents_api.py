"""The document routes: list, read, original, upload, correct, erase."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.assistant import samples
from tests.assistant.conftest import Site
from tests.data import build

TITLED = "# Neues Angebot\n\nDer Treffpunkt Westdorf bietet Beratung für Alleinerziehende an.\n"
DOCUMENT = {
    "document_id", "source", "title", "type", "organisation", "region", "date", "language",
    "visibility", "pages", "chunks", "url", "link",
}  # fmt: skip
SOURCES = {
    "netzwerk.md", "kochen.html", "garden.md", "amt/Ruheräume „Süd“.txt", "bericht.pdf",
    "vortrag.pptx", "leitfaden.docx",
}  # fmt: skip


def test_list_shows_every_public_document(site: Site) -> None:
    listed = site.public.get("/v1/documents").json()
    assert listed["total"] == len(listed["documents"]) == len(SOURCES)
    assert {entry["source"] for entry in listed["documents"]} == SOURCES
    for entry in listed["documents"]:
        assert entry.keys() >= DOCUMENT
        assert re.fullmatch(r"[A-Za-z0-9_-]+", entry["document_id"])
        assert entry["visibility"] == "public"
        paged = entry["source"].endswith(("pdf", "pptx"))
        assert (entry["pages"] or 0) > 0 if paged else entry["pages"] is None


def test_read_gives_the_text_and_its_pages(site: Site) -> None:
    for source in SOURCES:
        held = site.public.get(f"/v1/documents/{site.id_of(source)}").json()
        assert held.keys() >= DOCUMENT | {"text"}
        assert "\r" not in held["text"]
        at = before = 0
        for page in held["pages"]:  # a hidden slide keeps its number, but is not read
            assert page.keys() == {"number", "start", "end"}
            assert page["number"] > before
            before = page["number"]
            assert at <= page["start"] <= page["end"] <= len(held["text"])
            at = page["end"]
        assert bool(held["pages"]) is source.endswith(("pdf", "pptx"))


@pytest.mark.parametrize(
    ("source", "kind", "shown"),
    [
        ("bericht.pdf", "application/pdf", "inline"),
        ("kochen.html", "text/plain; charset=utf-8", "inline"),
        ("netzwerk.md", "text/plain; charset=utf-8", "inline"),
        ("amt/Ruheräume „Süd“.txt", "text/plain; charset=windows-1252", "inline"),
        ("vortrag.pptx", "application/vnd.openxmlformats-officedocument", "attachment"),
        ("leitfaden.docx", "application/vnd.openxmlformats-officedocument", "attachment"),
    ],
)
def test_original_is_handed_out_safely(site: Site, source: str, kind: str, shown: str) -> None:
    response = site.public.get(f"/documents/{site.id_of(source)}/original")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(kind)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    disposition = response.headers["content-disposition"]
    assert disposition.startswith(f"{shown}; filename=")
    assert disposition.isascii()
    assert unquote(disposition.split("UTF-8''")[1]) == source.rsplit("/", maxsplit=1)[-1]


def test_original_is_the_file_byte_for_byte(site: Site) -> None:
    name = site.id_of("amt/Ruheräume „Süd“.txt")
    assert site.public.get(f"/documents/{name}/original").content == samples.OLD_TEXT.encode(
        "cp1252"
    )


def test_upload_is_known_to_the_next_question_and_unchanged_the_second_time(own_site: Site) -> None:
    file = {"file": ("angebot.md", TITLED.encode())}
    first = own_site.insider.post("/v1/documents", files=file)
    assert first.status_code == 201
    report = first.json()
    assert (report["added"], report["failed"]) == (1, [])
    name = report["documents"][0]["document_id"]
    question = {"question": "Was bietet der Treffpunkt Westdorf an?"}
    answer = own_site.public.post("/v1/chat", json=question).json()
    assert answer["citations"][0]["document_id"] == name
    again = own_site.insider.post("/v1/documents", files=file)
    assert (again.status_code, again.json()["unchanged"]) == (200, 1)
    changed = {"file": ("angebot.md", TITLED.replace("Westdorf", "Ostdorf").encode())}
    update = own_site.insider.post("/v1/documents", files=changed).json()
    assert (update["updated"], update["documents"][0]["document_id"]) == (1, name)


def test_internal_upload_stays_hidden(own_site: Site) -> None:
    report = own_site.insider.post(
        "/v1/documents", files={"file": ("n.md", TITLED.encode())}, data={"internal": "true"}
    ).json()
    name = report["documents"][0]["document_id"]
    assert report["documents"][0]["visibility"] == "internal"
    assert own_site.public.get(f"/v1/documents/{name}").status_code == 404
    opened = own_site.insider.patch(f"/v1/documents/{name}", json={"visibility": "public"})
    assert opened.json()["visibility"] == "public"
    assert own_site.public.get(f"/v1/documents/{name}").status_code == 200


@pytest.mark.parametrize(
    ("name", "data", "status", "reason"),
    [
        ("leer.txt", b"", 422, "empty"),
        ("bild.pdf", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, 422, "wrong_type"),
        ("bild.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, 422, "unsupported"),
        ("geheim.docx", build.compound_file("EncryptedPackage"), 422, "encrypted"),
    ],
)
def test_unreadable_upload_names_its_reason(
    site: Site, name: str, data: bytes, status: int, reason: str
) -> None:
    refused = site.insider.post("/v1/documents", files={"file": (name, data)})
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    held = refused.json()
    assert (held["reason"], held["source"]) == (reason, name)


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("../../etc/passwd.md", "etc/passwd.md"),
        ("..\\..\\windows\\datei.md", "windows/datei.md"),
        ("/etc/./abs.md", "etc/abs.md"),
        ("Präventionsgesetz „neu“.md", "Präventionsgesetz „neu“.md"),
        ("Pra\u0308vention.md", "Prävention.md"),
        ("a;b'c d.md", "a;b'c d.md"),
        ("\u202egnp.md", "gnp.md"),
        ("x" * 400 + ".md", "x" * 400 + ".md"),
    ],
)
def test_file_names_are_made_safe(own_site: Site, given: str, source: str) -> None:
    sent = own_site.insider.post("/v1/documents", files={"file": (given, TITLED.encode())})
    assert sent.status_code == 201, sent.text
    held = sent.json()["documents"][0]
    assert held["source"] == source
    original = own_site.public.get(f"/documents/{held['document_id']}/original")
    assert original.content == TITLED.encode()
    disposition = original.headers["content-disposition"]
    assert len(disposition) < 700
    assert not re.search(r"[\r\n\x00/\\]|\.\.", disposition)


@pytest.mark.parametrize("given", ["..", "/", "\u200b", "a\r\nSet-Cookie: x=1.md", "b\x00.md"])
def test_hostile_source_fields_do_no_harm(own_site: Site, given: str) -> None:
    sent = own_site.insider.post(
        "/v1/documents", files={"file": ("gut.md", TITLED.encode())}, data={"source": given}
    )
    if sent.status_code != 201:
        assert sent.json()["reason"] == "not_found"
        return
    held = sent.json()["documents"][0]
    assert held["source"].isprintable()
    original = own_site.public.get(f"/documents/{held['document_id']}/original")
    assert "set-cookie" not in original.headers


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"title": "Neuer Titel", "date": "2020-05", "region": "Hessen"}, 200),
        ({"date": "gestern"}, 422),
        ({"visibility": "geheim"}, 422),
        ({"source": "x"}, 422),
        ({"title": "a" * 301}, 422),
        ({"title": 7}, 422),
        ({"region": "NRW"}, 422),
        ({"keyword": " ; "}, 422),
        ({}, 200),
    ],
)
def test_corrections_are_checked(own_site: Site, change: dict[str, str], status: int) -> None:
    name = own_site.id_of("netzwerk.md")
    before = own_site.insider.get(f"/v1/documents/{name}").json()
    response = own_site.insider.patch(f"/v1/documents/{name}", json=change)
    assert response.status_code == status
    after = own_site.insider.get(f"/v1/documents/{name}").json()
    assert after == (before | change if status == 200 else before)


def test_corrections_can_be_taken_back(own_site: Site) -> None:
    path = f"/v1/documents/{own_site.id_of('netzwerk.md')}"
    assert own_site.insider.patch(path, json={"title": "Anders"}).json()["title"] == "Anders"
    back = own_site.insider.patch(path, json={"title": ""}).json()
    assert back["title"] == "Bewegung im Quartier"


def test_removed_document_is_gone_everywhere(own_site: Site) -> None:
    name = own_site.id_of("netzwerk.md")
    asked = {"question": samples.QUESTION}
    assert own_site.public.post("/v1/chat", json=asked).json()["kind"] == "answer"
    assert own_site.insider.delete(f"/v1/documents/{name}").json()["document_id"] == name
    for path in (f"/v1/documents/{name}", f"/documents/{name}", f"/documents/{name}/original"):
        assert own_site.insider.get(path).status_code == 404
    hits = own_site.insider.get("/v1/search", params={"q": samples.QUESTION}).json()["hits"]
    assert name not in {hit["document_id"] for hit in hits}
    answer = own_site.public.post("/v1/chat", json=asked).json()
    assert name not in {entry["document_id"] for entry in answer["citations"] + answer["related"]}
    assert own_site.insider.delete(f"/v1/documents/{name}").status_code == 404


def test_corrected_lists_come_back_as_lists(own_site: Site) -> None:
    name = own_site.id_of("netzwerk.md")
    change = {"target_group": "Kinder; Familien", "setting": "Kita", "keyword": "Armut"}
    response = own_site.insider.patch(f"/v1/documents/{name}", json=change)
    assert response.status_code == 200
    shown = own_site.public.get(f"/v1/documents/{name}").json()
    assert shown["target_group"] == ["Kinder", "Familien"]
    assert (shown["setting"], shown["keyword"]) == (["Kita"], ["Armut"])
    assert "Kinder, Familien" in own_site.public.get(f"/documents/{name}").text
