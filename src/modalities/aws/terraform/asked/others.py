"""Resource types that nothing here speaks of in particular: what they come to in the nearest
words, by the rule of their names.

``aws_sqs_queue`` is made by ``sqs:CreateQueue``, or by something like it. Who judges sees the
service, whether it is made, changed or taken away, and every argument; not more than that, as
with a call of another hand that no rule names.
"""

from __future__ import annotations

from typing import Any

from modalities.action import SdkCall
from modalities.aws.terraform.asked.asking import Asked, Calls, Values
from modalities.contract import Unsupported

OWN = "aws_"

HARMLESS = ("random_", "time_", "tls_")
"""Providers that reckon, and ask nobody for anything."""

SERVICES = {
    "alb": "elbv2",
    "cognito": "cognito-idp",
    "config": "configservice",
    "db": "rds",
    "elb": "elb",
    "lb": "elbv2",
    "msk": "kafka",
    "sfn": "stepfunctions",
}
"""Services by the first word of a type, where they are called otherwise."""

OF_EC2 = frozenset(
    {
        "ami", "customer", "default", "ebs", "ec2", "egress", "flow", "instance", "internet", "key",
        "launch", "main", "nat", "network", "placement", "route", "security", "snapshot", "spot",
        "subnet", "volume", "vpc", "vpn",
    }
)  # fmt: skip
"""First words of types that are EC2's."""


def other(type: str) -> Asked:
    """Raises Unsupported for types of other providers: what they do is not known."""
    if type.startswith(HARMLESS):
        return Asked(_nothing, lambda _before, _after: (), _nothing)
    if not type.startswith(OWN):
        raise Unsupported(
            f"it is not known what {type} does, so nobody can say whether it is allowed"
        )
    service, noun = _named(type)

    def call(verb: str, values: Values) -> Calls:
        return (SdkCall(service, f"{verb}{noun}", _plain(values)),)

    return Asked(
        lambda after: call("Create", after),
        lambda before, after: call("Update", {**after, **_me(before)}),
        lambda before: call("Delete", _me(before)),
    )


def _nothing(_: Values) -> Calls:
    return ()


def _named(type: str) -> tuple[str, str]:
    """Service and noun: ``sqs`` and ``Queue``."""
    first, *rest = type.removeprefix(OWN).split("_")
    if first in OF_EC2:
        return "ec2", "".join(word.capitalize() for word in (first, *rest))
    return SERVICES.get(first, first), "".join(word.capitalize() for word in rest or [first])


def _me(values: Values) -> dict[str, Any]:
    return {k: values[k] for k in ("id", "name") if k in values}


def _plain(values: Values) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v is not None}
