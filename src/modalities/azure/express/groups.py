"""Network security groups: made, chosen for a machine, and what they let in.

A group guards interfaces and subnets; an interface has one at most. Rules are asked in the order
of their priority, the lowest number first, and the first that fits decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_network
from itertools import chain
from typing import Any

from modalities import wanted
from modalities.azure.express import calls, names
from modalities.azure.express.board import Board
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Rule, Tags

SETTLED_WITHIN = 60.0
EVERY_PORT = (0, 65535)
EVERYWHERE = "0.0.0.0/0"
PROTOCOLS = {"all": "*", "any": "*", "-1": "*", "*": "*"}
LEAST_PRIORITY, FIRST_PRIORITY, PRIORITY_STEP, LAST_PRIORITY = 100, 1000, 10, 4096
"""az counts from 1000, and leaves room between two."""


def protocol_of(rule: Rule) -> str:
    """Azure's word. Raises Unsupported."""
    word = rule.protocol.casefold()
    found = PROTOCOLS.get(word) or {"tcp": "Tcp", "udp": "Udp", "icmp": "Icmp"}.get(word)
    if found is None:
        raise Unsupported(f"rules on Azure are for tcp, udp, icmp or all, not for {rule.protocol}")
    return found


def canonical(source: str) -> str:
    """The range as it is written: ``10.1.2.3`` is 10.1.2.3/32. Raises Unsupported."""
    try:
        return str(ip_network(source, strict=False))
    except ValueError:
        raise Unsupported(
            f"{source} is no address range; name one such as 203.0.113.7/32"
        ) from None


def neutral(rule: Rule) -> dict[str, Json]:
    """The rule as docs/attributes.md writes it, but for its name and priority."""
    protocol = protocol_of(rule)
    first, last = _ports(rule)
    return {
        "direction": "in",
        "protocol": "all" if protocol == "*" else protocol.casefold(),
        "first_port": first,
        "last_port": last,
        "source": canonical(rule.source),
        "access": "allow",
    }


def _ports(rule: Rule) -> tuple[int, int]:
    """All of them where the protocol has none."""
    if protocol_of(rule) in ("*", "Icmp"):
        return EVERY_PORT
    return rule.first_port, rule.last_port


def said(rule: Rule) -> str:
    """The rule for people: ``TCP 8000-8080 from 10.0.0.0/8``."""
    if protocol_of(rule) == "*":
        return f"all traffic from {rule.source}"
    first, last = _ports(rule)
    ports = "" if (first, last) == EVERY_PORT else f" {_span(first, last)}"
    return f"{rule.protocol.upper()}{ports} from {rule.source}"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def properties(rule: Rule, priority: int) -> dict[str, Any]:
    """The properties of a security rule that lets the traffic in."""
    first, last = _ports(rule)
    source = canonical(rule.source)
    return {
        "protocol": protocol_of(rule),
        "access": "Allow",
        "direction": "Inbound",
        "priority": priority,
        "sourceAddressPrefix": "*" if source == EVERYWHERE else source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*" if (first, last) == EVERY_PORT else _span(first, last),
    }


def name_of(rule: Rule, taken: Iterable[str]) -> str:
    """``allow-tcp-8080``, with a number where a group has that already."""
    first, last = _ports(rule)
    ports = "" if (first, last) == EVERY_PORT else f"-{_span(first, last)}"
    word = "all" if protocol_of(rule) == "*" else rule.protocol.casefold()
    wish = name = f"allow-{word}{ports}"
    known, number = {text.casefold() for text in taken}, 2
    while name.casefold() in known:
        name, number = f"{wish}-{number}", number + 1
    return name


def rules_of(group: Resource) -> list[dict[str, Any]]:
    found = group.attributes.get("rules")
    return [dict(r) for r in found if isinstance(r, Mapping)] if isinstance(found, list) else []


def priority_for(rules: Sequence[Mapping[str, Any]], rule: Rule) -> int:
    """A free one, before those that would turn the traffic away. Raises Unsupported."""
    inward = [r for r in rules if r.get("direction") == "in"]
    taken = {_rank(r) for r in inward}
    against = [_rank(r) for r in inward if not _allows(r) and _meets(r, neutral(rule))]
    limit = min(against, default=LAST_PRIORITY + 1)
    usual = range(FIRST_PRIORITY, limit, PRIORITY_STEP)
    rest = range(limit - 1, LEAST_PRIORITY - 1, -1)
    free = (number for number in chain(usual, rest) if number not in taken)
    found = next(free, None)
    if found is not None:
        return found
    raise Unsupported("the security group has no priority left for another rule")


def planned(rules: Sequence[Rule]) -> list[tuple[str, Rule, dict[str, Json]]]:
    """Name, rule, and what is read back of it, for the rules of a new group."""
    found: list[tuple[str, Rule, dict[str, Json]]] = []
    for rule in dict.fromkeys(rules):
        name = name_of(rule, [name for name, _, _ in found])
        priority = FIRST_PRIORITY + PRIORITY_STEP * len(found)
        found.append((name, rule, {"name": name, **neutral(rule), "priority": priority}))
    return found


