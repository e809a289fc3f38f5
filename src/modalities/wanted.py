"""Wanted resources, in cloud-neutral words. ``None`` means: not said, the hand takes a default.

Names refer to other wanted resources of the same request, or to what the cloud holds.
Sizes: ``gib`` in GiB, ``memory_gib`` in GiB, ports 1 to 65535.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from modalities.resource import Kind

Tags: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    name: str
    cidr: str | None = None
    tags: Tags = ()
    kind: Literal[Kind.NETWORK] = Kind.NETWORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    name: str
    network: str | None = None
    cidr: str | None = None
    zone: str | None = None
    public: bool | None = None
    tags: Tags = ()
    kind: Literal[Kind.SUBNET] = Kind.SUBNET


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Traffic let in: ``protocol`` is ``tcp``, ``udp``, ``icmp`` or ``all``; ``source`` a CIDR."""

    first_port: int
    last_port: int
    protocol: str = "tcp"
    source: str = "0.0.0.0/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    name: str
    network: str | None = None
    rules: tuple[Rule, ...] = ()
    tags: Tags = ()
    kind: Literal[Kind.SECURITY_GROUP] = Kind.SECURITY_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Vm:
    """``size`` is the provider's own (t3.small); ``vcpus``/``memory_gib`` are needs to meet.

    ``image``: ``linux``, ``ubuntu``, ``debian``, ``windows`` or the provider's image id.
    """

    name: str
    size: str | None = None
    vcpus: int | None = None
    memory_gib: float | None = None
    image: str | None = None
    disk_gib: int | None = None
    disk_type: str | None = None
    network: str | None = None
    subnet: str | None = None
    zone: str | None = None
    public_ip: bool | None = None
    spot: bool | None = None
    monitoring: bool | None = None
    key_pair: str | None = None
    security_groups: tuple[str, ...] = ()
    open_ports: tuple[Rule, ...] = ()
    tags: Tags = ()
    kind: Literal[Kind.VM] = Kind.VM


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """``attach_to`` names the VM; ``type`` is ``ssd``, ``hdd`` or the provider's own (gp3)."""

    name: str | None = None
    gib: int | None = None
    type: str | None = None
    zone: str | None = None
    attach_to: str | None = None
    tags: Tags = ()
    kind: Literal[Kind.DISK] = Kind.DISK


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIp:
    name: str | None = None
    attach_to: str | None = None
    tags: Tags = ()
    kind: Literal[Kind.PUBLIC_IP] = Kind.PUBLIC_IP


@dataclass(frozen=True, slots=True, kw_only=True)
class Nic:
    name: str
    subnet: str | None = None
    attach_to: str | None = None
    tags: Tags = ()
    kind: Literal[Kind.NIC] = Kind.NIC


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """Listens on ``port`` and forwards to ``target_port`` of ``targets`` (VM names).

    ``protocol`` is ``http``, ``https`` or ``tcp``.
    """

    name: str
    port: int | None = None
    target_port: int | None = None
    protocol: str | None = None
    public: bool | None = None
    targets: tuple[str, ...] = ()
    network: str | None = None
    tags: Tags = ()
    kind: Literal[Kind.LOAD_BALANCER] = Kind.LOAD_BALANCER


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    name: str
    public_key: str | None = None
    tags: Tags = ()
    kind: Literal[Kind.KEY_PAIR] = Kind.KEY_PAIR


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    name: str
    versioning: bool | None = None
    tags: Tags = ()
    kind: Literal[Kind.BUCKET] = Kind.BUCKET


Wanted: TypeAlias = (
    Network | Subnet | SecurityGroup | Vm | Disk | PublicIp | Nic | LoadBalancer | KeyPair | Bucket
)
