"""A machine made again on Spot capacity and back: what is kept, and what is left of it wherever
it breaks off."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import azure_outside as outside
from modalities.acting import Call
from modalities.action import SdkCall
from modalities.azure.sending import send
from modalities.change import Power, Selection, SetPower, SetPriority
from modalities.contract import Unsupported
from modalities.receipt import CloudError
from modalities.resource import Kind
from modalities.step import Effect, Irreversible

WEB = Selection(kind=Kind.VM, names=("web-1",))
SIZE = {"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}
SPOT = {"priority": "Spot", "evictionPolicy": "Deallocate", "billingProfile": {"maxPrice": -1}}


def to_spot(cloud: Any, spot: bool = True) -> Any:
    return cloud.make(SetPriority(what=WEB, spot=spot))


def machine(cloud: Any) -> Any:
    return cloud.get(Kind.VM, "web-1")


def ids(draft: Any) -> list[str]:
    return [step.id for step in draft.steps]


@pytest.fixture
def web(cloud: Any) -> Any:
    """A tagged standard machine with a public address, two data disks, and half of its parts to
    go with it."""
    id = cloud.outside("web-1", **SIZE)
    outside.goes_with(cloud, "web-1")
    outside.data_disk(cloud, "web-1", "data", 32, 0, caching="ReadOnly")
    outside.data_disk(cloud, "web-1", "scratch", 16, 3, deleteOption="Delete")
    outside.address(cloud, "web-1-nic", "door")
    cloud.ask("PATCH", id, {"tags": {"owner": "team-a"}})
    return cloud


def parts(cloud: Any) -> dict[str, Any]:
    """The machine's parts, and what it says of each."""
    told = machine(cloud)["properties"]
    disks = [told["storageProfile"]["osDisk"], *told["storageProfile"]["dataDisks"]]
    found = {
        d["name"]: (d.get("lun"), d["caching"], d["deleteOption"], d["managedDisk"]["id"])
        for d in disks
    }
    nics = told["networkProfile"]["networkInterfaces"]
    return {**found, **{n["id"]: n["properties"]["deleteOption"] for n in nics}}


def test_all_that_it_consists_of_is_kept(web: Any) -> None:
    was, had = machine(web), parts(web)
    others = {id: d for id, d in web.holdings().items() if id != was["id"]}
    draft = to_spot(web)
    assert ids(draft) == [
        "keep-parts-of-web-1",
        "stop-web-1",
        "replace-web-1",
        "create-vm-web-1",
        "mark-parts-of-web-1",
    ]
    now = machine(web)
    assert {k: now["properties"].get(k) for k in SPOT} == SPOT
    assert now["properties"]["hardwareProfile"] == was["properties"]["hardwareProfile"]
    assert now["properties"]["vmId"] != was["properties"]["vmId"]
    assert (now["id"], now["tags"]) == (was["id"], was["tags"])
    assert parts(web) == had
    assert outside.power(web, "web-1") == "running"
    assert {id: d for id, d in web.holdings().items() if id != was["id"]} == others, (
        "nothing else is changed, and nothing is left over"
    )


def test_it_is_said_before_anything_is_done(web: Any) -> None:
    draft = web.draft(SetPriority(what=WEB, spot=True))
    replace = next(s for s in draft.steps if s.id == "replace-web-1")
    assert replace.effect is Effect.REPLACE
    assert "destroyed and made again" in replace.disrupts
    dangers = [a.text for a in draft.advisories if a.severity == "danger"]
    assert any("destroyed and made again" in text for text in dangers)
    assert any("capacity of web-1 is given back" in text for text in dangers)
    assert any("30 seconds" in a.text for a in draft.advisories)
    assert not any(isinstance(s.undo, Irreversible) for s in draft.steps)
    waited = [e for s in draft.steps[:-1] for e in s.expects]
    assert all(e.within > 0 for e in waited), "nothing is left to be found out afterwards"


@pytest.mark.parametrize("stops_after", range(1, 5))
def test_a_conversion_that_ends_half_way_leaves_all_as_it_was(web: Any, stops_after: int) -> None:
    before, had = web.holdings(), parts(web)
    draft = web.draft(SetPriority(what=WEB, spot=True))
    web.do_some(draft, stops_after)
    web.undo()
    now = web.holdings()
    assert parts(web) == had
    assert outside.power(web, "web-1") == "running"
    id = machine(web)["id"]
    assert {k: v for k, v in now.items() if k != id} == {k: v for k, v in before.items() if k != id}
    assert "priority" not in machine(web)["properties"] or (
        machine(web)["properties"]["priority"] == "Regular"
    )


