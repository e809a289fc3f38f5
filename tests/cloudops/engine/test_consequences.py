"""What a cloud does to neighbours is whoever's doing the first was; the rest is somebody else's."""

from __future__ import annotations

from typing import Any

from cloudops.engine.consequences import consequences
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World

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
