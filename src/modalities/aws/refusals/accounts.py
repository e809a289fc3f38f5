"""What depends on the account: its default network, and how much it may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modalities.action import SdkCall
from modalities.aws.attributes import texts
from modalities.aws.refusals.view import View
from modalities.contract import Problem
from modalities.prices import table
from modalities.resource import Kind, Provider, Resource
from modalities.step import Effect, Step

USUAL_VCPUS = 32
"""Less than what most accounts may run on demand (EC2 user guide, "On-Demand Instance quotas");
new accounts may have 5."""

SHARED = (Kind.NETWORK, Kind.SUBNET, Kind.ROUTE_TABLE, Kind.SECURITY_GROUP, Kind.GATEWAY)


def default_network(step: Step, _: SdkCall, view: View) -> Iterator[Problem]:
    """VPC user guide, "Default VPCs": whatever names no network of its own lies there."""
    if step.effect is Effect.READ:
        return
    for ref in step.changes:
        for resource in view.world.named(ref.kind, ref.name) if ref.kind in SHARED else ():
            if _default(resource, view):
                text = f"{resource.ref} is part of the account's default network: others rely on it"
                yield Problem(step.id, "changes", text, blocking=False)
                return


def _default(resource: Resource, view: View) -> bool:
    if resource.kind is Kind.NETWORK:
        return bool(resource.attributes.get("default"))
    if resource.kind is Kind.SECURITY_GROUP and not resource.attributes.get("default"):
        return False
    ids = [resource.attributes.get("network"), *texts(resource, "networks")]
    homes = [view.resource(Kind.NETWORK, id) for id in ids]
    return any(home is not None and home.attributes.get("default") for home in homes)


def many_vcpus(steps: Sequence[Step]) -> Iterator[Problem]:
    """EC2 user guide, "On-Demand Instance quotas": counted in vCPU. How many this account may
    have cannot be seen here."""
    prices = table.load()
    total, last = 0, ""
    for step in steps:
        call = step.action
        if isinstance(call, SdkCall) and call.operation == "RunInstances":
            size = prices.size(Provider.AWS, str(call.parameters.get("InstanceType")))
            if size is not None and "InstanceMarketOptions" not in call.parameters:
                total += size.vcpus * int(call.parameters.get("MaxCount") or 1)
                last = step.id
    if total > USUAL_VCPUS:
        text = f"{total} vCPU on demand: the account's quota may be lower"
        cure = 'see Service Quotas, "Running On-Demand Standard instances"'
        yield Problem(last, "InstanceType", text, cure, blocking=False)
