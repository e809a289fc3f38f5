"""A draft of Azure calls as the portal can bring it about: the same resources, by other steps.

A wizard of the portal gives an interface a name of its own making; a security group is made empty,
and gets its rules one by one; a machine joins the pool of a load balancer on that one's page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.action import SdkCall
from modalities.azure import ids
from modalities.azure.express import calls
from modalities.codec import decode, encode
from modalities.contract import Draft
from modalities.resource import Kind, World
from modalities.step import Effect, Expect, Reversal, Step

MACHINE = "virtual_machines.begin_create_or_update"
GUARD = "network_security_groups.begin_create_or_update"
SETTLED_WITHIN = 60.0


def portable(draft: Draft, world: World) -> Draft:
    """Notes of the draft name what is made as the portal will."""
    steps, notes = draft.steps, draft.defaults
    for vm in [step for step in steps if _operation(step) == MACHINE]:
        steps, notes = _renamed(vm, steps, notes, world)
    return replace(draft, steps=tuple(s for step in steps for s in _by_rules(step)), defaults=notes)


def _operation(step: Step) -> str:
    return step.action.operation if isinstance(step.action, SdkCall) else ""


def _body(step: Step) -> Mapping[str, Any]:
    return step.action.parameters.get("body") or {} if isinstance(step.action, SdkCall) else {}


def _renamed(
    vm: Step, steps: tuple[Step, ...], notes: tuple[str, ...], world: World
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """With the machine's new interface called as the portal's wizard calls it; as it was where
    that name is taken."""
    held = _body(vm).get("properties", {}).get("networkProfile", {}).get("networkInterfaces", [])
    name = _made(held[0].get("id"), steps) if len(held) == 1 else ""
    wish = f"{vm.changes[0].name}-nic"
    if not name or name == wish or world.named(Kind.NIC, wish) or wish in str(encode(steps)):
        return steps, notes
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])")
    told = word.sub(wish, json.dumps(encode(steps)))
    return decode(tuple[Step, ...], json.loads(told)), tuple(word.sub(wish, n) for n in notes)


def _made(nic: Any, steps: Sequence[Step]) -> str:
    """The name of an interface that the draft makes; empty where it does not."""
    made = (ref for s in steps if s.effect is Effect.CREATE for ref in s.changes if ref.name == nic)
    return ids.name_of(str(nic)) if next(made, None) is not None else ""


def _by_rules(step: Step) -> Iterator[Step]:
    """A security group, and each of its rules by a step of its own."""
    call, rules = step.action, _body(step).get("properties", {}).get("securityRules") or []
    makes = _operation(step) == GUARD and step.effect is Effect.CREATE
    if not makes or not rules or not isinstance(call, SdkCall):
        yield step
        return
    plain = {**call.parameters, "body": {**_body(step), "properties": {}}}
    of_rules = [e for e in step.expects if e.attribute == "rules"]
    rest = tuple(e for e in step.expects if e.attribute != "rules")
    id = next(r.name for r in step.changes if ids.parse(r.name) is not None)
    there = Expect(Kind.SECURITY_GROUP, id)
    yield replace(
        step,
        action=replace(call, parameters=plain),
        expects=rest or (there,),
    )
    for rule in rules:
        yield _rule(step, id, rule, of_rules)


def _rule(group: Step, id: str, rule: Mapping[str, Any], expects: Sequence[Expect]) -> Step:
    name, path = rule["name"], f"{id}/securityRules/{rule['name']}"
    lacks = Expect(Kind.SECURITY_GROUP, id, "lacks", "rules", {"name": name}, SETTLED_WITHIN)
    why = f"take rule {name} out of security group {ids.name_of(id)} again"
    own = [e for e in expects if isinstance(e.value, dict) and e.value.get("name") == name]
    return replace(
        group,
        id=f"{group.id}-rule-{name}",
        effect=Effect.UPDATE,
        action=calls.put(path, {"properties": rule["properties"]}),
        why=f"give security group {ids.name_of(id)} the rule {name}",
        needs=(group.id,),
        outputs={},
        expects=tuple(own),
        probe=None,
        undo=(Reversal(calls.delete(path), Effect.UPDATE, why, (lacks,)),),
        before={"rules": []},
        after={"rules": [name]},
    )
