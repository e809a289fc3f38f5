from __future__ import annotations

from typing import Any

import pytest

from modalities.change import Create, Delete, Selection
from modalities.contract import Draft, Unresolved, Unsupported
from modalities.resource import Kind
from modalities.step import Effect, Irreversible
from modalities.wanted import (
    Bucket,
    Disk,
    KeyPair,
    LoadBalancer,
    Network,
    PublicIp,
    SecurityGroup,
    Vm,
)

LIFE = [Kind.VM, Kind.DISK, Kind.NIC]


def gone(kind: Kind | None, *names: str, explicit: str = "") -> Delete:
    return Delete(what=Selection(kind=kind, names=names), explicit=explicit)


def tier(cloud: Any) -> None:
    """Three machines behind a load balancer, made by an earlier run."""
    names = ("web-1", "web-2", "web-3")
    vms = tuple(Vm(name=n, network="net") for n in names)
    lb = LoadBalancer(name="front", targets=names, network="net")
    cloud.make(Create(wanted=(Network(name="net"), *vms, lb)))
    cloud.done.clear()


def ids(draft: Draft) -> list[str]:
    return [step.id for step in draft.steps]


def test_a_machine_with_what_is_its_own(cloud: Any) -> None:
    before = cloud.holdings()
    id = cloud.outside("web-1")
    cloud.plug(cloud.volume("data"), id)
    draft = cloud.make(gone(Kind.VM, "web-1", explicit="delete web-1"))
    (step,) = draft.steps
    assert step.effect is Effect.DELETE
    assert isinstance(step.undo, Irreversible)
    root = next(u.name for u in step.uses if u.kind is Kind.DISK)
    assert f"is lost, and the contents of disk {root}" in step.undo.why
    assert any("disk data (32 GiB) of web-1 stays" in a.text for a in draft.advisories)
    left = cloud.holdings() - before
    assert [kind for kind, _ in left] == [Kind.DISK]


def test_a_machine_and_its_disk(cloud: Any) -> None:
    before = cloud.holdings()
    cloud.plug(cloud.volume("data"), cloud.outside("web-1"))
    draft = cloud.make(gone(Kind.DISK, "data"), gone(Kind.VM, "web-1"))
    assert ids(draft) == ["delete-vm-web-1", "delete-disk-data"]
    assert draft.steps[1].needs == ("delete-vm-web-1",)
    assert cloud.holdings() == before


def test_a_target_leaves_its_group_first(cloud: Any) -> None:
    tier(cloud)
    draft = cloud.make(gone(Kind.VM, "web-1"))
    assert ids(draft) == ["take-from-front-targets", "delete-vm-web-1"]
    (pool,) = cloud.world(Kind.TARGET_GROUP)
    assert len(pool.attributes["targets"]) == 2


def test_a_load_balancer_with_its_parts(cloud: Any) -> None:
    tier(cloud)
    draft = cloud.make(gone(Kind.LOAD_BALANCER, "front"))
    assert ids(draft) == ["delete-load-balancer-front", "delete-target-group-front-targets"]
    kinds = {kind for kind, _ in cloud.holdings()}
    assert not kinds & {Kind.LOAD_BALANCER, Kind.LISTENER, Kind.TARGET_GROUP}
    assert len(cloud.vms()) == 3
    assert any("front-access" in a.text for a in draft.advisories), "its group stays, and is named"


def test_a_network_in_use_names_what_uses_it(cloud: Any) -> None:
    tier(cloud)
    with pytest.raises(Unsupported, match=r"in use by .*web-1"):
        cloud.draft(gone(Kind.NETWORK, "net", explicit="delete network net"))


def test_a_network_with_everything_in_it(cloud: Any) -> None:
    before = cloud.holdings()
    tier(cloud)
    cloud.make(gone(Kind.NETWORK, "net", explicit="delete network net and everything in it"))
    assert cloud.holdings() == before


def test_an_empty_network_goes_with_what_it_consists_of(cloud: Any) -> None:
    before = cloud.holdings()
    net = Network(name="net")
    group = SecurityGroup(name="web", network="net")
    cloud.make(Create(wanted=(net, Vm(name="a", network="net", public_ip=True), group)))
    cloud.done.clear()
    cloud.make(gone(Kind.VM, "a"))
    cloud.done.clear()
    draft = cloud.make(gone(Kind.NETWORK, "net"))
    assert set(ids(draft)) == {
        "detach-gateway-net",
        "delete-gateway-net",
        "delete-security-group-web",
        "delete-subnet-net-a",
        "delete-network-net",
    }
    assert cloud.holdings() == before


