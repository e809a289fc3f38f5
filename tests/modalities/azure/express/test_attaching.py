"""Disks, addresses, interfaces and groups, on machines that are there and off them again."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Attach, Create, Detach, Selection
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import Disk, Nic, PublicIp, SecurityGroup, Vm

WEB = Selection(kind=Kind.VM, names=("web-1",))


def ids(draft: Any) -> list[str]:
    return [step.id for step in draft.steps]


def of(kind: Kind, *names: str) -> Selection:
    return Selection(kind=kind, names=names)


def data_disks(cloud: Any, name: str = "web-1") -> list[tuple[int, str]]:
    found = cloud.get(Kind.VM, name)["properties"]["storageProfile"]["dataDisks"]
    return [(d["lun"], d["managedDisk"]["id"].rpartition("/")[2]) for d in found]


def test_a_new_disk_for_a_machine(cloud: Any) -> None:
    cloud.outside("web-1")
    vm = cloud.get(Kind.VM, "web-1")["properties"]["vmId"]
    before = cloud.holdings()
    draft = cloud.make(Attach(what=Disk(gib=64), to=WEB))
    assert ids(draft) == ["create-disk-web-1-data-1", "attach-disk-web-1-data-1-to-web-1"]
    assert "disk web-1-data-1: StandardSSD_LRS" in draft.defaults
    assert data_disks(cloud) == [(0, "web-1-data-1")]
    assert cloud.get(Kind.DISK, "web-1-data-1")["properties"]["diskSizeGB"] == 64
    assert cloud.get(Kind.VM, "web-1")["properties"]["vmId"] == vm
    cloud.undo()
    assert cloud.holdings() == before


def test_a_disk_that_is_there_and_off_again(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.make(Create(wanted=(Disk(name="data", gib=32), Disk(name="more", gib=16))))
    cloud.make(Attach(what=of(Kind.DISK, "data", "more"), to=WEB))
    assert data_disks(cloud) == [(0, "data"), (1, "more")]
    assert cloud.draft(Attach(what=of(Kind.DISK, "data"), to=WEB)).steps == ()
    cloud.done.clear()
    before = cloud.holdings()
    draft = cloud.make(Detach(what=of(Kind.DISK, "data")))
    assert data_disks(cloud) == [(1, "more")]
    assert draft.advisories[0].severity == "warning"
    assert "loses disk data" in draft.steps[0].disrupts
    cloud.undo()
    assert cloud.holdings() == before
    draft = cloud.make(Detach(what=Selection(kind=Kind.DISK, every=True), source=WEB))
    assert data_disks(cloud) == []


def test_disks_that_cannot_go_where_they_are_sent(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.outside("web-2")
    cloud.make(Attach(what=Disk(name="data"), to=WEB))
    with pytest.raises(Unsupported, match="attached to web-1"):
        cloud.draft(Attach(what=of(Kind.DISK, "data"), to=of(Kind.VM, "web-2")))
    with pytest.raises(Unsupported, match="never takes that off"):
        cloud.draft(Detach(what=of(Kind.DISK, "web-1-os")))
    with pytest.raises(Unresolved, match="not to web-2"):
        cloud.draft(Detach(what=of(Kind.DISK, "data"), source=of(Kind.VM, "web-2")))
    cloud.make(*(Attach(what=Disk(name=f"d-{n}"), to=WEB) for n in (1, 2, 3)))
    with pytest.raises(Unsupported, match="4 data disks, and a Standard_B2s takes no more"):
        cloud.draft(Attach(what=Disk(name="d-4"), to=WEB))


def test_an_address_given_and_taken(cloud: Any) -> None:
    cloud.outside("web-1")
    before = cloud.holdings()
    draft = cloud.make(Create(wanted=(PublicIp(attach_to="web-1"),)))
    assert ids(draft) == ["create-public-ip-web-1PublicIP", "give-address-web-1PublicIP-to-web-1"]
    (vm,) = cloud.world().of(Kind.VM)
    assert (
        vm.attributes["public_ip"]
        == cloud.get(Kind.PUBLIC_IP, "web-1PublicIP")["properties"]["ipAddress"]
    )
    cloud.undo()
    assert cloud.holdings() == before
    cloud.make(Create(wanted=(PublicIp(name="front"),)))
    cloud.make(Attach(what=of(Kind.PUBLIC_IP, "front"), to=WEB))
    assert cloud.draft(Attach(what=of(Kind.PUBLIC_IP, "front"), to=WEB)).steps == ()
    cloud.done.clear()
    held = cloud.holdings()
    draft = cloud.make(Detach(what=of(Kind.PUBLIC_IP, "front"), source=WEB))
    assert "no longer reached at" in draft.steps[0].disrupts
    assert cloud.world().of(Kind.VM)[0].attributes["public_ip"] is None
    cloud.undo()
    assert cloud.holdings() == held


def test_another_address_in_the_place_of_one(cloud: Any) -> None:
    cloud.make(Create(wanted=(Vm(name="web-1", public_ip=True), PublicIp(name="front"))))
    cloud.done.clear()
    before = cloud.holdings()
    draft = cloud.make(Attach(what=of(Kind.PUBLIC_IP, "front"), to=WEB))
    assert draft.steps[0].before == {"public_ip": "web-1PublicIP"}
    (vm,) = cloud.world().of(Kind.VM)
    assert (
        vm.attributes["public_ip"] == cloud.get(Kind.PUBLIC_IP, "front")["properties"]["ipAddress"]
    )
    cloud.undo()
    assert cloud.holdings() == before


def test_a_group_on_and_off(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.make(Create(wanted=(SecurityGroup(name="door"), SecurityGroup(name="gate"))))
    cloud.done.clear()
    before = cloud.holdings()
    cloud.make(Attach(what=of(Kind.SECURITY_GROUP, "door"), to=WEB))
    (vm,) = cloud.world().of(Kind.VM)
    assert [id.rpartition("/")[2] for id in vm.attributes["security_groups"]] == ["door"]
    with pytest.raises(Unsupported, match="that of web-1 is door"):
        cloud.draft(Attach(what=of(Kind.SECURITY_GROUP, "gate"), to=WEB))
    cloud.make(Detach(what=of(Kind.SECURITY_GROUP, "door"), source=WEB))
    assert cloud.world().of(Kind.VM)[0].attributes["security_groups"] == []
    cloud.undo()
    assert cloud.holdings() == before


def test_an_interface_goes_on_a_machine_that_is_deallocated(cloud: Any) -> None:
    vm = cloud.outside("web-1")
    with pytest.raises(Unsupported, match="stop web-1 first"):
        cloud.draft(Create(wanted=(Nic(name="second", attach_to="web-1"),)))
    cloud.ask("POST", f"{vm}/deallocate")
    before = cloud.holdings()
    cloud.make(Create(wanted=(Nic(name="second", attach_to="web-1"),)))
    told = cloud.get(Kind.VM, "web-1")["properties"]["networkProfile"]["networkInterfaces"]
    assert [nic["properties"]["primary"] for nic in told] == [True, False]
    cloud.make(Detach(what=of(Kind.NIC, "second"), source=WEB))
    with pytest.raises(Unsupported, match="stays with it"):
        cloud.draft(Detach(what=of(Kind.NIC, "web-1-nic"), source=WEB))
    cloud.undo()
    left = cloud.holdings()
    assert left.keys() == before.keys()
