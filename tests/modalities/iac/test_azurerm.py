"""Blocks of azurerm as files: references, import blocks, and Terraform's own word for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from fakes.azure_plans import SCOPE, arm
from modalities.aws.terraform import syntax, values
from modalities.azure.terraform.saying import blocks_of
from modalities.iac.azurerm import IMPORTS, VERSIONS, written
from modalities.iac.azurerm_checks import looked_at
from modalities.iac.installation import Installation
from modalities.iac.tool import candidates
from modalities.receipt import CloudError
from modalities.resource import Kind

NET = arm(Kind.NETWORK, "net")
NIC = arm(Kind.NIC, "nic")
EVIL = 'a"${file("/etc/passwd")}\n%{x}'


def files(subnet: str = f"{NET}/subnets/one") -> Mapping[str, str]:
    place = {"location": "eastus"}
    space = {"addressPrefixes": ["10.0.0.0/16"]}
    inner = [{"name": "one", "properties": {"addressPrefix": "10.0.1.0/24"}}]
    network = {**place, "properties": {"addressSpace": space, "subnets": inner}}
    ip = {"privateIPAllocationMethod": "Dynamic", "subnet": {"id": subnet}}
    nic = {"ipConfigurations": [{"name": "first", "properties": ip}]}
    tags = {"note": EVIL}
    return written(
        (*blocks_of(NET, network), *blocks_of(NIC, {**place, "properties": nic, "tags": tags})),
        SCOPE,
    ).files


def test_what_is_in_the_code_is_referred_to_and_taken_over() -> None:
    made = files()
    for text in made.values():
        syntax.check(text)
    assert "virtual_network_name = azurerm_virtual_network.net.name" in made["network.tf"]
    assert "= azurerm_subnet.one.id" in made["interfaces.tf"]
    imports = syntax.blocks(made[IMPORTS])
    assert [block.type for block in imports] == ["import"] * 3
    assert f'id = "{NET}/subnets/one"' in made[IMPORTS]
    assert 'source  = "hashicorp/azurerm"' in made[VERSIONS]
    assert "features {" in made[VERSIONS]


def test_what_is_not_in_the_code_is_named_by_its_id() -> None:
    other = arm(Kind.NETWORK, "other") + "/subnets/two"
    assert f'"{other}"' in files(other)["interfaces.tf"]


def test_words_of_a_cloud_are_no_code() -> None:
    text = files()["interfaces.tf"]
    (block,) = syntax.blocks(text)
    assert "${file" not in text.replace("$${file", "")
    assert block.address == "azurerm_network_interface.nic"


def test_terraform_takes_it_as_far_as_it_can_be_asked(tmp_path: Path) -> None:
    if not candidates():
        pytest.skip("there is no terraform here")
    lines = list(looked_at(files(), Installation(tmp_path)))
    assert "by its schema" in lines[0]
    assert "fmt" in lines[1]
    assert "not planned" in lines[2]


def test_what_is_not_laid_out_as_terraform_does_it_is_refused(tmp_path: Path) -> None:
    if not candidates():
        pytest.skip("there is no terraform here")
    with pytest.raises(CloudError):
        list(looked_at({"main.tf": "locals {\n a=1\n}\n"}, Installation(tmp_path)))


def test_where_the_provider_can_be_had_it_validates(tmp_path: Path) -> None:
    """Another provider stands for it: one that a mirror of this machine has."""
    installation = Installation(tmp_path)
    if not candidates() or installation.source.mirror is None:
        pytest.skip("there is no terraform, or no mirror of providers here")
    aws = values.Nested({"aws": {"source": "hashicorp/aws"}})
    needs = values.block("terraform", {"required_providers": aws})

    wrong = values.block('output "it"', {"value": values.Ref("local.nothing")})
    with pytest.raises(CloudError, match="nothing"):
        list(looked_at({"main.tf": f"{needs}\n{wrong}"}, installation))


def test_without_terraform_that_is_said(tmp_path: Path) -> None:
    lines = list(looked_at(files(), Installation(tmp_path, places=())))
    assert lines[1:] == ["not looked at by Terraform: there is none here"]