def test_all_there_is_but_what_comes_with_the_account(cloud: Any) -> None:
    before = cloud.holdings()
    tier(cloud)
    cloud.make(
        Create(wanted=(KeyPair(name="k"), Bucket(name="reports-of-mine"), Disk(), PublicIp()))
    )
    cloud.done.clear()
    every = Delete(what=Selection(every=True), explicit="delete everything")
    draft = cloud.make(every)
    assert cloud.holdings() == before
    assert any("comes with the account" in text for text in draft.defaults)
    assert cloud.draft(every).steps == ()


@pytest.mark.parametrize(
    "want",
    [
        KeyPair(name="it"),
        Bucket(name="it-is-mine"),
        SecurityGroup(name="it"),
        Disk(name="it"),
        PublicIp(name="it"),
        Network(name="it"),
    ],
    ids=lambda want: str(want.kind),
)
def test_one_of_each_kind(cloud: Any, want: Any) -> None:
    before = cloud.holdings()
    cloud.make(Create(wanted=(want,)))
    cloud.done.clear()
    draft = cloud.make(gone(want.kind, want.name))
    assert len(draft.steps) == 1
    assert cloud.holdings() == before


def test_an_address_is_taken_from_its_machine_first(cloud: Any) -> None:
    cloud.make(Create(wanted=(Vm(name="a"), PublicIp(name="door", attach_to="a"))))
    cloud.done.clear()
    draft = cloud.make(gone(Kind.PUBLIC_IP, "door"))
    assert ids(draft) == ["take-address-door-from-a", "delete-public-ip-door"]
    assert "no longer reached" in draft.steps[0].disrupts
    assert cloud.ec2.describe_addresses()["Addresses"] == []


def test_groups_that_name_each_other_go_in_order(cloud: Any) -> None:
    tier(cloud)
    cloud.make(gone(Kind.LOAD_BALANCER, "front"), gone(Kind.VM, "web-1", "web-2", "web-3"))
    cloud.done.clear()
    with pytest.raises(Unsupported, match="in use by security group front-targets"):
        cloud.draft(gone(Kind.SECURITY_GROUP, "front-access"))
    draft = cloud.make(gone(Kind.SECURITY_GROUP, "front-access", "front-targets"))
    assert ids(draft)[0] == "delete-security-group-front-targets"
    assert isinstance(draft.steps[0].undo, Irreversible), "its rules are lost"


def test_a_subnet_can_be_made_again(cloud: Any) -> None:
    _, subnets = cloud.network("net", subnets=2)
    cloud.make(gone(Kind.SUBNET, subnets[0]))
    assert len(cloud.world(Kind.SUBNET).named(Kind.SUBNET, subnets[0])) == 0
    cloud.undo()
    inside = [s for s in cloud.world(Kind.SUBNET) if s.attributes["cidr"] == "10.7.0.0/24"]
    assert len(inside) == 1


def test_a_subnet_made_again_is_looked_for_by_its_range(cloud: Any) -> None:
    _, subnets = cloud.network("net", subnets=2)
    (step,) = cloud.draft(gone(Kind.SUBNET, subnets[0])).steps
    assert not isinstance(step.undo, Irreversible)
    (back,) = step.undo
    assert back.probe is not None
    assert back.probe.where["cidr"] == "10.7.0.0/24"


def test_a_subnet_is_lost_with_its_place_on_a_route_table(cloud: Any) -> None:
    network, subnets = cloud.network("net", subnets=1)
    table = cloud.ec2.create_route_table(VpcId=network)["RouteTable"]["RouteTableId"]
    cloud.ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    (step,) = cloud.draft(gone(Kind.SUBNET, subnets[0])).steps
    assert isinstance(step.undo, Irreversible)
    assert f"its place on route table {table}" in step.undo.why


OUT = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
INSIDE = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]


@pytest.mark.parametrize(
    ("narrowed", "widened", "lost"), [([], [], False), (OUT, [], True), (OUT, INSIDE, True)]
)
def test_a_group_that_lets_less_out_than_a_new_one_is_lost(
    cloud: Any, narrowed: Any, widened: Any, lost: bool
) -> None:
    group = cloud.ec2.create_security_group(GroupName="guard", Description="of mine")["GroupId"]
    if narrowed:
        cloud.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=narrowed)
    if widened:
        cloud.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=widened)
    (step,) = cloud.draft(gone(Kind.SECURITY_GROUP, "guard")).steps
    assert isinstance(step.undo, Irreversible) is lost


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.NIC, "first interface"),
        (Kind.SECURITY_GROUP, "default one"),
        (Kind.ROUTE_TABLE, "main one"),
    ],
)
def test_what_goes_only_with_its_owner(cloud: Any, kind: Kind, words: str) -> None:
    cloud.outside("a")
    (some, *_) = cloud.world(kind)
    with pytest.raises(Unsupported, match=words):
        cloud.draft(gone(kind, some.id))


def test_what_is_not_there(cloud: Any) -> None:
    with pytest.raises(Unresolved, match="no VM ghost"):
        cloud.draft(gone(Kind.VM, "ghost"))
