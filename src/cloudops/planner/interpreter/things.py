"""Things: what the noun phrases of a request stand for, while it is being understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from modalities.resource import Kind


class Ports(NamedTuple):
    """Ports as they were said: ``one`` (80), a ``pair`` (80 -> 8080) or a ``range``."""

    form: str
    first: int
    last: int
    protocol: str | None = None


@dataclass(slots=True, eq=False)
class Thing:
    """A noun phrase. ``says`` holds what was said of it (see ACCEPTS for the attributes).

    ``names`` are as written. ``pronoun`` and ``ordinal`` point at something else, which
    ``stands_for`` holds once it is known. ``prep`` is the preposition that led to it and
    ``joined`` "and" or a comma, where that did. ``start`` and ``end`` are its place in the text.
    ``head``: it is what a verb asks for, not something said of that. The links (``network``
    to ``key``) are what it was put together with while it is made.
    """

    start: int
    end: int = 0
    kind: Kind | None = None
    any_kind: bool = False
    noun: str = ""
    plural: bool | None = None
    count: int | None = None
    vague: str = ""
    names: tuple[str, ...] = ()
    prefix: str | None = None
    determiners: set[str] = field(default_factory=set)
    says: dict[str, Any] = field(default_factory=dict)
    tags: list[tuple[str, str]] = field(default_factory=list)
    tag_keys: list[str] = field(default_factory=list)
    pronoun: str | None = None
    ordinal: int | None = None
    possessive: bool = False
    prep: str = ""
    joined: str = ""
    bare_word: str = ""
    stands_for: list[Thing] = field(default_factory=list)
    network: Thing | None = None
    subnet: Thing | None = None
    holder: Thing | None = None
    targets: list[Thing] = field(default_factory=list)
    groups: list[Thing] = field(default_factory=list)
    key: Thing | None = None
    head: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it is nothing but what it says: "t3.large", "spot", "64 GB"."""
        return (
            self.kind is None
            and not self.any_kind
            and not self.names
            and self.pronoun is None
            and self.ordinal is None
        )

    @property
    def empty(self) -> bool:
        return self.is_bare and not (
            self.says or self.tags or self.tag_keys or self.prefix or self.determiners or self.vague
        )

    @property
    def definite(self) -> bool:
        """Whether its words point at something that is there: "the VM", "all disks"."""
        if self.stands_for or self.pronoun or self.ordinal is not None:
            return True
        pointing = self.determiners & {"the", "all", "existing", "default"}
        return bool(pointing) and not self.determiners & {"new", "same", "more"}

    @property
    def indefinite(self) -> bool:
        """Whether its words ask for something that is not there yet: "a VM", "3 VMs"."""
        asked = self.determiners & {"a", "more", "new", "same"} or self.count or self.vague
        return bool(asked) and not self.definite

    @property
    def is_new(self) -> bool:
        """Whether it is to be made: what a verb asks for, or what is not named as there."""
        if self.stands_for:
            return any(thing.is_new for thing in self.stands_for)
        if self.definite:
            return self.head and not self.determiners & {"existing", "default"}
        if self.head or self.indefinite:
            return True
        return bool(self.says.keys() & {"cidr", "named_by_word", "gib"}) or not self.names

    @property
    def several(self) -> bool:
        return (self.count or 1) > 1 or len(self.names) > 1 or self.plural is True


ACCEPTS: Mapping[str, frozenset[Kind]] = {
    "size": frozenset({Kind.VM}),
    "quality": frozenset({Kind.VM}),
    "vcpus": frozenset({Kind.VM}),
    "memory_gib": frozenset({Kind.VM}),
    "image": frozenset({Kind.VM}),
    "spot": frozenset({Kind.VM}),
    "role": frozenset({Kind.VM}),
    "balanced": frozenset({Kind.VM}),
    "together": frozenset({Kind.VM}),
    "key_pair": frozenset({Kind.VM}),
    "diagnostics": frozenset({Kind.VM}),
    "monitoring": frozenset({Kind.VM}),
    "gib": frozenset({Kind.DISK}),
    "disk_type": frozenset({Kind.DISK, Kind.VM}),
    "data": frozenset({Kind.DISK}),
    "cidr": frozenset({Kind.NETWORK, Kind.SUBNET}),
    "zone": frozenset({Kind.VM, Kind.SUBNET, Kind.DISK}),
    "public": frozenset({Kind.VM, Kind.LOAD_BALANCER, Kind.SUBNET}),
    "address": frozenset({Kind.VM}),
    "ports": frozenset({Kind.LOAD_BALANCER, Kind.SECURITY_GROUP, Kind.VM}),
    "protocol": frozenset({Kind.LOAD_BALANCER, Kind.SECURITY_GROUP}),
    "services": frozenset({Kind.LOAD_BALANCER, Kind.SECURITY_GROUP, Kind.VM}),
    "target_port": frozenset({Kind.LOAD_BALANCER}),
    "source": frozenset({Kind.SECURITY_GROUP, Kind.VM}),
    "opens": frozenset({Kind.SECURITY_GROUP, Kind.VM}),
    "versioning": frozenset({Kind.BUCKET}),
    "network_name": frozenset({Kind.VM, Kind.SUBNET, Kind.LOAD_BALANCER, Kind.SECURITY_GROUP}),
    "subnet_name": frozenset({Kind.VM, Kind.NIC}),
    "switch": frozenset({Kind.VM, Kind.BUCKET}),
}
"""Which kinds of things an attribute may be said of."""
