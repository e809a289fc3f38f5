"""From the draft's things to wanted resources, with the defaults that were taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cloudops.planner.interpreter.asking import Unclear
from cloudops.planner.interpreter.completing import complete
from cloudops.planner.interpreter.drafting import Draft
from cloudops.planner.interpreter.naming import Namer
from cloudops.planner.interpreter.quantities import (
    ANYWHERE,
    DISK_GIB,
    QUALITIES,
    checked_cidr,
    checked_port,
    chosen_size,
    rule,
    whole_gib,
)
from cloudops.planner.interpreter.things import ACCEPTS, Ports, Thing
from modalities.resource import Kind, Provider
from modalities.wanted import (
    Bucket,
    Disk,
    KeyPair,
    LoadBalancer,
    Network,
    Nic,
    PublicIp,
    Rule,
    SecurityGroup,
    Subnet,
    Tags,
    Vm,
    Wanted,
)

_TCP_SERVICES = {"http": "http", "https": "https"}

ORDER = (
    Kind.NETWORK, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.KEY_PAIR, Kind.VM, Kind.DISK,
    Kind.PUBLIC_IP, Kind.NIC, Kind.LOAD_BALANCER, Kind.BUCKET,
)  # fmt: skip


_ALWAYS_HEARD = frozenset({"plain", "named_by_word", "cloud", "role"})

_HEARD_BESIDE: Mapping[Kind, frozenset[str]] = {
    Kind.VM: frozenset({"disk_gib", "os_disk_type"}),
    Kind.DISK: frozenset({"data", "os"}),
    Kind.PUBLIC_IP: frozenset({"public"}),
}

HEARD: Mapping[Kind, frozenset[str]] = {
    kind: frozenset(a for a, kinds in ACCEPTS.items() if kind in kinds and a != "balanced")
    | _ALWAYS_HEARD
    | _HEARD_BESIDE.get(kind, frozenset())
    for kind in ORDER
}
"""What may have been said of a thing of each kind when it is made."""

PRIVATE_BY_NATURE = frozenset({Kind.NETWORK, Kind.BUCKET})


class Builder:
    """Builds the wanted resources of one request."""

    def __init__(self, draft: Draft, provider: Provider) -> None:
        self.draft = draft
        self.provider = provider
        self.defaults: list[str] = []
        self.namer = Namer(draft.request, self.defaults, draft.discourse.context.taken)

    def settle(self) -> None:
        """Complete the draft and name everything in it; must come before ``build``."""
        self.defaults.extend(complete(self.draft))
        self.namer.name_all(self.draft.things, self.draft.tier)

    def build(self) -> tuple[Wanted, ...]:
        """Every wanted resource, containers first."""
        made: list[Wanted] = []
        for kind in ORDER:
            for thing in self.draft.of(kind):
                made.extend(self._wanted(thing))
        return tuple(made)

    def _nothing_unheard(self, thing: Thing) -> None:
        """Raises Unclear for what was said of a thing that its kind has no place for."""
        kept = HEARD.get(thing.kind, frozenset()) if thing.kind else frozenset()
        for attribute, value in thing.says.items():
            switched = {"diagnostics", "monitoring", "versioning"} & thing.says.keys()
            if attribute in kept and (attribute != "switch" or switched):
                continue
            if attribute == "public" and value is False and thing.kind in PRIVATE_BY_NATURE:
                continue
            said = self.draft.request[thing.start : thing.end] or str(value)
            raise Unclear(f"it is not clear what is meant by “{said}” ({attribute})", said)

    def _wanted(self, thing: Thing) -> Iterable[Wanted]:
        self._nothing_unheard(thing)
        match thing.kind:
            case Kind.VM:
                return [self._vm(thing, name) for name in thing.names]
            case Kind.DISK:
                return self._disks(thing)
            case Kind.PUBLIC_IP:
                return self._public_ips(thing)
            case Kind.LOAD_BALANCER:
                return [self._load_balancer(thing, name) for name in thing.names]
            case _:
                return [self._plain(thing, name) for name in thing.names]

    def _tags(self, thing: Thing) -> Tags:
        return tuple(dict([*thing.tags, *self.draft.tags_on_all]).items())

    def _plain(self, thing: Thing, name: str) -> Wanted:
        """The kinds with little to say."""
        says, tags = thing.says, self._tags(thing)
        match thing.kind:
            case Kind.NETWORK:
                return Network(name=name, cidr=self._cidr(thing, name), tags=tags)
            case Kind.SUBNET:
                return Subnet(
                    name=name,
                    network=name_of(thing.network) or says.get("network_name"),
                    cidr=self._cidr(thing, name),
                    zone=says.get("zone"),
                    public=says.get("public"),
                    tags=tags,
                )
            case Kind.SECURITY_GROUP:
                return SecurityGroup(
                    name=name,
                    network=name_of(thing.network) or says.get("network_name"),
                    rules=self.rules(says),
                    tags=tags,
                )
            case Kind.KEY_PAIR:
                return KeyPair(name=name, tags=tags)
            case Kind.NIC:
                return Nic(
                    name=name,
                    subnet=name_of(thing.subnet) or says.get("subnet_name"),
                    attach_to=name_of(thing.holder),
                    tags=tags,
                )
            case Kind.BUCKET:
                if says.get("public"):
                    raise Unclear("a public bucket cannot be made here", "public")
                return Bucket(name=name, versioning=says.get("versioning"), tags=tags)
        raise Unclear(f"a {thing.noun} cannot be made here", thing.noun)

    @staticmethod
    def _cidr(thing: Thing, name: str) -> str | None:
        """The address range said for the thing of this name: one for each, in order."""
        cidrs: list[str] = thing.says.get("cidr", [])
        if not cidrs:
            return None
        if len(cidrs) != len(thing.names):
            raise Unclear(
                f"{len(thing.names)} {thing.noun or 'network'} and {len(cidrs)} address ranges"
            )
        return checked_cidr(cidrs[thing.names.index(name)])

    def _vm(self, thing: Thing, name: str) -> Vm:
        says = thing.says
        vcpus, memory = self._needs(says)
        network = name_of(thing.network) or says.get("network_name")
        if thing.subnet is not None and network is None:
            network = name_of(thing.subnet.network)
        return Vm(
            name=name,
            size=chosen_size(says.get("size"), self.provider),
            vcpus=vcpus,
            memory_gib=memory,
            image=says.get("image"),
            disk_gib=says.get("disk_gib"),
            disk_type=says.get("os_disk_type") or says.get("disk_type"),
            network=network,
            subnet=name_of(thing.subnet) or says.get("subnet_name"),
            zone=says.get("zone"),
            public_ip=says.get("address", says.get("public")),
            spot=says.get("spot"),
            monitoring=self._monitoring(says),
            key_pair=name_of(thing.key) or says.get("key_pair"),
            security_groups=tuple(n for group in thing.groups for n in names_of(group)),
            open_ports=self.rules(says),
            tags=self._tags(thing),
        )

    @staticmethod
    def _monitoring(says: dict[str, Any]) -> bool | None:
        if says.keys() & {"diagnostics", "monitoring"}:
            return says.get("switch") is not False
        return None

    def _needs(self, says: dict[str, Any]) -> tuple[int | None, float | None]:
        """vCPUs and GiB: as said, or what "small" and its like mean."""
        vcpus, memory = says.get("vcpus"), says.get("memory_gib")
        quality = says.get("quality")
        if quality and not (vcpus or memory or says.get("size")):
            vcpus, memory = QUALITIES[quality]
            self._default(f"{quality}: {vcpus} vCPU, {memory:g} GiB of memory")
        return (None if vcpus is None else int(vcpus)), memory

    def _default(self, text: str) -> None:
        if text not in self.defaults:
            self.defaults.append(text)

    def rules(self, says: dict[str, Any], *, told: bool = True) -> tuple[Rule, ...]:
        """The ports said, from ``source`` or anywhere; ``told``: that is a default to show."""
        ports: list[Ports] = list(says.get("ports", ()))
        ports.extend(Ports("one", port, port) for _, port in says.get("services", ()))
        if told and ports and "source" not in says:
            self._default(f"open to everyone ({ANYWHERE})")
        return tuple(rule(said, says) for said in ports)

    def _disks(self, thing: Thing) -> list[Disk]:
        gib = whole_gib(thing.says["gib"]) if "gib" in thing.says else DISK_GIB
        if "gib" not in thing.says:
            self._default(f"disk size: {DISK_GIB} GB")
        holders = names_of(thing.holder) if thing.holder is not None else (None,)
        count = max(len(thing.names), thing.count or 1)
        names = list(thing.names)
        if names and len(names) != count * len(holders):
            names = [f"{n}-{h}" for h in holders for n in names]
        return [
            Disk(
                name=names[n] if names else None,
                gib=gib,
                type=thing.says.get("disk_type"),
                zone=thing.says.get("zone"),
                attach_to=holder,
                tags=self._tags(thing),
            )
            for n, holder in enumerate(h for h in holders for _ in range(count))
        ]

    def _public_ips(self, thing: Thing) -> list[PublicIp]:
        holders = names_of(thing.holder) if thing.holder is not None else ()
        if holders and not thing.names:
            return [PublicIp(attach_to=holder, tags=self._tags(thing)) for holder in holders]
        return [
            PublicIp(name=name, attach_to=holder, tags=self._tags(thing))
            for name, holder in zip(
                thing.names, [*holders, *[None] * (len(thing.names) - len(holders))], strict=False
            )
        ]

    def _load_balancer(self, thing: Thing, name: str) -> LoadBalancer:
        port, target_port, protocol = self._listener(thing)
        public = thing.says.get("public")
        if public is None:
            self._default("load balancer: public")
        network = name_of(thing.network) or says_network(thing)
        return LoadBalancer(
            name=name,
            port=port,
            target_port=target_port,
            protocol=protocol,
            public=True if public is None else public,
            targets=tuple(n for target in thing.targets for n in names_of(target)),
            network=network,
            tags=self._tags(thing),
        )

    def _listener(self, thing: Thing) -> tuple[int, int, str]:
        """Port, target port and protocol; 80 to 80 over HTTP where nothing is said."""
        says = thing.says
        ports: list[Ports] = says.get("ports", [])
        if len(ports) > 1:
            raise Unclear("a load balancer gets one listener here; more than one port was said")
        services = says.get("services", [])
        if len(services) > 1:
            raise Unclear("a load balancer gets one listener here; more than one was said")
        service, service_port = services[0] if services else (None, None)
        said = ports[0] if ports else None
        protocol = (said.protocol if said else None) or service or says.get("protocol")
        default_port = service_port or (443 if protocol == "https" else 80)
        port = said.first if said else default_port
        target = int(says.get("target_port") or (said.last if said else port))
        if said is not None and said.form == "range":
            raise Unclear("a load balancer listens on one port, not on a range")
        if protocol is None:
            protocol = "tcp" if port == 443 else "http"
            self._default(f"load balancer: {protocol.upper()} on port {port}")
        elif not said:
            self._default(f"load balancer: port {port}")
        if protocol == "udp":
            raise Unclear("a load balancer listens on HTTP, HTTPS or TCP here", "udp")
        for number in (port, target):
            checked_port(number)
        return port, target, _TCP_SERVICES.get(protocol, "tcp")


def says_network(thing: Thing) -> str | None:
    """The network named for a thing, or the one of its first target."""
    found = thing.says.get("network_name")
    for target in thing.targets:
        found = found or target.says.get("network_name") or name_of(target.network)
        if found is None and target.subnet is not None:
            found = name_of(target.subnet.network)
    return found


def names_of(thing: Thing | None) -> tuple[str, ...]:
    """The names that a thing stands for, once everything is named."""
    if thing is None:
        return ()
    if thing.stands_for:
        names = tuple(name for part in thing.stands_for for name in names_of(part))
        return names if thing.ordinal is None else (names[thing.ordinal],)
    return thing.names


def name_of(thing: Thing | None) -> str | None:
    """The first of its names, or None."""
    return next(iter(names_of(thing)), None)
