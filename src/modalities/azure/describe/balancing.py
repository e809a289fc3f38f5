"""Load balancers, storage accounts and the group itself, as neutral resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modalities.azure.describe.found import (
    Raw,
    Spelling,
    known,
    links,
    properties,
    resource,
    state_of,
)
from modalities.azure.describe.network import addresses_of
from modalities.resource import Json, Kind, Resource


def load_balancers(
    spell: Spelling, items: Iterable[Raw], interfaces: Iterable[Raw], addresses: Iterable[Raw]
) -> Iterator[Resource]:
    machines = {
        spell.id(raw["id"]): spell.of(properties(raw).get("virtualMachine")) for raw in interfaces
    }
    addresses = tuple(addresses)
    numbers = addresses_of(spell, addresses)
    names = {spell.id(raw["id"]): _dns(raw) for raw in addresses}
    for raw in items:
        told = properties(raw)
        fronts = [properties(front) for front in told.get("frontendIPConfigurations") or ()]
        public = [id for front in fronts if (id := spell.of(front.get("publicIPAddress")))]
        subnets = sorted({id for front in fronts if (id := spell.of(front.get("subnet")))})
        backends = _backends(spell, raw, machines)
        inner = [front.get("privateIPAddress") for front in fronts]
        attributes = known(
            public=bool(public),
            dns_name=next((names[id] for id in public if names.get(id)), None),
            addresses=[*(numbers[id] for id in public if id in numbers), *(a for a in inner if a)],
            type=(raw.get("sku") or {}).get("name"),
            network=spell.owner(subnets[0].rpartition("/subnets/")[0]) if subnets else None,
            subnets=subnets,
            rules=[_rule(spell, rule) for rule in told.get("loadBalancingRules") or ()],
            probes=[_probe(probe) for probe in told.get("probes") or ()],
            pools=spell.all(told.get("backendAddressPools")),
            backends=backends,
            public_ips=public,
            state=state_of(raw),
        )
        needed = links("in", Kind.SUBNET, subnets) + links("uses", Kind.PUBLIC_IP, public)
        needed += links("targets", Kind.VM, (str(b["vm"]) for b in backends if b["vm"]))
        yield resource(Kind.LOAD_BALANCER, raw, spell, attributes, needed)


def _backends(
    spell: Spelling, raw: Raw, machines: dict[str | None, str | None]
) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = []
    for pool in properties(raw).get("backendAddressPools") or ():
        for one in properties(pool).get("backendIPConfigurations") or ():
            nic = spell.owner(one.get("id"))
            entry: dict[str, Json] = {"pool": spell.of(pool), "nic": nic, "vm": machines.get(nic)}
            if entry not in found:
                found.append(entry)
    return found


def _rule(spell: Spelling, raw: Raw) -> dict[str, Json]:
    told = properties(raw)
    return {
        "name": raw.get("name"),
        "protocol": str(told.get("protocol", "")).casefold(),
        "port": told.get("frontendPort"),
        "backend_port": told.get("backendPort"),
        "pool": spell.of(told.get("backendAddressPool")),
        "probe": spell.of(told.get("probe")),
    }


def _probe(raw: Raw) -> dict[str, Json]:
    told = properties(raw)
    return {
        "name": raw.get("name"),
        "protocol": str(told.get("protocol", "")).casefold(),
        "port": told.get("port"),
        "path": told.get("requestPath"),
    }


def _dns(address: Raw) -> str | None:
    name = (properties(address).get("dnsSettings") or {}).get("fqdn")
    return str(name) if name else None


def buckets(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    for raw in items:
        attributes = known(
            type=raw.get("kind"),
            redundancy=(raw.get("sku") or {}).get("name"),
            created_at=properties(raw).get("creationTime"),
            state=state_of(raw),
        )
        yield resource(Kind.BUCKET, raw, spell, attributes)


def groups(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    for raw in items:
        yield resource(Kind.RESOURCE_GROUP, raw, spell, known(state=state_of(raw)))
