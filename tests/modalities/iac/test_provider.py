"""Where providers are found on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from modalities.iac import provider
from modalities.iac.provider import Source, places, source
from modalities.iac.tool import Tool

TOOL = Tool(Path("/usr/bin/terraform"), "1.11.4")


def mirror(base: Path) -> Path:
    (base / TOOL.host / "hashicorp" / "aws" / "5.100.0" / "linux_amd64").mkdir(parents=True)
    (base / TOOL.host / "acme" / "thing" / "1.0.0").mkdir(parents=True)
    return base


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "ADD_ONS", ())


def test_a_directory_that_is_named(tmp_path: Path) -> None:
    there = mirror(tmp_path / "mine")
    env = {"HOME": "/nowhere", provider.OVERRIDE: str(there)}
    assert source(TOOL, env).mirror == there


@pytest.mark.parametrize("setting", ["plugin_cache_dir", "path"])
def test_what_a_configuration_of_the_person_names(tmp_path: Path, setting: str) -> None:
    there = mirror(tmp_path / "mine")
    (tmp_path / ".terraformrc").write_text(f'  {setting} = "{there}"\n')
    assert source(TOOL, {"HOME": str(tmp_path)}).mirror == there


def test_a_configuration_that_is_not_there_is_no_hindrance(tmp_path: Path) -> None:
    there = mirror(tmp_path / ".terraform.d" / "plugins")
    env = {"HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    assert source(TOOL, env).mirror == there


@pytest.mark.parametrize("name", ["TF_PLUGIN_CACHE_DIR", "XDG_DATA_HOME", "XDG_DATA_DIRS"])
def test_where_variables_lead(tmp_path: Path, name: str) -> None:
    below = "" if name.startswith("TF") else "terraform/plugins"
    there = mirror(tmp_path / "base" / below)
    assert source(TOOL, {"HOME": "/nowhere", name: str(tmp_path / "base")}).mirror == there


def test_among_add_on_software_two_levels_deep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "ADD_ONS", (str(tmp_path),))
    there = mirror(tmp_path / "acme" / "providers")
    assert source(TOOL, {"HOME": "/nowhere"}).mirror == there


def test_the_registry_where_there_is_none(tmp_path: Path) -> None:
    found = source(TOOL, {"HOME": str(tmp_path)})
    assert found == Source()
    assert "filesystem_mirror" not in found.settings(tmp_path)


def test_a_mirror_of_other_providers_is_none(tmp_path: Path) -> None:
    (tmp_path / TOOL.host / "hashicorp" / "google" / "1.0.0").mkdir(parents=True)
    assert source(TOOL, {provider.OVERRIDE: str(tmp_path)}).mirror is None


def test_what_the_mirror_has_comes_from_there_alone(tmp_path: Path) -> None:
    there = mirror(tmp_path / 'odd"${name}')
    settings = source(TOOL, {provider.OVERRIDE: str(there)}).settings(tmp_path)
    assert f'exclude = ["{TOOL.host}/acme/thing", "{TOOL.host}/hashicorp/aws"]' in settings
    assert r"odd\"$${name}" in settings
    wide = source(TOOL, {provider.OVERRIDE: str(there)}).settings(tmp_path, registry_too=True)
    assert "exclude" not in wide


def test_every_place_is_looked_at_once_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    assert len([*places({})]) == len({*places({})})
