"""A target that holds what many have: a default network with a way out, machines, a disk, a load
balancer, and a private network."""

from __future__ import annotations

from typing import Any

from fakes.drafts import resource, world
from modalities.resource import Kind, Link, Resource, World

VPC, APART = "vpc-0000000a", "vpc-0000000b"
IGW, WEB, OLD = "igw-0000000a", "i-0000000a", "i-0000000b"
OPEN, SHUT, DEFAULT = "sg-0000000a", "sg-0000000b", "sg-0000000c"


def rule(first: int, source: str, last: int | None = None) -> dict[str, Any]:
    return {
        "direction": "in",
        "protocol": "tcp",
        "first_port": first,
        "last_port": last or first,
        "source": source,
    }


def network(id: str, name: str, cidr: str, default: bool, gateway: str | None) -> list[Resource]:
    """With two subnets, its main route table, its default group."""
    base = cidr.removesuffix(".0.0/16")
    routes = [{"destination": cidr, "target": "local"}]
    routes += [{"destination": "0.0.0.0/0", "target": gateway}] if gateway else []
    inside = (Link("in", Kind.NETWORK, id),)
    found = [resource(Kind.NETWORK, name, id, cidr=cidr, default=default)]
    for n, zone in enumerate("ab"):
        found.append(
            resource(
                Kind.SUBNET,
                f"{name}-{zone}",
                f"subnet-000000{id[-1]}{n}",
                inside,
                cidr=f"{base}.{n}.0/24",
                network=id,
                zone=f"eu-west-1{zone}",
                public=False,
                default=default,
            )
        )
    table = f"rtb-0000000{id[-1]}"
    found.append(
        resource(
            Kind.ROUTE_TABLE,
            table,
            table,
            inside,
            tags=False,
            network=id,
            main=True,
            subnets=[],
            routes=routes,
        )
    )
    if gateway:
        found.append(resource(Kind.GATEWAY, f"{name}-gw", gateway, inside, networks=[id]))
    return found


def group(id: str, name: str, *rules: dict[str, Any], vpc: str = VPC) -> Resource:
    inside = (Link("in", Kind.NETWORK, vpc),)
    return resource(
        Kind.SECURITY_GROUP,
        name,
        id,
        inside,
        network=vpc,
        default=name == "default",
        description=name,
        rules=[*rules],
    )


def machine(id: str, name: str, *groups: str, public: bool = False, **more: Any) -> list[Resource]:
    """With its root disk and interface, in the default network's first subnet."""
    disk, nic, subnet = f"vol-{id[2:]}", f"eni-{id[2:]}", "subnet-000000a0"
    address = "203.0.113.9" if public else None
    facts: dict[str, Any] = {
        "state": "running",
        "size": "t3.small",
        "image": "ami-0123456789abcdef0",
        "zone": "eu-west-1a",
        "network": VPC,
        "subnet": subnet,
        "private_ip": "172.31.0.10",
        "public_ip": address,
        "security_groups": [*groups],
        "key_pair": None,
        "spot": False,
        "monitoring": False,
        "disks": [disk],
        "root_disk": disk,
        "root_device": "/dev/xvda",
        "devices": {"/dev/xvda": disk},
        "nics": [nic],
        "platform": "linux",
    }
    links = (
        Link("in", Kind.SUBNET, subnet),
        *(Link("guarded_by", Kind.SECURITY_GROUP, g) for g in groups),
        Link("uses", Kind.DISK, disk),
        Link("uses", Kind.NIC, nic),
    )
    return [
        resource(Kind.VM, name, id, links, **(facts | more)),
        resource(
            Kind.DISK,
            disk,
            disk,
            tags=False,
            gib=8,
            type="gp3",
            state="in-use",
            zone="eu-west-1a",
            attached_to=id,
            device="/dev/xvda",
            boot=True,
            delete_with_vm=True,
        ),
        resource(
            Kind.NIC,
            nic,
            nic,
            (Link("in", Kind.SUBNET, subnet),),
            tags=False,
            subnet=subnet,
            network=VPC,
            attached_to=id,
            primary=True,
            delete_with_vm=True,
            security_groups=[*groups],
            attachment=f"eni-attach-{id[2:]}",
        ),
    ]


def ground(*more: Resource) -> World:
    """``web-1`` is public and lets 443 in; ``old-1`` is not; ``data-9`` is a disk that is free."""
    free = resource(
        Kind.DISK,
        "data-9",
        "vol-000000d9",
        gib=32,
        type="gp3",
        state="available",
        zone="eu-west-1a",
        attached_to=None,
        delete_with_vm=False,
    )
    return world(
        *network(VPC, "default", "172.31.0.0/16", True, IGW),
        *network(APART, "apart", "10.9.0.0/16", False, None),
        group(OPEN, "web", rule(443, "0.0.0.0/0")),
        group(SHUT, "inside", rule(22, "10.0.0.0/8")),
        group(DEFAULT, "default"),
        *machine(WEB, "web-1", OPEN, SHUT, public=True),
        *machine(OLD, "old-1", SHUT),
        free,
        *more,
    )
