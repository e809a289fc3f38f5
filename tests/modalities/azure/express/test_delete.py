"""What goes, what goes along, what holds it, and what brings it back."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import azure_outside as outside
from modalities.change import Delete, Selection
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Irreversible

SIZE = {"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}


def wish(kind: Kind | None, *names: str, words: str = "", every: bool = False) -> Delete:
    return Delete(what=Selection(kind=kind, names=names, every=every), explicit=words)


def ids(draft: Any) -> list[str]:
    return [step.id for step in draft.steps]


def names(cloud: Any, kind: Kind) -> set[str]:
    return {r.name for r in cloud.world(kind)}


def infos(draft: Any) -> str:
    return " | ".join(a.text for a in draft.advisories)


def test_a_machine_goes_alone_and_comes_back_of_its_parts(cloud: Any) -> None:
    cloud.outside("web-1", **SIZE)
    outside.data_disk(cloud, "web-1", "data")
    before = cloud.holdings()
    draft = cloud.make(wish(Kind.VM, "web-1"))
    assert ids(draft) == ["delete-vm-web-1"]
    assert names(cloud, Kind.VM) == set()
    assert names(cloud, Kind.DISK) == {"web-1-os", "data"}
    assert "disk web-1-os (30 GiB) of web-1 stays, and costs" in infos(draft)
    assert "network interface web-1-nic of web-1 stays" in infos(draft)
    cloud.undo()
    now = cloud.holdings()
    vm = outside.id_of(cloud, Kind.VM, "web-1")
    assert {k: v for k, v in now.items() if k != vm} == {k: v for k, v in before.items() if k != vm}
    assert outside.power(cloud, "web-1") == "running"


def test_what_is_told_to_go_with_it_goes_and_is_named(cloud: Any) -> None:
    cloud.outside("web-1")
    outside.goes_with(cloud, "web-1")
    outside.data_disk(cloud, "web-1", "data")
    draft = cloud.make(wish(Kind.VM, "web-1"))
    (step,) = draft.steps
    assert "and with it disk web-1-os, network interface web-1-nic" in step.why
    assert isinstance(step.undo, Irreversible)
    assert "contents of disk web-1-os" in step.undo.why
    assert names(cloud, Kind.DISK) == {"data"}
    assert names(cloud, Kind.NIC) == set()


def test_all_that_hangs_on_it_goes_where_the_words_say_so(cloud: Any) -> None:
    cloud.outside("web-1")
    outside.data_disk(cloud, "web-1", "data")
    outside.address(cloud, "web-1-nic", "door")
    words = "delete web-1 and everything that hangs on it"
    draft = cloud.make(wish(Kind.VM, "web-1", words=words))
    assert ids(draft)[0] == "delete-vm-web-1"
    assert {*ids(draft)[1:]} == {
        "delete-nic-web-1-nic",
        "delete-public_ip-door".replace("_", "-"),
        "delete-disk-web-1-os",
        "delete-disk-data",
    }
    for kind in (Kind.VM, Kind.NIC, Kind.PUBLIC_IP, Kind.DISK):
        assert names(cloud, kind) == set()


def test_only_its_disks_go_where_only_they_are_asked_for(cloud: Any) -> None:
    cloud.outside("web-1")
    outside.address(cloud, "web-1-nic", "door")
    draft = cloud.make(wish(Kind.VM, "web-1", words="delete web-1 with all its disks"))
    assert ids(draft) == ["delete-vm-web-1", "delete-disk-web-1-os"]
    spared = cloud.draft(wish(Kind.NIC, "web-1-nic"))
    assert ids(spared) == ["delete-nic-web-1-nic"]


def test_what_is_in_use_is_not_deleted_and_its_user_is_named(cloud: Any) -> None:
    cloud.outside("web-1")
    group = outside.group(cloud, "wall")
    outside.guard(cloud, "web-1-nic", group)
    for kind, name in (
        (Kind.DISK, "web-1-os"),
        (Kind.NIC, "web-1-nic"),
        (Kind.SECURITY_GROUP, "wall"),
        (Kind.SUBNET, "default"),
        (Kind.NETWORK, "net"),
    ):
        with pytest.raises(Unsupported, match="in use by VM web-1"):
            cloud.draft(wish(kind, name))


def test_a_network_with_all_that_is_in_it_one_after_the_other(cloud: Any) -> None:
    for name in ("a", "b"):
        cloud.outside(name)
    outside.group(cloud, "wall")
    outside.balancer(cloud, "front", "a-nic", "b-nic")
    words = "delete the network net with everything in it"
    draft = cloud.make(wish(Kind.NETWORK, "net", words=words))
    assert ids(draft)[-1] == "delete-network-net"
    assert set(ids(draft)) == {
        *("delete-vm-a", "delete-vm-b", "delete-nic-a-nic", "delete-nic-b-nic"),
        "delete-network-net",
    }
    assert names(cloud, Kind.NETWORK) == set()
    assert "load balancer front has nobody left" in infos(draft)
    assert names(cloud, Kind.LOAD_BALANCER) == {"front"}, "a public one is in no network"


def test_a_load_balancer_comes_back_with_its_members(cloud: Any) -> None:
    for name in ("a", "b"):
        cloud.outside(name)
    outside.balancer(cloud, "front", "a-nic", "b-nic")
    before = cloud.holdings()
    draft = cloud.make(wish(Kind.LOAD_BALANCER, "front"))
    assert ids(draft) == ["delete-load-balancer-front"]
    assert "public IP front-ip of front stays" in infos(draft)
    assert names(cloud, Kind.LOAD_BALANCER) == set()
    cloud.undo()
    assert _named(cloud.holdings()) == _named(before)


def test_a_load_balancer_and_its_machines_come_back_too(cloud: Any) -> None:
    cloud.outside("a", **SIZE)
    outside.balancer(cloud, "front", "a-nic")
    cloud.make(wish(Kind.LOAD_BALANCER, "front"), wish(Kind.VM, "a"), wish(Kind.NIC, "a-nic"))
    assert names(cloud, Kind.NIC) == set()
    cloud.undo()
    (balancer,) = cloud.world(Kind.LOAD_BALANCER)
    vm = outside.id_of(cloud, Kind.VM, "a")
    assert [b["vm"] for b in balancer.attributes["backends"]] == [vm]


def test_what_is_all_in_its_description_comes_back_as_it_was(cloud: Any) -> None:
    cloud.network("lab", "10.9.0.0/16", "one", "two")
    outside.group(cloud, "wall", {"destinationPortRange": "22"})
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGsQe5V9PzYC8nRzZ4v5ZzBzGk5y5lX0n8b3m3pQ2r7s me"
    cloud.put(Kind.KEY_PAIR, "mine", {"properties": {"publicKey": key}})
    before = cloud.holdings()
    draft = cloud.make(
        wish(Kind.SUBNET, "two"),
        wish(Kind.NETWORK, "lab"),
        wish(Kind.SECURITY_GROUP, "wall"),
        wish(Kind.KEY_PAIR, "mine"),
    )
    assert cloud.holdings().keys() == {""}
    assert not any(isinstance(s.undo, Irreversible) for s in draft.steps)
    cloud.undo()
    assert _named(cloud.holdings()) == _named(before)


def _named(holdings: dict[str, Any]) -> dict[str, Any]:
    """Without the numbers that Azure gives anew."""
    return {k: _without(v, {"resourceGuid"}) for k, v in holdings.items()}


def _without(value: Any, gone: set[str]) -> Any:
    if isinstance(value, dict):
        return {k: _without(v, gone) for k, v in value.items() if k not in gone}
    return [_without(v, gone) for v in value] if isinstance(value, list) else value


def test_an_address_is_taken_from_its_machine_first(cloud: Any) -> None:
    cloud.outside("web-1")
    outside.address(cloud, "web-1-nic", "door")
    draft = cloud.make(wish(Kind.PUBLIC_IP, "door"))
    assert ids(draft) == ["take-address-door-from-web-1", "delete-public-ip-door"]
    assert isinstance(draft.steps[-1].undo, Irreversible)
    outside.balancer(cloud, "front")
    with pytest.raises(Unsupported, match="load balancer front"):
        cloud.draft(wish(Kind.PUBLIC_IP, "front-ip"))


def test_a_disk_is_lost_for_good_and_that_is_said(cloud: Any) -> None:
    empty = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 32}
    cloud.put(Kind.DISK, "old", {"properties": empty})
    draft = cloud.make(wish(Kind.DISK, "old"))
    assert draft.steps[0].disrupts == "the contents of disk old are lost"
    assert isinstance(draft.steps[0].undo, Irreversible)


def test_a_resource_group_goes_only_where_the_words_say_so(cloud: Any) -> None:
    cloud.outside("web-1")
    name = cloud.target.resource_group
    with pytest.raises(Unsupported, match="delete the resource group"):
        cloud.draft(wish(Kind.RESOURCE_GROUP, name, words=f"delete {name}"))
    base = cloud.identity.scope.replace("/", "/resourceGroups/")
    cloud.ask(
        "PUT",
        f"/subscriptions/{base}/providers/Microsoft.Network/routeTables/routes",
        {"location": cloud.target.region, "properties": {}},
    )
    words = f"delete the resource group {name} and everything in it"
    draft = cloud.draft(wish(Kind.RESOURCE_GROUP, name, words=words))
    (step,) = draft.steps
    assert isinstance(step.undo, Irreversible)
    assert "1 VM" in step.disrupts
    assert "Microsoft.Network/routeTables routes" in infos(draft)
    assert {ref.kind for ref in step.changes} >= {Kind.VM, Kind.DISK, Kind.NIC, Kind.NETWORK}
    cloud.do(draft)
    assert cloud.holdings() == {}


def test_everything_leaves_the_group_itself(cloud: Any) -> None:
    cloud.outside("web-1")
    draft = cloud.make(wish(None, every=True, words="delete everything"))
    assert cloud.holdings().keys() == {""}
    assert any("itself stays" in text for text in draft.defaults)
