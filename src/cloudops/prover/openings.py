"""What security groups let in, from their rules in the words of docs/attributes.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, TypeAlias

from policies.azure_rules import GroupRule, admitted
from policies.open_admin_ports import ANYWHERE, EVERY_PROTOCOL, NO_PORTS, WORLD_V4, WORLD_V6

Rules: TypeAlias = Sequence[Mapping[str, Any]]

EVERY_PORT = (0, 65535)
LAST = 4096
"""The last priority that a rule of Azure may have."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Traffic from ``source`` to ports ``first`` to ``last``; ``world`` is 4 or 6 where the source
    is the internet, or a good part of it, of that version of IP, else 0."""

    source: str
    first: int
    last: int
    world: int

    def admits(self, port: int) -> bool:
        return self.first <= port <= self.last

    @property
    def is_range(self) -> bool:
        return "/" in self.source or self.source.casefold() in ANYWHERE


def openings(rules: Rules) -> Iterator[Opening]:
    """Of a group on AWS, where every rule lets in."""
    for rule in _incoming(rules):
        first, last = _span(rule)
        source = str(rule.get("source"))
        yield Opening(source, first, last, world(source))


def openings_by_priority(rules: Rules, ports: Sequence[int]) -> Iterator[Opening]:
    """Of a group on Azure, where the first rule that fits decides; for these ports alone."""
    known = [_rule(rule) for rule in _incoming(rules)]
    for _, source, port in admitted(known, ports):
        yield Opening(source, port, port, world(source))


def _incoming(rules: Rules) -> Iterator[Mapping[str, Any]]:
    for rule in rules:
        inward = rule.get("direction", "in") in ("in", "ingress", "inbound")
        if inward and str(rule.get("protocol", "all")).casefold() not in NO_PORTS:
            yield rule


def _span(rule: Mapping[str, Any]) -> tuple[int, int]:
    first, last = rule.get("first_port"), rule.get("last_port")
    every = str(rule.get("protocol", "all")).casefold() in EVERY_PROTOCOL
    if every and not isinstance(first, int):
        return EVERY_PORT
    if not isinstance(first, int) or first < 0:
        return EVERY_PORT
    return first, last if isinstance(last, int) and last >= 0 else first


def _rule(rule: Mapping[str, Any]) -> GroupRule:
    priority = rule.get("priority")
    return GroupRule(
        name=str(rule.get("name", "")),
        allows=str(rule.get("access", "allow")).casefold() == "allow",
        priority=priority if isinstance(priority, int) else LAST,
        protocol=str(rule.get("protocol", "all")).casefold(),
        ports=(_span(rule),),
        sources=(str(rule.get("source")),),
    )


def world(source: str) -> int:
    """4 or 6 where the range is the world or a good part of it, as the policy has it; else 0."""
    if source.casefold() in ANYWHERE:
        return 4
    if "/" not in source:
        return 0
    try:
        network = ip_network(source, strict=False)
    except ValueError:
        return 0
    wide = WORLD_V4 if network.version == 4 else WORLD_V6
    return network.version if network.prefixlen < wide else 0
