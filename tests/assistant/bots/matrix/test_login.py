"""``kgc matrix login``: a device with a token, signed by the account's identity; no password."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nio import Api
from vodozemac import Ed25519PublicKey, Ed25519Signature

from assistant.bots.matrix import login
from tests.assistant import samples
from tests.assistant.bots.matrix.conftest import World
from tests.assistant.bots.matrix.homeserver import PASSWORD, Homeserver
from tests.assistant.processes import KGC, Machine, Ran

pytestmark = pytest.mark.slow  # a real homeserver


def machine(world: World, name: str, **more: str) -> Machine:
    return Machine(world.folder / name, KGC, tuple(more.items()))


def log_in(world: World, machine: Machine, user: str, text: bytes = PASSWORD.encode()) -> Ran:
    words = ("matrix", "login", "--homeserver", world.synapse.url, "--user", user, "--json")
    return machine.run(*words, text=text)


def keys(synapse: Homeserver, user: str) -> dict[str, Any]:
    token = synapse.login(user)
    return synapse.call(token, "POST", "/keys/query", device_keys={user: []})


def verifies(record: dict[str, Any], user: str, key: str) -> bool:
    bare = {k: v for k, v in record.items() if k not in ("signatures", "unsigned")}
    signature = record["signatures"][user][f"ed25519:{key}"]
    Ed25519PublicKey.from_base64(key).verify_signature(
        Api.to_canonical_json(bare).encode(), Ed25519Signature.from_base64(signature)
    )
    return True


def test_the_password_comes_by_the_input_and_stays_nowhere(world: World) -> None:
    user = world.synapse.register("login1")
    machine_ = machine(world, "daten")
    ran = log_in(world, machine_, user, f"{PASSWORD}\nrest".encode())
    assert ran.code == 0, ran.err
    assert set(ran.json) == {"homeserver", "user", "device_id", "fingerprint", "signed"}
    assert ran.json["user"] == user
    held = login.load(machine_.data_dir)
    assert held.device_id == ran.json["device_id"]
    assert held.token not in ran.out + ran.err
    files = [p for p in machine_.data_dir.rglob("*") if p.is_file()]
    assert files
    for path in files:
        assert PASSWORD.encode() not in path.read_bytes()
    device = keys(world.synapse, user)["device_keys"][user][held.device_id]
    shown = ran.json["fingerprint"].replace(" ", "")
    assert device["keys"][f"ed25519:{held.device_id}"] == shown


def test_the_device_is_signed_by_the_account(world: World) -> None:
    user = world.synapse.register("login2")
    machine_ = machine(world, "daten")
    masters, devices = [], []
    for _ in range(2):  # the second login keeps the identity and removes the first device
        ran = log_in(world, machine_, user)
        assert ran.json["signed"] is True
        told = keys(world.synapse, user)
        master = next(iter(told["master_keys"][user]["keys"].values()))
        own = told["self_signing_keys"][user]
        assert verifies(own, user, master)
        signing = next(iter(own["keys"].values()))
        device = told["device_keys"][user][ran.json["device_id"]]
        assert verifies(device, user, signing)
        masters.append(master)
        devices.append(list(told["device_keys"][user]))
        assert devices[-1] == [ran.json["device_id"]]
    assert masters[0] == masters[1]
    assert devices[0] != devices[1]
    assert len(list((machine_.data_dir / login.FOLDER).glob("device-*"))) == 1


def test_an_identity_made_elsewhere_is_left_alone(world: World, tmp_path: Path) -> None:
    user = world.synapse.register("login3")
    assert log_in(world, machine(world, "hier"), user).json["signed"] is True
    before = keys(world.synapse, user)["master_keys"]
    (tmp_path / "dort").mkdir()
    ran = log_in(world, machine(world, "dort"), user)
    assert ran.code == 0
    assert ran.json["signed"] is False
    assert keys(world.synapse, user)["master_keys"] == before


def test_a_wrong_password_is_told(world: World) -> None:
    user = world.synapse.register("login4")
    ran = log_in(world, machine(world, "daten"), user, b"falsch\n")
    assert ran.code == 1
    assert ran.json["error"]["type"] == "bot_misconfigured"
    assert "Passwort" in ran.err
    assert "falsch" not in ran.out + ran.err


@pytest.mark.parametrize("text", [b"", b"\n"])
def test_without_a_password_nothing_is_asked(world: World, text: bytes) -> None:
    ran = log_in(world, machine(world, "daten"), "@x:localhost", text)
    assert ran.code == 1
    assert "KGC_MATRIX_PASSWORD_FILE" in ran.err


def test_the_settings_name_everything(world: World, tmp_path: Path) -> None:
    user = world.synapse.register("login5")
    (tmp_path / "geheim").write_text(PASSWORD)
    more = {
        "KGC_MATRIX_HOMESERVER": world.synapse.url,
        "KGC_MATRIX_USER": user,
        "KGC_MATRIX_PASSWORD_FILE": str(tmp_path / "geheim"),
    }
    ran = machine(world, "daten", **more).run("matrix", "login")
    assert ran.code == 0, ran.err
    assert "Fingerabdruck: " in ran.out


def test_a_homeserver_that_is_away(world: World) -> None:
    away = ("--homeserver", "http://127.0.0.1:9", "--user", "@x:localhost", "--json")
    ran = machine(world, "daten").run("matrix", "login", *away, text=b"x\n")
    assert ran.code == 1
    assert json.loads(ran.out)["error"]["type"] == "bot_unavailable"
    assert machine(world, "daten").run("matrix", "login", text=b"x\n").code == 2


def test_a_bot_without_a_login_says_what_to_do(world: World) -> None:
    place = world.place()
    more = {"KGC_SERVER_URL": place.url, "KGC_SERVER_KEY": place.key}
    ran = machine(world, "daten", **more).run("bot", "matrix", "--json")
    assert ran.code == 1
    assert "kgc matrix login" in ran.err


def test_a_device_that_was_removed_says_what_to_do(world: World) -> None:
    bot = world.bot(start=False)
    world.synapse.call(login.load(bot.options.data_dir).token, "POST", "/logout")
    place = world.place()
    more = (("KGC_SERVER_URL", place.url), ("KGC_SERVER_KEY", place.key))
    ran = Machine(bot.options.data_dir, KGC, more).run("bot", "matrix", "--json")
    assert ran.code == 1
    assert "kgc matrix login" in ran.err
    assert ran.json["error"]["type"] == "bot_misconfigured"


def test_the_server_runs_the_bot_when_there_is_a_login(world: World, tmp_path: Path) -> None:
    user, anna = world.synapse.register("login6"), world.person()
    machine_ = Machine(tmp_path / "daten")
    assert log_in(world, machine_, user).code == 0
    samples.write(tmp_path / "texte")
    room = anna.room(user, direct=True, encrypted=True)
    with machine_.serving("--ingest", str(tmp_path / "texte" / "netzwerk.md")) as server:
        anna.joined(room, user)
        asked = anna.say(room, samples.QUESTION)
        assert "2019" in anna.reply(user, room, asked)["content"]["body"]
        busy = machine_.run("bot", "matrix", "--json")
        assert busy.code == 1
        assert "läuft schon ein Matrix-Bot" in busy.err
    assert server.process.returncode == 0
    log = server.log.read_text()
    assert anna.user not in log
    assert samples.QUESTION not in log
