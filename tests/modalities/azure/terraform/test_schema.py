"""What the provider's schema takes and does not."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.azure.terraform.blocks import Block, Nested, named
from modalities.azure.terraform.schema import faults, tells, version

DISK = {
    "name": "data",
    "resource_group_name": "rg",
    "location": "eastus",
    "storage_account_type": "Premium_LRS",
    "create_option": "Empty",
    "disk_size_gb": 64,
    "tags": {"team": "a"},
}
INNER = Nested({"name": "first", "private_ip_address_allocation": "Dynamic"})
NIC = {
    "name": "nic",
    "resource_group_name": "rg",
    "location": "eastus",
    "ip_configuration": (INNER, INNER),
}


def said(type: str, body: dict[str, Any]) -> list[str]:
    return list(faults(Block(type, "it", "/id", body)))


def test_what_the_provider_has_is_taken() -> None:
    assert version().split(".")[0] == "4"
    assert said("azurerm_managed_disk", DISK) == []
    assert said("azurerm_managed_disk", {**DISK, "source_resource_id": named("/a")}) == []
    assert said("azurerm_network_interface", NIC) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"disk_size": 64}, "disk_size is no argument; disk_size_gb is one"),
        ({"disk_size_gb": "64"}, "disk_size_gb must be of type number"),
        ({"disk_size_gb": True}, "disk_size_gb must be of type number"),
        ({"tags": {"team": 1}}, "tags must be of type map(string)"),
        ({"zone": ("1",)}, "zone must be of type string"),
        ({"encryption_settings": "yes"}, "encryption_settings is a block, not an argument"),
        ({"zone": Nested({})}, "zone is an argument, not a block"),
    ],
)
def test_what_it_would_not_take_is_said(change: dict[str, Any], fault: str) -> None:
    assert said("azurerm_managed_disk", {**DISK, **change}) == [f"azurerm_managed_disk it: {fault}"]


def test_what_must_be_there_and_inside_of_blocks() -> None:
    body = {**NIC, "ip_configuration": (INNER, Nested({"name": "second", "subnet": "x"}))}
    del body["location"]
    assert said("azurerm_network_interface", body) == [
        "azurerm_network_interface it: ip_configuration: subnet is no argument; subnet_id is one",
        "azurerm_network_interface it: ip_configuration: private_ip_address_allocation is missing",
        "azurerm_network_interface it: location is missing",
    ]


def test_a_block_that_stands_once_and_a_type_that_nobody_knows() -> None:
    once = said("azurerm_managed_disk", {**DISK, "encryption_settings": (Nested({}), Nested({}))})
    assert once[0].endswith("encryption_settings can stand there once")
    assert said("azurerm_mystery", {}) == ["nothing is known of azurerm_mystery"]


def test_what_others_can_refer_to() -> None:
    assert tells("azurerm_subnet", "id")
    assert not tells("azurerm_subnet", "arn")
