"""No port that administers machines or holds data is opened to the whole world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, TypeAlias

from modalities.action import Output, SdkCall
from modalities.resource import Kind
from modalities.step import Effect, Step
from policies import azure_rules
from policies.azure_calls import AzureCall, azure_call, elsewhere, place_of
from policies.azure_rules import GroupRule, admitted, group_rules
from policies.finding import Finding, Severity
from policies.subject import Subject

ID = "open-admin-ports"

WORLD_V4, WORLD_V6 = 8, 16
"""A public range with a shorter prefix than this is the world for our purpose: half the world,
given twice, is the world too."""

ANYWHERE = frozenset({"*", "any", "internet"})
"""Azure's words for every address."""

NO_PORTS = frozenset({"icmp", "icmpv6", "1", "58"})
EVERY_PROTOCOL = frozenset({"-1", "all", "*", "any"})


@dataclass(frozen=True, slots=True)
class Opening:
    """Traffic let in from ``source``; ports inclusive."""

    protocol: str
    first: int
    last: int
    source: str

    def admits(self, ports: tuple[int, ...]) -> tuple[int, ...]:
        """Those of ``ports`` that it lets through."""
        if self.protocol in NO_PORTS:
            return ()
        return tuple(p for p in sorted(ports) if self.first <= p <= self.last)


def evaluate(subject: Subject) -> Iterator[Finding]:
    """DENY per step and source. What the action says counts, whatever the step claims. WARN
    where somebody's own code is tried out in the sandbox."""
    groups = _groups(subject)
    for step in subject.plan.steps:
        call = azure_call(step)
        let_in = _of_azure(call, step, groups, subject) if call else _of_step(step, subject)
        for source, ports in let_in:
            trouble = _trouble(source)
            if trouble:
                yield subject.weighed(_finding(step, source, ports, trouble))
        if call and call.deploys and (link := elsewhere(call)):
            yield subject.weighed(_unseen(step, link))


def _finding(step: Step, source: str, ports: tuple[int, ...], trouble: str) -> Finding:
    listed = ", ".join(map(str, ports[:6])) + (", ..." if len(ports) > 6 else "")
    return Finding(
        policy=ID,
        severity=Severity.DENY,
        reason=f"port {listed} is opened to {source}: {trouble}",
        step=step.id,
        remedy="name the addresses that need it, such as 203.0.113.7/32",
    )


def _unseen(step: Step, link: str) -> Finding:
    return Finding(
        policy=ID,
        severity=Severity.DENY,
        reason=f"what the template at {link} lets in does not stand in the plan",
        step=step.id,
        remedy="give the template itself, not a link to it",
    )


def _of_step(step: Step, subject: Subject) -> Iterator[tuple[str, tuple[int, ...]]]:
    for opening in dict.fromkeys(openings(step)):
        ports = opening.admits(subject.settings.admin_ports)
        if ports:
            yield opening.source, ports


Groups: TypeAlias = dict[str, tuple[GroupRule, ...]]


def _groups(subject: Subject) -> Groups:
    """The rules of Azure's security groups, as they stand before the plan."""
    return {
        place_of(group.id): group_rules(group.attributes.get("rules"))
        for group in subject.world.of(Kind.SECURITY_GROUP)
        if "/resourcegroups/" in group.id.casefold()
    }


def _of_azure(
    call: AzureCall, step: Step, groups: Groups, subject: Subject
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What is let in after the call that was not before it; ``groups`` follow the plan."""
    ports = subject.settings.admin_ports
    place = azure_rules.group_of(call)
    if place:
        before = groups.get(place, ())
        after = groups[place] = azure_rules.changed(call, before)
        yield from _newly(before, after, ports)
        return
    for rules in azure_rules.nested(call):
        yield from _newly((), rules, ports)
    if step.effect is not Effect.DELETE:
        said, known = (group_rules(_rules(x)) for x in (step.after, step.before))
        yield from _newly(known, said, ports)


def _newly(
    before: tuple[GroupRule, ...], after: tuple[GroupRule, ...], ports: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    open_before = {(source, port) for _, source, port in admitted(before, ports)}
    found: dict[str, list[int]] = {}
    for _, source, port in admitted(after, ports):
        if (source, port) not in open_before and port not in found.setdefault(source, []):
            found[source].append(port)
    yield from ((source, tuple(each)) for source, each in found.items() if each)


def openings(step: Step) -> Iterator[Opening]:
    """Every rule of incoming traffic that a step adds."""
    if isinstance(step.action, SdkCall) and _lets_in(step.action.operation):
        for permission in _permissions(step.action.parameters):
            yield from _of_permission(permission)
    if step.effect is not Effect.DELETE:
        known = _rules(step.before)
        for rule in _rules(step.after):
            if rule not in known:
                yield from _of_rule(rule)


def _rules(attributes: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    rules = attributes.get("rules")
    found = rules if isinstance(rules, (list, tuple)) else ()
    return tuple(rule for rule in found if isinstance(rule, Mapping))


def _lets_in(operation: str) -> bool:
    return not operation.startswith(("Revoke", "Describe")) and "Egress" not in operation


def _permissions(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping inside the parameters that speaks of a protocol, as EC2 writes it."""
    if isinstance(value, Mapping):
        if "IpProtocol" in value:
            yield value
        for item in value.values():
            yield from _permissions(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _permissions(item)


def _of_permission(permission: Mapping[str, Any]) -> Iterator[Opening]:
    """EC2: ``IpPermissions`` entries, the flat form, and ``SecurityGroupRule``."""
    protocol = str(permission["IpProtocol"]).casefold()
    first, last = _span(protocol, permission.get("FromPort"), permission.get("ToPort"))
    for source in _sources(permission):
        yield Opening(protocol, first, last, source)


def _sources(permission: Mapping[str, Any]) -> Iterator[str]:
    for key in ("CidrIp", "CidrIpv4", "CidrIpv6"):
        if permission.get(key) is not None:
            yield _text(permission[key])
    for ranges, key in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
        for entry in permission.get(ranges) or ():
            yield _text(entry[key])


def _of_rule(rule: Mapping[str, Any]) -> Iterator[Opening]:
    """The neutral form of docs/attributes.md."""
    if rule.get("direction", "in") not in ("in", "ingress", "inbound"):
        return
    if str(rule.get("access", "allow")).casefold() == "deny":
        return
    protocol = str(rule.get("protocol", "all")).casefold()
    first, last = _span(protocol, rule.get("first_port"), rule.get("last_port"))
    source = rule.get("source")
    if isinstance(source, str) and not source.startswith("sg-"):
        yield Opening(protocol, first, last, source)


def _span(protocol: str, first: Any, last: Any) -> tuple[int, int]:
    """Ports inclusive; all of them where none is said or the protocol is every one."""
    if protocol in EVERY_PROTOCOL or first in (None, -1):
        return 0, 65535
    return int(first), int(last if last not in (None, -1) else first)


def _text(value: Any) -> str:
    """A range as text. One that only another step's answer tells is shown as what it is."""
    output = Output.parse(value)
    return f"the output {output.step}.{output.name}" if output else str(value)


def _trouble(source: str) -> str:
    """Why a source is not acceptable; empty where it is."""
    if source.casefold() in ANYWHERE:
        return "that is every address there is"
    if source.startswith("the output ") or source.casefold() in azure_rules.INSIDE:
        return ""
    try:
        network = ip_network(source, strict=False)
    except ValueError:
        return "that is no address range, so nobody can tell who may enter"
    if network.prefixlen < (WORLD_V4 if network.version == 4 else WORLD_V6):
        return "that is the world, or a good part of it"
    return ""
