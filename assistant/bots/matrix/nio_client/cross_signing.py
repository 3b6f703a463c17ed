"""Signs the bot's device with an identity of its account (Matrix specification, cross-signing).

Programs of the Element family hide encrypted messages of devices that their owner has not signed.
matrix-nio knows nothing of it, so its requests are made here; each key is an account of vodozemac,
which holds an Ed25519 key and signs with it.
"""

from __future__ import annotations

import json
import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any

from nio import Api, AsyncClient
from vodozemac import Account

from assistant.bots.matrix.login import folder_of
from assistant.errors import BotMisconfigured

__all__ = ["IDENTITY", "cross_sign"]

IDENTITY = "identity.json"
_USAGES = ("master", "self_signing", "user_signing")
_UNAUTHORIZED = 401
_PATH = "/_matrix/client/v3/keys"

Json = dict[str, Any]
Keys = dict[str, Account]


async def cross_sign(client: AsyncClient, password: str, data_dir: Path) -> bool:
    """Sign the device of `client`, with a new identity where the account has none.

    Args:
        client: Logged in, its device keys uploaded.
        password: The account's; a homeserver may ask for it before it takes an identity.
        data_dir: Where the identity is kept, for this user alone.

    Returns:
        Whether it is signed; not so where the account has an identity made elsewhere, which is
        left as it is: whoever holds it has to verify the device.
    """
    user = str(client.user_id)
    known = await _call(client, "query", {"device_keys": {user: []}})
    published = known.get("master_keys", {}).get(user)
    keys = _kept(data_dir, user)
    if published is None:
        keys = {usage: Account() for usage in _USAGES}
        _keep(data_dir, user, keys)
        if not await _publish(client, keys, password):
            return False
    elif keys is None or _name(keys["master"]) not in published["keys"]:
        return False
    device = known.get("device_keys", {}).get(user, {}).get(str(client.device_id))
    if device is None:
        return False
    signed = _signed(device, user, keys["self_signing"])
    answer = await _call(client, "signatures/upload", {user: {str(client.device_id): signed}})
    return not answer.get("failures", {"": "no answer"})


async def _publish(client: AsyncClient, keys: Keys, password: str) -> bool:
    user = str(client.user_id)
    body: Json = {}
    for usage, account in keys.items():
        key = {
            "user_id": user,
            "usage": [usage],
            "keys": {_name(account): account.ed25519_key.to_base64()},
        }
        if usage != "master":
            key = _signed(key, user, keys["master"])
        body[f"{usage}_key"] = key
    answer = await _call(client, "device_signing/upload", body)
    if "session" in answer:
        auth = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
            "session": answer["session"],
        }
        answer = await _call(client, "device_signing/upload", {**body, "auth": auth})
    return not answer.get("errcode") and "session" not in answer


def _name(account: Account) -> str:
    return f"ed25519:{account.ed25519_key.to_base64()}"


def _signed(record: Json, user: str, account: Account) -> Json:
    """Return a record with one signature, over its canonical JSON without the signatures."""
    bare = {name: value for name, value in record.items() if name not in ("signatures", "unsigned")}
    signature = account.sign(Api.to_canonical_json(bare).encode()).to_base64()
    return {**bare, "signatures": {user: {_name(account): signature}}}


async def _call(client: AsyncClient, path: str, body: Json) -> Json:
    """Call the homeserver; an answer that is no JSON object counts as empty."""
    headers = {
        "Authorization": f"Bearer {client.access_token}",
        "Content-Type": "application/json",
    }
    answer = await client.send("POST", f"{_PATH}/{path}", json.dumps(body), headers)
    told = await answer.json(content_type=None)
    if not isinstance(told, dict):
        return {}
    return told if answer.ok or answer.status == _UNAUTHORIZED else {"errcode": "refused"}


def _kept(data_dir: Path, user: str) -> Keys | None:
    try:
        held = json.loads((folder_of(data_dir) / IDENTITY).read_text(encoding="utf-8"))
        if held["user"] != user:
            return None
        key = sha256(str(held["key"]).encode()).digest()
        return {usage: Account.from_pickle(held[usage], key) for usage in _USAGES}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(data_dir: Path, user: str, keys: Keys) -> None:
    held = {"user": user, "key": secrets.token_urlsafe(32)}
    key = sha256(held["key"].encode()).digest()
    held |= {usage: account.pickle(key) for usage, account in keys.items()}
    path = folder_of(data_dir) / IDENTITY
    try:
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(held, file)
    except OSError as exc:
        raise BotMisconfigured(f"{path}: {exc.strerror or exc}.") from exc
