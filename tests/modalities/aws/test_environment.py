"""What any vendor's command hears of a target, whichever hand runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fakes.aws import REGION, sandbox_target
from modalities.aws.connection import Connection
from modalities.aws.environment import DEAD, reaching
from modalities.cli.awscli.environment import Home
from modalities.iac.environment import Settings
from modalities.resource import Provider
from modalities.target import Realm, Target

URL = "http://127.0.0.1:5000"
REAL = Target(name="prod", provider=Provider.AWS, realm=Realm.PRODUCTION, region="eu-west-1")


def test_a_sandbox_is_reached_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    got = reaching(Connection.to(sandbox_target(URL)))
    assert (got["AWS_ENDPOINT_URL"], got["AWS_REGION"]) == (URL, REGION)
    assert got["AWS_ACCESS_KEY_ID"] == "sandbox"
    assert got["HTTPS_PROXY"] == got["https_proxy"] == DEAD
    assert got["AWS_CONFIG_FILE"] == os.devnull


def test_both_hands_come_as_the_same_person_by_the_same_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/ca.pem")
    monkeypatch.setenv("SSL_CERT_DIR", "/etc/certs")
    connection = Connection.to(REAL)
    shared = reaching(connection)
    assert shared["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
    assert (shared["AWS_CA_BUNDLE"], shared["SSL_CERT_DIR"]) == ("/etc/ca.pem", "/etc/certs")
    home = Home()
    for got in (
        home.environment(connection, 1),
        Settings(tmp_path / "rc", tmp_path).to(connection),
    ):
        assert shared.items() <= got.items()


def test_only_by_the_vendors_chain_does_terraform_see_a_home(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "rc", tmp_path)
    assert settings.to(Connection.to(REAL))["HOME"] == str(Path.home())
    sandbox = settings.to(Connection.to(sandbox_target(URL)))
    assert (sandbox["HOME"], sandbox["AWS_MAX_ATTEMPTS"]) == (str(tmp_path), "2")
    assert sandbox["AWS_S3_USE_PATH_STYLE"] == "true"
