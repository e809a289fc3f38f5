"""Bodies of Azure as blocks of azurerm: said exactly, or refused by name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fakes.azure_plans import arm
from modalities.azure import session
from modalities.azure.asking import Wire
from modalities.azure.terraform.blocks import Block, Nested, called, named
from modalities.azure.terraform.holdings import held, said
from modalities.azure.terraform.saying import blocks_of
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.target import Target

VM = arm(Kind.VM, "web")
NIC = arm(Kind.NIC, "nic")
NET = arm(Kind.NETWORK, "net")
GUARD = arm(Kind.SECURITY_GROUP, "guard")
KEY = {"path": "/home/me/.ssh/authorized_keys", "keyData": "ssh-ed25519 AAAA"}


def here(**properties: Any) -> dict[str, Any]:
    return {"location": "eastus", "properties": properties}


def machine(**more: Any) -> dict[str, Any]:
    linux = {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [KEY]}}
    disk = {
        "createOption": "FromImage",
        "caching": "ReadWrite",
        "deleteOption": "Delete",
        "managedDisk": {"storageAccountType": "StandardSSD_LRS"},
    }
    image = {"publisher": "Canonical", "offer": "ubuntu", "sku": "22_04", "version": "latest"}
    told = {
        "hardwareProfile": {"vmSize": "Standard_B2s"},
        "storageProfile": {"osDisk": disk, "imageReference": image},
        "osProfile": {
            "computerName": "web",
            "adminUsername": "me",
            "linuxConfiguration": linux,
        },
        "networkProfile": {"networkInterfaces": [{"id": NIC}]},
    }
    return here(**{**told, **more})


def only(id: str, body: dict[str, Any]) -> Block:
    (block,) = blocks_of(id, body)
    return block


def test_a_network_and_each_of_its_subnets() -> None:
    inner = {"addressPrefix": "10.0.1.0/24", "networkSecurityGroup": {"id": GUARD}}
    space = {"addressPrefixes": ["10.0.0.0/16"]}
    body = here(addressSpace=space, subnets=[{"name": "one", "properties": inner}])
    network, subnet, guarded = blocks_of(NET, body)
    assert network.body["address_space"] == ("10.0.0.0/16",)
    assert subnet.id == f"{NET}/subnets/one"
    assert subnet.body["virtual_network_name"] == called(NET)
    assert subnet.body["address_prefixes"] == ("10.0.1.0/24",)
    assert guarded.type == "azurerm_subnet_network_security_group_association"
    assert guarded.body["network_security_group_id"] == named(GUARD)


def test_a_dynamic_address_is_azures_own_and_a_static_one_is_said() -> None:
    def ip(method: str) -> Any:
        inner = {"privateIPAllocationMethod": method, "privateIPAddress": "10.0.0.9"}
        body = here(ipConfigurations=[{"name": "first", "properties": inner}])
        found = only(NIC, body).body["ip_configuration"]
        assert isinstance(found, tuple)
        (nested,) = found
        assert isinstance(nested, Nested)
        return nested.body.get("private_ip_address")

    assert (ip("Dynamic"), ip("Static")) == (None, "10.0.0.9")


def test_a_spot_machine_with_diagnostics_and_what_has_no_word_is_said() -> None:
    going = {"id": NIC, "properties": {"deleteOption": "Delete", "primary": True}}
    block = only(
        VM,
        machine(
            networkProfile={"networkInterfaces": [going]},
            priority="Spot",
            evictionPolicy="Deallocate",
            billingProfile={"maxPrice": -1},
            diagnosticsProfile={"bootDiagnostics": {"enabled": True}},
        ),
    )
    assert block.type == "azurerm_linux_virtual_machine"
    assert block.body["network_interface_ids"] == (named(NIC),)
    assert (block.body["priority"], block.body["max_bid_price"]) == ("Spot", -1)
    assert block.body["boot_diagnostics"] == Nested({})
    (unsaid,) = block.unsaid
    assert unsaid.startswith("networkInterfaces 0: properties.deleteOption = 'Delete'")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (machine(futureProfile={"level": 3}), "nothing is known that says properties.futureProf"),
        (machine(osProfile={"adminUsername": "me"}), "lets people in by password"),
        (
            machine(storageProfile={"osDisk": {"osType": "Windows"}}),
            "runs Windows: azurerm wants its password in the code",
        ),
        (
            machine(storageProfile={"osDisk": {"createOption": "Attach"}}),
            "starts from a disk that was there before (Attach)",
        ),
        (
            machine(storageProfile={"osDisk": {"createOption": "FromImage"}}),
            "os_disk: caching is missing",
        ),
        ({**machine(), "zones": ["1", "2"]}, "one zone, not into 1, 2"),
        ({**machine(), "identity": {"type": "SystemAssigned"}}, "identity.type"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(body: dict[str, Any], why: str) -> None:
    with pytest.raises(Unsupported, match=re.escape(why)):
        blocks_of(VM, body)


def test_no_secret_becomes_code() -> None:
    profile = {"adminUsername": "me", "adminPassword": "correct-Horse-7"}
    with pytest.raises(Unsupported, match="adminPassword") as caught:
        said(VM, machine(osProfile=profile), "sub/rg")
    assert "correct-Horse-7" not in str(caught.value)


def test_what_is_no_type_of_ours_is_refused() -> None:
    with pytest.raises(Unsupported, match="Compute/snapshots is not written"):
        blocks_of(arm(Kind.SNAPSHOT, "before"), here())


def test_everything_that_a_group_holds_is_said_or_left_out_by_name(furnished: Target) -> None:
    scope = session.identify(furnished).scope
    found = held(Wire(furnished), scope)
    left = {id.rpartition("/")[2] for id in found.left_out}
    assert left == {"before", "golden", "bucket1", "web"}  # it is entered by password
    types = [block.type for block in found.blocks]
    assert types.count("azurerm_managed_disk") == 1  # the system disk is its machine's
    assert {"azurerm_lb_rule", "azurerm_ssh_public_key", "azurerm_subnet"} <= set(types)
    ids_ = [block.id for block in found.blocks if "association" not in block.type]
    assert len(ids_) == len(set(ids_))


def test_where_there_is_no_group_there_is_nothing(empty: Target) -> None:
    assert held(Wire(empty), session.identify(empty).scope).blocks == ()
