"""The doctor names what is missing, what it costs and what gets it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from cloudops.commands import checks
from fakes.terminal import Terminal
from modalities.resource import Provider
from modalities.target import Realm, Target


@pytest.fixture
def bare(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A machine with nothing on PATH and an empty home."""
    empty = terminal.folder / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    monkeypatch.setenv("HOME", str(empty))
    for name in ("TF_PLUGIN_CACHE_DIR", "PLAYWRIGHT_BROWSERS_PATH", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    return terminal


def found(terminal: Terminal, *words: str) -> dict[str, Any]:
    said = terminal("doctor", *words, "-o", "json")
    return {"code": said.code, **{check["name"]: check for check in said.document["checks"]}}


def test_a_bare_machine_is_enough_for_the_sandbox(bare: Terminal) -> None:
    checks = found(bare)
    assert checks["code"] == 0
    for name in ("aws", "az", "terraform", "Terraform providers"):
        assert checks[name]["found"] is False
        assert checks[name]["needed"] is False
        assert checks[name]["costs"]
        assert checks[name]["remedy"]
    for name in ("Python", "boto3", "moto", "state directory", "store", "sandbox"):
        assert checks[name]["found"] is True
    people = bare("doctor")
    assert "get it pipx install awscli" in people.out
    assert people.out.endswith("all that the sandbox needs is there\n")


def test_tools_are_asked_for_their_version(bare: Terminal) -> None:
    tool = bare.folder / "empty" / "aws"
    tool.write_text("#!/bin/sh\necho aws-cli/9.9\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    assert found(bare)["aws"]["what"] == f"aws-cli/9.9 ({tool})"
    tool.write_text("#!/bin/sh\necho broken; exit 3\n")
    assert "does not run: broken" in found(bare)["aws"]["what"]


def test_a_store_that_does_not_open(bare: Terminal) -> None:
    bare.state.mkdir()
    (bare.state / "state.db").write_text("this is no database")
    checks = found(bare)
    assert checks["code"] == 8
    assert "is not a database" in checks["store"]["what"]
    assert (bare.state / "state.db").read_text() == "this is no database"
    assert bare("doctor").out.endswith("not ready\n")


def test_a_variable_with_a_typo(bare: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDOPS_MAXRISK", "high")
    assert found(bare)["CLOUDOPS_MAXRISK"]["remedy"] == "did you mean CLOUDOPS_MAX_RISK?"


def production(profile: str | None) -> Target:
    return Target(
        name="t",
        provider=Provider.AWS,
        realm=Realm.PRODUCTION,
        region="eu-west-1",
        profile=profile,
    )


@pytest.mark.parametrize(
    ("profile", "files", "there"),
    [
        ("staging", {"credentials": "[staging]\naws_access_key_id = x\n"}, True),
        ("staging", {"config": "[profile staging]\nsso_session = x\n"}, True),
        ("staging", {"config": "[staging]\n"}, False),
        (None, {"config": "[default]\nregion = x\n"}, True),
        ("staging", {}, False),
        ("staging", {"config": "not an ini file", "credentials": "[staging]\n"}, True),
    ],
)
def test_credentials_of_a_target(
    tmp_path: Path, profile: str | None, files: dict[str, str], there: bool
) -> None:
    (tmp_path / ".aws").mkdir()
    for name, text in files.items():
        (tmp_path / ".aws" / name).write_text(text)
    target = production(profile)
    check = checks.credentials(target, {"HOME": str(tmp_path)})
    assert check.found is there
    assert check.remedy == f"aws configure --profile {profile or 'default'}"


def test_credentials_in_the_environment_are_for_targets_without_a_profile(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": "x"}
    assert checks.credentials(production(None), environment).found
    assert not checks.credentials(production("p"), environment).found
