"""Virtual networks and what lies in them, as neutral resources (docs/attributes.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modalities.azure.describe.found import (
    Raw,
    Spelling,
    known,
    links,
    properties,
    resource,
    state_of,
    zone_of,
)
from modalities.resource import Json, Kind, Resource

EVERY_PORT = (0, 65535)

PROTOCOLS = {"*": "all"}
"""Protocols that go by another word here."""


def networks(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    for raw in items:
        space = properties(raw).get("addressSpace") or {}
        cidrs = [*(space.get("addressPrefixes") or ())]
        attributes = known(cidr=cidrs[0] if cidrs else None, cidrs=cidrs, state=state_of(raw))
        yield resource(Kind.NETWORK, raw, spell, attributes)


def subnets(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    """``name`` is the subnet's own where no other network of the group has one of that name."""
    inner = [(raw, part) for raw in items for part in properties(raw).get("subnets") or ()]
    names = [part["name"].casefold() for _, part in inner]
    for raw, part in inner:
        network = spell.id(raw["id"])
        told = properties(part)
        guard = spell.of(told.get("networkSecurityGroup"))
        prefixes = told.get("addressPrefixes") or [None]
        attributes = known(
            cidr=told.get("addressPrefix") or prefixes[0],
            network=network,
            state=state_of(part),
            region=raw.get("location"),
        )
        attributes["security_groups"] = [guard] if guard else []
        attributes["route_table"] = spell.of(told.get("routeTable"))
        attributes["nat_gateway"] = spell.of(told.get("natGateway"))
        needed = links("in", Kind.NETWORK, [network])
        needed += links("guarded_by", Kind.SECURITY_GROUP, [guard])
        alone = names.count(part["name"].casefold()) == 1
        name = part["name"] if alone else f"{raw['name']}/{part['name']}"
        yield resource(Kind.SUBNET, part, spell, attributes, needed, name)


def security_groups(spell: Spelling, items: Iterable[Raw]) -> Iterator[Resource]:
    for raw in items:
        told = properties(raw)
        rules = [rule for one in told.get("securityRules") or () for rule in _rules(one)]
        attributes = known(
            rules=rules,
            subnets=sorted(spell.all(told.get("subnets"))),
            nics=sorted(spell.all(told.get("networkInterfaces"))),
            state=state_of(raw),
        )
        yield resource(Kind.SECURITY_GROUP, raw, spell, attributes)


def _rules(raw: Raw) -> Iterator[Json]:
    """One of ours for each range of ports and each source that the rule names."""
    told = properties(raw)
    protocol = str(told.get("protocol", "*")).casefold()
    here, there = ("source", "destination")
    direction = "in" if str(told.get("direction")).casefold() == "inbound" else "out"
    far = here if direction == "in" else there
    for ports in _several(told, f"{there}PortRange"):
        first, last = _ports(ports)
        for source in _several(told, f"{far}AddressPrefix") or [_groups(told, far)]:
            yield {
                "name": raw.get("name"),
                "direction": direction,
                "protocol": PROTOCOLS.get(protocol, protocol),
                "first_port": first,
                "last_port": last,
                "source": "0.0.0.0/0" if source in ("*", "Internet") else source,
                "priority": told.get("priority"),
                "access": str(told.get("access", "")).casefold(),
            }


def _several(told: Raw, name: str) -> list[str]:
    """``destinationPortRange`` and ``destinationPortRanges``: one of the two is filled."""
    plural = f"{name}es" if name.endswith("x") else f"{name}s"
    return [*(told.get(plural) or ()), *([told[name]] if told.get(name) else [])]


def _groups(told: Raw, side: str) -> str:
    return ",".join(
        str(group.get("id"))
        for group in told.get(f"{side}ApplicationSecurityGroups") or ()
        if isinstance(group, Mapping)
    )


def _ports(text: Any) -> tuple[int, int]:
    first, _, last = str(text).partition("-")
    if not first.isdigit():
        return EVERY_PORT
    return int(first), int(last) if last.isdigit() else int(first)


