"""Calls as commands of ``az`` and back; what is no command that we understand; its failures."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.action import Output, SdkCall
from modalities.azure.azcli.failures import failure
from modalities.azure.azcli.parsing import parse
from modalities.azure.azcli.refusal import Refused, Unspeakable
from modalities.azure.azcli.words import command
from modalities.azure.express import calls, tags
from modalities.receipt import Trouble

GROUP = "/subscriptions/11111111-0000-4000-8000-000000000000/resourceGroups/lab"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web"
DISK = f"{GROUP}/providers/Microsoft.Compute/disks/data"
EMPTY_DISK: dict[str, Any] = {
    "location": "eastus",
    "sku": {"name": "StandardSSD_LRS"},
    "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
    "tags": {"cloudops:run": "1128-x", "owner": "a=b c"},
}
NET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net"
ADDRESS = f"{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip"
PUBLIC = {
    "location": "eastus",
    "sku": {"name": "Standard"},
    "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
    "tags": {"cloudops:run": "1128-x"},
}
RULE = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/g/securityRules/ssh"
SSH = {
    "protocol": "Tcp",
    "access": "Allow",
    "direction": "Inbound",
    "priority": 1000,
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "22",
}
BODY = {"location": "eastus", "properties": {"diskSizeGB": 8, "of": Output("make-x").as_json()}}


def network(cidr: str, run: str = "1128-x", **more: Any) -> dict[str, Any]:
    properties = {"addressSpace": {"addressPrefixes": [cidr]}, **more}
    return {"location": "eastus", "properties": properties, "tags": {"cloudops:run": run}}


@pytest.mark.parametrize(
    ("call", "begins"),
    [
        (calls.post(VM, "deallocate"), "az vm deallocate --resource-group lab --name web"),
        (calls.post(VM, "powerOff"), "az vm stop --resource-group lab --name web"),
        (calls.delete(VM), "az vm delete --resource-group lab --name web --yes"),
        (calls.delete(VM, forceDeletion=True), "az rest --method delete --url"),
        (calls.put(DISK, BODY), "az rest --method put --url"),
        (calls.put(DISK, BODY, ifMatch='"7"'), "az rest --method put --url"),
        (calls.call("PUT", GROUP, body={"location": "eastus"}), "az group create --name lab"),
        (calls.put(DISK, EMPTY_DISK), "az disk create --resource-group lab --name data --location"),
        (calls.put(DISK, {**EMPTY_DISK, "zones": ["1"]}), "az rest --method put --url"),
        (calls.put(NET, network("{a}")), "az rest --method put --url"),
        (calls.put(NET, network("10.0.0.0/16")), "az network vnet create --resource-group lab"),
        (calls.put(NET, network("10.0.0.0/16", dns={})), "az rest --method put --url"),
        (calls.put(NET, network("10.0.0.0/16", run="{a:b}")), "az network vnet create"),
        (calls.put(ADDRESS, PUBLIC), "az network public-ip create --resource-group lab"),
        (calls.put(RULE, {"properties": SSH}), "az network nsg rule create --resource-group lab"),
        (tags.call(VM, "Merge", {"env": "a=b c"}), f"az tag update --resource-id {VM}"),
        (tags.call(VM, "Merge", {"env": "@/etc/passwd"}), "az rest --method patch --url"),
    ],
    ids=str,
)
def test_a_command_means_the_call_that_it_was_made_of(call: SdkCall, begins: str) -> None:
    said = command(call)
    assert said.line.startswith(begins)
    assert parse(said.argv) == call


def test_a_command_names_no_subscription_but_the_targets() -> None:
    assert "1111" not in command(calls.put(DISK, BODY)).line


def test_what_is_not_named_yet_has_no_url() -> None:
    call = calls.put(DISK, BODY)
    unnamed = {**call.parameters, "diskName": Output("make-x").as_json()}
    with pytest.raises(Unspeakable):
        command(SdkCall(call.service, call.operation, unnamed))


def rest(method: str = "put", url: str = "", *more: Any) -> tuple[Any, ...]:
    return ("az", "rest", "--method", method, "--url", url, *more)


OWN = "/subscriptions/{subscriptionId}/resourceGroups/lab/providers/Microsoft.Compute/disks/data"
THERE = f"{OWN}?api-version=2026-03-02"


def test_a_sound_command_of_somebody_is_understood() -> None:
    meant = parse(rest("delete", THERE))
    assert (meant.service, meant.operation) == ("compute", "disks.begin_delete")


DISK_CREATE = ("az", "disk", "create", "-g", "lab", "-n", "d", "-l", "eastus", "--sku", "P")
NET_CREATE = ("az", "network", "vnet", "create", "-g", "lab", "-n", "n", "-l", "eastus")
VNET_CREATE = (*NET_CREATE, "--address-prefixes", "10.0.0.0/8")


@pytest.mark.parametrize(
    "argv",
    [
        ("aws", "ec2", "x"),
        ("az", "vm", "create", "--name", "web"),
        ("az", "vm", "deallocate", "--name", "web"),
        ("az", "vm", "deallocate", "-g", "lab", "-n", "web", "--no-wait"),
        ("az", "vm", "deallocate", "-g", "lab", "-n", "web", "--subscription", "other"),
        ("az", "vm", "deallocate", "-g", "lab", "-n", "web", "-n", "db"),
        ("az", "vm", "deallocate", "-g", "lab", "-n", "@names"),
        ("az", "vm", "deallocate", "-g=lab", "-n", "web"),
        ("az", "vm", "dealloc", "-g", "lab", "-n", "web"),
        ("az", "vm", "delete", "-g", "lab", "-n", "web"),
        (*DISK_CREATE, "--size-gb", "8", "--tags", "a=@/etc/passwd"),
        (*DISK_CREATE, "--size-gb", "0x8", "--tags", "a=b"),
        (*DISK_CREATE, "--size-gb", "8", "--tags", "a=b", "--source", "other"),
        (*VNET_CREATE, "--tags", '{"a": {"b": "c"}}'),
        (*VNET_CREATE, "--tags", "a=b"),
        (*VNET_CREATE, "--tags", "@tags.json"),
        rest("delete", f"https://evil.example{THERE}"),
        rest("delete", f"//evil.example{THERE}"),
        rest("delete", THERE.replace("{subscriptionId}", "22222222-0000-4000-8000-000000000000")),
        rest("delete", THERE.replace("2026-03-02", "2020-01-01")),
        rest("delete", f"{OWN}/../other?api-version=2026-03-02"),
        rest("delete", f"{THERE}&unknown=1"),
        rest("put", THERE, "--body", "@body.json"),
        rest("put", THERE, "--headers", "Authorization=x"),
        rest("put", THERE, "--resource", "https://vault.azure.net"),
        rest("put", THERE, "--output-file", "x"),
    ],
    ids=lambda argv: " ".join(map(str, argv))[:70],
)
def test_what_is_not_understood_is_refused(argv: tuple[Any, ...]) -> None:
    with pytest.raises(Refused):
        parse(argv)


@pytest.mark.parametrize(
    ("status", "said", "trouble", "sent"),
    [
        (
            1,
            'ERROR: Conflict({"error":{"code":"SkuNotAvailable","message":""}})',
            "CAPACITY",
            True,
        ),
        (1, "ERROR: (QuotaExceeded) too many\nCode: QuotaExceeded\nMessage: x", "QUOTA", True),
        (3, "ERROR: (ResourceNotFound) none\nCode: ResourceNotFound", "NOT_FOUND", True),
        (2, "ERROR: unrecognized arguments: --x", "INVALID", False),
        (1, "ERROR: Failed to parse '--tags' argument: Redundant tail", "INVALID", False),
        (1, "ERROR: Please run 'az login' to setup account.", "AUTH", False),
        (1, "ERROR: HTTPSConnectionPool: NewConnectionError: refused", "UNAVAILABLE", False),
        (1, "ERROR: Connection aborted", "UNAVAILABLE", True),
        (-9, "", "UNAVAILABLE", True),
    ],
)
def test_failures_are_typed(status: int, said: str, trouble: str, sent: bool) -> None:
    error = failure(status, said.encode())
    assert (error.trouble, error.sent) == (Trouble[trouble], sent)
