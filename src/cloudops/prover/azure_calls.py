"""What Azure's calls do to networks, machines and what lets whom in.

A PUT holds the whole of a resource as a document, so it is read as those that Azure answers with
(modalities.azure.describe); a part of a resource, such as one rule, is laid into what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloudops.prover.ahead import Ahead, Thing
from modalities.action import SdkCall
from modalities.azure import ids, model
from modalities.azure.describe.compute import vms
from modalities.azure.describe.found import Spelling
from modalities.azure.describe.network import networks, nics, public_ips, security_groups, subnets
from modalities.azure.ids import ArmId
from modalities.resource import Kind, Resource
from modalities.step import Effect, Step
from modalities.target import account_of

RULES = "securityrules"
HARMLESS = ("microsoft.compute", "microsoft.resources", "microsoft.storage")
"""Namespaces whose other types, and whose actions, let nobody in."""

Body = Mapping[str, Any]
Described = Callable[[Spelling, Body], Iterator[Resource]]

DESCRIBED: Mapping[Kind, Described] = {
    Kind.NETWORK: lambda spell, raw: _network(spell, raw),
    Kind.SUBNET: lambda spell, raw: _subnet(spell, raw),
    Kind.SECURITY_GROUP: lambda spell, raw: security_groups(spell, [raw]),
    Kind.NIC: lambda spell, raw: nics(spell, [raw], (), ()),
    Kind.PUBLIC_IP: lambda spell, raw: public_ips(spell, [raw], ()),
    Kind.VM: lambda spell, raw: vms(spell, [raw], (), (), ()),
}
"""The kinds by which somebody is let in, or that take an address."""


def follow(ahead: Ahead, call: Step) -> bool:
    """Whether it is known what the call does to who is let in; then it is done there."""
    action, refs = call.action, (*call.changes, *call.uses)
    if call.effect is Effect.READ:
        return True
    operation = model.operation_of(action) if isinstance(action, SdkCall) else None
    if not isinstance(action, SdkCall) or operation is None or not refs:
        return False
    spell = Spelling(refs[0].scope)
    parameters = {k: str(v) for k, v in action.parameters.items() if k != "body"}
    path = model.path_of(operation, parameters, account_of(spell.scope))
    parsed = ids.parse(ids.canonical(path, spell.scope))
    if parsed is None:
        return operation.method == "POST"  # of the tags of anything
    body = action.parameters.get("body")
    return _done(ahead, call, operation.method, parsed, body if isinstance(body, Mapping) else {})


def _done(ahead: Ahead, call: Step, method: str, at: ArmId, body: Body) -> bool:
    id, kind = ids.canonical(str(at), _scope(call)), ids.kind_of(str(at))
    rule = at.types[-1].casefold() == RULES if at.types else False
    match method:
        case "DELETE" if rule:
            return _rule(ahead, call, at, None)
        case "DELETE" if kind is Kind.RESOURCE_GROUP:
            ahead.things.clear()
            return True
        case "DELETE" if kind is not None:
            _drop(ahead, kind, id)
            return True
        case "PUT" if rule:
            return _rule(ahead, call, at, body)
        case "PUT" if kind is not None and kind in DESCRIBED:
            _put(ahead, call, kind, {**body, "id": id, "name": at.names[-1]})
            return True
        case "PATCH" if kind is Kind.VM and "networkProfile" in (body.get("properties") or {}):
            return False
    # of Microsoft.Network a PATCH writes tags alone; all else may let somebody in
    return method == "PATCH" or at.namespace.casefold() in HARMLESS


def _scope(call: Step) -> str:
    return (*call.changes, *call.uses)[0].scope


def _put(ahead: Ahead, call: Step, kind: Kind, raw: Body) -> None:
    """The resource as it will be, and of a network its subnets, which are a part of it."""
    for resource in DESCRIBED[kind](Spelling(_scope(call)), raw):
        known = ahead.get(resource.kind, resource.id)
        if known is None:
            name = ids.name_of(resource.id)
            known = ahead.make(resource.kind, resource.id, name, call.id, {})
        known.revise(**resource.attributes)
        if resource.kind is Kind.VM:
            _place(ahead, known)


def _place(ahead: Ahead, vm: Thing) -> None:
    """Where the machine is, by its first interface."""
    for nic in filter(None, (ahead.get(Kind.NIC, id) for id in vm.texts("nics"))):
        vm.revise(subnet=nic.text("subnet"), network=nic.text("network"))
        return


def _network(spell: Spelling, raw: Body) -> Iterator[Resource]:
    yield from networks(spell, [raw])
    properties = raw.get("properties") or {}
    inner = [
        {**one, "id": f"{raw['id']}/subnets/{one['name']}"}
        for one in properties.get("subnets") or ()
    ]
    yield from subnets(spell, [{**raw, "properties": {**properties, "subnets": inner}}])


def _subnet(spell: Spelling, raw: Body) -> Iterator[Resource]:
    network = str(raw["id"]).rpartition("/subnets/")[0]
    yield from subnets(spell, [{"id": network, "name": "", "properties": {"subnets": [raw]}}])


def _rule(ahead: Ahead, call: Step, at: ArmId, body: Body | None) -> bool:
    """One rule of a group there is, put or taken away."""
    id = ids.canonical(str(at.parent), _scope(call))
    group, name = ahead.get(Kind.SECURITY_GROUP, id), at.names[-1]
    if group is None:
        return False
    others = [r for r in group.entries("rules") if str(r.get("name")).casefold() != name.casefold()]
    new: list[Any] = []
    if body is not None:
        raw = {"id": id, "properties": {"securityRules": [{**body, "name": name}]}}
        (alone,) = security_groups(Spelling(_scope(call)), [raw])
        told = alone.attributes["rules"]
        new = told if isinstance(told, list) else []
    group.revise(rules=(*others, *new))
    return True


def _drop(ahead: Ahead, kind: Kind, id: str) -> None:
    ahead.drop(kind, id)
    if kind is Kind.NETWORK:
        for subnet in [s for s in ahead.of(Kind.SUBNET) if s.text("network") == id]:
            ahead.drop(Kind.SUBNET, subnet.id)
