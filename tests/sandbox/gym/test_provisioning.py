"""The judges of P1, P2 and P3, on what is made by hand: well, and badly in one way each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SceneOf = Callable[[str], Any]


STATED = {
    "a VM named post-1": "the machines are called mail-1, not post-1",
    "a VM named mail-1, t3.large": "mail-1 is a t3.small, not a t3.large",
    "a VM named mail-1 with 4 vCPUs": "has 2 vCPUs, not 4",
    "a VM named mail-1 with 16 GB of memory": "has 2 GiB, not about 16",
    "a VM named mail-1 with a 64 GB OS disk": "the OS disk has 8 GiB, not 64",
    "a VM named mail-1, tag it team=dev": "mail-1 lacks the tag team=dev",
    "an Ubuntu VM named mail-1": "mail-1 does not run ubuntu",
    "a VM named mail-1 in a new network 10.9.0.0/16": "not a new one of 10.9.0.0/16",
}


def test_one_vm_as_stated_and_otherwise(scene: SceneOf) -> None:
    here = scene("P1")
    here.vm("mail-1", tags={"team": "ops"})
    after = here.now()
    assert here.judged("Create a small VM named mail-1, tag it team=ops", after=after).passed
    for prompt, said in STATED.items():
        (reason,) = here.judged(prompt, after=after).missed
        assert said in reason


def test_one_vm_too_many_and_what_is_left_lying(scene: SceneOf) -> None:
    here = scene("P1")
    here.vm("mail-1")
    here.vm("mail-1-old")
    here.ec2.allocate_address(Domain="vpc")
    zone = "us-east-1a"
    here.ec2.create_volume(AvailabilityZone=zone, Size=9)
    here.ec2.create_key_pair(KeyName="mail-1-key")
    judgement = here.judged("Create a VM named mail-1")
    assert "2 machines run and 2 were made, not 1" in judgement.missed[0]
    assert [text.split(" ")[0] for text in judgement.left_over] == ["address", "key_pair", "volume"]


def test_a_network_that_was_there_is_touched(scene: SceneOf) -> None:
    here = scene("P1")
    here.vm("mail-1")
    (network,) = here.before.of("network")
    here.ec2.create_tags(Resources=[network], Tags=[{"Key": "Name", "Value": "mine"}])
    judgement = here.judged("Create a VM named mail-1")
    assert not judgement.missed
    assert judgement.unwanted == (f"network {network} changed: Tags",)


def test_a_refusal_is_no_success_and_a_deed_after_it_is_seen(scene: SceneOf) -> None:
    here = scene("P1")
    document = {"error": {"summary": "not understood", "detail": ""}}
    refused = here.judged("Create a VM named mail-1", document, 10)
    assert refused.reasons == ("exit 10: not understood",)
    here.ec2.create_volume(AvailabilityZone="us-east-1a", Size=9)
    assert here.judged("Create a VM named mail-1", document, 10).left_over


def _room(here: Any) -> tuple[str, tuple[str, str]]:
    """A network with two subnets, as a load balancer wants."""
    network = here.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        here.ec2.create_subnet(
            VpcId=network, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    return network, (subnets[0], subnets[1])


def test_three_vms_in_one_network(scene: SceneOf) -> None:
    here = scene("P2")
    _, subnets = _room(here)
    for n in (1, 2, 3):
        here.vm(f"job-{n}", SubnetId=subnets[n % 2])
    after = here.now()
    prompt = "Three VMs named job-1 to job-3 in a network 10.9.0.0/16"
    assert here.judged(prompt, after=after).passed
    (reason,) = here.judged("Three VMs named job-1 to job-3 on one subnet", after=after).missed
    assert reason == "the machines are not all in one subnet"
    missed = here.judged("Three VMs named job-1 to job-3, tag everything a=b", after=after).missed
    assert len(missed) == 3 + 3 + 1 + 2, "machines, disks, network, subnets"
    (reason,) = here.judged("Three VMs in a network called inner", after=after).missed
    assert reason == "the network is called nothing, not inner"
    (reason,) = here.judged("Three VMs, prefix grid", after=after).missed
    assert "do not all begin with grid" in reason


def test_three_vms_in_two_networks(scene: SceneOf) -> None:
    here = scene("P2")
    _, (subnet, _) = _room(here)
    here.vm("a", SubnetId=subnet)
    here.vm("b", SubnetId=subnet)
    here.vm("c")
    assert "the machines are not all in one network" in here.judged("Three VMs").missed


def _balanced(here: Any, port: int = 80, targets: int = 3) -> None:
    network, subnets = _room(here)
    vms = [here.vm(f"w-{n}", SubnetId=subnets[0]) for n in (1, 2, 3)]
    arn = here.elb.create_load_balancer(Name="front", Subnets=list(subnets), Scheme="internal")[
        "LoadBalancers"
    ][0]["LoadBalancerArn"]
    group = here.elb.create_target_group(Name="g", Protocol="HTTP", Port=80, VpcId=network)
    id = group["TargetGroups"][0]["TargetGroupArn"]
    here.elb.register_targets(TargetGroupArn=id, Targets=[{"Id": vm} for vm in vms[:targets]])
    action = {"Type": "forward", "TargetGroupArn": id}
    here.elb.create_listener(
        LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=[action]
    )


def test_three_vms_behind_a_balancer(scene: SceneOf) -> None:
    here = scene("P3")
    _balanced(here)
    after = here.now()
    assert here.judged(
        "Three VMs named w-1, w-2, w-3 behind a load balancer named front", after=after
    ).passed
    prompts = {
        "three VMs behind a public load balancer": "the load balancer is internal",
        "three VMs and a load balancer named gate": "the load balancer is called front, not gate",
        "three VMs, load balancer on port 8080": "no listener on port 8080, but on [80]",
        "load balancer with three VMs, 80 to 8080": "served on [80], not on 8080",
    }
    for prompt, said in prompts.items():
        (reason,) = here.judged(prompt, after=after).missed
        assert said in reason


def test_a_machine_that_gets_no_requests(scene: SceneOf) -> None:
    here = scene("P3")
    _balanced(here, targets=2)
    assert here.judged("Three VMs and a load balancer").missed == (
        "2 targets are registered, not the 3 machines",
    )


def test_no_balancer_at_all(scene: SceneOf) -> None:
    here = scene("P3")
    for n in (1, 2, 3):
        here.vm(f"w-{n}")
    assert "0 load balancers were made, not one" in here.judged("3 VMs, load balancer").missed
