"""GET /metrics: what is counted, who may read it, and that it tells nothing of people."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from assistant.service import Service
from assistant.web.app import PARTS, ServerOptions, create_app
from assistant.web.metrics import UNKNOWN, Metered, Metrics, Templates
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION
from tests.assistant.test_problems import problem

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def fresh(site: Site) -> Site:
    """An application of its own around the same library."""
    return Site(create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES)), site.service)


def local(site: Site) -> TestClient:
    return TestClient(site.app, client=("127.0.0.1", 1))


def text(site: Site) -> str:
    response = local(site).get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return response.text


def samples(told: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def value(told: str, name: str, **labels: str) -> float:
    return samples(told).get((name, tuple(sorted(labels.items()))), 0.0)


def test_requests_are_counted_by_template(fresh: Site) -> None:
    name = fresh.id_of("netzwerk.md")
    for path in (f"/documents/{name}", "/documents/gibt-es-nicht", "/v1/documents", "/livez"):
        fresh.public.get(path)
    fresh.public.head("/livez")
    fresh.public.get("/static/page.js")
    fresh.public.put("/v1/chat")
    told = text(fresh)
    assert name not in told
    for surface, route, status, times in (
        ("pages", "/documents/{document_id}", "200", 1),
        ("pages", "/documents/{document_id}", "404", 1),
        ("api", "/v1/documents", "200", 1),
        ("operations", "/livez", "200", 2),
        ("pages", "/static", "200", 1),
        ("api", "/v1/chat", "405", 1),
    ):
        labels = {"surface": surface, "route": route, "status": status}
        assert value(told, "kgc_requests_total", **labels) == times, route
    assert value(told, "kgc_request_seconds_count", route="/livez") == 2


def test_answers_are_counted_on_every_surface(fresh: Site) -> None:
    ask: dict[str, Any] = {"question": QUESTION}
    stream = {"Accept": "text/event-stream"}
    messages = [{"role": "user", "content": QUESTION}]
    fresh.public.post("/v1/chat", json=ask)
    fresh.public.post("/v1/chat", json=ask, headers=stream)
    fresh.public.post("/v1/chat/completions", json={"messages": messages})
    fresh.public.post("/v1/chat/completions", json={"messages": messages, "stream": True})
    fresh.public.post("/", data={"frage": QUESTION})
    fresh.public.post("/v1/chat", json={"question": FOREIGN_QUESTION})
    fresh.public.post("/v1/chat", json={"question": "?"})
    told = text(fresh)
    assert value(told, "kgc_answers_total", kind="answer", mode="extractive") == 5
    assert value(told, "kgc_answers_total", kind="refusal", mode="extractive") == 1
    assert ("kgc_answers_total", (("kind", "hint"), ("mode", "extractive"))) in samples(told)
    assert value(told, "kgc_answer_seconds_count") == 6
    assert value(told, "kgc_answer_seconds_sum") > 0
    assert value(told, "kgc_streams_open") == 0


def test_answers_above_hits_are_counted(fresh: Site) -> None:
    for query, answer in ((QUESTION, "true"), (FOREIGN_QUESTION, "true"), (QUESTION, "false")):
        found = fresh.public.get("/v1/search", params={"q": query, "answer": answer})
        assert found.status_code == 200
    told = text(fresh)
    assert value(told, "kgc_answers_total", kind="answer", mode="extractive") == 1
    assert value(told, "kgc_answers_total", kind="refusal", mode="extractive") == 1
    assert value(told, "kgc_answer_seconds_count") == 2


def test_votes_index_and_refusals_by_rate(site: Site) -> None:
    limited = Site(create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, 2)), site.service)
    for vote in ("up", "up", "down"):
        limited.public.post("/v1/feedback", json={"vote": vote})
    limited.public.get("/")
    told = text(limited)
    assert value(told, "kgc_feedback_total", vote="up") == 2
    assert value(told, "kgc_feedback_total", vote="down") == 0
    assert value(told, "kgc_rate_limited_total") == 2
    records = site.service.library.documents(internal=True)
    assert value(told, "kgc_index_documents") == len(records) == 8
    assert value(told, "kgc_index_passages") == sum(record.chunk_count for record in records)


def test_a_stream_is_open_until_its_end(fresh: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    answering = Service.stream

    def watched(*given: Any, **more: Any) -> Iterator[Any]:
        for step in answering(*given, **more):
            yield step
            seen.append(value(fresh.app.state.metrics.text().decode(), "kgc_streams_open"))

    monkeypatch.setattr(Service, "stream", watched)
    headers = {"Accept": "text/event-stream"}
    fresh.public.post("/v1/chat", json={"question": QUESTION}, headers=headers)
    assert set(seen) == {1.0}
    assert value(text(fresh), "kgc_streams_open") == 0


def test_two_applications_count_for_themselves(site: Site, fresh: Site) -> None:
    site.public.get("/livez")
    fresh.public.get("/livez")
    assert value(text(fresh), "kgc_request_seconds_count", route="/livez") == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_only_this_machine_may_read_them(fresh: Site, method: str) -> None:
    for host in ("127.0.0.1", "::1"):
        here = TestClient(fresh.app, client=(host, 1))
        assert here.request(method, "/metrics").status_code == 200
        forwarded = here.request(method, "/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
        assert forwarded.status_code == 403
    for stranger in (fresh.public, fresh.caller("192.0.2.7", TOKEN)):
        refused = stranger.request(method, "/metrics")
        assert refused.status_code == 403
        if method == "GET":
            assert "Rechner" in problem(refused, 403)["detail"]
            assert "kgc_" not in refused.text


def test_any_path_and_method_makes_few_label_values(fresh: Site) -> None:
    random = Random(7)
    letters = string.ascii_letters + string.digits + "/.%-_~äß"
    known = {
        route.path for part in PARTS for route in part.router.routes if hasattr(route, "path")
    } | {UNKNOWN, "/static", "/openapi.json"}
    here = local(fresh)
    for count in range(300):
        path = "/" + "".join(random.choices(letters, k=random.randrange(1, 40)))
        begin = random.choice(["", "/v1", "/documents", "/v1/documents", "/static", "/widget"])
        here.request(random.choice(["GET", "POST", "PATCH", "BREW"]), f"{begin}{path}canary{count}")
    told = text(fresh)
    assert "canary" not in told
    routes = {dict(labels).get("route", UNKNOWN) for _, labels in samples(told)}
    assert routes <= known
    statuses = {dict(labels).get("status", "200") for _, labels in samples(told)}
    assert all(re.fullmatch(r"[2-5]\d\d", status) for status in statuses)


def test_no_question_and_no_address_is_told(fresh: Site) -> None:
    word = "Heidelbeerkuchen"
    fresh.public.post("/v1/chat", json={"question": f"Wo gibt es {word}?", "conversation_id": word})
    fresh.public.get("/v1/search", params={"q": word, "region": word})
    fresh.public.post("/v1/feedback", json={"vote": "down", "comment": word, "question": word})
    fresh.public.get(f"/{word}", headers={"User-Agent": word, "Host": word})
    told = text(fresh)
    assert word.lower() not in told.lower()
    assert "192.0.2.7" not in told
    assert "127.0.0.1" not in told


def test_an_answer_that_never_began_is_not_counted() -> None:
    counted = Metrics()

    async def gone(*_: Any) -> None:
        raise ConnectionError

    app = Metered(gone, counted, Templates(FastAPI(), [], []))
    with pytest.raises(ConnectionError):
        TestClient(app).get("/")
    assert b"kgc_requests_total{" not in counted.text()