def new_group(
    board: Board, name: str, rules: Sequence[Rule], why: str, tags: Tags = ()
) -> Resource:
    """A group with its rules, in one call."""
    names.check(Kind.SECURITY_GROUP, name)
    plan = planned(rules)
    written = [
        {"name": name, "properties": properties(rule, int(str(told["priority"])))}
        for name, rule, told in plan
    ]
    id = board.id_of(Kind.SECURITY_GROUP, name)
    return board.create(
        Kind.SECURITY_GROUP,
        name,
        {"location": board.region, "properties": {"securityRules": written}},
        f"make security group {name}: {why}",
        tags=board.tags(tags),
        attributes={"rules": [told for _, _, told in plan], "region": board.region},
        shown={"lets_in": [said(rule) for _, rule, _ in plan]},
        expects=[Expect(Kind.SECURITY_GROUP, id, "contains", "rules", told) for _, _, told in plan],
    )


def ensure_group(board: Board, want: wanted.SecurityGroup) -> Resource:
    """The group wanted with at least its rules: the one of that name, or a new one."""
    there = board.existing(Kind.SECURITY_GROUP, want.name)
    if there is None:
        return new_group(board, want.name, want.rules, "as it was asked for", want.tags)
    board.note(f"security group {want.name} is there already and is used")
    open_ports(board, there, want.rules)
    return board.get(Kind.SECURITY_GROUP, there.id) or there


def open_ports(board: Board, group: Resource, rules: Iterable[Rule]) -> None:
    """A step for every rule that the group does not have in effect yet."""
    for rule in rules:
        now = board.get(Kind.SECURITY_GROUP, group.id) or group
        if lets_in(now, rule):
            board.note(f"security group {group.name} lets in {said(rule)} already")
        else:
            _open(board, now, rule)


def _open(board: Board, group: Resource, rule: Rule) -> None:
    rules = rules_of(group)
    names_so_far = [str(r.get("name")) for r in rules]
    name = name_of(rule, names_so_far)
    priority = priority_for(rules, rule)
    id = f"{group.id}/securityRules/{name}"
    told: dict[str, Json] = {"name": name, **neutral(rule), "priority": priority}
    gone = Expect(Kind.SECURITY_GROUP, group.id, "lacks", "rules", {"name": name}, SETTLED_WITHIN)
    board.add(
        Step(
            id=board.name_step("open", name, "in", group.name),
            effect=Effect.UPDATE,
            action=calls.put(id, {"properties": properties(rule, priority)}),
            why=f"let security group {group.name} let in {said(rule)}",
            changes=board.refs(group),
            expects=(Expect(Kind.SECURITY_GROUP, group.id, "contains", "rules", told),),
            undo=(
                Reversal(
                    calls.delete(id),
                    Effect.UPDATE,
                    f"take rule {name} out of security group {group.name} again",
                    (gone,),
                ),
            ),
            before={"rules": [*names_so_far]},
            after={"rules": [*names_so_far, f"{name}: {said(rule)}"]},
        )
    )
    board.revise(group, rules=[*rules, told])


def groups_of(board: Board, vm: Resource) -> tuple[Resource, ...]:
    """The groups that guard a machine: traffic must get past each."""
    ids = vm.attributes.get("security_groups")
    found = (board.get(Kind.SECURITY_GROUP, id) for id in (ids if isinstance(ids, list) else ()))
    return tuple(g for g in found if g is not None)


def lets_in(group: Resource, rule: Rule) -> bool:
    """Whether the first of the group's rules that has to do with all of the traffic lets it in,
    and none before it turns some of it away."""
    wish = neutral(rule)
    inward = [r for r in rules_of(group) if r.get("direction") == "in"]
    for has in sorted(inward, key=_rank):
        if _allows(has) and _covers(has, wish):
            return True
        if not _allows(has) and _meets(has, wish):
            return False
    return False


def _rank(rule: Mapping[str, Any]) -> int:
    return int(str(rule["priority"]))


def _allows(rule: Mapping[str, Any]) -> bool:
    return str(rule.get("access", "allow")).casefold() == "allow"


def _covers(has: Mapping[str, Any], wish: Mapping[str, Any]) -> bool:
    """All of the wanted traffic is the rule's."""
    return (
        has.get("protocol") in ("all", wish["protocol"])
        and _number(has, "first_port") <= int(wish["first_port"])
        and int(wish["last_port"]) <= _number(has, "last_port", EVERY_PORT[1])
        and _within(str(wish["source"]), str(has.get("source")))
    )


def _meets(has: Mapping[str, Any], wish: Mapping[str, Any]) -> bool:
    """Some of the wanted traffic may be the rule's."""
    return (
        (has.get("protocol") in ("all", wish["protocol"]) or wish["protocol"] == "all")
        and _number(has, "first_port") <= int(wish["last_port"])
        and int(wish["first_port"]) <= _number(has, "last_port", EVERY_PORT[1])
    )


def _number(rule: Mapping[str, Any], name: str, other: int = 0) -> int:
    value = rule.get(name)
    return value if isinstance(value, int) and value >= 0 else other


def _within(inner: str, outer: str) -> bool:
    """Of what is no range (a service tag) only the same is within."""
    if inner == outer or outer in ("*", EVERYWHERE):
        return True
    try:
        one, other = ip_network(inner), ip_network(outer)
    except ValueError:
        return False
    return one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]
