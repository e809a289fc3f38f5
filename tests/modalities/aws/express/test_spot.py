"""Conversions beyond the paper's task."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Create, Selection, SetPriority
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.step import Effect, Irreversible
from modalities.wanted import LoadBalancer, PublicIp, Vm

WEB = Selection(kind=Kind.VM, names=("web-1",))


def spot(cloud: Any) -> Any:
    return cloud.make(SetPriority(what=WEB, spot=True))


def owned(cloud: Any, vm: str, name: str, device: str) -> str:
    """A data disk that goes with its machine."""
    id: str = cloud.volume(name)
    cloud.plug(id, vm, device)
    cloud.ec2.modify_instance_attribute(
        InstanceId=vm,
        BlockDeviceMappings=[{"DeviceName": device, "Ebs": {"DeleteOnTermination": True}}],
    )
    return id


def flags(cloud: Any) -> dict[str, bool]:
    mappings = cloud.vm("web-1")["BlockDeviceMappings"]
    return {m["Ebs"]["VolumeId"]: m["Ebs"]["DeleteOnTermination"] for m in mappings}


def test_all_that_hangs_on_the_machine_comes_along(cloud: Any) -> None:
    cloud.make(
        Create(
            wanted=(
                Vm(name="web-1", monitoring=True),
                PublicIp(name="door", attach_to="web-1"),
                LoadBalancer(name="front", port=8080, targets=("web-1",)),
            )
        )
    )
    cloud.done.clear()
    was = cloud.vm("web-1")
    disks = [
        owned(cloud, was["InstanceId"], "one", "/dev/sdf"),
        owned(cloud, was["InstanceId"], "two", "/dev/sdg"),
    ]
    draft = spot(cloud)
    now = cloud.vm("web-1")
    assert now["InstanceLifecycle"] == "spot"
    assert now["PublicIpAddress"] == was["PublicIpAddress"], "it is an Elastic IP"
    assert now["Monitoring"]["State"] == "enabled"
    assert cloud.guards("web-1") == {"front-targets"}
    assert sorted(t["Key"] for t in now["Tags"]) == sorted(t["Key"] for t in was["Tags"])
    assert {id: flags(cloud)[id] for id in disks} == dict.fromkeys(disks, True)
    (pool,) = cloud.world(Kind.TARGET_GROUP)
    assert pool.attributes["targets"] == [{"vm": now["InstanceId"], "port": 8080}]
    assert cloud.world(Kind.IMAGE).resources == ()
    assert not any("public address" in a.text for a in draft.advisories)


def test_the_old_machine_goes_last_and_only_that_is_for_good(cloud: Any) -> None:
    """Whatever fails before, also for want of spot capacity, the old machine is still there."""
    old = cloud.outside("web-1")
    cloud.plug(cloud.volume("data"), old)
    draft = cloud.draft(SetPriority(what=WEB, spot=True))
    final = [s.id for s in draft.steps if isinstance(s.undo, Irreversible)]
    assert final == ["replace-web-1"]
    *before, replace, image, snapshot = draft.steps
    assert replace.id == "replace-web-1"
    assert replace.effect is Effect.REPLACE
    assert replace.disrupts
    assert [image.id, snapshot.id] == ["drop-image-of-web-1", "drop-snapshot-of-web-1"]
    assert replace.id in image.needs, "as long as all can be taken back, nothing is cleared away"
    waited = [e for s in before for e in s.expects]
    assert all(e.within > 0 for e in waited), "nothing is left to be found out afterwards"


@pytest.mark.parametrize("stops_after", range(1, 7))
def test_a_conversion_that_fails_half_way_leaves_all_as_it_was(
    cloud: Any, stops_after: int
) -> None:
    old = cloud.outside("web-1", tags={"owner": "team-a"})
    data = cloud.volume("data")
    cloud.plug(data, old)
    before = cloud.holdings()
    draft = cloud.draft(SetPriority(what=WEB, spot=True))
    assert "replace-web-1" not in [s.id for s in draft.steps[:stops_after]]
    cloud.do_some(draft, stops_after)
    cloud.undo()
    assert cloud.holdings() == before
    vm = cloud.vm("web-1")
    assert (vm["InstanceId"], vm["State"]["Name"]) == (old, "running")
    assert cloud.disk(data)["Attachments"][0]["Device"] == "/dev/sdf"


def test_back_to_standard(cloud: Any) -> None:
    old = cloud.outside("web-1", InstanceMarketOptions={"MarketType": "spot"})
    data = owned(cloud, old, "data", "/dev/sdh")
    draft = cloud.make(SetPriority(what=WEB, spot=False))
    now = cloud.vm("web-1")
    assert now["InstanceId"] != old
    assert "InstanceLifecycle" not in now
    assert flags(cloud)[data] is True
    assert cloud.disk(data)["Attachments"][0]["Device"] == "/dev/sdh"
    assert "stop-web-1" not in [s.id for s in draft.steps], "AWS stops no one-time spot machine"
    assert any("restarts for its image" in a.text for a in draft.advisories)
    assert not any("take a spot machine away" in a.text for a in draft.advisories)


def test_there_and_back(cloud: Any) -> None:
    cloud.outside("web-1")
    kinds = sorted(k for k, _ in cloud.holdings())
    spot(cloud)
    assert cloud.draft(SetPriority(what=WEB, spot=True)).steps == ()
    cloud.make(SetPriority(what=WEB, spot=False))
    assert sorted(k for k, _ in cloud.holdings()) == kinds


def test_one_that_is_off_is_started_and_that_is_said(cloud: Any) -> None:
    id = cloud.outside("web-1")
    cloud.ec2.stop_instances(InstanceIds=[id])
    cloud.ec2.describe_instances()
    draft = spot(cloud)
    assert cloud.vm("web-1")["State"]["Name"] == "running"
    assert "web-1 is stopped now and will be running" in draft.defaults


def test_what_cannot_be(cloud: Any) -> None:
    cloud.outside("web-1")
    nic = cloud.ec2.create_network_interface(SubnetId=cloud.vm("web-1")["SubnetId"])
    cloud.ec2.attach_network_interface(
        NetworkInterfaceId=nic["NetworkInterface"]["NetworkInterfaceId"],
        InstanceId=cloud.vm("web-1")["InstanceId"],
        DeviceIndex=1,
    )
    with pytest.raises(Unsupported, match="2 network interfaces"):
        cloud.draft(SetPriority(what=WEB, spot=True))
    cloud.volume("data")
    data = Selection(kind=Kind.DISK, names=("data",))
    with pytest.raises(Unsupported, match="only a VM"):
        cloud.draft(SetPriority(what=data, spot=True))
    new = Create(wanted=(Vm(name="b"),))
    with pytest.raises(Unsupported, match="in this very plan"):
        cloud.draft(new, SetPriority(what=Selection(names=("b",)), spot=True))


@pytest.mark.parametrize("there", [True, False])
def test_a_machine_that_aws_would_not_remove_is_not_even_stopped(cloud: Any, there: bool) -> None:
    cloud.make(Create(wanted=(Vm(name="web-1"),)))
    cloud.ec2.modify_instance_attribute(
        InstanceId=cloud.vm("web-1")["InstanceId"], DisableApiTermination={"Value": there}
    )
    if there:
        with pytest.raises(Unsupported, match=r"web-1 has termination protection.* turn that"):
            cloud.draft(SetPriority(what=WEB, spot=True))
    else:
        assert cloud.draft(SetPriority(what=WEB, spot=True)).steps