def nics(
    spell: Spelling, items: Iterable[Raw], addresses: Iterable[Raw], machines: Iterable[Raw]
) -> Iterator[Resource]:
    numbers = addresses_of(spell, addresses)
    kept = _delete_with_vm(spell, machines)
    for raw in items:
        told = properties(raw)
        first = primary(raw)
        subnet = spell.of(first.get("subnet"))
        guard = spell.of(told.get("networkSecurityGroup"))
        public = [spell.of(c.get("publicIPAddress")) for c in configurations(raw)]
        held = [id for id in public if id]
        pools = [
            pool
            for c in configurations(raw)
            for pool in spell.all(c.get("loadBalancerBackendAddressPools"))
        ]
        attributes = known(
            subnet=subnet,
            network=spell.owner(subnet.rpartition("/subnets/")[0]) if subnet else None,
            private_ip=first.get("privateIPAddress"),
            public_ips=held,
            primary=told.get("primary"),
            security_groups=[guard] if guard else [],
            pools=pools,
            state=state_of(raw),
        )
        id = spell.id(raw["id"])
        attributes["public_ip"] = next((numbers[i] for i in held if numbers.get(i)), None)
        attributes["attached_to"] = spell.of(told.get("virtualMachine"))
        attributes["delete_with_vm"] = kept.get(id or "", False)
        needed = links("in", Kind.SUBNET, [subnet])
        needed += links("guarded_by", Kind.SECURITY_GROUP, [guard])
        needed += links("uses", Kind.PUBLIC_IP, held)
        yield resource(Kind.NIC, raw, spell, attributes, needed)


def public_ips(
    spell: Spelling, items: Iterable[Raw], interfaces: Iterable[Raw]
) -> Iterator[Resource]:
    machines = {
        spell.id(raw["id"]): spell.of(properties(raw).get("virtualMachine")) for raw in interfaces
    }
    going = _going_addresses(spell, interfaces)
    for raw in items:
        told = properties(raw)
        holder = (told.get("ipConfiguration") or {}).get("id")
        owner = spell.owner(holder)
        nic = owner if owner and "/networkInterfaces/" in owner else None
        balancer = owner if owner and "/loadBalancers/" in owner else None
        attributes = known(
            type=(raw.get("sku") or {}).get("name"),
            allocation=str(told.get("publicIPAllocationMethod") or "").casefold() or None,
            dns_name=(told.get("dnsSettings") or {}).get("fqdn"),
            association=spell.id(holder),
            zone=zone_of(raw),
            state=state_of(raw),
        )
        attributes["address"] = told.get("ipAddress")
        attributes["nic"] = nic
        attributes["load_balancer"] = balancer
        attributes["attached_to"] = machines.get(nic) if nic else None
        attributes["delete_with_vm"] = spell.id(raw["id"]) in going
        yield resource(Kind.PUBLIC_IP, raw, spell, attributes)


def _going_addresses(spell: Spelling, interfaces: Iterable[Raw]) -> set[str | None]:
    """Ids of addresses that are told to go with the machine: their interfaces say so."""
    held = (c.get("publicIPAddress") or {} for raw in interfaces for c in configurations(raw))
    return {spell.of(one) for one in held if properties(one).get("deleteOption") == "Delete"}


def configurations(nic: Raw) -> list[Raw]:
    """Properties of an interface's IP configurations, the primary first."""
    found = [properties(c) for c in properties(nic).get("ipConfigurations") or ()]
    return sorted(found, key=lambda c: c.get("primary") is not True)


def primary(nic: Raw) -> Raw:
    return next(iter(configurations(nic)), {})


def addresses_of(spell: Spelling, addresses: Iterable[Raw]) -> dict[str, str]:
    """The number of each public address that has one, by id."""
    found = ((spell.id(raw["id"]), properties(raw).get("ipAddress")) for raw in addresses)
    return {id: str(number) for id, number in found if id and number}


def _delete_with_vm(spell: Spelling, machines: Iterable[Raw]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for raw in machines:
        for one in (properties(raw).get("networkProfile") or {}).get("networkInterfaces") or ():
            id = spell.of(one)
            if id:
                found[id] = properties(one).get("deleteOption") == "Delete"
    return found