def test_without_spot_capacity_the_standard_machine_comes_back(web: Any, azure_daemon: Any) -> None:
    """A machine that Azure has no capacity for stays, as Failed; it is cleared away for the old
    one, and its disks outlive that."""
    had = parts(web)
    draft = web.draft(SetPriority(what=WEB, spot=True))
    web.do_some(draft, 3)
    order = {"operation": "Microsoft.Compute/virtualMachines/write", "kind": "capacity"}
    azure_daemon.ask("POST", "faults", [order])
    create = draft.steps[3].action
    assert isinstance(create, SdkCall)
    answer = send(web.target, create, Call("token", 30.0))
    assert isinstance(answer.error, CloudError)
    assert machine(web)["properties"]["provisioningState"] == "Failed"
    web.undo()
    assert parts(web) == had
    assert machine(web)["properties"]["provisioningState"] == "Succeeded"
    assert outside.power(web, "web-1") == "running"


def test_a_stopped_machine_is_stopped_again_and_undone_to_that(web: Any) -> None:
    web.make(SetPower(what=WEB, power=Power.STOP))
    web.done.clear()
    had = parts(web)
    draft = to_spot(web)
    assert ids(draft)[-3:] == ["create-vm-web-1", "stop-web-1", "mark-parts-of-web-1"]
    assert outside.power(web, "web-1") == "deallocated"
    assert machine(web)["properties"]["priority"] == "Spot"
    web.undo()
    assert outside.power(web, "web-1") == "deallocated"
    assert parts(web) == had


def test_there_and_back(web: Any) -> None:
    had = parts(web)
    to_spot(web)
    assert web.draft(SetPriority(what=WEB, spot=True)).steps == ()
    to_spot(web, False)
    told = machine(web)["properties"]
    assert told["priority"] == "Regular"
    assert not {"evictionPolicy", "billingProfile"} & set(told)
    assert parts(web) == had


def test_an_address_that_would_go_with_it_is_kept_and_goes_again(cloud: Any) -> None:
    cloud.outside("web-1", **SIZE)
    outside.goes_with(cloud, "web-1")
    outside.address(cloud, "web-1-nic", "door", goes=True)
    was = cloud.get(Kind.PUBLIC_IP, "door")["properties"]["ipAddress"]
    nic = cloud.get(Kind.NIC, "web-1-nic")["properties"]["ipConfigurations"]
    draft = to_spot(cloud)
    assert ids(draft)[0] == "keep-address-of-web-1-nic"
    assert ids(draft)[-1] == "mark-address-of-web-1-nic"
    assert cloud.get(Kind.PUBLIC_IP, "door")["properties"]["ipAddress"] == was
    now = cloud.get(Kind.NIC, "web-1-nic")["properties"]["ipConfigurations"]
    assert [c["properties"]["publicIPAddress"] for c in now] == [
        c["properties"]["publicIPAddress"] for c in nic
    ]


def test_what_azure_does_not_sell_as_spot_is_refused_before_anything_is_lost(cloud: Any) -> None:
    cloud.outside("web-1")
    with pytest.raises(Unsupported, match="no Standard_B2s as Spot"):
        cloud.draft(SetPriority(what=WEB, spot=True))
    with pytest.raises(Unsupported, match="only a VM"):
        cloud.draft(SetPriority(what=Selection(kind=Kind.DISK, names=("web-1-os",)), spot=True))


def test_sets_of_machines_exclude_it(cloud: Any) -> None:
    base = cloud.identity.scope.replace("/", "/resourceGroups/")
    id = f"/subscriptions/{base}/providers/Microsoft.Compute/availabilitySets/together"
    cloud.ask(
        "PUT",
        id,
        {
            "location": cloud.target.region,
            "sku": {"name": "Aligned"},
            "properties": {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 2},
        },
    )
    cloud.outside("web-1", availabilitySet={"id": id}, **SIZE)
    with pytest.raises(Unsupported, match="availability set"):
        cloud.draft(SetPriority(what=WEB, spot=True))


def test_what_azure_forgets_of_it_is_said(cloud: Any) -> None:
    id = cloud.outside("web-1", **SIZE)
    extension = {
        "location": cloud.target.region,
        "properties": {"publisher": "p", "type": "t", "typeHandlerVersion": "1.0"},
    }
    cloud.ask("PUT", f"{id}/extensions/agent", extension)
    cloud.ask("PATCH", id, {"identity": {"type": "SystemAssigned"}})
    texts = " ".join(a.text for a in cloud.draft(SetPriority(what=WEB, spot=True)).advisories)
    assert "installed again: agent" in texts
    assert "identity that Azure gave" in texts
    assert "another vmId" in texts
