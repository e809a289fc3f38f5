"""A directory with somebody's own template: which file is meant, what is put in and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modalities.contract import ToolMissing, Unsupported
from modalities.iac.own_templates import template_in

HOST = "https://schema.management.azure.com/schemas/2019-04-01/"


def template(**parts: Any) -> dict[str, Any]:
    head = {"$schema": f"{HOST}deploymentTemplate.json#", "contentVersion": "1.0.0.0"}
    return {**head, "resources": [], **parts}


def write(directory: Path, name: str, told: dict[str, Any]) -> None:
    (directory / name).write_text(json.dumps(told), "utf-8")


def values(**given: Any) -> dict[str, Any]:
    told = {name: {"value": value} for name, value in given.items()}
    return {"$schema": f"{HOST}deploymentParameters.json#", "parameters": told}


def defaults(directory: Path) -> dict[str, Any]:
    told = json.loads(template_in(directory).text)["parameters"]
    return {name: one.get("defaultValue") for name, one in told.items()}


def test_the_only_template_is_meant_whatever_lies_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "shop.json", template())
    write(tmp_path, "notes.json", {"a": 1})
    (tmp_path / "broken.json").write_bytes(b"\xff{")
    assert template_in(tmp_path).file.name == "shop.json"


def test_of_several_the_main_one_is_meant(tmp_path: Path) -> None:
    write(tmp_path, "shop.json", template())
    write(tmp_path, "net.json", template())
    with pytest.raises(Unsupported, match=r"several templates \(net.json, shop.json\)"):
        template_in(tmp_path)
    write(tmp_path, "azuredeploy.json", template())
    assert template_in(tmp_path).file.name == "azuredeploy.json"


def test_no_template_is_said_to_be_none(tmp_path: Path) -> None:
    write(tmp_path, "group.json", {"$schema": f"{HOST}subscriptionDeploymentTemplate.json#"})
    with pytest.raises(Unsupported, match="there is no ARM template"):
        template_in(tmp_path)


def test_values_of_its_file_of_parameters_are_put_in_as_they_are(tmp_path: Path) -> None:
    declared = {"name": {"type": "string"}, "size": {"type": "string", "defaultValue": "s"}}
    write(tmp_path, "main.json", template(parameters=declared))
    write(tmp_path, "main.parameters.json", values(Name="[concat('a')]"))
    assert defaults(tmp_path) == {"name": "[[concat('a')]", "size": "s"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "main.json wants name: write values into main.parameters.json"),
        ({"name": "a", "nmae": "b"}, "has no parameter nmae"),
        ({"name": "a", "key": "b"}, "key is a secret"),
    ],
)
def test_what_is_wrong_with_values_is_said(tmp_path: Path, given: dict[str, str], why: str) -> None:
    key = {"type": "secureString", "nullable": True}
    write(tmp_path, "main.json", template(parameters={"name": {"type": "string"}, "key": key}))
    write(tmp_path, "main.parameters.json", values(**given))
    with pytest.raises(Unsupported, match=why):
        template_in(tmp_path)


def test_a_value_from_a_vault_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "main.json", template(parameters={"name": {"type": "string"}}))
    vault = {"parameters": {"name": {"reference": {"secretName": "x"}}}}
    write(tmp_path, "main.parameters.json", vault)
    with pytest.raises(Unsupported, match="vault"):
        template_in(tmp_path)


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ({"properties": {"templateLink": {"uri": "https://a.example/b.json"}}}, "templateLink"),
        ({"properties": {"osProfile": {"adminPassword": "p4ss"}}}, "has adminPassword, and no"),
        ({"properties": {"userData": "[variables('p4ss')]"}}, "has userData, and no secret"),
    ],
)
def test_what_is_not_seen_and_what_must_not_be_is_refused(
    tmp_path: Path, resource: dict[str, Any], why: str
) -> None:
    write(tmp_path, "main.json", template(resources=[resource]))
    with pytest.raises(Unsupported, match=why) as caught:
        template_in(tmp_path)
    assert "p4ss" not in str(caught.value)


def test_bicep_wants_its_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.bicep").write_text("param name string = 'a'\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="no `bicep` on PATH"):
        template_in(tmp_path)


def test_bicep_is_built_by_its_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program here only looks like it: there is none to be had where the tests run."""
    (tmp_path / "main.bicep").write_text("")
    write(tmp_path, "built", template(variables={"from": "bicep"}))
    program = tmp_path / "bin" / "bicep"
    program.parent.mkdir()
    check = '[ "$1 $2 $3" = "build --stdout --no-restore" ] && [ -z "$SECRET" ]'
    program.write_text(f"#!/bin/sh\n{check} && exec cat {tmp_path}/built\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("SECRET", "x")
    own = template_in(tmp_path)
    assert (own.file.name, json.loads(own.text)["variables"]) == ("main.bicep", {"from": "bicep"})
    program.write_text("#!/bin/sh\necho 'main.bicep(1,1) : Error BCP018' >&2\nexit 1\n")
    with pytest.raises(Unsupported, match="BCP018"):
        template_in(tmp_path)
