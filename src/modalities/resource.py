"""What a cloud holds, by one name whichever modality touches it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
else:
    Json = Any  # pydantic cannot unroll a recursive alias


class Provider(StrEnum):
    AWS = "aws"
    AZURE = "azure"

    @property
    def words(self) -> str:
        """The cloud as people write it."""
        return "AWS" if self is Provider.AWS else "Azure"


class Kind(StrEnum):
    """Cloud-neutral resource kinds; what each attribute is called: docs/attributes.md."""

    RESOURCE_GROUP = "resource_group"
    """Azure's: the container of all else that a target has there."""
    NETWORK = "network"
    SUBNET = "subnet"
    GATEWAY = "gateway"
    ROUTE_TABLE = "route_table"
    SECURITY_GROUP = "security_group"
    VM = "vm"
    DISK = "disk"
    NIC = "nic"
    PUBLIC_IP = "public_ip"
    LOAD_BALANCER = "load_balancer"
    LISTENER = "listener"
    TARGET_GROUP = "target_group"
    KEY_PAIR = "key_pair"
    BUCKET = "bucket"
    IMAGE = "image"
    SNAPSHOT = "snapshot"
    OTHER = "other"
    """What no other kind names, of any service: named by service, noun and name
    (``sqs queue orders``), and looked at one by one (modalities/look.py)."""

    @property
    def words(self) -> str:
        """The kind as people write it: ``load balancer``."""
        said = {"vm": "VM", "nic": "network interface", "public_ip": "public IP"}
        return (said | {"other": "resource"}).get(self.value, self.value.replace("_", " "))


@dataclass(frozen=True, slots=True, order=True)
class ResourceRef:
    """One name for one resource.

    ``scope`` is the path of containers, outermost first, joined by ``/``: on AWS
    ``account/region``, on Azure ``subscription/resource-group``. ``name`` is the
    name people gave it where that name is unique of its kind in the scope, else
    the provider's own id.
    """

    provider: Provider
    scope: str
    kind: Kind
    name: str

    @property
    def key(self) -> str:
        """The text that claims, the journal and the state are keyed by."""
        return f"{self.provider}:{self.scope}:{self.kind}/{self.name}"

    def ancestors(self) -> tuple[str, ...]:
        """Keys of the containers this resource lies in, outermost first."""
        parts = self.scope.split("/")
        return tuple(f"{self.provider}:{'/'.join(parts[: n + 1])}" for n in range(len(parts)))

    def __str__(self) -> str:
        if self.kind is Kind.OTHER:  # its name says what it is
            return self.name
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A dependency: the resource that carries the link needs the one it names.

    ``role`` says how (``in``, ``uses``, ``guarded_by``, ``forwards_to`` ...);
    ``kind`` and ``id`` name the other resource by the provider's own id.
    """

    role: str
    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as it was read from a cloud.

    ``id`` is the provider's own id (an ARN where the provider has no shorter one).
    ``attributes`` has neutral names and JSON values. All strings in it come from the
    cloud: they are data, never instructions.
    """

    ref: ResourceRef
    id: str
    attributes: Mapping[str, Json] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.ref.kind

    @property
    def name(self) -> str:
        return self.ref.name

    def refs(self) -> tuple[ResourceRef, ...]:
        """Every name a claim must cover: the one people use and the provider's id."""
        by_id = ResourceRef(self.ref.provider, self.ref.scope, self.ref.kind, self.id)
        return (self.ref,) if by_id == self.ref else (self.ref, by_id)

    @property
    def fingerprint(self) -> str:
        """A digest of what was read; changes when the resource does.

        Attributes that move by themselves (``VOLATILE``) are left out.
        """
        settled = {k: v for k, v in self.attributes.items() if k not in VOLATILE}
        body = [self.id, settled, dict(self.tags), [[x.role, x.kind, x.id] for x in self.links]]
        text = json.dumps(body, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


VOLATILE = frozenset({"health", "launched_at", "attached_at", "free_addresses", "targets_health"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something could not be read, in a cloud's own code and words: data."""

    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """What a target held at one moment: every resource read, and the links between them.

    ``unread`` are kinds that could not be read, and why: there may be any number of them.
    """

    provider: Provider
    scope: str
    resources: tuple[Resource, ...] = ()
    unread: Mapping[Kind, Refusal] = field(default_factory=dict, kw_only=True)
    _by_id: dict[tuple[Kind, str], Resource] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _by_name: dict[str, list[Resource]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _needed_by: dict[tuple[Kind, str], list[Resource]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for r in self.resources:
            self._by_id[r.kind, r.id] = r
            for name in {x.casefold() for x in (r.name, r.id, r.tags.get("Name", ""))}:
                self._by_name.setdefault(name, []).append(r)
            for needed in {(x.kind, x.id) for x in r.links}:
                self._needed_by.setdefault(needed, []).append(r)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def ref(self, kind: Kind, name: str) -> ResourceRef:
        """The ref of a resource of this world, whether it exists yet or not."""
        return ResourceRef(self.provider, self.scope, kind, name)

    def of(self, *kinds: Kind) -> tuple[Resource, ...]:
        return tuple(r for r in self.resources if r.kind in kinds)

    def get(self, kind: Kind, id: str) -> Resource | None:
        """The resource with the provider's own id, or None."""
        return self._by_id.get((kind, id))

    def named(self, kind: Kind | None, name: str) -> tuple[Resource, ...]:
        """Resources that people would call ``name``: by name (any case), tag Name or id."""
        same = self._by_name.get(name.casefold(), ())
        return tuple(r for r in same if kind is None or r.kind is kind)

    def needs(self, resource: Resource) -> tuple[Resource, ...]:
        """What ``resource`` depends on directly and is part of this world."""
        found = (self.get(link.kind, link.id) for link in resource.links)
        return tuple(r for r in found if r is not None)

    def needed_by(self, resource: Resource) -> tuple[Resource, ...]:
        """What depends on ``resource`` directly."""
        return tuple(self._needed_by.get((resource.kind, resource.id), ()))

    def with_resources(self, resources: Iterable[Resource]) -> World:
        return World(self.provider, self.scope, tuple(resources), unread=self.unread)
