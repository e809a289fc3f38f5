"""The life of a machine by the real ``az``: commands as its own reference shows them."""

from __future__ import annotations

import pytest

from fakes.az import MISSING, Az, az
from sandbox.azure.daemon import AzureSandbox

pytestmark = pytest.mark.skipif(not az(), reason=MISSING)


@pytest.fixture
def ask(azure_sandbox: AzureSandbox) -> Az:
    return Az(azure_sandbox.environment())


def test_a_machine_from_nothing_to_nothing(ask: Az) -> None:
    ask("group", "create", "-n", "demo", "-l", "westeurope")
    made = ask(
        *("vm", "create", "-g", "demo", "-n", "web-1", "--image", "Ubuntu2204"),
        *("--size", "Standard_B2s", "--public-ip-sku", "Standard"),
        *("--admin-username", "ann", "--admin-password", "correct-Horse-7"),
    )
    assert made["powerState"] == "VM running"
    disk = ("-g", "demo", "--vm-name", "web-1", "--name", "data")
    ask("vm", "disk", "attach", *disk, "--new", "--size-gb", "64", "--sku", "Premium_LRS")
    (listed,) = ask("vm", "list", "-d")
    assert (listed["name"], listed["publicIps"]) == ("web-1", made["publicIpAddress"])
    assert [d["name"] for d in listed["storageProfile"]["dataDisks"]] == ["data"]
    refused = ask.run("vm", "update", "-g", "demo", "-n", "web-1", "--priority", "Spot")
    assert (refused.returncode, "AzureSpot/errormessages" in refused.stderr) == (1, True)
    ask("vm", "deallocate", "-g", "demo", "-n", "web-1")
    view = ask("vm", "get-instance-view", "-g", "demo", "-n", "web-1")
    assert view["instanceView"]["statuses"][-1]["displayStatus"] == "VM deallocated"
    ask("vm", "delete", "-g", "demo", "-n", "web-1", "--yes")
    left = {row["type"] for row in ask("resource", "list", "-g", "demo")}
    assert "Microsoft.Compute/virtualMachines" not in left
    assert {"Microsoft.Compute/disks", "Microsoft.Network/virtualNetworks"} <= left
    ask("group", "delete", "-n", "demo", "--yes")
    assert ask("resource", "list") == []


def test_what_az_parses_and_the_service_refuses(ask: Az) -> None:
    ask("group", "create", "-n", "demo", "-l", "westeurope")
    refused = ask.run("vm", "show", "-g", "demo", "-n", "nobody")
    assert (refused.returncode, "ResourceNotFound" in refused.stderr) == (3, True)
    wrong = ask.run("disk", "create", "-g", "demo", "-n", "data", "--size-gb", "99999")
    assert (wrong.returncode, "out of range" in wrong.stderr) == (1, True)
