"""Target groups, load balancers and listeners. Their ARNs are their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.elbv2.models import FakeAction, FakeListener, FakeLoadBalancer

from modalities.resource import Kind, Resource
from sandbox.aws.seed.account import Account, CannotSeed


def target_groups(account: Account) -> None:
    for group in account.world.of(Kind.TARGET_GROUP):
        a: Mapping[str, Any] = group.attributes
        targets = a.get("targets") or ()
        by_address = any("target" in target for target in targets)
        try:
            made = account.elb.create_target_group(
                group.id.split("/")[-2],
                target_type="ip" if by_address else "instance",
                protocol=a["protocol"],
                port=a["port"],
                vpc_id=a["network"],
            )
        except Exception as error:
            raise CannotSeed(group, error) from error
        del account.elb.target_groups[made.arn]
        made.arn = group.id
        account.elb.target_groups[made.arn] = made
        for target in targets:
            id = target.get("vm") or target["target"]
            made.targets[id] = {"Id": id, "Port": target["port"]}
        _tag(account, group)


def load_balancers(account: Account) -> None:
    for balancer in account.world.of(Kind.LOAD_BALANCER):
        a: Mapping[str, Any] = balancer.attributes
        account.elb.load_balancers[balancer.id] = FakeLoadBalancer(
            name=balancer.id.split("/")[-2],
            security_groups=list(a.get("security_groups") or []),
            subnets=[account.ec2.get_subnet(subnet) for subnet in a.get("subnets") or ()],
            vpc_id=str(a["network"]),
            arn=balancer.id,
            dns_name=str(a["dns_name"]),
            state="active",
            scheme="internet-facing" if a.get("public") else "internal",
            loadbalancer_type=str(a.get("type") or "application"),
        )
        _tag(account, balancer)


def listeners(account: Account) -> None:
    for listener in account.world.of(Kind.LISTENER):
        a: Mapping[str, Any] = listener.attributes
        balancer = account.elb.load_balancers.get(str(a["load_balancer"]))
        if balancer is None:
            raise CannotSeed(listener, "its load balancer is not part of the world")
        group = account.elb.target_groups.get(str(a.get("target_group")))
        actions = [{"Type": "forward", "TargetGroupArn": group.arn, "Order": 1}] if group else []
        balancer.listeners[listener.id] = FakeListener(
            load_balancer_arn=balancer.arn,
            arn=listener.id,
            protocol=str(a["protocol"]),
            port=str(a["port"]),
            ssl_policy="",
            certificate=None,
            default_actions=[FakeAction(action) for action in actions],
            alpn_policy=None,
        )
        if group is not None and balancer.arn not in group.load_balancer_arns:
            group.load_balancer_arns.append(balancer.arn)
        _tag(account, listener)


def _tag(account: Account, resource: Resource) -> None:
    tags = [{"Key": key, "Value": value} for key, value in resource.tags.items()]
    account.elb.tagging_service.tag_resource(resource.id, tags)
