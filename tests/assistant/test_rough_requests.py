"""Requests that no well-behaved client makes: each gets a problem document, never 500."""

from __future__ import annotations

import pytest

from tests.assistant.conftest import Site

JSON = {"content-type": "application/json"}
DEEP = b'{"question": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
FORM = "multipart/form-data; boundary=rand"
PART = b'--rand\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'

BODIES = [
    b"\xff\xfe\x00",
    b'{"question": "\xc3\x28"}',
    b'{"question": "\\u0000\\u0000"}',
    b'{"question": "\\ud800"}',
    b'{"question": "a", "history": [{"role": "user", "content": 1e400}]}',
    b'{"question": ' + b"9" * 5_000 + b"}",
    b'{"question": NaN}',
    b'{"question": "a", "filters": {"type": null}}',
    DEEP,
    b"null",
    b"",
]


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/feedback", "/v1/chat/completions"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies_that_are_no_question(site: Site, path: str, body: bytes) -> None:
    refused = site.public.post(path, content=body, headers=JSON)
    assert refused.status_code in {400, 422}, refused.text
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    ["q=%FF%FE", "q=%00", "q=a%00b", "q=%ED%A0%80", "q=a&limit=" + "9" * 5_000, "q=a&limit=-1",
     "q=a&limit=1e3", "q=a&limit=%D9%A3", "q=a&offset=NaN", "q=a&q=b", "q=a&type=%00%FF",
     "q=a&year=" + "9" * 400, "q=" + "%F0%9F%A5%91" * 1_000],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/search", "/v1/suggest"])
def test_queries(site: Site, path: str, query: str) -> None:
    answer = site.public.get(f"{path}?{query}")
    assert answer.status_code in {200, 400, 422}, answer.text
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "name", ["%00", "%FF", "..%2f..%2fetc%2fpasswd", "%F0%9F%A5%91", "a" * 5_000, "%0d%0aX: y"]
)
@pytest.mark.parametrize("place", ["/v1/documents/{}", "/documents/{}", "/documents/{}/original"])
def test_names_of_documents(site: Site, place: str, name: str) -> None:
    refused = site.insider.get(place.format(name))
    assert refused.status_code == 404
    assert refused.headers["content-type"] == "application/problem+json"


# Starlette leaves the file of a part that breaks off to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        (FORM, b""),
        (FORM, b"--rand"),
        (FORM, PART + b"Ein Text"),
        (FORM, b"--rand\r\n\r\n\r\n--rand--\r\n"),
        (
            FORM,
            b'--rand\r\nContent-Disposition: form-data; name="file"\r\n\r\n\xff\r\n--rand--\r\n',
        ),
        (FORM, PART.replace(b"a.txt", b"\xff\xfe\x00") + b"Text\r\n--rand--\r\n"),
        (FORM, PART.replace(b'"file"', b'"given"') + b"{}\r\n--rand--\r\n"),
        ("application/x-www-form-urlencoded", b"file=x"),
        ("application/json", b'{"url": "\\u0000"}'),
        ("application/json", b'{"url": 1}'),
        ("text/plain", b"x"),
        ("", b"x"),
    ],
)
def test_uploads(own_site: Site, kind: str, body: bytes) -> None:
    answer = own_site.insider.post("/v1/documents", content=body, headers={"content-type": kind})
    assert answer.status_code in {201, 400, 422}, answer.text
    if answer.status_code != 201:
        assert answer.headers["content-type"] == "application/problem+json"
