"""The console's one way to the cloud: its public API, and what this account may not do there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from modalities.aws.errors import AWS_ERRORS
from modalities.aws.inventory import read
from modalities.aws.session import client, identify, refused
from modalities.receipt import CloudError, Trouble
from modalities.resource import World
from modalities.target import Identity, Target
from sandbox.console.settings import Settings

PREFIXES = {"elbv2": "elasticloadbalancing"}
"""Services that IAM calls something else."""


class Cloud:
    """One region of the target, as the signed-in user sees it. Every method raises CloudError."""

    def __init__(self, target: Target, settings: Settings) -> None:
        self._target = target
        self._settings = settings

    @property
    def region(self) -> str:
        return self._target.region

    def in_region(self, region: str) -> Cloud:
        return Cloud(replace(self._target, region=region), self._settings)

    def regions(self) -> tuple[str, ...]:
        found = self.call("ec2", "describe_regions")["Regions"]
        return tuple(each["RegionName"] for each in found)

    def call(self, service: str, operation: str, /, **parameters: Any) -> Any:
        """``operation`` by botocore's name, such as ``describe_volumes``."""
        self._check(service, operation, parameters)
        try:
            return getattr(self._client(service), operation)(**parameters)
        except AWS_ERRORS as error:
            raise refused(error, service, self._target) from error

    def all(self, service: str, operation: str, key: str, /, **parameters: Any) -> list[Any]:
        """Every page of a list, as one."""
        self._check(service, operation, parameters)
        made: Any = self._client(service)
        try:
            if not made.can_paginate(operation):
                return list(getattr(made, operation)(**parameters)[key])
            pages = made.get_paginator(operation).paginate(**parameters)
            return [item for page in pages for item in page.get(key, ())]
        except AWS_ERRORS as error:
            raise refused(error, service, self._target) from error

    def one(self, service: str, operation: str, key: str, /, **parameters: Any) -> Any:
        """The only item of a list that asks for one."""
        found = self.all(service, operation, key, **parameters)
        if not found:
            raise CloudError(Trouble.NOT_FOUND, "NotFound", "The resource does not exist")
        return found[0]

    def instances(self, **parameters: Any) -> list[Any]:
        reservations = self.all("ec2", "describe_instances", "Reservations", **parameters)
        return [instance for each in reservations for instance in each["Instances"]]

    def identity(self) -> Identity:
        return identify(self._target)

    def world(self) -> World:
        return read(self._target, self.identity())

    def _client(self, service: str) -> Any:
        return client(self._target, service)

    def _check(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        hazards = self._settings.hazards
        name = api_name(operation)
        if hazards.denials and f"{PREFIXES.get(service, service)}:{name}" in self._settings.denied:
            raise self._denied(f"{PREFIXES.get(service, service)}:{name}")
        if hazards.quotas and name in QUOTAS:
            QUOTAS[name](self, self._settings.quotas, parameters)

    def _denied(self, action: str) -> CloudError:
        return CloudError(
            Trouble.PERMISSION,
            "UnauthorizedOperation",
            f"You are not authorized to perform this operation. User: "
            f"{self.identity().principal} is not authorized to perform: {action} "
            "because no identity-based policy allows the action",
        )


def _vcpus(cloud: Cloud, quotas: Mapping[str, int], parameters: Mapping[str, Any]) -> None:
    limit = quotas.get("vcpus")
    if limit is None:
        return
    alive = {"Name": "instance-state-name", "Values": ["pending", "running"]}
    types = [each["InstanceType"] for each in cloud.instances(Filters=[alive])]
    types += [parameters["InstanceType"]] * int(parameters["MaxCount"])
    if sum(vcpus_of(cloud, types)) > limit:
        raise CloudError(
            Trouble.QUOTA,
            "VcpuLimitExceeded",
            f"You have requested more vCPU capacity than your current vCPU limit of {limit} "
            "allows for the instance bucket that the specified instance type belongs to",
        )


def vcpus_of(cloud: Cloud, types: list[str]) -> list[int]:
    """How many vCPUs each has; types the cloud does not know count as none."""
    wanted = [{"Name": "instance-type", "Values": sorted(set(types))}]
    if not types:
        return []
    found = cloud.all("ec2", "describe_instance_types", "InstanceTypes", Filters=wanted)
    each = {item["InstanceType"]: int(item["VCpuInfo"]["DefaultVCpus"]) for item in found}
    return [each.get(name, 0) for name in types]


def _addresses(cloud: Cloud, quotas: Mapping[str, int], _: Mapping[str, Any]) -> None:
    limit = quotas.get("addresses")
    if limit is not None and len(cloud.all("ec2", "describe_addresses", "Addresses")) >= limit:
        raise CloudError(
            Trouble.QUOTA,
            "AddressLimitExceeded",
            "The maximum number of addresses has been reached.",
        )


def _networks(cloud: Cloud, quotas: Mapping[str, int], _: Mapping[str, Any]) -> None:
    limit = quotas.get("networks")
    if limit is not None and len(cloud.all("ec2", "describe_vpcs", "Vpcs")) >= limit:
        raise CloudError(
            Trouble.QUOTA, "VpcLimitExceeded", "The maximum number of VPCs has been reached."
        )


QUOTAS: dict[str, Callable[[Cloud, Mapping[str, int], Mapping[str, Any]], None]] = {
    "RunInstances": _vcpus,
    "AllocateAddress": _addresses,
    "CreateVpc": _networks,
}
"""Each operation that has a quota, and the check with the vendor's own error."""


@cache
def api_name(operation: str) -> str:
    """``describe_volumes`` as the API writes it."""
    return re.sub(r"(?:^|_)([a-z0-9])", lambda found: found[1].upper(), operation)
