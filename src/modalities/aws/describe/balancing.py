"""Load balancers, their listeners and target groups, as neutral resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modalities.aws.describe.found import Found, Raw, known, links, tags_of
from modalities.resource import Kind

LEAVING = "draining"
"""A target that was taken out, and is listed until its last connection has ended."""


def load_balancers(items: Iterable[Raw]) -> Iterator[Found]:
    """Each item with its ``Listeners`` and ``Tags``."""
    for item in items:
        zones = item.get("AvailabilityZones") or ()
        subnets = sorted(z["SubnetId"] for z in zones if z.get("SubnetId"))
        groups = sorted(item.get("SecurityGroups") or ())
        attributes = known(
            public=item.get("Scheme") == "internet-facing",
            dns_name=item.get("DNSName"),
            state=(item.get("State") or {}).get("Code"),
            type=item.get("Type"),
            network=item.get("VpcId"),
            subnets=subnets,
            zones=sorted(z["ZoneName"] for z in zones if z.get("ZoneName")),
            security_groups=groups,
        )
        yield Found(
            Kind.LOAD_BALANCER,
            item["LoadBalancerArn"],
            attributes,
            tags_of(item),
            links("in", Kind.SUBNET, subnets)
            + links("guarded_by", Kind.SECURITY_GROUP, groups)
            + links("has", Kind.LISTENER, [x["ListenerArn"] for x in item["Listeners"]]),
            own_name=item["LoadBalancerName"],
        )


def listeners(balancers: Iterable[Raw]) -> Iterator[Found]:
    for balancer in balancers:
        for item in balancer["Listeners"]:
            groups = _forwarded_to(item)
            attributes = known(
                load_balancer=item.get("LoadBalancerArn"),
                port=item.get("Port"),
                protocol=item.get("Protocol"),
            )
            attributes["target_group"] = groups[0] if groups else None
            onward = links("forwards_to", Kind.TARGET_GROUP, groups)
            yield Found(
                Kind.LISTENER,
                item["ListenerArn"],
                attributes,
                tags_of(item),
                onward,
                own_name=f"{balancer['LoadBalancerName']}:{item.get('Port')}",
            )


def _forwarded_to(listener: Raw) -> list[str]:
    """ARNs of target groups, in the order of the listener's actions."""
    groups: list[str] = []
    for action in listener.get("DefaultActions") or ():
        config = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
        groups += [action.get("TargetGroupArn"), *(g.get("TargetGroupArn") for g in config)]
    return list(dict.fromkeys(group for group in groups if group))


def target_groups(items: Iterable[Raw]) -> Iterator[Found]:
    """Each item with its ``Health`` descriptions and ``Tags``."""
    for item in items:
        member = "vm" if item.get("TargetType", "instance") == "instance" else "target"
        states = [(h["Target"], (h.get("TargetHealth") or {}).get("State")) for h in item["Health"]]
        targets = [target for target, state in states if state != LEAVING]
        entries = [{member: t["Id"], "port": t.get("Port")} for t in targets]
        attributes = known(
            port=item.get("Port"),
            protocol=item.get("Protocol"),
            network=item.get("VpcId"),
            targets=sorted(entries, key=str),
            health={target["Id"]: state for target, state in states},
            load_balancers=sorted(item.get("LoadBalancerArns") or ()),
        )
        vms = [t["Id"] for t in targets] if member == "vm" else []
        yield Found(
            Kind.TARGET_GROUP,
            item["TargetGroupArn"],
            attributes,
            tags_of(item),
            links("targets", Kind.VM, vms) + links("in", Kind.NETWORK, [item.get("VpcId")]),
            own_name=item["TargetGroupName"],
        )
