"""More questions at once than may wait: the rest is told when to come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.service import Service
from assistant.web import stream
from assistant.web.app import ServerOptions, create_app
from assistant.web.overload import Overload
from tests.assistant.conftest import TOKEN, UPLOAD_BYTES, Site
from tests.assistant.samples import QUESTION
from tests.assistant.test_problems import problem

ASK: dict[str, Any] = {"json": {"question": QUESTION}}


def test_who_finds_no_room_comes_back_later(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    going, started = threading.Event(), threading.Semaphore(0)
    answering = Service.stream

    def slow(*given: Any, **more: Any) -> Iterator[Any]:
        started.release()
        assert going.wait(30)
        yield from answering(*given, **more)

    monkeypatch.setattr(Service, "stream", slow)
    monkeypatch.setattr("assistant.web.overload.AT_WORK", 1)
    app = create_app(site.service, ServerOptions(TOKEN, UPLOAD_BYTES, most_waiting=1))
    with TestClient(app) as client, ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(client.post, "/v1/chat", **ASK) for _ in range(2)]
        for _ in asked:
            assert started.acquire(timeout=30)
        for path in ("/v1/chat", "/v1/chat/completions"):
            refused = client.post(path, **ASK)
            assert problem(refused, 503)["type"] == "/problems/overloaded"
            assert refused.headers["retry-after"] == "5"
        assert client.get("/livez").status_code == 200
        assert client.get("/v1/models").status_code == 200  # others do not wait for answers
        going.set()
        assert [one.result().status_code for one in asked] == [200, 200]
        assert client.post("/v1/chat", **ASK).status_code == 200


def test_errors_and_readers_who_leave_give_their_place_back() -> None:
    async def broken(*_: Any) -> None:
        raise ConnectionError

    app = Overload(broken, most_waiting=1)
    for _ in range(3 * (stream.AT_WORK + 1)):
        with pytest.raises(ConnectionError):
            TestClient(app).post("/v1/chat")
    assert app._under_way == {True: 0, False: 0}
