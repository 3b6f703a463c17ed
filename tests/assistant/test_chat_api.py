"""POST /v1/chat as the contract describes it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.conversation import Conversations
from assistant.service import Service
from assistant.web.app import ServerOptions, create_app
from ingest.process.sandbox import Sandbox
from tests.assistant.conftest import Site
from tests.assistant.samples import FOREIGN_QUESTION, QUESTION

ANSWER = {
    "question": str, "answer": str, "kind": str, "abstained": bool, "confidence": float,
    "language": str, "mode": str, "sentences": list, "citations": list, "related": list,
    "follow_ups": list, "conversation_id": str, "seconds": float,
}  # fmt: skip
CITATION = {
    "id", "document_id", "chunk_id", "title", "section", "page", "slide", "organisation", "date",
    "url", "source", "quote", "start", "end", "link",
}  # fmt: skip


def ask(site: Site, question: str, **more: Any) -> dict[str, Any]:
    response = site.public.post("/v1/chat", json={"question": question, **more})
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    answer: dict[str, Any] = response.json()
    assert ANSWER.keys() <= answer.keys()
    for name, kind in ANSWER.items():
        assert isinstance(answer[name], kind), name
    assert answer["abstained"] is (answer["kind"] in ("refusal", "hint"))
    assert bool(answer["citations"]) is (answer["kind"] == "answer")
    assert 0 <= answer["confidence"] <= 1
    return answer


@pytest.mark.parametrize(
    ("question", "source"),
    [
        (QUESTION, "netzwerk.md"),
        ("Wer leitet die Kochgruppe in Neudorf?", "kochen.html"),
        ("When was the community garden in Millfield opened?", "garden.md"),
        ("Wo können Fachkräfte im Pflegeheim in Süddorf schlafen?", "amt/Ruheräume „Süd“.txt"),
        ("Was hat die Stadtteilkonferenz beschlossen?", "bericht.pdf"),
    ],
)
def test_answer_is_made_of_proven_sentences(site: Site, question: str, source: str) -> None:
    answer = ask(site, question)
    assert answer["kind"] == "answer"
    assert answer["mode"] == "extractive"
    assert source in {citation["source"] for citation in answer["citations"]}
    known = {citation["id"]: citation for citation in answer["citations"]}
    assert sorted(known) == list(range(1, len(known) + 1))
    for sentence in answer["sentences"]:
        assert sentence["supported"] is True
        assert sentence["citations"]
        assert set(sentence["citations"]) <= known.keys()
    for number in known:
        assert f"[{number}]" in answer["answer"]


def test_quote_is_the_stretch_of_the_document_that_it_names(site: Site) -> None:
    for question in (QUESTION, "Was hat die Stadtteilkonferenz beschlossen?"):
        for citation in ask(site, question)["citations"]:
            assert citation.keys() >= CITATION
            read = site.public.get(f"/v1/documents/{citation['document_id']}").json()
            assert citation["quote"] == read["text"][citation["start"] : citation["end"]] != ""
            assert citation["title"] == read["title"]
            counted = citation["page"] if read["unit"] == "page" else citation["slide"]
            spans = [p for p in read["pages"] if p["start"] <= citation["start"] < p["end"]]
            assert counted == (spans[0]["number"] if spans else None)
            view = site.public.get(citation["link"])
            assert view.status_code == 200
            assert "<mark" in view.text


def test_refusal_says_so_and_cites_nothing(site: Site) -> None:
    answer = ask(site, FOREIGN_QUESTION)
    assert answer["kind"] == "refusal"
    assert answer["answer"].startswith("Dazu steht nichts in den Quellen.")
    assert answer["sentences"] == []
    *near, offices = answer["related"]
    for related in near:
        assert related.keys() == {"document_id", "title", "link", "language"}
        assert site.public.get(related["link"]).status_code == 200
    assert offices["document_id"] is None
    assert offices["link"] == "https://www.gesundheitliche-chancengleichheit.de"
    assert offices["link"].removeprefix("https://") in answer["answer"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [("Danke!", "smalltalk"), ("Ich habe starke Brustschmerzen, was tun?", "hint")],
)
def test_fixed_replies_have_their_kind(site: Site, question: str, kind: str) -> None:
    assert ask(site, question)["kind"] == kind


def test_conversation_keeps_its_id(site: Site) -> None:
    first = ask(site, QUESTION)["conversation_id"]
    assert ask(site, "Danke!", conversation_id=first)["conversation_id"] == first
    assert ask(site, QUESTION)["conversation_id"] != first
    made_up = ask(site, QUESTION, conversation_id="ausgedacht")["conversation_id"]
    assert made_up != "ausgedacht"  # nobody chooses the id under which others could read


def test_history_of_twenty_messages_is_accepted(site: Site) -> None:
    turn = {"role": "user", "content": "Guten Tag"}
    assert ask(site, QUESTION, history=[turn] * 20)["kind"] == "answer"


def test_filters_leave_other_documents_out(site: Site) -> None:
    english = ask(site, QUESTION, filters={"language": "en"})
    cited = {citation["source"] for citation in english["citations"]}
    assert "netzwerk.md" not in cited
    nothing = ask(site, QUESTION, filters={"year": "1666"})
    assert nothing["kind"] == "refusal"
    assert [related["document_id"] for related in nothing["related"]] == [None]  # the offices


def test_question_is_answered_without_outer_white_space(site: Site) -> None:
    assert ask(site, f"  {QUESTION}\n")["question"] == QUESTION


def test_question_at_the_limit_is_accepted(site: Site) -> None:
    longest = (QUESTION + " ") * 18
    assert len(ask(site, longest.ljust(1_000, "a"))["question"]) == 1_000


def test_empty_index_is_a_refusal_with_a_hint(own_site: Site) -> None:
    for entry in own_site.service.documents(internal=True):
        own_site.service.remove(entry["document_id"])
    answer = ask(own_site, QUESTION)
    assert answer["kind"] == "refusal"
    assert "kgc ingest" in answer["answer"]


def test_a_hint_shows_where_help_is(site: Site) -> None:
    answer = ask(site, "Ich will nicht mehr leben")
    assert (answer["kind"], answer["citations"]) == ("hint", [])
    assert {
        "document_id": None, "link": "tel:112", "title": "Notruf 112", "language": "de",
    } in answer["related"]  # fmt: skip


def test_a_hint_is_in_leichte_sprache_for_who_asks_for_it(site: Site) -> None:
    told = [ask(site, "Ich will nicht mehr leben", style=s) for s in ("standard", "simple")]
    assert [answer["kind"] for answer in told] == ["hint", "hint"]
    assert told[0]["related"] == told[1]["related"]
    assert told[1]["answer"].startswith("Es geht Ihnen sehr schlecht. Sie sind nicht allein.")
    assert not told[0]["answer"].startswith("Es geht Ihnen")


def test_a_follow_up_is_understood_by_id_and_by_history(site: Site) -> None:
    first = ask(site, QUESTION)
    history = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": first["answer"]},
    ]
    known = ask(site, "kürzer", conversation_id=first["conversation_id"])
    told = ask(site, "kürzer", history=history)
    assert known["kind"] == "answer"
    assert known["answer"] == told["answer"]


def test_the_clients_history_wins(site: Site) -> None:
    first = ask(site, QUESTION)
    history = [{"role": "user", "content": "Wie backe ich Käsekuchen?"}]
    given = ask(site, "kürzer", conversation_id=first["conversation_id"], history=history)
    assert given["kind"] == "refusal"


def test_an_ended_conversation_is_forgotten(site: Site) -> None:
    name = ask(site, QUESTION)["conversation_id"]
    assert site.public.delete(f"/v1/conversations/{name}").json() == {"forgotten": True}
    assert "ganze Frage" in ask(site, "mehr dazu", conversation_id=name)["answer"]
    assert site.public.delete("/v1/conversations/ausgedacht").json() == {"forgotten": False}


def test_without_memory_there_is_no_id(site: Site, parser: Sandbox) -> None:
    service = Service(site.service.library, parser, conversations=Conversations(seconds=0))
    app = create_app(service, ServerOptions("x", 1_000))
    with TestClient(app) as caller:
        answer = caller.post("/v1/chat", json={"question": QUESTION}).json()
    assert answer["kind"] == "answer"
    assert answer["conversation_id"] is None
