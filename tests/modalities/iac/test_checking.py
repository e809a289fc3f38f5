"""What AWS would refuse, of what a change of code means."""

from __future__ import annotations

from typing import Any

from modalities.action import IacChange
from modalities.iac.checking import checked
from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Step

DISK = "vol-0123456789abcdef0"
MACHINE = "i-0123456789abcdef0"
ADDRESS = "aws_volume_attachment.data"
ATTACHMENT = {"device_name": "/dev/sdf", "volume_id": DISK, "instance_id": MACHINE}


def world() -> World:
    disk = ResourceRef(Provider.AWS, "1/us-east-1", Kind.DISK, DISK)
    machine = ResourceRef(Provider.AWS, "1/us-east-1", Kind.VM, MACHINE)
    return World(Provider.AWS, "1/us-east-1", (Resource(disk, DISK), Resource(machine, MACHINE)))


def detaching(**sides: Any) -> Step:
    entry = {"address": ADDRESS, "type": "aws_volume_attachment", "actions": ["delete"], **sides}
    action = IacChange({"disks.tf": None}, (ADDRESS,), (entry,), "")
    return Step(id="apply", effect=Effect.DELETE, action=action, why="detach it", changes=())


def test_what_is_not_there_is_not_asked_to_be_removed() -> None:
    problems = checked((detaching(before=ATTACHMENT),), world())
    assert [p.message for p in problems if p.path.endswith("VolumeId")] == [
        f"disk {DISK} is not attached to anything"
    ]


def test_an_undo_removes_what_is_there_and_no_more() -> None:
    """Its run may have been broken off before it was made."""
    assert checked((detaching(had=ATTACHMENT),), world()) == ()
