"""The judges of U1, U2 and U3, on what is done by hand: well, and badly in one way each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

SceneOf = Callable[[str], Any]

WARNED: Mapping[str, Any] = {
    "plan": {"advisories": [{"severity": "danger", "text": "web-1 is destroyed and made anew"}]}
}
SAID: Mapping[str, Any] = {
    "plan": {"advisories": [{"severity": "info", "text": "AWS has detailed monitoring for this"}]}
}


def _attach(here: Any, gib: int, type: str = "gp3", device: str = "/dev/sdf") -> str:
    id = here.id("web-1")
    zone = here.now().of("instance")[id]["Placement"]["AvailabilityZone"]
    disk = here.ec2.create_volume(AvailabilityZone=zone, Size=gib, VolumeType=type)["VolumeId"]
    here.ec2.attach_volume(VolumeId=disk, InstanceId=id, Device=device)
    return str(disk)


def test_a_disk_more(scene: SceneOf) -> None:
    here = scene("U1")
    _attach(here, 48)
    assert here.judged("Attach a 48 GB disk to web-1").passed
    assert here.judged("Attach a disk to web-1").missed == ("the new disk has 48 GiB, not 32",)
    assert here.judged("a 48 GB volume named logs-1 for web-1").missed == (
        "the new disk is called nothing, not logs-1",
    )


def test_a_disk_that_is_no_ssd_or_one_too_many(scene: SceneOf) -> None:
    here = scene("U1")
    _attach(here, 500, "st1")
    assert here.judged("a 500 GB SSD for web-1").missed == ("the new disk is st1, no SSD",)
    _attach(here, 500, device="/dev/sdg")
    judgement = here.judged("a 500 GB disk for web-1")
    assert judgement.missed == ("2 disks were made, not one",)
    assert len(judgement.left_over) == 1


def test_a_disk_on_a_machine_that_was_stopped_for_it(scene: SceneOf) -> None:
    here = scene("U1")
    _attach(here, 48)
    here.ec2.stop_instances(InstanceIds=[here.id("web-1")])
    judgement = here.judged("Attach a 48 GB disk to web-1")
    assert judgement.missed == ("web-1 is stopped",)
    assert "State" in judgement.unwanted[0]


def test_diagnostics(scene: SceneOf) -> None:
    here = scene("U2")
    prompt = "Enable boot diagnostics for web-1"
    assert "detailed monitoring of web-1 is disabled" in here.judged(prompt).missed
    here.ec2.monitor_instances(InstanceIds=[here.id("web-1")])
    assert here.judged(prompt, SAID).passed
    (reason,) = here.judged(prompt).missed
    assert "it was not said that detailed monitoring stands in" in reason


def _to_spot(here: Any, *, keep: bool = True, **arguments: Any) -> str:
    """By hand, as AWS documents it: detach, terminate, launch, attach."""
    old = here.now().of("instance")[here.id("web-1")]
    (data,) = [
        m["Ebs"]["VolumeId"] for m in old["BlockDeviceMappings"] if m["DeviceName"] == "/dev/sdf"
    ]
    here.ec2.detach_volume(VolumeId=data)
    here.ec2.terminate_instances(InstanceIds=[old["InstanceId"]])
    given: dict[str, Any] = {"SubnetId": old["SubnetId"], "tags": {"owner": "team-a"}}
    given["InstanceMarketOptions"] = {"MarketType": "spot"}
    new = here.vm("web-1", **(given | arguments))
    if keep:
        here.ec2.attach_volume(VolumeId=data, InstanceId=new, Device="/dev/sdf")
    return str(new)


PROMPT = "Turn web-1 into a spot VM"


def test_spot(scene: SceneOf) -> None:
    here = scene("U3")
    _to_spot(here)
    assert here.judged(PROMPT, WARNED).passed
    unsaid = here.judged(PROMPT)
    assert "web-1 is destroyed and made again" in unsaid.unwarned
    assert not unsaid.passed
    mild = {"plan": {"advisories": [{"severity": "info", "text": "web-1 is destroyed"}]}}
    assert here.judged(PROMPT, mild).unwarned


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"keep": False}, "is attached at [], not at"),
        ({"InstanceMarketOptions": {}}, "web-1 is not a spot machine"),
        ({"InstanceType": "t3.micro"}, "InstanceType is t3.micro, was t3.small"),
        ({"tags": {}}, "its tags are {'Name': 'web-1'}"),
    ],
)
def test_spot_gone_wrong(scene: SceneOf, how: Mapping[str, Any], said: str) -> None:
    here = scene("U3")
    _to_spot(here, **how)
    (reason,) = here.judged(PROMPT, WARNED).missed
    assert said in reason


def test_spot_with_litter(scene: SceneOf) -> None:
    here = scene("U3")
    image = here.ec2.create_image(InstanceId=here.id("web-1"), Name="web-1-copy")["ImageId"]
    _to_spot(here)
    judgement = here.judged(PROMPT, WARNED)
    assert not judgement.missed
    assert any(image in text for text in judgement.left_over)
    assert any(text.startswith("snapshot") for text in judgement.left_over)


def test_spot_beside_the_old_machine(scene: SceneOf) -> None:
    here = scene("U3")
    here.vm("web-1", InstanceMarketOptions={"MarketType": "spot"})
    assert "there is not exactly one machine called web-1" in here.judged(PROMPT, WARNED).missed


def test_a_data_disk_that_was_lost(scene: SceneOf) -> None:
    here = scene("U3")
    _to_spot(here, keep=False)
    (data,) = [id for id, v in here.now().of("volume").items() if not v["Attachments"]]
    here.ec2.delete_volume(VolumeId=data)
    judgement = here.judged(PROMPT, WARNED)
    assert judgement.missed == (f"data disk {data} is gone",)
    assert judgement.unwanted
