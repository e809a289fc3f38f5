"""A state that goes along into the copy of a target, with the ids that the copy has.

The copy of an account is built up from a world, which has the ids of things. What only joins them
(a rule, a route table's association) gets another id there: Terraform would find nothing by the
old one, hold it for gone, and leave it where it is to be destroyed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from modalities.aws.asking import Asker, Wire
from modalities.aws.terraform import keys
from modalities.iac.home import Home
from modalities.iac.relations import TYPES, rule_key
from modalities.iac.states import instances
from modalities.target import Target

Named: TypeAlias = Iterator[tuple[str, str]]
"""What it joins, as a key; and its id."""

ASSOCIATION = "aws_route_table_association"


def renamed(home: Home, target: Target) -> None:
    """Give what the clone's state holds the id that it has in the copy. Raises CloudError."""
    known = [(type, each.get("attributes") or {}) for _, type, each in instances(home.state())]
    types = {type for type, _ in known}
    ask, there = Wire(target), dict[str, str]()
    for of, named in NAMED.items():
        if types & set(of):
            there |= named(ask)
    others = dict(_others(known, there))
    if others:
        path = home.state_file
        either = re.compile("|".join(map(re.escape, others)))
        text = either.sub(lambda found: others[found[0]], path.read_text(encoding="utf-8"))
        state = json.loads(text)
        state["serial"] = state.get("serial", 0) + 1  # a plan that has the old ids is not for it
        path.write_text(json.dumps(state), encoding="utf-8")


def _others(known: Iterable[tuple[str, Mapping[str, Any]]], there: Mapping[str, str]) -> Named:
    """Ids of the state, with those of the copy where these are others."""
    for type, attributes in known:
        id = str(attributes.get("id") or "")
        now = next((there[key] for key in _keys(type, attributes) if key in there), id)
        if id and now != id:
            yield id, now


def _keys(type: str, attributes: Mapping[str, Any]) -> Iterable[str]:
    if type == ASSOCIATION:
        return (_joined(attributes.get("route_table_id"), attributes.get("subnet_id")),)
    if type not in TYPES.values():
        return ()
    return [_to(key, attributes.get("to_port")) for key in keys.of(type, attributes)]


def _rules(ask: Asker) -> Named:
    for rule in ask.every("ec2", "DescribeSecurityGroupRules", "SecurityGroupRules"):
        yield _to(keys.rule(*rule_key(rule)), rule.get("ToPort")), str(rule["SecurityGroupRuleId"])


def _to(key: str, last: object) -> str:
    """A rule's key with its last port, where it has ports."""
    return key if "/all/" in key else f"{key}-{last}"


def _associations(ask: Asker) -> Named:
    for table in ask.every("ec2", "DescribeRouteTables", "RouteTables"):
        for each in table.get("Associations") or ():
            key = _joined(table.get("RouteTableId"), each.get("SubnetId"))
            yield key, str(each["RouteTableAssociationId"])


def _joined(table: object, subnet: object) -> str:
    return f"{table}/{subnet}"


NAMED: Mapping[tuple[str, ...], Callable[[Asker], Named]] = {
    tuple(TYPES.values()): _rules,
    (ASSOCIATION,): _associations,
}
