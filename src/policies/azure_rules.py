"""What an Azure network security group lets in: by priority, and less what it denies.

The lowest number of priority is looked at first, and the first rule that fits decides. So a
rule that allows is no opening where rules before it deny all of it, and taking one of those
away is an opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, TypeAlias

from modalities.action import outputs_in
from policies.azure_calls import AzureCall, Verb, declared, mappings

Network: TypeAlias = IPv4Network | IPv6Network

EVERY = frozenset({"*", "any", "all", "-1"})
WORLD = frozenset({"*", "any", "internet"})
"""Azure's words for every address there is."""
INSIDE = frozenset({"virtualnetwork", "azureloadbalancer"})
"""Service tags of what is no part of the internet: the network itself, and Azure's probes."""
LAST = 4096
GROUPS, RULES = "networksecuritygroups", "securityrules"
NOBODY_CAN_TELL = "an expression"


@dataclass(frozen=True, slots=True)
class GroupRule:
    """One rule of incoming traffic. ``ports`` are spans, inclusive; ``sources`` are ranges, tags
    or :data:`NOBODY_CAN_TELL`. ``partial``: it is for some addresses of the group or some ports
    of the sender alone, so a denial does not shield the others."""

    name: str
    allows: bool
    priority: int
    protocol: str
    ports: tuple[tuple[int, int], ...]
    sources: tuple[str, ...]
    partial: bool = False

    def has(self, port: int) -> bool:
        return any(first <= port <= last for first, last in self.ports)


def admitted(
    rules: Iterable[GroupRule], ports: Iterable[int]
) -> Iterator[tuple[GroupRule, str, int]]:
    """Each rule, source and port of ``ports`` through which the rules together let traffic in."""
    known = tuple(rules)
    denials = [r for r in known if not r.allows and not r.partial]
    wanted = sorted(ports)
    for rule in (r for r in known if r.allows and r.protocol not in ("icmp", "esp", "ah")):
        before = [d for d in denials if d.priority < rule.priority]
        for source in rule.sources:
            for port in wanted:
                if rule.has(port) and not any(_denies(d, rule, source, port) for d in before):
                    yield rule, source, port


def _denies(denial: GroupRule, rule: GroupRule, source: str, port: int) -> bool:
    fits = denial.protocol in EVERY or denial.protocol == rule.protocol
    return fits and denial.has(port) and any(_covers(s, source) for s in denial.sources)


def _covers(wide: str, narrow: str) -> bool:
    wide, narrow = wide.casefold(), narrow.casefold()
    if wide in WORLD or wide == narrow:
        return wide != NOBODY_CAN_TELL
    one, other = _network(wide), _network(narrow)
    return one is not None and other is not None and _within(other, one)


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner.subnet_of(outer)
    return False


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def group_rules(entries: Any) -> tuple[GroupRule, ...]:
    """The rules of incoming traffic in a list as ARM writes it, or as docs/attributes.md does."""
    found = entries if isinstance(entries, (list, tuple)) else ()
    rules = (_rule(entry) for entry in found if isinstance(entry, Mapping))
    return tuple(rule for rule in rules if rule is not None)


def one_rule(name: str, properties: Mapping[str, Any]) -> tuple[GroupRule, ...]:
    return group_rules([{"name": name, "properties": properties}])


def _rule(entry: Mapping[str, Any]) -> GroupRule | None:
    """None for a rule of outgoing traffic."""
    inner = entry.get("properties")
    said: Mapping[str, Any] = inner if isinstance(inner, Mapping) else entry
    direction = str(said.get("direction", "inbound")).casefold()
    if direction in ("out", "outbound", "egress"):
        return None
    return GroupRule(
        name=str(entry.get("name") or said.get("name") or "").casefold(),
        allows=str(said.get("access", "allow")).casefold() != "deny",
        priority=_priority(said),
        protocol=str(said.get("protocol", "*")).casefold(),
        ports=tuple(_ports(said)),
        sources=tuple(_sources(said)),
        partial=_partial(said),
    )


def _priority(said: Mapping[str, Any]) -> int:
    """An unknown one is the first of what allows, the last of what denies."""
    value = said.get("priority")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return 0 if str(said.get("access", "allow")).casefold() != "deny" else LAST + 1


