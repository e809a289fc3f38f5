"""Azure resource ids, in one spelling: what a service writes in any casing is one id here.

Types are cased as the providers document them, the resource group as the target spells it,
names as they stand. Ids that differ in nothing but case are one resource (ARM's own rule).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from modalities.resource import Kind
from modalities.target import account_of

GROUPS = "Microsoft.Resources/resourceGroups"

TYPES: dict[Kind, str] = {
    Kind.RESOURCE_GROUP: GROUPS,
    Kind.NETWORK: "Microsoft.Network/virtualNetworks",
    Kind.SUBNET: "Microsoft.Network/virtualNetworks/subnets",
    Kind.SECURITY_GROUP: "Microsoft.Network/networkSecurityGroups",
    Kind.NIC: "Microsoft.Network/networkInterfaces",
    Kind.PUBLIC_IP: "Microsoft.Network/publicIPAddresses",
    Kind.LOAD_BALANCER: "Microsoft.Network/loadBalancers",
    Kind.VM: "Microsoft.Compute/virtualMachines",
    Kind.DISK: "Microsoft.Compute/disks",
    Kind.IMAGE: "Microsoft.Compute/images",
    Kind.SNAPSHOT: "Microsoft.Compute/snapshots",
    Kind.KEY_PAIR: "Microsoft.Compute/sshPublicKeys",
    Kind.BUCKET: "Microsoft.Storage/storageAccounts",
}
"""The kinds that Azure has, by the type of their ids."""

KINDS = {type.casefold(): kind for kind, type in TYPES.items()}

SEGMENTS = {
    segment.casefold(): segment
    for segment in (
        *(part for type in TYPES.values() for part in type.split("/")),
        *("ipConfigurations", "securityRules", "defaultSecurityRules", "extensions"),
        *("frontendIPConfigurations", "backendAddressPools", "loadBalancingRules", "probes"),
        *("inboundNatRules", "inboundNatPools", "outboundRules", "availabilitySets"),
        *("routeTables", "natGateways", "blobServices", "virtualMachineScaleSets"),
    )
}
"""Namespaces and types as they are documented, of the kinds and of their parts."""


@dataclass(frozen=True, slots=True)
class ArmId:
    """``/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME]``; a
    resource group's own id has no types. ``group`` is empty of what lies in the subscription.
    """

    subscription: str
    group: str
    namespace: str = ""
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        return "/".join((self.namespace, *self.types)) if self.types else GROUPS

    @property
    def kind(self) -> Kind | None:
        """None of what is no kind of ours, or a part of one (an ipConfiguration)."""
        return KINDS.get(self.type.casefold())

    @property
    def name(self) -> str:
        return self.names[-1] if self.names else self.group

    @property
    def parent(self) -> ArmId | None:
        """What it is a part of, as a subnet is of a network."""
        if len(self.types) < 2:
            return None
        return replace(self, types=self.types[:-1], names=self.names[:-1])

    @property
    def owner(self) -> ArmId | None:
        """The nearest that is a kind of ours: itself, or what it is a part of."""
        at: ArmId | None = self
        while at is not None and at.kind is None:
            at = at.parent
        return at

    def __str__(self) -> str:
        group = f"/resourceGroups/{self.group}" if self.group else ""
        pairs = zip(self.types, self.names, strict=True)
        path = "".join(f"/{type}/{name}" for type, name in pairs)
        inner = f"/providers/{self.namespace}{path}" if self.types else ""
        return f"/subscriptions/{self.subscription}{group}{inner}"


def arm_id(scope: str, kind: Kind, *names: str) -> str:
    """The id of a resource in the group of ``scope`` (ResourceRef.scope).

    ``names`` are the resource's own, for a subnet its network's and its own; of the resource
    group none. Raises KeyError for a kind that Azure does not have.
    """
    namespace, *types = TYPES[kind].split("/")
    if kind is Kind.RESOURCE_GROUP:
        return group_id(scope)
    group = scope.partition("/")[2]
    return str(ArmId(account_of(scope), group, namespace, tuple(types), names))


def group_id(scope: str) -> str:
    """The id of the resource group that ``scope`` is."""
    return str(ArmId(account_of(scope), scope.partition("/")[2]))


def parse(text: str) -> ArmId | None:
    """The id in its one spelling, but for the group's; None where it is no id of a resource."""
    parts = [part for part in text.split("/") if part]
    if len(parts) < 2 or parts[0].casefold() != "subscriptions":
        return None
    subscription, rest, group = parts[1].lower(), parts[2:], ""
    if len(rest) >= 2 and rest[0].casefold() == "resourcegroups":
        group, rest = rest[1], rest[2:]
    if not rest:
        return ArmId(subscription, group) if group else None
    if len(rest) < 4 or len(rest) % 2 or rest[0].casefold() != "providers":
        return None
    types = tuple(_cased(type) for type in rest[2::2])
    return ArmId(subscription, group, _cased(rest[1]), types, tuple(rest[3::2]))


def canonical(text: str, scope: str) -> str:
    """An id in its one spelling; what is none stays as it is. ``scope`` says how the resource
    group is spelled, where it is that one."""
    found = parse(text)
    if found is None:
        return text
    group = scope.partition("/")[2]
    if found.group.casefold() == group.casefold():
        found = replace(found, group=group)
    return str(found)


def kind_of(text: str) -> Kind | None:
    """The kind that an id is of; None where it is none, or of a kind that we do not know."""
    found = parse(text)
    return found.kind if found else None


def key(text: str) -> str:
    """What ids are compared by."""
    found = parse(text)
    return str(found or text).casefold()


def same(one: str, other: str) -> bool:
    return key(one) == key(other)


def name_of(text: str) -> str:
    """The last name in an id; the text itself where it is none."""
    found = parse(text)
    return found.name if found else text


def _cased(segment: str) -> str:
    return SEGMENTS.get(segment.casefold(), segment)
