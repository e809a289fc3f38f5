"""What makes Azure's portal hard to drive, on and off; the rest is in test_hazards.py."""

from __future__ import annotations

import time
from typing import Any

import pytest

from fakes.visitor import Page, Visitor
from sandbox.console.azure.cloud import Cloud, permission
from sandbox.console.azure.face import locate

MACHINES = "browse/Microsoft.Compute%2FVirtualMachines"
GROUP = "/subscriptions/5a/resourceGroups/web (1)"
MACHINE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"

NET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net"


def test_what_an_address_names() -> None:
    def named(path: str) -> tuple[str, str]:
        found = locate(path)
        return (found.view.name, found.parameters.get("id", "")) if found else ("", "")

    assert named("browse/microsoft.compute/VIRTUALMACHINES") == (MACHINES, "")
    machine = "microsoft.compute/virtualmachines"
    assert named(f"resource{MACHINE}") == (f"{machine}/overview", MACHINE)
    assert named(f"resource{MACHINE}/DISKS") == (f"{machine}/disks", MACHINE)
    assert named(f"resource{GROUP}/tags") == ("microsoft.resources/resourcegroups/tags", GROUP)
    for path in (
        f"resource{MACHINE}/none",
        f"resource{MACHINE}/extensions/x/overview",
        "resource/subscriptions/5a",
        f"{machine}/overview",
        "nothing",
        "",
    ):
        assert named(path) == ("", ""), path


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("PUT", MACHINE, "Microsoft.Compute/virtualMachines/write"),
        ("POST", f"{MACHINE}/start", "Microsoft.Compute/virtualMachines/start/action"),
        (
            "DELETE",
            f"{MACHINE}/extensions/x",
            "Microsoft.Compute/virtualMachines/extensions/delete",
        ),
        ("PUT", GROUP, "Microsoft.Resources/resourceGroups/write"),
    ],
)
def test_the_permission_of_a_request(method: str, path: str, action: str) -> None:
    assert permission(method, path) == action


def test_addresses_without_a_hash(visitor: Any) -> None:
    console: Visitor = visitor()
    assert "/page/browse/Microsoft.Compute%2Fdisks" in console.client.get("/").text
    assert "Virtual machines" in console.client.get(f"/page/{MACHINES}").text
    hashed: Visitor = visitor(hash_routes=True)
    assert "/#browse/Microsoft.Compute%2Fdisks" in hashed.client.get("/").text
    assert hashed.client.get("/view/nothing/here").status_code == 404


def test_the_list_of_machines_is_in_a_frame(visitor: Any) -> None:
    console: Visitor = visitor(list_in_frame=True)
    page = Page(console.client.get(f"/page/{MACHINES}").text)
    (frame,) = page.all("iframe")
    assert frame["name"] == "BrowseResource.ReactView"
    assert "No virtual machines" in console.client.get(frame["data-frame"]).text
    assert not Page(visitor().client.get(f"/page/{MACHINES}").text).all("iframe")


def test_denials(visitor: Any, group: str) -> None:
    denied = ("microsoft.network/networksecuritygroups/write",)
    console: Visitor = visitor(denials=True, denied=denied)
    page = console.ask("CreateNetworkSecurityGroup")
    answer = console.act("CreateNetworkSecurityGroup", page, name="web")
    assert answer.status_code == 422
    assert "AuthorizationFailed" in answer.text
    assert "Microsoft.Network/networkSecurityGroups/write" in answer.text
    console = visitor(denied=denied)
    assert console.act("CreateNetworkSecurityGroup", page, name="web").status_code == 200


def test_quotas(visitor: Any, arm: Cloud) -> None:
    fields = {"name": "vm", "size": "Standard_B2s", "subnet": "new:net", "subnet__name": "net"}
    console: Visitor = visitor(quotas=True, limits={"vcpus": 1})
    page = console.ask("CreateVirtualMachine")
    answer = console.act("CreateVirtualMachine", page, **fields)
    assert answer.status_code == 422
    assert "Total Regional Cores quota" in answer.text
    assert arm.all("/resources") == []


def test_a_change_is_made_after_its_answer(visitor: Any, arm: Cloud, group: str) -> None:
    console: Visitor = visitor(asynchronous=True, provisioning=0.05)
    page = console.ask("CreateNetworkSecurityGroup")
    answer = console.act("CreateNetworkSecurityGroup", page, name="web").json()
    assert answer["operation"]["progress"] == "In progress"
    assert answer["goes"] == "/page/browse/Microsoft.Network%2FnetworkSecurityGroups"
    for _ in range(400):
        told = console.client.get("/notifications", params={"since": 0}).json()
        if not told["running"]:
            break
        time.sleep(0.05)
    assert told["operations"][-1]["progress"] == "Succeeded"
    assert [each["name"] for each in arm.all("/resources")] == ["web"]


def test_deletes_are_typed(visitor: Any, group: str) -> None:
    assert (
        "to confirm deletion" in visitor(typed_deletes=True).ask("DeleteResourceGroup", group).html
    )
    assert "to confirm" not in visitor().ask("DeleteResourceGroup", group).html