def _partial(said: Mapping[str, Any]) -> bool:
    """Whether only some addresses or source ports are meant."""
    where = [*_texts(said, "destinationAddressPrefix", "destinationAddressPrefixes")]
    where += _texts(said, "sourcePortRange", "sourcePortRanges")
    asked = said.get("destinationApplicationSecurityGroups")
    return bool(asked) or any(text.casefold() not in EVERY for text in where)


def _ports(said: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    if "first_port" in said or "last_port" in said:
        first, last = said.get("first_port"), said.get("last_port")
        whole = first in (None, -1)
        yield (0, 65535) if whole else (int(str(first)), int(str(last if last else first)))
        return
    texts = list(_texts(said, "destinationPortRange", "destinationPortRanges"))
    for text in texts or ["*"]:
        yield _span(text, allows=str(said.get("access", "allow")).casefold() != "deny")


def _span(text: str, allows: bool) -> tuple[int, int]:
    """What is no port is every port where it is allowed, none where it is denied."""
    first, _, last = text.replace(" ", "").partition("-")
    if text.casefold() in EVERY:
        return 0, 65535
    if first.isdigit() and (not last or last.isdigit()):
        return int(first), int(last or first)
    return (0, 65535) if allows else (1, 0)


def _sources(said: Mapping[str, Any]) -> Iterator[str]:
    """Addresses and service tags. From application security groups nothing comes that is not in
    the network already."""
    if isinstance(said.get("source"), str):
        yield str(said["source"])
        return
    prefixes = said.get("sources")
    listed = [p.get("addressPrefix") for p in mappings(prefixes)] if prefixes else []
    texts = list(_texts(said, "sourceAddressPrefix", "sourceAddressPrefixes"))
    texts += [str(text) for text in listed if text]
    if not texts and not said.get("sourceApplicationSecurityGroups"):
        texts = ["*"]
    yield from texts


def _texts(said: Mapping[str, Any], one: str, many: str) -> Iterator[str]:
    """What stands in the singular, or in the plural of the same. A reference stays untold."""
    for value in (said.get(one), *_listed(said.get(many))):
        if isinstance(value, (str, int)) and value != "":
            yield from (part.strip() for part in str(value).split(","))
        elif value is not None and value != "":
            outputs = tuple(outputs_in(value))
            yield f"the output {outputs[0].step}" if outputs else NOBODY_CAN_TELL


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else () if value is None else (value,)


def changed(call: AzureCall, before: tuple[GroupRule, ...]) -> tuple[GroupRule, ...]:
    """The rules of the group that ``call`` is about, when it is done."""
    if call.type.endswith(f"/{GROUPS}") and call.verb is Verb.PUT:
        return group_rules(call.properties.get("securityRules"))
    if call.type.endswith(f"/{GROUPS}/{RULES}"):
        name = call.path.rpartition("/")[2]
        others = tuple(rule for rule in before if rule.name != name)
        made = one_rule(name, call.properties) if call.verb is not Verb.REMOVE else ()
        return (*others, *made)
    return before


def group_of(call: AzureCall) -> str:
    """The place of the security group that a call changes; empty where it changes none."""
    if call.verb in (Verb.READ, Verb.UNKNOWN) or GROUPS not in call.type:
        return ""
    if call.type.endswith(f"/{RULES}"):
        return call.path.rpartition(f"/{RULES}/")[0]
    return call.path if call.verb is Verb.PUT else ""


def nested(call: AzureCall) -> Iterator[tuple[GroupRule, ...]]:
    """Rules that stand anywhere in the body of a call that is about something else: in the
    resources of a template, a network's, a security admin configuration's. Each list by itself."""
    seen: list[Any] = []
    for mapping in mappings(call.body):
        rules = mapping.get("securityRules")
        if isinstance(rules, (list, tuple)):
            seen += rules
            yield group_rules(rules)
    for mapping in (*declared(call), call.body):
        inner = mapping.get("properties")
        if not isinstance(inner, Mapping) or mapping in seen:
            continue
        if "access" in inner and "direction" in inner:
            yield one_rule(str(mapping.get("name") or ""), inner)
