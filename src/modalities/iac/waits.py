"""How long a change takes, by what is known of the provider: it waits, whatever the cloud does.

Measured with aws provider 5.100 (seconds): its waiters look first after a fixed time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COMMANDS = 150.0
"""Plan, show and apply, each of which starts the provider, on a machine with other work."""

RECOVERY = 30.0
"""For reading what took effect where it was cut short."""

SLOW = 3.0
"""Clouds take longer than the waits of their provider."""

CREATE = {
    "aws_instance": 12.0,
    "aws_spot_instance_request": 15.0,
    "aws_ebs_volume": 10.0,
    "aws_volume_attachment": 20.0,
    "aws_lb": 62.0,
    "aws_nat_gateway": 100.0,
    "aws_db_instance": 62.0,
    "aws_ec2_instance_state": 20.0,
    "aws_vpc_endpoint": 20.0,
}
UPDATE = {
    "aws_instance": 22.0,
    "aws_ebs_volume": 10.0,
    "aws_lb": 5.0,
    "aws_db_instance": 62.0,
    "aws_ec2_instance_state": 20.0,
}
DELETE = {
    "aws_instance": 12.0,
    "aws_ebs_volume": 10.0,
    "aws_volume_attachment": 20.0,
    "aws_lb": 12.0,
    "aws_internet_gateway": 12.0,
    "aws_nat_gateway": 60.0,
    "aws_db_instance": 62.0,
    "aws_security_group": 5.0,
}
OTHER = 2.0

TABLE = {"create": CREATE, "update": UPDATE, "delete": DELETE}

DEEP = 3
"""Changes that wait for each other: at most so many of a plan, as networks, machines and
what is attached to them."""


def fixed(changes: Sequence[Mapping[str, Any]]) -> float:
    """The provider's own waits, the longest of them one after the other, in seconds."""
    each = sorted((_of(change) for change in changes), reverse=True)
    return sum(each[:DEEP])


def estimate(changes: Sequence[Mapping[str, Any]]) -> float:
    """Seconds that applying may well take."""
    return COMMANDS + RECOVERY + SLOW * fixed(changes)


def _of(change: Mapping[str, Any]) -> float:
    type = str(change.get("type", ""))
    actions = [action for action in change.get("actions") or () if action in TABLE]
    return sum(TABLE[action].get(type, OTHER) for action in actions)
