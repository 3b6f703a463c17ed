"""A `Backend` that works through the server which owns the data folder. The only httpx user."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from assistant import wire
from assistant.backend import Asked, Json, Sought
from assistant.errors import ServerRefused, ServerUnreachable
from assistant.files import items
from assistant.intake import Item, Progress
from assistant.ownership import Address
from ingest.errors import SourceError
from retrieval.errors import DocumentUnknown

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
# A large document may be embedded for minutes.
_INGEST_TIMEOUT = httpx.Timeout(3_600.0, connect=5.0)
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

    def _call(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401  # JSON
        try:
            answer = self._http.request(method, path, **more)
            if answer.is_success:
                return answer.json()
        except (httpx.HTTPError, ValueError) as exc:
            raise ServerUnreachable(
                f"Der laufende Server antwortet nicht ({type(exc).__name__}). "
                "Bitte „kgc serve“ beenden und neu starten."
            ) from exc
        raise _refused(answer)

    def ask(self, asked: Asked) -> Json:
        """Answer one question."""
        body: Json = {"question": asked.question, "filters": dict(asked.filters)}
        if asked.conversation_id:
            body["conversation_id"] = asked.conversation_id
        if asked.history:
            body["history"] = [{"role": r, "content": c} for r, c in asked.history]
        return dict(self._call("POST", "/v1/chat", json=body))

    def search(self, sought: Sought) -> Json:
        """Rank passages."""
        query = {"q": sought.query, "limit": sought.limit, "offset": sought.offset}
        return dict(self._call("GET", "/v1/search", params=query | dict(sought.filters)))

    def ingest(self, paths: Sequence[Path], *, internal: bool, progress: Progress) -> Json:
        """Send every file to the server, which skips what it knows."""
        reports = []
        for item in items(paths, self._max_bytes):
            reports.append(self._send(item, internal=internal))
            progress.finished(item.source)
        return wire.merged(reports)

    def _send(self, item: Item, *, internal: bool) -> Json:
        try:
            data = item.load()
        except SourceError as error:
            return _failed(item, error.reason.value, error.message)
        form = {"source": item.source, "origin": item.origin, "internal": str(internal).lower()}
        files = {"file": ("document", data)}
        try:
            call = self._call
            return dict(
                call("POST", "/v1/documents", files=files, data=form, timeout=_INGEST_TIMEOUT)
            )
        except ServerRefused as refused:
            if refused.reason is None:
                raise
            return _failed(item, refused.reason, refused.message)

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

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _failed(item: Item, reason: str, message: str) -> Json:
    return {"failed": [{"source": item.source, "reason": reason, "message": message}]}


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
        kind = str(problem["type"]).rsplit("/", 1)[-1]
        return ServerRefused(
            str(problem["detail"]), kind, answer.status_code, problem.get("reason")
        )
    except (ValueError, KeyError, TypeError):
        text = f"Der Server antwortet mit dem Fehler {answer.status_code}."
        return ServerRefused(text, "server_error", answer.status_code)
