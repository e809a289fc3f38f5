"""A resource's body as blocks of azurerm, member by member; what has no word is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modalities.azure import ids
from modalities.azure.terraform import balancing, compute, network, schema
from modalities.azure.terraform.blocks import Block
from modalities.azure.terraform.members import Members
from modalities.contract import Unsupported

Say = Callable[[str, Members], tuple[Block, ...]]
"""The blocks of the resource with this id. Takes what it says; raises Unsupported."""

TYPES: Mapping[str, Say] = {
    "Microsoft.Compute/disks": compute.disk,
    "Microsoft.Compute/sshPublicKeys": compute.key,
    "Microsoft.Compute/virtualMachines": compute.machine,
    "Microsoft.Network/loadBalancers": balancing.balancer,
    "Microsoft.Network/networkInterfaces": network.interface,
    "Microsoft.Network/networkSecurityGroups": network.guard,
    "Microsoft.Network/networkSecurityGroups/securityRules": network.guard_rule,
    "Microsoft.Network/publicIPAddresses": network.address,
    "Microsoft.Network/virtualNetworks": network.network,
    "Microsoft.Network/virtualNetworks/subnets": network.subnet,
    "Microsoft.Resources/resourceGroups": network.group,
}


def blocks_of(id: str, body: Mapping[str, Any]) -> tuple[Block, ...]:
    """The blocks of a resource, its own first. Raises Unsupported for what the provider cannot
    say, or would not take."""
    parsed = ids.parse(id)
    say = TYPES.get(parsed.type) if parsed else None
    if parsed is None or say is None:
        raise Unsupported(f"{parsed.type if parsed else id} is not written for azurerm here")
    members = Members(body, f"{parsed.types[-1] if parsed.types else 'group'} {parsed.name}")
    own, *others = say(id, members)
    own = Block(own.type, own.name, own.id, own.body, members.done())
    found = (own, *others)
    wrong = [fault for block in found for fault in schema.faults(block)]
    if wrong:
        raise Unsupported("; ".join(wrong))
    return found
