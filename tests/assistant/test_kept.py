"""Searches asked again are answered from memory, but never with what is no longer there."""

from __future__ import annotations

import pytest

from assistant.backend import Json, Sought
from assistant.web.kept import Kept
from tests.assistant.conftest import Site
from tests.assistant.samples import SECRET


def test_keeps_what_was_asked_last_within_its_size() -> None:
    kept = Kept(most_bytes=10)
    assert kept.get("1", "a") is None
    for name in ("a", "b"):
        kept.put("1", name, name.encode() * 5)
    assert kept.get("1", "a") == b"aaaaa"
    kept.put("1", "c", b"ccccc")
    assert [kept.get("1", name) for name in "abc"] == [b"aaaaa", None, b"ccccc"]
    kept.put("1", "a", b"x")
    kept.put("1", "d", b"dddd")
    assert [kept.get("1", name) for name in "acd"] == [b"x", b"ccccc", b"dddd"]
    kept.put("1", "e", b"e" * 11)
    assert kept.get("1", "e") is None


def test_forgets_everything_when_the_index_changes() -> None:
    kept = Kept()
    kept.get("1", "a")
    kept.put("1", "a", b"alt")
    assert kept.get("2", "a") is None
    kept.put("1", "a", b"alt")
    assert kept.get("2", "a") is None
    assert kept.get("1", "a") is None


@pytest.fixture
def searched(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sought, bool]]:
    """What was really searched for."""
    seen: list[tuple[Sought, bool]] = []
    search = own_site.service.search

    def counted(wanted: Sought, *, internal: bool, **more: object) -> Json:
        seen.append((wanted, internal))
        return search(wanted, internal=internal, **more)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(own_site.service, "search", counted)
    return seen


def test_the_same_search_is_made_once(own_site: Site, searched: list[tuple[Sought, bool]]) -> None:
    first, second = (own_site.public.get("/v1/search?q=Netzwerk") for _ in range(2))
    assert first.content == second.content
    for name in ("etag", "cache-control", "content-type", "vary"):
        assert first.headers[name] == second.headers[name]
    assert len(searched) == 1
    for other in ("q=Netzwerk&limit=3", "q=netzwerk", "q=Netzwerk&language=en"):
        assert own_site.public.get(f"/v1/search?{other}").status_code == 200
    assert len(searched) == 4


def test_a_change_of_the_index_is_seen_at_once(
    own_site: Site, searched: list[tuple[Sought, bool]]
) -> None:
    before = own_site.public.get("/v1/search?q=Netzwerk Bewegung").json()
    assert {hit["source"] for hit in before["hits"]} >= {"netzwerk.md"}
    own_site.service.remove(own_site.id_of("netzwerk.md"))
    after = own_site.public.get("/v1/search?q=Netzwerk Bewegung").json()
    assert "netzwerk.md" not in {hit["source"] for hit in after["hits"]}
    assert len(searched) == 2


def test_what_a_key_opens_is_neither_kept_nor_shown_to_others(
    own_site: Site, searched: list[tuple[Sought, bool]]
) -> None:
    for caller, sees in ((own_site.public, False), (own_site.insider, True)) * 2:
        told = caller.get(f"/v1/search?q={SECRET}")
        assert any(hit["source"] == "vermerk.md" for hit in told.json()["hits"]) is sees
    assert [internal for _, internal in searched] == [False, True, True]
