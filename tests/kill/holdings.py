"""What a cloud holds, by a reader of its own: plain boto3, and nothing of the product's.

AWS's; Azure's is in ``arm.py``. Two runs of one request make things with different ids, so what
is compared with the goal has ids and times taken out; what is compared with the start is compared
as it stands.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

LISTS = (
    ("network", "describe_vpcs", "Vpcs", "VpcId"),
    ("subnet", "describe_subnets", "Subnets", "SubnetId"),
    ("gateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("route table", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("security group", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("disk", "describe_volumes", "Volumes", "VolumeId"),
    ("address", "describe_addresses", "Addresses", "AllocationId"),
    ("key pair", "describe_key_pairs", "KeyPairs", "KeyPairId"),
)
OTHERS = (
    ("api", "apigateway", "get_rest_apis", "items", "id"),
    ("log group", "logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("key", "kms", "list_keys", "Keys", "KeyId"),
)
"""Of what the vendor's own operations make, for which there is no kind."""

OWN = (
    ("snapshot", "describe_snapshots", "Snapshots", "SnapshotId", {"OwnerIds": ["self"]}),
    ("image", "describe_images", "Images", "ImageId", {"Owners": ["self"]}),
)
GONE = ("terminated", "shutting-down")
VOLATILE = frozenset(
    {
        *("LaunchTime", "CreateTime", "AttachTime", "CreatedTime", "StartTime", "CreationDate"),
        *("UsageOperationUpdateTime", "StateTransitionReason", "StateReason", "DeprecationTime"),
        *("ReservationId", "ClientToken", "PrivateDnsName", "PublicDnsName", "DNSName"),
        *("PrivateIpAddress", "PrivateIpAddresses", "PublicIp", "PublicIpAddress", "MacAddress"),
        *("AvailableIpAddressCount", "KeyFingerprint", "AmiLaunchIndex", "SpotInstanceRequestId"),
        *("CarrierIp", "IpOwnerId", "AssociationID", "RequesterId", "SecurityGroupRuleId"),
        *("etag", "resourceGuid", "timeCreated", "vmId", "uniqueId", "macAddress", "ipAddress"),
        *(
            "privateIPAddress",
            "keyData",
            "publicKey",
            "createdAt",
            "lastModifiedAt",
            "LastOwnershipUpdateTime",
        ),
        *("cloudops:run", "internalDomainNameSuffix", "rootResourceId", "createdDate"),
        *("creationTime", "KeyArn"),
    }
)
"""Members that differ between two runs of the same request."""

AGAIN = frozenset(
    {
        *("LaunchTime", "AttachTime", "StateTransitionReason", "StateReason"),
        *("UsageOperationUpdateTime", "etag", "LastOwnershipUpdateTime", "resourceGuid"),
    }
)
"""Members that a cloud says anew each time something was done and taken back, at any depth: a disk
that is attached again has another time of that, in the disk and in the machine."""

NUMBER = re.compile(r"\b[a-z]+-[0-9a-f]{8,17}\b|/[0-9a-f]{16}\b|_[0-9a-f]{32}\b")
OWN_TAGS = frozenset({"cloudops:run"})

