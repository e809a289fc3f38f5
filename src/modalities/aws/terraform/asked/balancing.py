"""Load balancers with their parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.aws.express.calls import elbv2, pairs
from modalities.aws.terraform.asked.asking import (
    Asked,
    Calls,
    Values,
    differs,
    first,
    known,
    listed,
    tag_changes,
    tags_of,
)


def _tags(values: Values) -> list[dict[str, str]] | None:
    return pairs(tags_of(values)) or None


def _retagged(before: Values, after: Values) -> Calls:
    put, gone = tag_changes(before, after)
    me = known(ResourceArns=listed(before.get("id")))
    calls: list[SdkCall] = []
    calls += [elbv2("AddTags", **me, Tags=pairs(put))] if put else []
    calls += [elbv2("RemoveTags", **me, TagKeys=[*gone])] if gone else []
    return tuple(calls)


def _balancer(after: Values) -> Calls:
    said = known(
        Name=after.get("name"),
        Type=after.get("load_balancer_type", "application"),
        Scheme="internal" if after.get("internal") else "internet-facing",
        Subnets=after.get("subnets") or _mapped(after),
        SecurityGroups=after.get("security_groups"),
        Tags=_tags(after),
    )
    return (elbv2("CreateLoadBalancer", **said),)


def _mapped(after: Values) -> list[Any] | None:
    subnets = [m.get("subnet_id") for m in after.get("subnet_mapping") or ()]
    return [s for s in subnets if s] or None


def _balancer_changed(before: Values, after: Values) -> Calls:
    me = known(LoadBalancerArn=before.get("id"))
    calls: list[SdkCall] = []
    if differs(before, after, "security_groups"):
        groups = known(SecurityGroups=after.get("security_groups"))
        calls.append(elbv2("SetSecurityGroups", **me, **groups))
    if differs(before, after, "subnets"):
        calls.append(elbv2("SetSubnets", **me, **known(Subnets=after.get("subnets"))))
    if differs(before, after, *({*before, *after} - {"security_groups", "subnets", "id", *TAGS})):
        calls.append(elbv2("ModifyLoadBalancerAttributes", **me))
    return (*calls, *_retagged(before, after))


TAGS = ("tags", "tags_all")


def _pool(after: Values) -> Calls:
    said = known(
        Name=after.get("name"),
        Protocol=after.get("protocol"),
        Port=after.get("port"),
        VpcId=after.get("vpc_id"),
        TargetType=after.get("target_type"),
        Tags=_tags(after),
    )
    return (elbv2("CreateTargetGroup", **said),)


def _pool_changed(before: Values, after: Values) -> Calls:
    me = known(TargetGroupArn=before.get("id"))
    moved = differs(before, after, *({*before, *after} - {"id", *TAGS}))
    return (*([elbv2("ModifyTargetGroup", **me)] if moved else []), *_retagged(before, after))


def _member(values: Values) -> dict[str, Any]:
    target = known(Id=values.get("target_id"), Port=values.get("port"))
    return {**known(TargetGroupArn=values.get("target_group_arn")), "Targets": [target]}


def _hears(values: Values) -> dict[str, Any]:
    action = first(values.get("default_action"))
    does = known(Type=action.get("type"), TargetGroupArn=action.get("target_group_arn") or None)
    return known(
        Protocol=values.get("protocol"),
        Port=values.get("port"),
        DefaultActions=[does] if does else None,
    )


def _listener(after: Values) -> Calls:
    where = known(LoadBalancerArn=after.get("load_balancer_arn"))
    return (elbv2("CreateListener", **where, **_hears(after), **known(Tags=_tags(after))),)


def _listener_changed(before: Values, after: Values) -> Calls:
    me = known(ListenerArn=before.get("id"))
    moved = differs(before, after, *({*before, *after} - {"id", *TAGS}))
    calls = [elbv2("ModifyListener", **me, **_hears(after))] if moved else []
    return (*calls, *_retagged(before, after))


def _gone(operation: str, key: str, values: Values) -> Calls:
    return (elbv2(operation, **known(**{key: values.get("id")})),)


BALANCER = Asked(
    _balancer,
    _balancer_changed,
    lambda before: _gone("DeleteLoadBalancer", "LoadBalancerArn", before),
)
POOL = Asked(
    _pool,
    _pool_changed,
    lambda before: _gone("DeleteTargetGroup", "TargetGroupArn", before),
)
LISTENER = Asked(
    _listener,
    _listener_changed,
    lambda before: _gone("DeleteListener", "ListenerArn", before),
)
MEMBER = Asked(
    lambda after: (elbv2("RegisterTargets", **_member(after)),),
    lambda before, after: (elbv2("RegisterTargets", **_member({**before, **after})),),
    lambda before: (elbv2("DeregisterTargets", **_member(before)),),
    ("target_group_arn", "target_id", "port"),
    relation=True,
)

TYPES: Mapping[str, Asked] = {
    "aws_lb": BALANCER,
    "aws_alb": BALANCER,
    "aws_lb_target_group": POOL,
    "aws_alb_target_group": POOL,
    "aws_lb_listener": LISTENER,
    "aws_alb_listener": LISTENER,
    "aws_lb_target_group_attachment": MEMBER,
    "aws_alb_target_group_attachment": MEMBER,
}
