from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Attach, Create, Delete, Detach, Resize, Selection
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import Disk, Vm

WEB = Selection(kind=Kind.VM, names=("web-1",))


def disk(*names: str) -> Selection:
    return Selection(kind=Kind.DISK, names=names)


def test_a_new_disk_takes_the_next_free_device(cloud: Any) -> None:
    id = cloud.outside("web-1")
    cloud.plug(cloud.volume("one"), id, "/dev/sdf")
    cloud.plug(cloud.volume("two"), id, "/dev/xvdg")
    cloud.make(Attach(what=Disk(name="three", gib=100, type="ssd"), to=WEB))
    (three,) = cloud.world(Kind.DISK).named(Kind.DISK, "three")
    assert three.attributes["device"] == "/dev/sdh"
    assert three.attributes["gib"] == 100


def test_two_disks_in_one_sentence_do_not_meet(cloud: Any) -> None:
    cloud.outside("web-1")
    draft = cloud.make(Attach(what=Disk(), to=WEB), Attach(what=Disk(), to=WEB))
    devices = [s.after["device"] for s in draft.steps if s.id.startswith("attach")]
    assert devices == ["/dev/sdf", "/dev/sdg"]
    names = {s.after["name"] for s in draft.steps if s.id.startswith("create")}
    assert names == {"web-1-data-1", "web-1-data-2"}


def test_a_disk_for_a_machine_made_in_the_same_breath(cloud: Any) -> None:
    before = cloud.holdings()
    cloud.make(Create(wanted=(Vm(name="db"), Disk(gib=20, attach_to="db"))))
    assert len(cloud.vm("db")["BlockDeviceMappings"]) == 2
    cloud.undo()
    assert cloud.holdings() == before


def test_attach_and_detach_what_is_there(cloud: Any) -> None:
    id, volume = cloud.outside("web-1"), cloud.volume("data")
    cloud.make(Attach(what=disk("data"), to=WEB))
    assert cloud.disk(volume)["Attachments"][0]["InstanceId"] == id
    assert cloud.draft(Attach(what=disk("data"), to=WEB)).steps == ()
    draft = cloud.make(Detach(what=disk("data"), source=WEB))
    assert cloud.disk(volume)["State"] == "available"
    assert any("unmount" in a.text for a in draft.advisories)
    cloud.undo()
    assert cloud.disk(volume)["State"] == "available"


def test_undo_of_a_detachment_puts_it_back_where_it_was(cloud: Any) -> None:
    id, volume = cloud.outside("web-1"), cloud.volume("data")
    cloud.plug(volume, id, "/dev/sdk")
    cloud.make(Detach(what=Selection(kind=Kind.DISK, every=True), source=WEB))
    cloud.undo()
    (attachment,) = cloud.disk(volume)["Attachments"]
    assert (attachment["InstanceId"], attachment["Device"]) == (id, "/dev/sdk")


@pytest.mark.parametrize("goes", [True, False])
def test_undo_of_a_detachment_keeps_whether_it_goes_with_its_machine(
    cloud: Any, *, goes: bool
) -> None:
    id, volume = cloud.outside("web-1"), cloud.volume("data")
    cloud.plug(volume, id, "/dev/sdk")
    block = {"DeviceName": "/dev/sdk", "Ebs": {"DeleteOnTermination": goes}}
    cloud.ec2.modify_instance_attribute(InstanceId=id, BlockDeviceMappings=[block])
    cloud.make(Detach(what=disk("data"), source=WEB))
    cloud.undo()
    (data,) = cloud.world(Kind.DISK).named(Kind.DISK, "data")
    assert data.attributes["attached_to"] == id
    assert data.attributes["delete_with_vm"] is goes


def test_detach_and_delete_in_one_sentence(cloud: Any) -> None:
    id, volume = cloud.outside("web-1"), cloud.volume("data")
    cloud.plug(volume, id)
    with pytest.raises(Unsupported, match="in use by VM web-1"):
        cloud.draft(Delete(what=disk("data")))
    draft = cloud.make(Detach(what=disk("data")), Delete(what=disk("data"), explicit="delete data"))
    assert [s.id for s in draft.steps] == ["detach-disk-data-from-web-1", "delete-disk-data"]
    assert not cloud.world(Kind.DISK).named(Kind.DISK, "data")


def test_what_cannot_be_attached(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.plug(cloud.volume("busy"), cloud.outside("web-2"))
    with pytest.raises(Unsupported, match="attached to web-2: detach it first"):
        cloud.draft(Attach(what=disk("busy"), to=WEB))
    with pytest.raises(Unresolved, match="no disk ghost"):
        cloud.draft(Attach(what=disk("ghost"), to=WEB))
    with pytest.raises(Unsupported, match="us-east-1a"):
        cloud.draft(Attach(what=Disk(zone="us-east-1b"), to=WEB))
    with pytest.raises(Unsupported, match="st1 disk has 125 to 16384"):
        cloud.draft(Attach(what=Disk(type="hdd", gib=50), to=WEB))
    with pytest.raises(Unresolved, match="not to web-1"):
        cloud.draft(Detach(what=disk("busy"), source=WEB))


def test_the_disk_a_machine_runs_from_stays(cloud: Any) -> None:
    cloud.outside("web-1")
    root = cloud.vm("web-1")["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    with pytest.raises(Unsupported, match="stop web-1 first"):
        cloud.draft(Detach(what=disk(root)))


@pytest.mark.parametrize(
    ("want", "gib", "iops"),
    [
        (Disk(), 32, None),
        (Disk(type="hdd"), 125, None),
        (Disk(type="io2", gib=10), 10, 3000),
        (Disk(type="io1", gib=10), 10, 500),
    ],
)
def test_kinds_of_disks(cloud: Any, want: Disk, gib: int, iops: int | None) -> None:
    cloud.make(Create(wanted=(want,)))
    (made,) = cloud.world(Kind.DISK)
    assert made.attributes["gib"] == gib
    if iops is not None:
        assert made.attributes["iops"] == iops


def test_growing_and_not_shrinking(cloud: Any) -> None:
    volume = cloud.volume("data", 32)
    cloud.make(Resize(what=disk("data"), gib=64))
    assert cloud.disk(volume)["Size"] == 64
    assert cloud.draft(Resize(what=disk("data"), gib=64)).steps == ()
    with pytest.raises(Unsupported, match="cannot become smaller"):
        cloud.draft(Resize(what=disk("data"), gib=32))


def test_a_machine_of_so_many_gib_is_its_own_disk(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.make(Resize(what=WEB, gib=50))
    root = cloud.vm("web-1")["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    assert cloud.disk(root)["Size"] == 50


def test_no_device_name_is_left(cloud: Any) -> None:
    id = cloud.outside("web-1")
    for letter in "fghijklmnop":
        cloud.plug(cloud.volume(letter, 1), id, f"/dev/sd{letter}")
    with pytest.raises(Unsupported, match="no device name is free"):
        cloud.draft(Attach(what=Disk(), to=WEB))
