"""Two looks at a cloud, and what was done between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.gym.difference import compare

SceneOf = Callable[[str], Any]


def _tag(here: Any) -> None:
    tags = [{"Key": "owner", "Value": "nobody"}]
    here.ec2.create_tags(Resources=[here.id("web-1")], Tags=tags)


def _open(here: Any) -> None:
    group = next(iter(here.now().of("security_group")))
    here.ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )


def _snapshot(here: Any) -> None:
    here.ec2.create_snapshot(VolumeId=next(iter(here.now().of("volume"))))


def _stop(here: Any) -> None:
    here.ec2.stop_instances(InstanceIds=[here.id("web-1")])


def _deregister(here: Any) -> None:
    (group,) = here.now().of("target_group")
    here.elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": here.id("web-1")}])


def _elsewhere(here: Any) -> None:
    here.reader.client("ec2", "us-west-2").allocate_address(Domain="vpc")


def _bucket(here: Any) -> None:
    here.reader.client("s3").create_bucket(Bucket="forgotten")


def _role(here: Any) -> None:
    here.reader.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")


DEEDS = (
    (_tag, "instance web-1 ({vm}) changed: Tags"),
    (_open, "changed: IpPermissions"),
    (_snapshot, "snapshot snap-"),
    (_stop, "instance web-1 ({vm}) changed: "),
    (_deregister, "target_group front-vms"),
    (_elsewhere, "address in us-west-2"),
    (_bucket, "bucket forgotten added"),
    (_role, "role r added"),
)


def test_every_deed_is_seen_and_nothing_else(scene: SceneOf) -> None:
    here = scene("M4")
    vm, before = here.id("web-1"), here.before
    assert compare(before, here.now()) == (), "nothing was done"
    for deed, said in DEEDS:
        deed(here)
        after = here.now()
        found = [str(difference) for difference in compare(before, after)]
        assert any(said.format(vm=vm) in line for line in found), found
        before = after
