"""The manifest that an administrator pastes: the same as YAML and as JSON, least rights."""

from __future__ import annotations

import pytest
import yaml  # type: ignore[import-untyped]  # no stubs in the development group

from assistant.bots.slack.manifest import COMMAND, as_yaml, manifest
from tests.assistant.conftest import Kgc


@pytest.mark.parametrize("url", ["", "https://assistent.example.org/"])
def test_yaml_and_json_say_the_same(kgc: Kgc, url: str) -> None:
    more = ("--url", url) if url else ()
    told = kgc("slack", "manifest", "--json", *more).json
    assert told == manifest(url)
    assert yaml.safe_load(kgc("slack", "manifest", *more).out) == told


def test_socket_mode_is_the_default_and_needs_no_address() -> None:
    made = manifest()
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in as_yaml(made)


def test_over_http_everything_leads_to_one_path() -> None:
    made = manifest("https://assistent.example.org/")
    address = "https://assistent.example.org/slack/events"
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address


def test_the_app_is_an_agent_with_few_rights() -> None:
    made = manifest()
    assert "assistant_view" not in made["features"]
    assert made["features"]["agent_view"]["agent_description"]
    assert made["features"]["app_home"]["messages_tab_enabled"] is True
    assert made["features"]["slash_commands"][0]["command"] == COMMAND == "/kgc"
    assert made["oauth_config"]["scopes"] == {
        "bot": ["app_mentions:read", "assistant:write", "chat:write", "commands", "im:history"]
    }
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert events == ["app_home_opened", "app_mention", "message.im"]


def test_names_keep_slacks_limits() -> None:
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    assert len(made["features"]["agent_view"]["agent_description"]) <= 300
    assert len(made["features"]["agent_view"]["suggested_prompts"]) <= 4


def test_an_address_without_https_is_refused(kgc: Kgc) -> None:
    ran = kgc("slack", "manifest", "--url", "http://assistent.example.org")
    assert ran.code == 2
    assert "https://" in ran.err


@pytest.mark.parametrize("value", ["a: b", "'", '"', "# x", "ja", "null", "1", "- x", "ü\n", ""])
def test_odd_words_survive_as_yaml(value: str) -> None:
    held = {"a": [{"b": value, "c": [value, 1, True]}, {}], "d": {"e": value}, "f": []}
    assert yaml.safe_load(as_yaml(held)) == held
