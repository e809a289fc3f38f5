"""AWS calls that open or close a way to a machine, take an address or make a range, and those that
do neither."""

from __future__ import annotations

from collections.abc import Mapping

from cloudops.prover import aws_machines, aws_networks
from cloudops.prover.ahead import Follow

SERVICES = ("ec2", "elbv2", "s3")

CALLS: Mapping[str, Follow] = {**aws_networks.CALLS, **aws_machines.CALLS}
"""By operation, how each is followed through."""

HARMLESS = frozenset(
    {
        *("AddTags", "RemoveTags", "CreateTags", "DeleteTags"),
        *("AttachVolume", "DetachVolume", "CreateVolume", "ModifyVolume"),
        *("StartInstances", "StopInstances", "RebootInstances"),
        *("MonitorInstances", "UnmonitorInstances"),
        *("CreateImage", "CreateSnapshot", "CreateKeyPair", "ImportKeyPair"),
        *("AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"),
    }
)
"""Calls that neither open nor close a way to a machine, nor take an address."""
