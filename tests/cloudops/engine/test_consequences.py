"""What a cloud does to neighbours is whoever's doing the first was; the rest is somebody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cloudops.engine.consequences import consequences, joined
from cloudops.engine.execute import concerned_kinds
from modalities.action import SdkCall
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Step

SCOPE = "111122223333/us-east-1"


def made(
    kind: Kind, id: str, *links: Link, tags: dict[str, str] | None = None, **facts: Any
) -> Resource:
    return Resource(ResourceRef(Provider.AWS, SCOPE, kind, id), id, facts, tags or {}, links)


def world(*resources: Resource) -> World:
    return World(Provider.AWS, SCOPE, resources)


VM = made(
    Kind.VM, "i-1", Link("uses", Kind.DISK, "vol-1"), disks=["vol-1", "vol-2"], nics=["eni-1"]
)
ROOT = made(Kind.DISK, "vol-1", attached_to="i-1", delete_with_vm=True)
DATA = made(Kind.DISK, "vol-2", attached_to="i-1", delete_with_vm=False, state="in-use", gib=8)
FREE = made(Kind.DISK, "vol-9", attached_to=None, state="available")
GROUP = made(Kind.TARGET_GROUP, "arn:tg", targets=[{"vm": "i-1", "port": 80}])
KNOWN = world(VM, ROOT, DATA, FREE, GROUP)
DONE = {(Kind.VM, "i-1")}
KINDS = {Kind.VM, Kind.DISK, Kind.TARGET_GROUP}


def test_what_went_with_a_machine_is_ours() -> None:
    free = made(
        Kind.DISK, "vol-2", attached_to=None, delete_with_vm=False, state="available", gib=8
    )
    empty = made(Kind.TARGET_GROUP, "arn:tg", targets=[])
    found = consequences(DONE, KNOWN, world(free, FREE, empty), KINDS)
    assert found.gone == (ROOT,)
    assert found.changed == (free, empty)


def test_what_a_stranger_did_meanwhile_is_not() -> None:
    """A tag and a size follow from nothing; a disk that was to stay is gone by another's hand."""
    tagged = made(
        Kind.DISK, "vol-2", tags={"owner": "bob"}, attached_to=None, state="available", gib=9
    )
    found = consequences(DONE, KNOWN, world(tagged), KINDS)
    (followed,) = (r for r in found.changed if r.id == "vol-2")
    assert followed.tags == {}
    assert followed.attributes["gib"] == 8
    assert followed.attributes["attached_to"] is None
    without_data = consequences(DONE, KNOWN, world(), KINDS)
    assert {r.id for r in without_data.gone} == {"vol-1", "arn:tg"}


def test_what_is_no_neighbour_is_not_touched() -> None:
    moved = made(Kind.DISK, "vol-9", attached_to="i-7", state="in-use")
    found = consequences(DONE, KNOWN, world(ROOT, DATA, moved, GROUP), KINDS)
    assert (found.changed, found.gone) == ((), ())


def test_while_the_machine_is_there_nothing_goes_with_it() -> None:
    found = consequences(DONE, KNOWN, world(VM, DATA, FREE, GROUP), KINDS)
    assert found.gone == ()


def test_of_kinds_that_were_not_read_nothing_is_said() -> None:
    assert consequences(DONE, KNOWN, world(), {Kind.VM}).gone == ()


def test_who_refers_to_a_machine_tells_it_no_longer() -> None:
    """As Azure has it: the balancer, and the group that guards the interface which went along."""
    member = {"pool": "lb-1/pool", "nic": "nic-1", "vm": "vm-1"}
    other = {"pool": "lb-1/pool", "nic": "nic-2", "vm": "vm-2"}
    machine = made(Kind.VM, "vm-1", nics=["nic-1"], security_groups=["nsg-1"])
    nic = made(Kind.NIC, "nic-1", attached_to="vm-1", delete_with_vm=True)
    balancer = made(Kind.LOAD_BALANCER, "lb-1", backends=[member, other], rules=[80])
    guard = made(Kind.SECURITY_GROUP, "nsg-1", nics=["nic-1", "nic-2"], rules=[22])
    now = (
        made(Kind.LOAD_BALANCER, "lb-1", backends=[other], rules=[443]),
        made(Kind.SECURITY_GROUP, "nsg-1", nics=["nic-2"], rules=[]),
    )
    kinds = {Kind.VM, Kind.NIC, Kind.LOAD_BALANCER, Kind.SECURITY_GROUP}
    known = world(machine, nic, balancer, guard)
    found = consequences({(Kind.VM, "vm-1")}, known, world(*now), kinds)
    assert found.gone == (nic,)
    told = {r.kind: dict(r.attributes) for r in found.changed}
    assert told == {
        Kind.LOAD_BALANCER: {"backends": [other], "rules": [80]},
        Kind.SECURITY_GROUP: {"nics": ["nic-2"], "rules": [22]},
    }


def test_what_was_made_shows_in_what_it_uses() -> None:
    guard = made(Kind.SECURITY_GROUP, "nsg-1", nics=[])
    nic = made(Kind.NIC, "nic-1", Link("guarded_by", Kind.SECURITY_GROUP, "nsg-1"))
    fresh = world(nic, replace(guard, attributes={"nics": ["nic-1"]}))
    kinds = {Kind.NIC, Kind.SECURITY_GROUP}
    found = consequences({(Kind.NIC, "nic-1")}, world(guard), fresh, kinds)
    assert [r.attributes["nics"] for r in found.changed] == [["nic-1"]]


def test_what_is_joined_is_told_either_way() -> None:
    nic = made(Kind.NIC, "nic-1", Link("guarded_by", Kind.SECURITY_GROUP, "nsg-1"))
    machine = made(Kind.VM, "vm-1", Link("uses", Kind.NIC, "nic-1"))
    far = made(Kind.VM, "vm-2", Link("uses", Kind.NIC, "nic-2"))
    refs = joined([nic], world(nic, machine, far))
    assert [str(ref) for ref in refs] == ["security_group/nsg-1", "vm/vm-1"]


def test_on_azure_more_is_read_again_than_on_aws() -> None:
    def deleting(provider: Provider) -> frozenset[Kind]:
        ref = ResourceRef(provider, SCOPE, Kind.VM, "web-1")
        action = SdkCall("any", "any", {})
        return concerned_kinds(
            [Step(id="s", effect=Effect.DELETE, action=action, why="w", changes=(ref,))]
        )

    more = deleting(Provider.AZURE) - deleting(Provider.AWS)
    assert more == {Kind.LOAD_BALANCER, Kind.SECURITY_GROUP}
