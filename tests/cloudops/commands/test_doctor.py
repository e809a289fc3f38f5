"""The doctor names what is missing, what it costs and what gets it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from cloudops.commands import checks
from fakes.executables import aws, executable
from fakes.terminal import Terminal
from fakes.terraform import terraform
from modalities.browser.driver import finding
from modalities.iac import provider
from modalities.resource import Provider
from modalities.target import Realm, Target


@pytest.fixture
def bare(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A machine with nothing on PATH, an empty home and no add-on software."""
    empty = terminal.folder / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    monkeypatch.setenv("HOME", str(empty))
    monkeypatch.setattr(sys, "prefix", str(empty / ".venv"))
    monkeypatch.setattr(provider, "ADD_ONS", ())
    monkeypatch.setattr(finding, "APPLICATIONS", ())
    for name in (
        "TF_PLUGIN_CACHE_DIR",
        "TF_CLI_CONFIG_FILE",
        "TERRAFORM_CONFIG",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "XDG_DATA_DIRS",
        "PLAYWRIGHT_BROWSERS_PATH",
        "AWS_ACCESS_KEY_ID",
        "CLOUDOPS_AWS",
        "CLOUDOPS_TERRAFORM",
        "CLOUDOPS_TERRAFORM_MIRROR",
        "CLOUDOPS_CHROMIUM",
    ):
        monkeypatch.delenv(name, raising=False)
    return terminal


def found(terminal: Terminal, *words: str) -> dict[str, Any]:
    said = terminal("doctor", *words, "-o", "json")
    return {"code": said.code, **{check["name"]: check for check in said.document["checks"]}}


def test_a_bare_machine_is_enough_for_the_sandbox(bare: Terminal) -> None:
    checks = found(bare)
    assert checks["code"] == 0
    for name in ("aws", "az", "terraform", "Terraform providers", "browser"):
        assert checks[name]["found"] is False
        assert checks[name]["needed"] is False
        assert checks[name]["costs"]
        assert checks[name]["remedy"]
    for name in ("Python", "boto3", "moto", "state directory", "store", "sandbox"):
        assert checks[name]["found"] is True
    people = bare("doctor")
    assert "get it pipx install awscli" in people.out
    assert people.out.endswith("all that the sandbox needs is there\n")


def test_nothing_is_put_off_till_later(bare: Terminal) -> None:
    later = {
        name
        for name, check in found(bare).items()
        if name != "code" and "later" in check["costs"] + check["what"]
    }
    assert not later


def test_each_tool_is_the_one_that_its_hand_uses(bare: Terminal) -> None:
    place = bare.folder / "empty"
    command = aws(place / "aws", "")
    tofu = terraform(place / "tofu", "", "1.9.0")
    chromium = executable(place / "chromium", "print('Chromium 150.0.7')")
    checks = found(bare)
    assert checks["aws"]["what"] == f"2.31.0 ({command})"
    assert checks["terraform"]["what"] == f"1.9.0 ({tofu})"
    assert checks["browser"]["what"] == f"150.0.7 ({chromium})"
    assert "registry" in checks["Terraform providers"]["what"]
    assert f"{tofu} providers mirror" in checks["Terraform providers"]["remedy"]
    keep = place / ".terraform.d/plugins"
    (keep / "registry.opentofu.org/hashicorp/aws/5.100.0/linux_amd64").mkdir(parents=True)
    there = found(bare)["Terraform providers"]
    assert (there["found"], there["what"]) == (True, str(keep))


def test_what_was_passed_over_says_why(bare: Terminal) -> None:
    place = bare.folder / "empty"
    old = aws(place / "aws", "", "1.18.69")
    broken = executable(place / "terraform", "sys.exit(3)")
    checks = found(bare)
    assert checks["aws"]["passed"] == [f"{old} is version 1.18.69, and 1.29 or 2.13 is needed"]
    assert checks["aws"]["found"] is False
    assert checks["terraform"]["passed"] == [f"{broken} does not work: exit status 3"]
    good = terraform(place / "tofu", "", "1.9.0")
    terraform_ = found(bare)["terraform"]
    assert terraform_["what"] == f"1.9.0 ({good})"
    assert terraform_["passed"] == [f"{broken} does not work: exit status 3"]
    assert f"passed over {broken}" in bare("doctor").out


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("CLOUDOPS_AWS", "aws"),
        ("CLOUDOPS_TERRAFORM", "terraform"),
        ("CLOUDOPS_CHROMIUM", "browser"),
    ],
)
def test_one_that_is_named_and_will_not_do(
    bare: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, check: str
) -> None:
    aws(bare.folder / "empty" / "aws", "")
    monkeypatch.setenv(name, "/nonexistent/tool")
    missing = found(bare)[check]
    assert missing["passed"] == ["/nonexistent/tool does not start: No such file or directory"]
    assert (missing["found"], missing["remedy"]) == (False, f"unset {name}")


@pytest.mark.parametrize("columns", [80, 100])
def test_lines_fit_the_terminal_and_commands_can_be_copied(
    bare: Terminal, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = bare("doctor").out.splitlines()
    texts = [line for line in lines if "get it" not in line and str(bare.folder) not in line]
    assert max(len(line) for line in texts) <= columns
    python = shlex.quote(sys.executable)
    command = f"get it {python} -m playwright install --with-deps chromium"
    assert any(line.strip() == command for line in lines)


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
