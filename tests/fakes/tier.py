"""A web tier as AWS would show it: machines behind a load balancer, and the account's defaults."""

from __future__ import annotations

from collections.abc import Iterator

from fakes.plans import ref, world
from modalities.resource import Json, Kind, Link, Resource, World

ARN = "arn:aws:elasticloadbalancing:us-east-1:111122223333"


def tier(vms: int = 3, prefix: str = "web", subnets: int = 2, defaults: bool = True) -> World:
    """``vms`` machines in one network behind a load balancer on port 80."""
    return world(*_tier(vms, prefix, subnets), *(_defaults() if defaults else ()))


def made(
    kind: Kind, name: str, id: str, *links: Link, tags: dict[str, str] | None = None, **facts: Json
) -> Resource:
    return Resource(ref(kind, name), id, facts, tags or {}, links)


def inside(id: str) -> Link:
    return Link("in", Kind.NETWORK, id)


def _tier(vms: int, prefix: str, subnets: int) -> Iterator[Resource]:
    net = f"vpc-{prefix}"
    groups = {"lb": f"sg-{prefix}-lb", "vm": f"sg-{prefix}-vm"}
    places = [f"subnet-{prefix}-{n}" for n in range(subnets)]
    yield made(Kind.NETWORK, f"{prefix}-net", net, cidr="10.0.0.0/16", state="available")
    yield made(Kind.GATEWAY, f"{prefix}-net-gateway", f"igw-{prefix}", inside(net), networks=[net])
    yield made(
        Kind.ROUTE_TABLE,
        f"{prefix}-net-public",
        f"rtb-{prefix}",
        inside(net),
        *(Link("routes_for", Kind.SUBNET, place) for place in places),
        Link("routes_to", Kind.GATEWAY, f"igw-{prefix}"),
        main=False,
        network=net,
    )
    for n, place in enumerate(places):
        cidr, zone = f"10.0.{n}.0/24", f"us-east-1{'abc'[n % 3]}"
        yield made(Kind.SUBNET, f"{prefix}-net-{n + 1}", place, inside(net), cidr=cidr, zone=zone)
    for role, id in groups.items():
        rule: Json = {
            "direction": "in",
            "protocol": "tcp",
            "first_port": 80,
            "last_port": 80,
            "source": "0.0.0.0/0" if role == "lb" else groups["lb"],
        }
        yield made(Kind.SECURITY_GROUP, f"{prefix}-{role}", id, inside(net), rules=[rule])
    for n in range(1, vms + 1):
        yield from _vm(prefix, n, places[n % subnets], groups["vm"])
    machines = [f"i-{prefix}-{n}" for n in range(1, vms + 1)]
    yield made(
        Kind.TARGET_GROUP,
        f"{prefix}-targets",
        f"{ARN}:targetgroup/{prefix}-targets/73e2d6bc24d8a067",
        *(Link("targets", Kind.VM, id) for id in machines),
        inside(net),
        protocol="HTTP",
        port=80,
        health=dict.fromkeys(machines, "healthy"),
    )
    yield made(
        Kind.LISTENER,
        f"{prefix}-lb:80",
        f"{ARN}:listener/app/{prefix}-lb/50dc6c495c0c9188/f2f7dc8efc522ab2",
        Link(
            "forwards_to", Kind.TARGET_GROUP, f"{ARN}:targetgroup/{prefix}-targets/73e2d6bc24d8a067"
        ),
        protocol="HTTP",
        port=80,
    )
    yield made(
        Kind.LOAD_BALANCER,
        f"{prefix}-lb",
        f"{ARN}:loadbalancer/app/{prefix}-lb/50dc6c495c0c9188",
        *(Link("in", Kind.SUBNET, place) for place in places),
        Link("guarded_by", Kind.SECURITY_GROUP, groups["lb"]),
        Link(
            "has",
            Kind.LISTENER,
            f"{ARN}:listener/app/{prefix}-lb/50dc6c495c0c9188/f2f7dc8efc522ab2",
        ),
        state="active",
        type="application",
        public=True,
        dns_name=f"{prefix}-lb-1.us-east-1.elb.amazonaws.com",
    )


def _vm(prefix: str, n: int, subnet: str, group: str) -> Iterator[Resource]:
    id, disk, nic = f"i-{prefix}-{n}", f"vol-{prefix}-{n}", f"eni-{prefix}-{n}"
    ip = f"10.0.0.{10 + n}"
    yield made(
        Kind.VM,
        f"{prefix}-{n}",
        id,
        Link("in", Kind.SUBNET, subnet),
        Link("guarded_by", Kind.SECURITY_GROUP, group),
        Link("uses", Kind.DISK, disk),
        Link("uses", Kind.NIC, nic),
        tags={"Name": f"{prefix}-{n}", "owner": "team-a"},
        state="running",
        size="t3.small",
        zone="us-east-1a",
        private_ip=ip,
        public_ip=None,
        spot=False,
        monitoring=False,
    )
    yield made(
        Kind.DISK,
        disk,
        disk,
        gib=8,
        type="gp3",
        state="in-use",
        device="/dev/xvda",
        boot=True,
        attached_to=id,
        delete_with_vm=True,
    )
    yield made(
        Kind.NIC,
        nic,
        nic,
        Link("in", Kind.SUBNET, subnet),
        Link("guarded_by", Kind.SECURITY_GROUP, group),
        private_ip=ip,
        public_ip=None,
        attached_to=id,
        primary=True,
        delete_with_vm=True,
    )


def _defaults() -> Iterator[Resource]:
    """What AWS gives every account, and every network."""
    net = "vpc-default"
    yield made(Kind.NETWORK, net, net, cidr="172.31.0.0/16", default=True)
    yield made(Kind.GATEWAY, "igw-default", "igw-default", inside(net), networks=[net])
    yield made(
        Kind.ROUTE_TABLE,
        "rtb-default",
        "rtb-default",
        inside(net),
        Link("routes_to", Kind.GATEWAY, "igw-default"),
        main=True,
        network=net,
    )
    yield made(Kind.SECURITY_GROUP, "default", "sg-default", inside(net), default=True, rules=[])
    for zone in "abc":
        yield made(
            Kind.SUBNET,
            f"subnet-default-{zone}",
            f"subnet-default-{zone}",
            inside(net),
            default=True,
            zone=f"us-east-1{zone}",
        )
