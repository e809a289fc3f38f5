"""A Terraform module as it stands: its files, and which resources it owns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from modalities.aws.terraform import edits, keys, syntax
from modalities.aws.terraform.syntax import Block

REFERENCE = re.compile(r"([a-z]\w*\.[A-Za-z_][\w-]*)\.(?:id|arn|bucket|allocation_id)")
CONNECTING = frozenset(
    {
        "aws_ec2_instance_state",
        "aws_lb_target_group_attachment",
        "aws_route",
        "aws_s3_bucket_versioning",
        "aws_volume_attachment",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
    }
)
"""Types whose resources are found by what they connect."""

ROOT = re.compile(r"(data\.)?[a-z]\w*\.[A-Za-z_][\w-]*")
"""An address that a reference in the root module can be made of."""

IDEAS: dict[str, tuple[str, ...]] = {
    "network.tf": (
        "aws_vpc",
        "aws_subnet",
        "aws_internet_gateway",
        "aws_route",
        "aws_route_table",
        "aws_route_table_association",
        "aws_eip",
        "aws_eip_association",
        "aws_network_interface",
        "aws_network_interface_attachment",
    ),
    "security.tf": (
        "aws_security_group",
        "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule",
        "aws_key_pair",
    ),
    "compute.tf": ("aws_instance", "aws_ec2_instance_state"),
    "storage.tf": (
        "aws_ebs_volume",
        "aws_volume_attachment",
        "aws_s3_bucket",
        "aws_s3_bucket_versioning",
    ),
    "load_balancing.tf": (
        "aws_lb",
        "aws_lb_listener",
        "aws_lb_target_group",
        "aws_lb_target_group_attachment",
    ),
}
"""Which file holds what, where nobody has decided otherwise."""

MAIN = "main.tf"


@dataclass(frozen=True)
class Module:
    """``files`` are names to text; ``kept`` maps a provider's id to the address that owns it."""

    files: Mapping[str, str]
    kept: Mapping[str, str]

    @cached_property
    def blocks(self) -> tuple[tuple[str, Block], ...]:
        """Every top-level block with the name of its file."""
        return tuple(blocks_of(self.files))

    @cached_property
    def addresses(self) -> frozenset[str]:
        return frozenset(b.address for _, b in self.blocks if b.address)

    @property
    def empty(self) -> bool:
        return not self.blocks

    def declares(self, type: str, *labels: str) -> bool:
        return any(b.type == type and b.labels == labels for _, b in self.blocks)

    def home(self, type: str) -> str:
        """The file in which a new resource of this type belongs: where its like are, else
        where all else is, else one named after the idea."""
        idea = next((name for name, types in IDEAS.items() if type in types), MAIN)
        resources = [(f, b.labels[0]) for f, b in self.blocks if b.type == "resource" and b.labels]
        for wish in ((type,), IDEAS.get(idea, ())):
            same = [f for f, t in resources if t in wish]
            if same:
                return same[-1]
        others = {f for f, _ in resources}
        return MAIN if others == {MAIN} else idea


def blocks_of(files: Mapping[str, str]) -> Iterator[tuple[str, Block]]:
    for name, text in files.items():
        if name.endswith(".tf"):
            yield from ((name, block) for block in syntax.blocks(text))


def owners(module: Module) -> dict[str, str]:
    """``module.kept``, and by their keys (modalities.aws.terraform.keys) the relations that the
    code says between what it owns."""
    found: dict[str, str] = {}
    for address, said in arguments(module).items():
        type = address.split(".")[-2]
        if type in CONNECTING:
            found |= dict.fromkeys(keys.of(type, said), address)
    return {**found, **module.kept}


def arguments(module: Module) -> dict[str, dict[str, str]]:
    """What each resource's block says, by address: the id that a reference to what the module
    owns stands for, the literal, or the code of any other expression."""
    ids = {address: id for id, address in module.kept.items()}
    return {
        block.address: {
            a.name: _meant(a.value.of(module.files[name]), ids) for a in block.arguments
        }
        for name, block in module.blocks
        if block.type == "resource" and block.address
    }


def _meant(code: str, ids: Mapping[str, str]) -> str:
    """What an argument comes to: the id that a reference stands for, or the literal."""
    address = REFERENCE.fullmatch(code)
    if address is not None:
        return ids.get(address[1], code)
    return code[1:-1] if len(code) > 1 and code[0] == code[-1] == '"' else code


def file_of(files: Mapping[str, str], address: str) -> str | None:
    """The file in which the resource is declared; None where no ``.tf`` file does."""
    for name, text in files.items():
        if name.endswith(".tf") and edits.find(text, address) is not None:
            return name
    return None
