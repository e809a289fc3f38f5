"""Names of one resource in three tongues: ours, AWS's ARN, and Terraform's address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from modalities.resource import Kind, Provider, Resource, ResourceRef, World
from modalities.target import account_of, place_in


@dataclass(frozen=True, slots=True)
class Naming:
    """``arn`` is the service and resource type of an ARN; both empty where the id is the ARN."""

    prefix: str
    terraform: str
    service: str = "ec2"
    type: str = ""


NAMING: dict[Kind, Naming] = {
    Kind.NETWORK: Naming("vpc-", "aws_vpc", type="vpc"),
    Kind.SUBNET: Naming("subnet-", "aws_subnet", type="subnet"),
    Kind.GATEWAY: Naming("igw-", "aws_internet_gateway", type="internet-gateway"),
    Kind.ROUTE_TABLE: Naming("rtb-", "aws_route_table", type="route-table"),
    Kind.SECURITY_GROUP: Naming("sg-", "aws_security_group", type="security-group"),
    Kind.VM: Naming("i-", "aws_instance", type="instance"),
    Kind.DISK: Naming("vol-", "aws_ebs_volume", type="volume"),
    Kind.NIC: Naming("eni-", "aws_network_interface", type="network-interface"),
    Kind.PUBLIC_IP: Naming("eipalloc-", "aws_eip", type="elastic-ip"),
    Kind.KEY_PAIR: Naming("key-", "aws_key_pair", type="key-pair"),
    Kind.IMAGE: Naming("ami-", "aws_ami", type="image"),
    Kind.SNAPSHOT: Naming("snap-", "aws_ebs_snapshot", type="snapshot"),
    Kind.LOAD_BALANCER: Naming("", "aws_lb", "elasticloadbalancing", "loadbalancer"),
    Kind.LISTENER: Naming("", "aws_lb_listener", "elasticloadbalancing", "listener"),
    Kind.TARGET_GROUP: Naming("", "aws_lb_target_group", "elasticloadbalancing", "targetgroup"),
    Kind.BUCKET: Naming("", "aws_s3_bucket", "s3"),
}

IDS = {naming.prefix: kind for kind, naming in NAMING.items() if naming.prefix}
ID = re.compile(r"([a-z]+-)(?:[0-9a-f]{8}|[0-9a-f]{17})")
ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d*):(.+)", re.DOTALL)
ADDRESS = re.compile(r"(?:^|\.)(aws_\w+)\.([\w-]+)(?:\[[^\]]*\])?$")

NO_ACCOUNT = (Kind.IMAGE, Kind.SNAPSHOT)
"""Their ARNs leave the account out."""

TERRAFORM_KINDS = {naming.terraform: kind for kind, naming in NAMING.items()}


def kind_of_id(id: str) -> Kind | None:
    """The kind that an id or ARN is of; None where it is neither, or of a kind we do not know."""
    parts = ARN.fullmatch(id)
    if parts:
        return _kind_of_arn(parts[2], parts[5])
    parts = ID.fullmatch(id)
    return IDS.get(parts[1]) if parts else None


def _kind_of_arn(service: str, rest: str) -> Kind | None:
    if service == "s3":
        return Kind.BUCKET if "/" not in rest else None
    type = rest.partition("/")[0]
    for kind, naming in NAMING.items():
        if (naming.service, naming.type) == (service, type):
            return kind
    return None


def arn_of(ref: ResourceRef, id: str) -> str:
    """The ARN of the resource with this id in ``ref``'s account and region."""
    if id.startswith("arn:"):
        return id
    account, region = account_of(ref.scope), ref.scope.partition("/")[2]
    partition = partition_of(region)
    if ref.kind is Kind.BUCKET:
        return f"arn:{partition}:s3:::{id}"
    owner = "" if ref.kind in NO_ACCOUNT else account
    naming = NAMING[ref.kind]
    return f"arn:{partition}:{naming.service}:{region}:{owner}:{naming.type}/{id}"


def partition_of(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def ref_from_arn(arn: str, scope: str = "") -> ResourceRef | None:
    """The ref by id; None where ``arn`` is none or of a kind that we do not know.

    ``scope`` completes ARNs that leave account or region out (buckets, images).
    """
    parts = ARN.fullmatch(arn)
    kind = _kind_of_arn(parts[2], parts[5]) if parts else None
    if parts is None or kind is None:
        return None
    account = parts[4] or account_of(scope)
    if place := place_in(scope):
        account = f"{account}@{place}"
    there = f"{account}/{parts[3] or scope.partition('/')[2]}"
    naming = NAMING[kind]
    id = parts[5] if kind is Kind.BUCKET else parts[5].partition("/")[2]
    return ResourceRef(Provider.AWS, there, kind, id if naming.prefix or not naming.type else arn)


def terraform_address(ref: ResourceRef) -> str:
    """``aws_instance.web_1`` for the VM web-1."""
    return f"{NAMING[ref.kind].terraform}.{_label(ref.name)}"


def from_terraform(address: str, world: World) -> tuple[Resource, ...]:
    """The resources that ``address`` may stand for: names lose signs on their way there, so
    there may be several. Modules and indexes are looked through."""
    parts = ADDRESS.search(address)
    kind = TERRAFORM_KINDS.get(parts[1]) if parts else None
    if parts is None or kind is None:
        return ()
    return tuple(r for r in world.of(kind) if _label(r.name) == _label(parts[2]))


def _label(name: str) -> str:
    label = re.sub(r"[^0-9A-Za-z_]", "_", name)
    return label if re.match(r"[A-Za-z_]", label) else f"_{label}"
