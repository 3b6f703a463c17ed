"""POST /v1/feedback for all, /v1/gaps for editors only."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from assistant.feedback.store import FILE
from tests.assistant.conftest import TOKEN, Site
from tests.assistant.feedback.conftest import REFUSED, Office
from tests.assistant.samples import QUESTION

PROBLEM = "application/problem+json"


@pytest.fixture
def kept(office: Office) -> Site:
    return office.site()


def ask(site: Site, question: str) -> str:
    answer = site.public.post("/v1/chat", json={"question": question})
    assert answer.status_code == 200
    return str(answer.json()["conversation_id"])


def test_anybody_votes(kept: Site) -> None:
    name = ask(kept, QUESTION)
    body: dict[str, Any] = {"conversation_id": name, "vote": "down", "reason": "incomplete",
                            "comment": "Es fehlt der Ort.", "question": QUESTION}  # fmt: skip
    voted = kept.public.post("/v1/feedback", json=body)
    assert voted.status_code == 200
    assert voted.json() == {"stored": True}
    (gap,) = kept.insider.get("/v1/gaps").json()["gaps"]
    assert (gap["question"], gap["down"]) == (QUESTION, 1)
    assert gap["reasons"] == [{"reason": "incomplete", "label": "unvollständig", "count": 1}]


def test_an_unknown_conversation_is_counted(kept: Site) -> None:
    voted = kept.public.post("/v1/feedback", json={"vote": "up", "conversation_id": "fremd"})
    assert voted.json() == {"stored": False}
    assert kept.insider.get("/v1/gaps").json()["counts"]["votes"] == {"up": 1, "down": 0}


@pytest.mark.parametrize(
    "body",
    [{}, {"vote": "sideways"}, {"vote": "UP"}, {"vote": None}, {"vote": "up", "reason": "egal"},
     {"vote": "down", "comment": "x" * 1_001}, {"vote": "down", "question": "x" * 1_001},
     {"vote": "down", "conversation_id": "x" * 101}, {"vote": "down", "comment": 5}],
)  # fmt: skip
def test_a_wrong_vote_is_refused_in_german_without_what_was_sent(
    kept: Site, body: dict[str, Any]
) -> None:
    refused = kept.public.post("/v1/feedback", json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == PROBLEM
    assert "„" in refused.json()["detail"]
    for told in ("sideways", "egal", "xxxx"):
        assert told not in refused.text


def test_a_large_body_is_refused(kept: Site) -> None:
    body = {"vote": "down", "comment": "x", "extra": "y" * 64_000}
    refused = kept.public.post("/v1/feedback", json=body)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == PROBLEM


def test_no_json_is_400(kept: Site) -> None:
    refused = kept.public.post(
        "/v1/feedback", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert refused.status_code == 400


def test_votes_are_rate_limited(office: Office) -> None:
    site = office.site(per_minute=3)
    codes = [site.public.post("/v1/feedback", json={"vote": "up"}).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_gaps_are_for_the_token_alone(kept: Site, method: str) -> None:
    ask(kept, REFUSED)
    strangers = [
        kept.public,
        kept.caller("127.0.0.1", "falsch"),
        kept.caller("192.0.2.7", TOKEN),
    ]
    for who in strangers:
        for path in ("/v1/gaps", "/v1/gaps?format=csv"):
            refused = who.request(method, path)
            assert refused.status_code == 401
            assert refused.json()["type"] == "/problems/not_allowed"
            assert "Wale" not in refused.text
    assert kept.insider.get("/v1/gaps").json()["total"] == 1


def test_a_wrong_key_does_not_vote(kept: Site) -> None:
    assert (
        kept.caller("127.0.0.1", "falsch").post("/v1/feedback", json={"vote": "up"}).status_code
        == 401
    )


@pytest.mark.parametrize("accept", [None, "text/csv"])
def test_the_table(kept: Site, accept: str | None) -> None:
    ask(kept, "=HYPERLINK(1); Wer bezahlt Brillen für Wale?")
    if accept:
        answer = kept.insider.get("/v1/gaps", headers={"Accept": accept})
    else:
        answer = kept.insider.get("/v1/gaps", params={"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="luecken.csv"'
    assert answer.headers["cache-control"] == "no-store"
    _, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True)
    assert row[3] == "'=HYPERLINK(1), Wer bezahlt Brillen für Wale?"


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "format=xml"])
def test_wrong_queries(kept: Site, query: str) -> None:
    assert kept.insider.get(f"/v1/gaps?{query}").status_code == 422


def test_limit_and_total(kept: Site) -> None:
    for question in (REFUSED, "Wie tief ist der Marianengraben?"):
        ask(kept, question)
    told = kept.insider.get("/v1/gaps", params={"limit": 1}).json()
    assert (told["total"], len(told["gaps"])) == (2, 1)


def test_forgetting(kept: Site, office: Office) -> None:
    ask(kept, REFUSED)
    assert kept.insider.delete("/v1/gaps").json() == {"forgotten": 1}
    assert kept.insider.get("/v1/gaps").json()["total"] == 0
    assert office.traces("Hafenbecken") == []


def test_the_stream_is_counted_too(kept: Site) -> None:
    streamed = kept.public.post(
        "/v1/chat", json={"question": REFUSED}, headers={"Accept": "text/event-stream"}
    )
    assert "event: done" in streamed.text
    assert kept.insider.get("/v1/gaps").json()["total"] == 1


def test_without_the_setting_it_says_how_to_turn_it_on(office: Office) -> None:
    site = office.site(keeping=False)
    ask(site, REFUSED)
    told = site.insider.get("/v1/gaps").json()
    assert (told["keeping"], told["gaps"]) == (False, [])
    assert "KGC_KEEP_QUESTIONS=true" in told["message"]


def test_an_unusable_file_is_503_and_names_no_path(office: Office) -> None:
    (office.folder / FILE).mkdir()
    site = office.site()
    assert ask(site, QUESTION)
    for refused in (
        site.public.post("/v1/feedback", json={"vote": "up"}),
        site.insider.get("/v1/gaps"),
    ):
        assert refused.status_code == 503
        assert refused.headers["content-type"] == PROBLEM
        assert str(office.folder) not in refused.text
