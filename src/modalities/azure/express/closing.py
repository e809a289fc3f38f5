"""Ports closed: the rule that lets the traffic in is taken out or made narrower by it; where a
wider one lets it in, a rule that turns it away is put before that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.action import SdkCall
from modalities.azure.express import bodies, calls, groups
from modalities.azure.express.board import Board
from modalities.contract import Unsupported
from modalities.resource import Json, Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Rule

LEAST_PRIORITY = 100
SETTLED_WITHIN = 60.0

Entry = Mapping[str, Any]
"""One of a group's rules as docs/attributes.md has it."""


def close(
    board: Board, guards: Sequence[Resource], subject: Resource, rule: Rule, chosen: set[str]
) -> None:
    """No longer let the traffic in. It must get past every group, so that one that turns it
    away is enough; no step where one does. Raises Unsupported where nothing guards, CloudError.
    """
    if not guards:
        raise Unsupported(
            f"no security group guards {subject.name}: nothing there can be closed. Attach one, "
            "which turns away all that it does not let in"
        )
    if not all(groups.lets_in(group, rule) for group in guards):
        board.note(f"{subject.name} does not let {groups.said(rule)} in: nothing to close")
        return
    group = min(guards, key=lambda g: (_wide(g, rule), len(others(board, g, chosen))))
    warn_shared(board, group, chosen, "closed")
    board.advise(
        "info",
        f"what is in the same network still reaches {subject.name}, as every security group of "
        "Azure has it (AllowVnetInBound), unless a rule says otherwise",
    )
    for entry in _exact(group, rule):
        _take_out(board, group, entry, rule)
    group = board.get(group.kind, group.id) or group
    if groups.lets_in(group, rule):
        _turn_away(board, group, rule)


def _exact(group: Resource, rule: Rule) -> list[Entry]:
    """The entries that let in just this traffic."""
    wish = groups.neutral(rule)
    rules = groups.rules_of(group)
    return [r for r in rules if all(r.get(name) == value for name, value in wish.items())]


def _wide(group: Resource, rule: Rule) -> bool:
    """Whether something else lets the traffic in as well."""
    exact = _exact(group, rule)
    rest: list[Json] = [r for r in groups.rules_of(group) if r not in exact]
    left = replace(group, attributes={**group.attributes, "rules": rest})
    return not exact or groups.lets_in(left, rule)


# the rule itself


def _take_out(board: Board, group: Resource, entry: Entry, rule: Rule) -> None:
    name = str(entry.get("name"))
    id = f"{group.id}/securityRules/{name}"
    was = _properties(board, group, name, rule, entry)
    same = [r for r in groups.rules_of(group) if r.get("name") == name]
    now = None if len(same) == 1 else _without(was, same, entry)
    lost = {"name": name} if now is None else dict(entry)
    action = calls.delete(id) if now is None else calls.put(id, {"properties": now})
    _add(board, group, action, calls.put(id, {"properties": was}), rule, lost=lost)
    gone = same if now is None else [entry]
    _revise(board, group, [r for r in groups.rules_of(group) if r not in gone])


def _properties(
    board: Board, group: Resource, name: str, rule: Rule, entry: Entry
) -> dict[str, Any]:
    """What Azure has of the rule, to be put back as it was."""
    body = bodies.as_sent(Kind.SECURITY_GROUP, board.document(group))
    for one in bodies.items(body, "properties.securityRules"):
        if one.get("name") == name:
            return dict(one["properties"])
    return groups.properties(rule, int(str(entry["priority"])))  # a step of this draft makes it


def _without(was: Mapping[str, Any], same: Sequence[Entry], entry: Entry) -> dict[str, Any]:
    """The rule without one of its ranges of ports, or one of its sources. Raises Unsupported
    where it has several of both: what is left would be no rule."""
    ports = {(r.get("first_port"), r.get("last_port")) for r in same}
    sources = {r.get("source") for r in same}
    if len(sources) == 1:
        names, gone = ("destinationPortRange", "destinationPortRanges"), _span(entry)
    elif len(ports) == 1:
        names, gone = ("sourceAddressPrefix", "sourceAddressPrefixes"), str(entry.get("source"))
    else:
        raise Unsupported(
            f"rule {entry.get('name')} is for several ports and several sources: close it as a "
            "whole, and open what is to stay open"
        )
    one, many = names
    listed = [*(was.get(many) or ()), *([was[one]] if was.get(one) else [])]
    left = [text for text in listed if str(text) != gone]
    rest = {k: v for k, v in was.items() if k not in names}
    return {**rest, one: left[0]} if len(left) == 1 else {**rest, many: left}