Things = Mapping[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class Holdings:
    """``things`` by kind and id, each as the vendor answers."""

    things: Things

    def plain(self) -> Counter[str]:
        """Each thing as a line of text in which ids are those of what they name."""
        names = {id: f"<{kind} {name_of(item)}>" for (kind, id), item in self.things.items()}
        return Counter(
            f"{kind} {json.dumps(_plain(item, names), sort_keys=True)}"
            for (kind, _), item in self.things.items()
        )

    def texts(self) -> frozenset[str]:
        """Every text in them, in small letters: ids among others."""
        return frozenset(_texts(list(self.things.values())))

    def counts(self) -> Counter[str]:
        return Counter(kind for kind, _ in self.things)

    def minus(self, other: Holdings) -> list[str]:
        """What is here and not there, for people."""
        missing = self.things.keys() - other.things.keys()
        return sorted(f"{kind} {name_of(self.things[kind, id]) or id}" for kind, id in missing)


def differences(found: Holdings, wanted: Holdings) -> list[str]:
    """What of ``found`` is not as in ``wanted``, ids aside; empty where all is."""
    have, want = found.plain(), wanted.plain()
    lines = [f"+ {line}" for line in (have - want).elements()]
    return sorted(lines + [f"- {line}" for line in (want - have).elements()])


def changes(found: Holdings, start: Holdings) -> list[str]:
    """What is not exactly as it was at the start: other ids, other values."""
    lines = [f"+ {line}" for line in found.minus(start)]
    lines += [f"- {line}" for line in start.minus(found)]
    for key in sorted(found.things.keys() & start.things.keys()):
        now, then = (_settled(each.things[key]) for each in (found, start))
        if now != then:
            members = sorted(k for k in now.keys() | then.keys() if now.get(k) != then.get(k))
            lines.append(f"~ {key[0]} {name_of(now) or key[1]}: {', '.join(members)}")
    return lines


def _settled(item: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a cloud says anew each time something was done and taken back."""
    settled: dict[str, Any] = _sorted(item)
    return settled


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _sorted(v) for k, v in value.items() if k not in AGAIN}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda part: json.dumps(part, sort_keys=True))
    return str(value) if not isinstance(value, (str, int, float, bool, type(None))) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value.casefold()


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if k not in VOLATILE}
        return {k: _plain(v, names) for k, v in kept.items()}
    if isinstance(value, (list, tuple)):
        parts = [_plain(v, names) for v in value if not _own_tag(v)]
        return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True))
    if isinstance(value, str):
        named = names.get(value, value)
        return named if named != value else NUMBER.sub("<id>", value)
    return value if isinstance(value, (int, float, bool, type(None))) else "<time>"


def _own_tag(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("Key") in OWN_TAGS


def name_of(item: Mapping[str, Any]) -> str:
    if "id" in item:  # Azure's, and an API's
        return str(item["name"])
    tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}
    for key in ("LoadBalancerName", "TargetGroupName", "KeyName", "GroupName"):
        if key in item and item[key] != "default":
            return NUMBER.sub("<id>", str(item[key]))
    return NUMBER.sub("<id>", str(tags.get("Name", "")))


def look(port: int) -> Holdings:
    """All that the cloud at ``port`` holds. Raises botocore's ClientError."""
    endpoint = f"http://127.0.0.1:{port}"
    return Holdings(dict(_everything(_client("ec2", endpoint), endpoint)))


def _everything(ec2: Any, endpoint: str) -> Iterator[tuple[tuple[str, str], Any]]:
    for kind, operation, key, id in LISTS:
        for item in getattr(ec2, operation)()[key]:
            yield (kind, item[id]), item
    for kind, operation, key, id, arguments in OWN:
        for item in getattr(ec2, operation)(**arguments)[key]:
            yield (kind, item[id]), item
    for reservation in ec2.describe_instances()["Reservations"]:
        for item in reservation["Instances"]:
            if item["State"]["Name"] not in GONE:
                yield ("machine", item["InstanceId"]), item
    yield from _balancing(_client("elbv2", endpoint))
    for kind, service, operation, key, id in OTHERS:
        for item in getattr(_client(service, endpoint), operation)().get(key, ()):
            yield (kind, item[id]), item
    for item in _client("s3", endpoint).list_buckets()["Buckets"]:
        yield ("bucket", item["Name"]), {**item, "Tags": [{"Key": "Name", "Value": item["Name"]}]}


def _balancing(elb: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    for item in elb.describe_load_balancers()["LoadBalancers"]:
        arn = item["LoadBalancerArn"]
        yield ("load balancer", arn), item
        for listener in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
            yield ("listener", listener["ListenerArn"]), listener
    for item in elb.describe_target_groups()["TargetGroups"]:
        health = elb.describe_target_health(TargetGroupArn=item["TargetGroupArn"])
        targets = [each["Target"] for each in health["TargetHealthDescriptions"]]
        yield ("target group", item["TargetGroupArn"]), {**item, "Targets": targets}


@cache
def _session() -> boto3.session.Session:
    return boto3.session.Session("test", "test", region_name="us-east-1")


def _client(service: str, endpoint: str) -> Any:
    config = Config(retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"})
    return _session().client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]
