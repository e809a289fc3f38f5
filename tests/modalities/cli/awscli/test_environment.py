"""What a command hears of the world: who asks, where to, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fakes.aws import REGION, sandbox_target
from modalities.aws.connection import Connection
from modalities.aws.environment import DEAD
from modalities.cli.awscli.environment import Home
from modalities.resource import Provider
from modalities.target import Realm, Target

SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_PROFILE": "of-somebody",
    "AWS_ENDPOINT_URL": "https://example.org",
    "AWS_ENDPOINT_URL_EC2": "https://example.org",
    "AWS_DATA_PATH": "/opt/models",
    "HTTPS_PROXY": "http://proxy.example:3128",
    "OPENAI_API_KEY": "real",
    "LD_PRELOAD": "/opt/x.so",
    "PYTHONPATH": "/opt/x",
}
URL = "http://127.0.0.1:5000"


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def production(profile: str | None = None, **more: str) -> Target:
    return Target(
        name="prod",
        provider=Provider.AWS,
        realm=Realm.PRODUCTION,
        region="eu-west-1",
        profile=profile,
        environment=more,
    )


def heard(home: Home, target: Target, attempts: int = 1) -> dict[str, str]:
    return home.environment(Connection.to(target), attempts)


class TestASandbox:
    def test_hears_nothing_of_ours(self, home: Home) -> None:
        got = heard(home, sandbox_target(URL))
        assert not set(SECRETS.values()) & set(got.values())
        assert got["AWS_ACCESS_KEY_ID"] == "sandbox"
        assert (got["AWS_ENDPOINT_URL"], got["AWS_REGION"]) == (URL, REGION)
        assert got["AWS_DEFAULT_REGION"] == REGION

    def test_reaches_nobody_else(self, home: Home) -> None:
        got = heard(home, sandbox_target(URL))
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            assert got[name] == got[name.lower()] == DEAD
        assert "127.0.0.1" in got["NO_PROXY"].split(",")
        assert got["AWS_EC2_METADATA_DISABLED"] == "true"

    def test_reads_no_settings_but_its_own(self, home: Home) -> None:
        got = heard(home, sandbox_target(URL))
        assert "addressing_style = path" in Path(got["AWS_CONFIG_FILE"]).read_text()
        assert got["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
        assert got["HOME"] == str(home.path)

    def test_talks_to_no_person(self, home: Home) -> None:
        got = heard(home, sandbox_target(URL))
        assert (got["AWS_PAGER"], got["AWS_CLI_AUTO_PROMPT"]) == ("", "off")

    def test_is_asked_as_often_as_said(self, home: Home) -> None:
        got = heard(home, sandbox_target(URL), attempts=4)
        assert (got["AWS_MAX_ATTEMPTS"], got["AWS_RETRY_MODE"]) == ("4", "legacy")


class TestARealTarget:
    def test_by_profile_is_that_profile_and_nobody_else(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_CONFIG_FILE", "/etc/aws/config")
        got = heard(home, production("staging"))
        assert got["AWS_PROFILE"] == "staging"
        assert not {"AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"} & got.keys()
        assert got["AWS_EC2_METADATA_DISABLED"] == "true"
        assert got["AWS_CONFIG_FILE"] == "/etc/aws/config"

    def test_reads_the_vendors_own_files(
        self, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        got = heard(home, production("staging"))
        assert got["AWS_SHARED_CREDENTIALS_FILE"] == str(tmp_path / ".aws/credentials")
        assert got["AWS_CONFIG_FILE"] == str(tmp_path / ".aws/config")

    def test_without_a_profile_follows_the_vendors_chain(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
        got = heard(home, production())
        assert got["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
        assert got["AWS_PROFILE"] == "of-somebody"
        assert got["AWS_EC2_METADATA_DISABLED"] == "false"

    def test_by_given_keys_is_nobody_else(self, home: Home) -> None:
        got = heard(home, production(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b"))
        assert (got["AWS_ACCESS_KEY_ID"], got["AWS_SECRET_ACCESS_KEY"]) == ("a", "b")
        assert not {"AWS_SESSION_TOKEN", "AWS_PROFILE"} & got.keys()

    def test_uses_the_network_as_it_is(self, home: Home) -> None:
        assert heard(home, production())["HTTPS_PROXY"] == "http://proxy.example:3128"

    def test_hears_no_more_than_that(self, home: Home) -> None:
        got = heard(home, production())
        others = ("OPENAI_API_KEY", "LD_PRELOAD", "PYTHONPATH", "AWS_DATA_PATH")
        assert not {*others, "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2"} & got.keys()