def _span(entry: Entry) -> str:
    first, last = entry.get("first_port"), entry.get("last_port")
    return str(first) if first == last else f"{first}-{last}"


# a rule before a wider one


def _turn_away(board: Board, group: Resource, rule: Rule) -> None:
    rules = groups.rules_of(group)
    inward = [r for r in rules if r.get("direction") == "in"]
    taken = {int(str(r["priority"])) for r in inward}
    wish = groups.neutral(rule)
    letting = [r for r in inward if r.get("access") == "allow" and _touches(r, wish)]
    first = min((int(str(r["priority"])) for r in letting), default=LEAST_PRIORITY)
    free = next((n for n in range(first - 1, LEAST_PRIORITY - 1, -1) if n not in taken), None)
    if free is None:
        wider = ", ".join(str(r.get("name")) for r in letting)
        raise Unsupported(
            f"security group {group.name} lets {groups.said(rule)} in by {wider}, and no priority "
            "before that is free: close that one, and open what is to stay open"
        )
    name = groups.name_of(rule, [f"allow{str(r.get('name'))[4:]}" for r in rules])
    name = f"deny{name[5:]}"
    told: dict[str, Json] = {"name": name, **wish, "access": "deny", "priority": free}
    id = f"{group.id}/securityRules/{name}"
    properties = {**groups.properties(rule, free), "access": "Deny"}
    wider = ", ".join(dict.fromkeys(str(r.get("name")) for r in letting))
    board.note(f"rule {wider} of {group.name} lets in more than that: {name} stands before it")
    put = calls.put(id, {"properties": properties})
    _add(board, group, put, calls.delete(id), rule, made=told)
    _revise(board, group, [*rules, told])


def _touches(rule: Entry, wish: Entry) -> bool:
    return (
        rule.get("protocol") in ("all", wish["protocol"])
        and int(str(rule.get("first_port"))) <= int(str(wish["last_port"]))
        and int(str(wish["first_port"])) <= int(str(rule.get("last_port")))
    )


# steps and words


def _add(
    board: Board,
    group: Resource,
    action: SdkCall,
    back: SdkCall,
    rule: Rule,
    *,
    lost: Mapping[str, Json] | None = None,
    made: Mapping[str, Json] | None = None,
) -> None:
    """``lost`` or ``made`` is the entry that is not there, or there, when it is done."""
    entry: dict[str, Json] = dict(lost if made is None else made)  # type: ignore[arg-type]
    there: Any = "lacks" if made is None else "contains"
    else_: Any = "contains" if made is None else "lacks"
    restored = entry if made is None else {"name": entry["name"]}
    board.add(
        Step(
            id=board.name_step("close", str(rule.first_port), "of", group.name),
            effect=Effect.UPDATE,
            action=action,
            why=f"no longer let {groups.said(rule)} past security group {group.name}",
            changes=board.refs(group),
            expects=(Expect(Kind.SECURITY_GROUP, group.id, there, "rules", entry),),
            undo=(
                Reversal(
                    back,
                    Effect.UPDATE,
                    f"put the rules of {group.name} back",
                    (
                        Expect(
                            Kind.SECURITY_GROUP, group.id, else_, "rules", restored, SETTLED_WITHIN
                        ),
                    ),
                ),
            ),
            before={"rules": [str(entry["name"])] if made is None else []},
            after={"rules": [] if made is None else [f"{entry['name']}: turns it away"]},
            disrupts=f"{groups.said(rule)} no longer gets to what {group.name} guards",
        )
    )


def _revise(board: Board, group: Resource, rules: Sequence[Entry]) -> None:
    board.revise(group, rules=[dict(r) for r in rules])


def warn_shared(board: Board, group: Resource, chosen: set[str], what: str) -> None:
    found = others(board, group, chosen)
    if found:
        names = ", ".join(sorted(r.name for r in found))
        board.advise(
            "warning", f"security group {group.name} guards {names} too: {what} there as well"
        )


def others(board: Board, group: Resource, chosen: set[str]) -> list[Resource]:
    """Machines that the group guards as well."""
    if group.id in chosen:
        return []
    guarded = (vm for vm in board.world.of(Kind.VM) if group in groups.groups_of(board, vm))
    return [vm for vm in guarded if vm.id not in chosen]
