"""Which Terraform is used, and why others are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.executables import executable
from fakes.terraform import terraform
from modalities.iac import tool
from modalities.iac.aws import AwsIac
from modalities.receipt import CloudError


def test_the_first_that_works(tmp_path: Path) -> None:
    broken = executable(tmp_path / "a" / "terraform", "sys.exit(3)")
    good = terraform(tmp_path / "b" / "terraform", "", "1.9.0")
    found = tool.search((broken, good))
    assert found.required() == tool.Tool(good, "1.9.0")
    assert [path for path, _ in found.passed] == [broken]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("print('hello')", "no JSON"),
        ("print('[]')", "no JSON"),
        ("print('{}')", "does not say its version"),
        ('print(\'{"terraform_version": "1.4.6"}\')', "1.5 is needed"),
        ("print('oh', file=sys.stderr); sys.exit(3)", "exit status 3: oh"),
        ("time.sleep(60)", "still running"),
    ],
)
def test_what_cannot_be_used_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, why: str
) -> None:
    monkeypatch.setattr(tool, "PATIENCE", 2.0)
    path = executable(tmp_path / "terraform", body)
    found = tool.search((path,))
    assert found.tool is None
    with pytest.raises(CloudError, match=why) as caught:
        found.required()
    assert not caught.value.sent
    assert "Terraform 1.5" in caught.value.remedy


def test_tofu_where_there_is_no_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tofu = terraform(tmp_path / "one" / "tofu", "", "1.8.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'one'}:{tmp_path / 'two'}")
    found = tool.search().required()
    assert (found.path, found.name, found.host) == (tofu, "tofu", "registry.opentofu.org")
    terraform(tmp_path / "two" / "terraform", "")
    assert tool.search().required().name == "terraform"


def test_the_one_that_is_named_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terraform(tmp_path / "terraform", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(tool.OVERRIDE, str(tmp_path / "mine"))
    assert tool.candidates() == (tmp_path / "mine",)
    assert tool.search().tool is None


def test_without_one_the_hand_fits_nothing(tmp_path: Path) -> None:
    support = AwsIac(tmp_path, places=()).supports(())
    assert support.fit == 0
    assert "install Terraform" in support.why
