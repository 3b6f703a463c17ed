"""A `Backend` that works through the server which owns the data folder. The only httpx user."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from assistant import wire
from assistant.backend import Asked, Json, Sought
from assistant.errors import KeyUnknown, ServerRefused, ServerUnreachable
from assistant.feedback.records import Vote
from assistant.files import items
from assistant.intake import Progress
from assistant.keystore import Wish
from assistant.ownership import Address
from assistant.survey import Item, Survey, WebSource
from assistant.vanished import aftermath
from ingest.errors import SourceError
from retrieval.errors import DocumentUnknown
from retrieval.places import MOST_PLACES, Placed, Seen

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
# A language model may be given ten minutes for an answer.
_ANSWER_TIMEOUT = httpx.Timeout(660.0, connect=5.0)
# A large document may be embedded for minutes.
_INGEST_TIMEOUT = httpx.Timeout(3_600.0, connect=5.0)
# A large site may be read for hours; the server goes on when nobody waits.
_CRAWL_TIMEOUT = httpx.Timeout(None, connect=5.0)
# Thousands of questions are embedded when they are compared for the first time.
_GAPS_TIMEOUT = httpx.Timeout(600.0, connect=5.0)
_ASKED_AT_ONCE = 500
_UNPROCESSABLE = (413, 422)
_ID = re.compile(r"[A-Za-z0-9_-]+")


def is_alive(address: Address) -> bool:
    """Tell whether the server that wrote `address` answers; the token is not shown to strangers."""
    try:
        answer = httpx.get(f"{address.url}/livez", timeout=5.0, trust_env=False)
        return bool(answer.json().get("instance") == address.instance)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError):
        return False


class Client:
    """Talks to a running server with the token of its lock file."""

    def __init__(self, address: Address, max_bytes: int) -> None:
        """Open a connection pool; `max_bytes` bounds one file."""
        self._max_bytes = max_bytes
        self._http = httpx.Client(
            base_url=address.url,
            headers={"Authorization": f"Bearer {address.token}"},
            timeout=_TIMEOUT,
            trust_env=False,
        )

    def _call(self, method: str, path: str, *, refused_too: bool = False, **more: Any) -> Any:  # noqa: ANN401  # JSON
        try:
            answer = self._http.request(method, path, **more)
            if answer.is_success or (refused_too and answer.status_code in _UNPROCESSABLE):
                return answer.json()
        except (httpx.HTTPError, ValueError) as exc:
            raise ServerUnreachable(
                f"Der laufende Server antwortet nicht ({type(exc).__name__}). "
                "Bitte „kgc serve“ beenden und neu starten."
            ) from exc
        raise _refused(answer)

    def ask(self, asked: Asked) -> Json:
        """Answer one question."""
        more: Json = {"json": asked.as_json(), "timeout": _ANSWER_TIMEOUT}
        return dict(self._call("POST", "/v1/chat", **more))

    def search(self, sought: Sought) -> Json:
        """Rank passages."""
        query: Json = {"q": sought.query, "limit": sought.limit, "offset": sought.offset}
        query |= {"group": sought.group or "", "sort": sought.sort, "answer": sought.answer}
        timeout = _ANSWER_TIMEOUT if sought.answer else _TIMEOUT
        params = query | dict(sought.filters)
        return dict(self._call("GET", "/v1/search", params=params, timeout=timeout))

    def ingest(
        self,
        given: Sequence[str | Path],
        *,
        internal: bool,
        progress: Progress,
        prune: bool = False,
    ) -> Json:
        """Send every file to the server, which skips what it knows; it fetches addresses itself."""
        survey = Survey()
        reports = []
        for wanted in items(given, self._max_bytes, survey):
            if isinstance(wanted, WebSource):
                reports.append(self._fetch(wanted, survey, internal=internal))
                progress.finished(wanted.url)
            else:
                reports.append(self._send(wanted, internal=internal or wanted.internal))
                progress.finished(wanted.source)
        report = wire.merged(reports)
        survey.documents.update(known["document_id"] for known in report["documents"])
        after = aftermath(self._placed(survey.seen()), survey.seen())
        report["vanished"] = [wire.vanished(found) for found in after.vanished]
        for gone in after.removable if prune else ():
            self.remove(gone.document_id)
            report["removed"] += 1
        return report

    def _fetch(self, wanted: WebSource, survey: Survey, *, internal: bool) -> Json:
        """Let the server fetch an address; what it sees there goes into `survey`."""
        body = {
            "url": wanted.url,
            "internal": internal or wanted.internal,
            "sitemap": wanted.sitemap,
            "include": wanted.selection.include,
            "exclude": wanted.selection.exclude,
            "pause": wanted.pause,
            "places": wanted.places,
            "facts": dict(wanted.facts),
        }
        more: Json = {"json": body, "timeout": _CRAWL_TIMEOUT}
        answer = self._call("POST", "/v1/documents", refused_too=True, **more)
        if "failed" not in answer:  # the request itself was refused
            message = str(answer.get("detail", ""))
            return _failed(wanted.url, str(answer.get("reason", "blocked_address")), message)
        survey.add(answer.pop("seen", None) or {})
        answer.pop("vanished", None)  # told for the whole run
        return dict(answer)

    def _placed(self, seen: Seen) -> list[Placed]:
        """Ask for the documents that were found at the same places before."""
        names = sorted(seen.places | seen.gone)
        held: dict[str, Placed] = {}
        for at in range(0, len(names), _ASKED_AT_ONCE):
            body = {"places": names[at : at + _ASKED_AT_ONCE]}
            for found in self._call("POST", "/v1/documents/places", json=body)["documents"]:
                made = Placed(**{**found, "places": tuple(found["places"])})
                held[made.document_id] = made
        return list(held.values())

    def _send(self, item: Item, *, internal: bool) -> Json:
        try:
            data = item.load()
        except SourceError as error:
            return _failed(item.source, error.reason.value, error.message)
        form = {"source": item.source, "origin": item.origin, "internal": str(internal).lower()}
        given = {"places": item.places[:MOST_PLACES], "facts": dict(item.facts)}
        form["given"] = json.dumps(given)
        files = {"file": ("document", data)}
        try:
            call = self._call
            return dict(
                call("POST", "/v1/documents", files=files, data=form, timeout=_INGEST_TIMEOUT)
            )
        except ServerRefused as refused:
            if refused.reason is None:
                raise
            return _failed(item.source, refused.reason, refused.message)

    def documents(self) -> list[Json]:
        """List what is indexed, internal documents included."""
        return list(self._call("GET", "/v1/documents")["documents"])

    def document(self, document_id: str) -> Json:
        """Return one document with its text."""
        return dict(self._call("GET", f"/v1/documents/{_known_form(document_id)}"))

    def correct(self, document_id: str, values: Mapping[str, str]) -> Json:
        """Correct a document's facts or visibility."""
        path = f"/v1/documents/{_known_form(document_id)}"
        return dict(self._call("PATCH", path, json=dict(values)))

    def remove(self, document_id: str) -> Json:
        """Erase a document."""
        return dict(self._call("DELETE", f"/v1/documents/{_known_form(document_id)}"))

    def vote(self, vote: Vote) -> Json:
        """Count a vote on an answer."""
        return dict(self._call("POST", "/v1/feedback", json=vote.as_json()))

    def gaps(self, limit: int) -> Json:
        """List refused and down-voted questions by meaning."""
        more: Json = {"params": {"limit": limit}, "timeout": _GAPS_TIMEOUT}
        return dict(self._call("GET", "/v1/gaps", **more))

    def forget_questions(self) -> Json:
        """Erase all questions kept for `gaps`."""
        return dict(self._call("DELETE", "/v1/gaps"))

    def create(self, wish: Wish) -> Json:
        """Make an API key."""
        body = {"scopes": sorted(wish.scopes), "name": wish.name}
        limits = {"days": wish.days, "per_minute": wish.per_minute}
        return dict(self._call("POST", "/v1/keys", json=body | limits))

    def listed(self) -> list[Json]:
        """List all API keys without their secrets."""
        return list(self._call("GET", "/v1/keys")["keys"])

    def revoke(self, key_id: str) -> Json:
        """Refuse an API key from now on."""
        if not key_id.isalnum():
            raise KeyUnknown(f"Einen Schlüssel „{key_id[:60]}“ gibt es nicht.")
        return dict(self._call("DELETE", f"/v1/keys/{quote(key_id, safe='')}"))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _failed(source: str, reason: str, message: str) -> Json:
    return {"failed": [{"source": source, "reason": reason, "message": message}]}


def _known_form(document_id: str) -> str:
    """Return an id that may stand in a path.

    Raises:
        DocumentUnknown: It has not the form of an id.
    """
    if _ID.fullmatch(document_id) is None:
        raise DocumentUnknown(document_id)
    return document_id


def _refused(answer: httpx.Response) -> ServerRefused:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    return ServerRefused.of(problem, answer.status_code)
