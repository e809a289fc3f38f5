"""Where everything an account holds is listed: a row each, read as the vendor documents it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.gym.reader import Reader

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """``operation`` of ``service`` lists things of ``kind`` under ``key``; ``id`` is the member
    that names one."""

    kind: str
    service: str
    operation: str
    key: str
    id: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def read(self, reader: Reader, region: str | None = None) -> Iterator[tuple[str, Item]]:
        client = reader.client(self.service, region)
        for page in self._pages(client):
            for entry in page.get(self.key, ()):
                yield str(entry[self.id]), entry

    def _pages(self, client: Any) -> Any:
        if client.can_paginate(self.operation):
            return client.get_paginator(self.operation).paginate(**self.arguments)
        return (getattr(client, self.operation)(**self.arguments),)


SOURCES = (
    Source("network", "ec2", "describe_vpcs", "Vpcs", "VpcId"),
    Source("subnet", "ec2", "describe_subnets", "Subnets", "SubnetId"),
    Source("gateway", "ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    Source("nat", "ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    Source("route_table", "ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    Source("network_acl", "ec2", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
    Source("security_group", "ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    Source(
        "interface", "ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"
    ),
    Source("volume", "ec2", "describe_volumes", "Volumes", "VolumeId"),
    Source(
        "snapshot",
        "ec2",
        "describe_snapshots",
        "Snapshots",
        "SnapshotId",
        {"OwnerIds": ["self"]},
    ),
    Source("image", "ec2", "describe_images", "Images", "ImageId", {"Owners": ["self"]}),
    Source("address", "ec2", "describe_addresses", "Addresses", "AllocationId"),
    Source("key_pair", "ec2", "describe_key_pairs", "KeyPairs", "KeyPairId"),
    Source(
        "launch_template",
        "ec2",
        "describe_launch_templates",
        "LaunchTemplates",
        "LaunchTemplateId",
    ),
    Source(
        "peering",
        "ec2",
        "describe_vpc_peering_connections",
        "VpcPeeringConnections",
        "VpcPeeringConnectionId",
    ),
    Source("endpoint", "ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    Source("load_balancer", "elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    Source("target_group", "elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    Source("bucket", "s3", "list_buckets", "Buckets", "Name"),
    Source("role", "iam", "list_roles", "Roles", "RoleName"),
    Source(
        "instance_profile",
        "iam",
        "list_instance_profiles",
        "InstanceProfiles",
        "InstanceProfileName",
    ),
    Source("user", "iam", "list_users", "Users", "UserName"),
    Source("policy", "iam", "list_policies", "Policies", "PolicyName", {"Scope": "Local"}),
)

ELSEWHERE = tuple(s for s in SOURCES if s.kind in ("volume", "address", "load_balancer"))
"""Together with the instances: what costs money where nobody looks, in the other regions."""
