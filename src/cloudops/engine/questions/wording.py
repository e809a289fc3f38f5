"""Resources in words, as every answer says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from modalities.resource import Kind, Resource

ORDER = {kind: place for place, kind in enumerate(Kind)}


def plural(count: int, kind: Kind | None) -> str:
    """``1 VM``, ``3 VMs``, ``2 public IPs``, ``no resources``."""
    words = kind.words if kind else "resource"
    return f"{count or 'no'} {words}" + ("" if count == 1 else "s")


def joined(texts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *most, last = texts or ("nothing",)
    return f"{', '.join(most)} and {last}" if most else last


def grouped(resources: Iterable[Resource], most: int = 5) -> str:
    """By kind, with up to ``most`` names of each: ``VM web-1, 2 disks (a, b)``."""
    ordered = sorted(resources, key=in_order)
    return joined(
        [_group(kind, [*same], most) for kind, same in groupby(ordered, lambda r: r.kind)]
    )


def _group(kind: Kind, resources: Sequence[Resource], most: int) -> str:
    if len(resources) == 1:
        return f"{kind.words} {resources[0].name}"
    names = [r.name for r in resources[:most]]
    more = len(resources) - len(names)
    if more:
        names.append(f"{more} more")
    return f"{plural(len(resources), kind)} ({', '.join(names)})"


def in_order(resource: Resource) -> tuple[int, list[tuple[int, str]], str]:
    """By kind and name, numbers by their value: web-2 before web-10."""
    return (ORDER[resource.kind], natural(resource.name), resource.id)


def natural(name: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", name)
    return [(int(p), "") if p.isdecimal() and p.isascii() else (-1, p.casefold()) for p in parts]


def capital(text: str) -> str:
    """With its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def brief(resource: Resource) -> Mapping[str, Any]:
    """What tells a resource from others, as data."""
    return {"kind": resource.kind.value, "name": resource.name, "id": resource.id}


def short(id: str) -> str:
    """An id as a table shows it: of an ARN its last part, which tells it from others."""
    return id.split(":", 5)[-1] if id.startswith("arn:") else id


def said(value: object) -> str:
    """An attribute's value for people; unknown is not empty."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {said(v)}" for k, v in value.items()) or "-"
    if isinstance(value, (list, tuple)):
        inner = "; " if any(isinstance(v, Mapping) for v in value) else ", "
        return inner.join(said(v) for v in value) or "-"
    return str(value)


def text(resource: Resource, attribute: str) -> str:
    """An attribute for a table's cell."""
    return said(resource.attributes.get(attribute))


def state_of(resource: Resource) -> str:
    """Its state in one word, empty where a kind has none. Machines behind a target group
    are healthy or not."""
    health = resource.attributes.get("health")
    if resource.kind is Kind.TARGET_GROUP and isinstance(health, Mapping):
        well = sum(state == "healthy" for state in health.values())
        return f"{well} of {len(health)} targets healthy" if health else "without targets"
    state = resource.attributes.get("state")
    return str(state) if state else ""


def detail_of(resource: Resource, names: Mapping[str, str] | None = None) -> str:
    """What a person tells resources of this kind apart by, in a few words. ``names`` are those
    of other resources, by id."""
    if resource.kind is Kind.SECURITY_GROUP:
        return _rules(resource.attributes.get("rules"), names or {})
    parts = [_part(resource, name) for name in DETAILS.get(resource.kind, ())]
    return " ".join(part for part in parts if part)


DETAILS: dict[Kind, tuple[str, ...]] = {
    Kind.NETWORK: ("cidr",),
    Kind.SUBNET: ("cidr", "zone"),
    Kind.VM: ("size", "private_ip", "public_ip"),
    Kind.DISK: ("gib", "type", "device"),
    Kind.NIC: ("private_ip", "public_ip"),
    Kind.PUBLIC_IP: ("address",),
    Kind.LOAD_BALANCER: ("type", "public"),
    Kind.LISTENER: ("protocol", "port"),
    Kind.TARGET_GROUP: ("protocol", "port"),
    Kind.KEY_PAIR: ("type",),
    Kind.BUCKET: ("region",),
    Kind.IMAGE: ("architecture",),
    Kind.SNAPSHOT: ("gib",),
}


def _part(resource: Resource, name: str) -> str:
    value = resource.attributes.get(name)
    if value is None:
        return ""
    if name == "gib":
        return f"{said(value)} GiB"
    if name == "public":
        return "public" if value else "internal"
    return said(value)


def _rules(value: object, names: Mapping[str, str]) -> str:
    """What a security group lets in: ``tcp 80 from 0.0.0.0/0 and tcp 22 from office``."""
    rules = [r for r in value if isinstance(r, Mapping)] if isinstance(value, list) else []
    open_ = [_rule(r, names) for r in rules if r.get("direction") == "in"]
    more = [f"{len(open_) - 2} more"] if len(open_) > 2 else []
    return joined([*open_[:2], *more]) if open_ else ""


def _rule(rule: Mapping[str, Any], names: Mapping[str, str]) -> str:
    source = said(rule.get("source"))
    return f"{_ports(rule)} from {names.get(source, source)}"


def _ports(rule: Mapping[str, Any]) -> str:
    first, last = rule.get("first_port"), rule.get("last_port")
    protocol = str(rule.get("protocol") or "all")
    if first is None or protocol == "all":
        return protocol
    return f"{protocol} {first}" + (f"-{last}" if last not in (None, first) else "")
