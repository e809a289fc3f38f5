"""What counts as a change, and what a cloud only says anew."""

from __future__ import annotations

from typing import Any

from kill.holdings import Holdings, changes


def disk(at: str, machine: str = "i-1", **more: Any) -> Holdings:
    attached = {"InstanceId": machine, "AttachTime": at, "Device": "/dev/sdf", **more}
    return Holdings({("disk", "vol-1"): {"VolumeId": "vol-1", "Attachments": [attached]}})


def test_a_disk_that_was_attached_again_is_as_it_was() -> None:
    assert changes(disk("10:00"), disk("09:00")) == []


def test_where_and_how_it_is_attached_is_compared() -> None:
    elsewhere = changes(disk("09:00", machine="i-2"), disk("09:00"))
    assert elsewhere == ["~ disk vol-1: Attachments"]
    goes = changes(disk("09:00", DeleteOnTermination=True), disk("09:00"))
    assert goes == ["~ disk vol-1: Attachments"]
