"""What reaches the disk and the editors' list, and for how long."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from assistant.errors import FeedbackUnavailable
from assistant.feedback.records import KEPT_DAYS, Reason, Verdict, Vote
from assistant.feedback.store import FILE
from assistant.service import Service
from tests.assistant.feedback.conftest import REFUSED, Office, gaps_of
from tests.assistant.samples import QUESTION, SECRET_QUESTION

Ask = Callable[..., str]
DOWN, UP = Verdict.DOWN, Verdict.UP
CANARIES = ("Wale", "Hafenbecken", "Zimtstern", "Altdorf", "Brillen")


def test_without_the_setting_nothing_but_counts_is_on_disk(office: Office, asked: Ask) -> None:
    service = office.service(keeping=False)
    name = asked(service, REFUSED)
    assert service.vote(Vote(DOWN, Reason.WRONG, "Zimtstern fehlt", name)) == {"stored": False}
    asked(service, QUESTION, name)
    assert service.vote(Vote(DOWN, None, "Zimtstern", name, QUESTION)) == {"stored": False}
    assert service.vote(Vote(DOWN, None, "Zimtstern", "fremd", REFUSED)) == {"stored": False}
    assert office.traces(*CANARIES, name) == []
    report = service.gaps(internal=True, limit=10)
    assert report["gaps"] == []
    assert report["keeping"] is False
    assert "KGC_KEEP_QUESTIONS=true" in report["message"]
    assert report["counts"]["answers"] == {"answer": 1, "refusal": 1, "hint": 0, "smalltalk": 0}
    assert report["counts"]["votes"] == {"up": 0, "down": 3}
    assert report["counts"]["reasons"]["wrong"] == 1
    office.close()
    assert office.traces(*CANARIES, name) == []
    assert [path.name for path in office.folder.iterdir()] == [FILE]


def test_a_refused_question_is_kept_scrubbed(office: Office, asked: Ask) -> None:
    service = office.service()
    asked(service, f"Ich heiße Xaver Ungewöhnlich, Tel. 0391 5550170. {REFUSED}")
    (gap,) = service.gaps(internal=False, limit=10)["gaps"]
    assert gap["question"] == f"Ich heiße [Name], Tel. [Nummer]. {REFUSED}"
    assert (gap["count"], gap["refused"], gap["down"]) == (1, 1, 0)
    assert gap["first"] == gap["last"] == "2026-03-01"
    assert office.traces("Wale")
    assert office.traces("Xaver", "Ungewöhnlich", "5550170") == []


@pytest.mark.parametrize(
    "question",
    ["Ich habe Krebs, wer bezahlt Wale?", "Mein Sohn hat ADHS, wer bezahlt Wale?",
     "Ich will nicht mehr leben", "Danke", QUESTION],
)  # fmt: skip
def test_what_is_not_kept(office: Office, asked: Ask, question: str) -> None:
    service = office.service()
    asked(service, question)
    assert service.gaps(internal=True, limit=10)["gaps"] == []
    assert office.traces("Krebs", "ADHS", "leben", "Wale", "Netzwerk") == []


def test_a_downvoted_answer_is_kept_an_upvoted_one_not(office: Office, asked: Ask) -> None:
    service = office.service()
    name = asked(service, QUESTION)
    assert service.vote(Vote(UP, conversation_id=name)) == {"stored": False}
    assert office.traces("Altdorf") == []
    vote = Vote(DOWN, Reason.OUTDATED, "Frau Zimtstern sagt: seit 2018", name)
    assert service.vote(vote) == {"stored": True}
    (gap,) = service.gaps(internal=False, limit=10)["gaps"]
    assert gap["question"] == QUESTION
    assert (gap["count"], gap["refused"], gap["down"]) == (1, 0, 1)
    assert gap["reasons"] == [{"reason": "outdated", "label": "veraltet", "count": 1}]
    assert gap["comments"] == ["Frau [Name] sagt: seit 2018"]
    assert [near["title"] for near in gap["near"]] == ["Bewegung im Quartier"]
    assert office.traces("Zimtstern") == []


def test_a_second_vote_takes_the_place_of_the_first(office: Office, asked: Ask) -> None:
    service = office.service()
    name = asked(service, QUESTION)
    service.vote(Vote(DOWN, conversation_id=name))
    office.clock.later(1)
    service.vote(Vote(DOWN, Reason.WRONG, "Zimtstern", name))
    report = service.gaps(internal=False, limit=10)
    assert report["counts"]["votes"] == {"up": 0, "down": 1}
    assert [gap["count"] for gap in report["gaps"]] == [1]
    assert service.vote(Vote(UP, conversation_id=name)) == {"stored": False}
    report = service.gaps(internal=False, limit=10)
    assert report["counts"]["votes"] == {"up": 1, "down": 0}
    assert report["counts"]["reasons"]["wrong"] == 0
    assert report["gaps"] == []
    assert office.traces("Altdorf", "Zimtstern") == []  # it is no gap any more


def test_a_vote_names_an_earlier_turn_by_its_question(office: Office, asked: Ask) -> None:
    service = office.service()
    name = asked(service, QUESTION)
    asked(service, REFUSED, name)
    assert service.vote(Vote(DOWN, None, "", name, f" {QUESTION} ")) == {"stored": True}
    gaps = service.gaps(internal=False, limit=10)["gaps"]
    assert {gap["question"]: gap["down"] for gap in gaps} == {QUESTION: 1, REFUSED: 0}


def test_a_refusal_that_was_voted_down_is_one_question(office: Office, asked: Ask) -> None:
    service = office.service()
    name = asked(service, REFUSED)
    assert service.vote(Vote(DOWN, Reason.MISSING, "", name)) == {"stored": True}
    (gap,) = service.gaps(internal=False, limit=10)["gaps"]
    assert (gap["count"], gap["refused"], gap["down"]) == (1, 1, 1)
    assert service.vote(Vote(UP, conversation_id=name)) == {"stored": True}
    (gap,) = service.gaps(internal=False, limit=10)["gaps"]
    assert (gap["count"], gap["refused"], gap["down"]) == (1, 1, 0)


def test_after_a_restart_the_body_says_what_the_vote_is_about(office: Office, asked: Ask) -> None:
    name = asked(office.service(), REFUSED)
    service = office.service()
    assert service.vote(Vote(DOWN, Reason.MISSING, "", name)) == {"stored": False}
    assert service.vote(Vote(DOWN, Reason.MISSING, "", name, REFUSED)) == {"stored": True}
    report = service.gaps(internal=False, limit=10)
    (gap,) = report["gaps"]
    assert (gap["count"], gap["refused"], gap["down"]) == (1, 1, 1)
    assert report["counts"]["votes"]["down"] == 2
    assert service.vote(Vote(DOWN, None, "", None, "Ich habe Krebs, was nun?")) == {"stored": False}
    assert service.vote(Vote(DOWN, None, "", None, "Ich will nicht mehr leben")) == {
        "stored": False
    }
    assert service.vote(Vote(UP, None, "", None, "Wo sind die Zimtsterne?")) == {"stored": False}
    assert office.traces("Krebs", "leben", "Zimtstern") == []


def test_a_follow_up_is_kept_with_what_it_leans_on(office: Office, asked: Ask) -> None:
    service = office.service()
    name = asked(service, REFUSED)
    asked(service, "Und in Bayern?", name)
    questions = [gap["question"] for gap in service.gaps(internal=False, limit=10)["gaps"]]
    assert f"{REFUSED[:-1]} in Bayern?" in questions
    assert "Und in Bayern?" not in questions


def test_the_same_question_many_times_is_one_gap_on_top(office: Office, asked: Ask) -> None:
    service = office.service()
    asked(service, "Wie tief ist der Marianengraben?")
    for wording in (REFUSED, REFUSED.lower(), f"{REFUSED}?"):
        asked(service, wording)
        office.clock.later(2)
    gaps = service.gaps(internal=False, limit=1)
    assert gaps["total"] == 2
    (gap,) = gaps["gaps"]
    assert (gap["count"], gap["first"], gap["last"]) == (3, "2026-03-01", "2026-03-05")


def test_what_is_internal_stays_with_those_who_may_see_it(office: Office) -> None:
    service = office.service()
    (desk,) = office.open_desks
    service.vote(Vote(DOWN, None, "", None, SECRET_QUESTION, internal=True))
    service.vote(Vote(DOWN, None, "", None, "Wer verwaltet die Mittel des Fonds in Altdorf?"))
    inside, outside = gaps_of(desk, internal=True), gaps_of(desk)
    assert {gap["question"] for gap in inside} > {gap["question"] for gap in outside}
    assert "Vermerk" in str(inside)
    assert "vermerk" not in str(outside).lower()
    assert "Zwetschgenfonds" not in str(outside)


def test_ninety_days_later_nothing_is_left(office: Office, asked: Ask) -> None:
    service = office.service()
    name = asked(service, REFUSED)
    service.vote(Vote(DOWN, None, "Zimtstern", name))
    office.clock.later(KEPT_DAYS)
    asked(service, "Wie tief ist der Marianengraben?")  # the daily purge comes with a write
    assert office.traces("Zimtstern", "Hafenbecken")
    office.clock.later(1)
    asked(service, "Wie hoch ist der Eiffelturm?")
    assert office.traces("Zimtstern", "Hafenbecken") == []
    assert office.traces("Marianengraben")
    office.clock.later(KEPT_DAYS + 1)
    office.desk()  # at the start
    assert office.traces("Marianengraben", "Eiffelturm") == []
    assert office.open_desks[0].report(internal=True, limit=10).counts == {}


def test_a_restart_keeps_what_may_be_kept(office: Office, asked: Ask) -> None:
    asked(office.service(), REFUSED)
    assert [gap["question"] for gap in gaps_of(office.desk())] == [REFUSED]


def test_a_server_without_the_setting_erases_what_was_kept(office: Office, asked: Ask) -> None:
    asked(office.service(), REFUSED)
    service = office.service(keeping=False)
    assert len(service.gaps(internal=True, limit=10)["gaps"]) == 1  # a command only looks
    service.respect_settings()
    assert service.gaps(internal=True, limit=10)["gaps"] == []
    assert office.traces("Hafenbecken") == []
    kept = office.service()
    asked(kept, REFUSED)
    kept.respect_settings()
    assert len(kept.gaps(internal=True, limit=10)["gaps"]) == 1


def test_forgetting_erases_at_once(office: Office, asked: Ask) -> None:
    service = office.service()
    name = asked(service, REFUSED)
    asked(service, "Wie tief ist der Marianengraben?")
    assert service.forget_questions() == {"forgotten": 2}
    assert office.traces("Hafenbecken", "Marianengraben") == []
    assert service.gaps(internal=True, limit=10)["gaps"] == []
    assert service.gaps(internal=True, limit=10)["counts"]["answers"]["refusal"] == 2
    assert service.forget_questions() == {"forgotten": 0}
    assert service.vote(Vote(DOWN, None, "", name, REFUSED)) == {"stored": True}


def test_an_unusable_file_costs_nobody_an_answer(
    office: Office, asked: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    (office.folder / FILE).mkdir()
    with caplog.at_level(logging.DEBUG):
        service = office.service()
        for _ in range(3):
            assert asked(service, REFUSED)
        with pytest.raises(FeedbackUnavailable):
            service.vote(Vote(DOWN, conversation_id=asked(service, REFUSED)))
        with pytest.raises(FeedbackUnavailable):
            service.gaps(internal=True, limit=10)
    told = [record.getMessage() for record in caplog.records if record.name == "kgc"]
    assert told == ["feedback is not stored: IsADirectoryError; see kgc doctor"]
    assert "Wale" not in caplog.text
    (office.folder / FILE).rmdir()
    asked(service, REFUSED)
    assert len(service.gaps(internal=True, limit=10)["gaps"]) == 1


def test_a_service_without_a_desk_answers_and_keeps_nothing(office: Office, asked: Ask) -> None:
    service = Service(office.library, office.parser)
    name = asked(service, REFUSED)
    assert service.vote(Vote(DOWN, conversation_id=name)) == {"stored": False}
    assert service.gaps(internal=True, limit=10)["total"] == 0
    assert service.forget_questions() == {"forgotten": 0}
    assert list(office.folder.iterdir()) == []


def test_twenty_people_vote_at_once(office: Office, asked: Ask) -> None:
    service = office.service()
    names = [asked(service, QUESTION) for _ in range(20)]

    def vote(name: str) -> None:
        for verdict in (DOWN, UP, DOWN):
            service.vote(Vote(verdict, Reason.WRONG, "", name))

    threads = [threading.Thread(target=vote, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = service.gaps(internal=False, limit=10)
    assert report["counts"]["votes"] == {"up": 0, "down": 20}
    assert report["counts"]["reasons"]["wrong"] == 20
    assert [gap["count"] for gap in report["gaps"]] == [20]
