"""GET, POST and DELETE /v1/keys: who may do what, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response

from assistant.errors import KeysUnavailable
from assistant.keystore import KeyRing
from assistant.web import keys_schema as schema
from assistant.web.access import administrator

_PRIVATE = {"Cache-Control": "no-store"}

router = APIRouter(dependencies=[Depends(administrator)])


def ring_of(request: Request) -> KeyRing:
    """Return the keys of this server.

    Raises:
        KeysUnavailable: It was started without any.
    """
    ring: KeyRing | None = request.app.state.keys
    if ring is None:
        raise KeysUnavailable("Dieser Server verwaltet keine Schlüssel.")
    return ring


@router.get("/v1/keys", response_model=schema.ShownKeys, summary="Schlüssel auflisten")
def list_keys(request: Request) -> Response:
    """List all keys without their secrets, expired ones too."""
    held = ring_of(request).listed()
    return JSONResponse({"keys": held, "total": len(held)}, headers=_PRIVATE)


@router.post("/v1/keys", response_model=schema.NewKey, summary="Einen Schlüssel ausgeben")
def create_key(body: schema.KeyWish, request: Request) -> Response:
    """Make a key; it is shown in this answer and never again."""
    return JSONResponse(ring_of(request).create(body.wish()), headers=_PRIVATE)


@router.delete(
    "/v1/keys/{key_id}", response_model=schema.ShownKey, summary="Einen Schlüssel zurückziehen"
)
def revoke_key(key_id: Annotated[str, Path(max_length=60)], request: Request) -> dict[str, Any]:
    """Refuse a key from now on, and forget it."""
    return ring_of(request).revoke(key_id)
