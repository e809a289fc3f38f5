"""What is billed by the month for being there.

Not counted, because only use tells: traffic, load balancer capacity units, CPU credits, what
buckets hold and the requests to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from modalities.resource import Kind, Provider, Resource, World

RESTING = frozenset({"stopped", "stopping", "terminated", "shutting-down", "deallocated"})
"""States in which a VM's hours are not billed."""

DEFAULT_TYPE = {Provider.AWS: "gp2", Provider.AZURE: "Standard_LRS"}
"""What a disk is where nobody says."""


@dataclass(frozen=True, slots=True)
class Machine:
    """``address`` is a public IPv4 address of its own, that comes and goes with it; ``disks``
    are the keys of those that go with it; ``surcharged`` where the Linux price does not hold."""

    name: str
    size: str | None
    running: bool = True
    spot: bool = False
    monitored: bool = False
    address: bool = False
    surcharged: bool = False
    disks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """``assumed``: the size is that of the usual image, nobody said it."""

    name: str
    type: str
    gib: float | None
    iops: float | None = None
    throughput: float | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A snapshot, an image's snapshots, on Azure an image; ``gib`` is the most they can hold.
    ``known_type``: it is of the kind that the price is for."""

    name: str
    gib: float | None
    known_type: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    known_type: bool = True


@dataclass(frozen=True, slots=True)
class Balancer:
    """``addresses`` is the number of public IPv4 addresses it holds: one a subnet on AWS, on
    Azure none, as they are things of their own. ``rules`` counts on Azure; None: not known."""

    name: str
    addresses: int
    known_type: bool = True
    rules: int | None = None


Billed: TypeAlias = Machine | Volume | Stored | Address | Balancer


def holdings(world: World) -> dict[str, Billed]:
    """All that is billed in ``world``, by the provider's own id."""
    reserved = {r.attributes.get("address") for r in world.of(Kind.PUBLIC_IP)}
    found: dict[str, Billed] = {}
    for resource in world:
        attributes: dict[str, Any] = dict(resource.attributes)
        if attributes.get("public_ip") in reserved:
            attributes["public_ip"] = None  # billed as the address it is
        if resource.kind is Kind.VM:
            attributes["disks"] = going_with(resource, world)
        billed = billed_as(resource.kind, resource.name, attributes, world.provider)
        if billed is not None:
            found[resource.id] = billed
    return found


def going_with(vm: Resource, world: World) -> list[str]:
    """Ids of the disks that are deleted with the VM."""
    attached = (d for d in world.of(Kind.DISK) if d.attributes.get("attached_to") == vm.id)
    return [d.id for d in attached if d.attributes.get("delete_with_vm")]


def billed_as(
    kind: Kind, name: str, attributes: Mapping[str, Any], provider: Provider
) -> Billed | None:
    """A resource as the bill sees it, from the neutral attributes of docs/attributes.md; None
    where being there costs nothing."""
    has = attributes.get
    match kind:
        case Kind.VM:
            return Machine(
                name=name,
                size=_text(has("size")),
                running=runs(attributes, provider),
                spot=bool(has("spot")),
                monitored=bool(has("monitoring")) and provider is Provider.AWS,
                address=bool(has("public_ip")) and provider is Provider.AWS,
                surcharged=_surcharged(attributes),
                disks=tuple(has("disks") or ()),
            )
        case Kind.DISK:
            return Volume(
                name=name,
                type=_text(has("type")) or DEFAULT_TYPE[provider],
                gib=_number(has("gib")),
                iops=_number(has("iops")),
                throughput=_number(has("throughput")),
                assumed=bool(has("assumed")),
            )
        case Kind.SNAPSHOT:
            premium = str(has("type") or "").casefold().startswith("premium")
            return Stored(name, _number(has("gib")), not premium)
        case Kind.IMAGE if provider is Provider.AZURE:
            return Stored(name, None)
        case Kind.PUBLIC_IP:
            return Address(name, _usual_address(attributes, provider))
        case Kind.LOAD_BALANCER if provider is Provider.AZURE:
            usual, rules = str(has("type")).casefold() == "standard", has("rules")
            return Balancer(
                name, 0, usual, len(rules) if isinstance(rules, (list, tuple)) else None
            )
        case Kind.LOAD_BALANCER:
            subnets = has("subnets") or has("zones") or ()
            addresses = max(1, len(subnets)) if has("public", True) else 0
            usual = str(has("type") or "application").casefold() in ("application", "network")
            return Balancer(name, addresses, usual)
        case _:
            return None


def runs(attributes: Mapping[str, Any], provider: Provider) -> bool:
    """Whether a VM's hours are billed. On Azure a machine that is stopped and not deallocated
    keeps its hardware, and is paid for."""
    state = attributes.get("state")
    if provider is Provider.AZURE:
        return not (attributes.get("deallocated") or state in ("deallocated", "terminated"))
    return state not in RESTING


def _usual_address(attributes: Mapping[str, Any], provider: Provider) -> bool:
    """Azure has Basic addresses, too, and those of IPv6 are free: neither is in the table."""
    if provider is Provider.AWS:
        return True
    v6 = str(attributes.get("version") or "").casefold() == "ipv6"
    return str(attributes.get("type") or "Standard").casefold() == "standard" and not v6


def _surcharged(attributes: Mapping[str, Any]) -> bool:
    """Windows and other paid systems, and hardware of one's own, cost more than the table says."""
    platform = str(attributes.get("platform") or "linux").casefold()
    dedicated = attributes.get("tenancy") not in (None, "default")
    return dedicated or not platform.startswith("linux")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
