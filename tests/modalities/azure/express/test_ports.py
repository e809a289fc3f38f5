"""Ports opened and closed: one security rule each, in a group of the machine's or its subnet's."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import azure_outside as outside
from modalities.change import Selection, SetPort
from modalities.contract import Unsupported
from modalities.resource import Kind
from modalities.wanted import Rule

WEB = Selection(kind=Kind.VM, names=("web-1",))
HTTP = Rule(first_port=80, last_port=80)
SSH = Rule(first_port=22, last_port=22)


def port(cloud: Any, rule: Rule, open: bool, what: Selection = WEB) -> Any:
    return cloud.make(SetPort(what=what, rule=rule, open=open))


def ids(draft: Any) -> list[str]:
    return [step.id for step in draft.steps]


def guarded(cloud: Any, *rules: dict[str, Any], vms: tuple[str, ...] = ("web-1",)) -> None:
    group = outside.group(cloud, "wall", *rules)
    for vm in vms:
        cloud.outside(vm)
        outside.guard(cloud, f"{vm}-nic", group)


def test_a_machine_without_a_group_gets_one_and_that_is_said(cloud: Any) -> None:
    cloud.outside("web-1")
    before = cloud.holdings()
    draft = port(cloud, HTTP, True)
    assert ids(draft) == ["create-security-group-web-1NSG", "guard-web-1-by-web-1NSG"]
    assert any("turns away" in a.text for a in draft.advisories)
    (rule,) = outside.rules(cloud, "web-1NSG").values()
    assert (rule["destinationPortRange"], rule["access"]) == ("80", "Allow")
    assert cloud.draft(SetPort(what=WEB, rule=HTTP, open=True)).steps == ()
    cloud.undo()
    assert cloud.holdings() == before


def test_one_rule_at_a_free_priority_and_nothing_else(cloud: Any) -> None:
    guarded(cloud, {"destinationPortRange": "22", "priority": 1000})
    before = cloud.holdings()
    draft = port(cloud, HTTP, True)
    assert ids(draft) == ["open-allow-tcp-80-in-wall"]
    rules = outside.rules(cloud, "wall")
    assert rules["allow-tcp-80"]["priority"] == 1010
    assert set(rules) == {"rule-0", "allow-tcp-80"}
    cloud.undo()
    assert cloud.holdings() == before


def test_both_groups_of_interface_and_subnet_must_let_it_in(cloud: Any) -> None:
    guarded(cloud)
    subnet = outside.id_of(cloud, Kind.SUBNET, "net", "default")
    other = outside.group(cloud, "fence")
    document = cloud.ask("GET", subnet)
    document["properties"]["networkSecurityGroup"] = {"id": other}
    cloud.ask("PUT", subnet, document)
    assert ids(port(cloud, HTTP, True)) == [
        "open-allow-tcp-80-in-wall",
        "open-allow-tcp-80-in-fence",
    ]
    assert set(outside.rules(cloud, "fence")) == {"allow-tcp-80"}
    closed = port(cloud, HTTP, False)
    assert len(closed.steps) == 1, "one that turns it away is enough"


def test_others_that_the_group_guards_are_named(cloud: Any) -> None:
    guarded(cloud, vms=("web-1", "web-2"))
    draft = port(cloud, HTTP, True)
    assert any("guards web-2 too" in a.text for a in draft.advisories)


def test_closed_is_the_rule_taken_out_and_put_back_as_it_was(cloud: Any) -> None:
    guarded(
        cloud, {"destinationPortRange": "80", "description": "shop"}, {"destinationPortRange": "22"}
    )
    before = cloud.holdings()
    draft = port(cloud, HTTP, False)
    assert set(outside.rules(cloud, "wall")) == {"rule-1"}
    assert "no longer gets to" in draft.steps[0].disrupts
    assert cloud.draft(SetPort(what=WEB, rule=HTTP, open=False)).steps == ()
    cloud.undo()
    assert _sorted(cloud.holdings()) == _sorted(before)


def _sorted(holdings: dict[str, Any]) -> dict[str, Any]:
    """Rules by name: one that is made again is the last of the list."""
    found = {}
    for id, document in holdings.items():
        told = document.get("properties", {}) if id else {}
        if "securityRules" in told:
            rules = sorted(told["securityRules"], key=lambda r: str(r["name"]))
            document = {**document, "properties": {**told, "securityRules": rules}}
        found[id] = document
    return found


def test_a_rule_of_several_ports_is_made_narrower(cloud: Any) -> None:
    guarded(cloud, {"destinationPortRanges": ["80", "443", "8000-8080"]})
    before = cloud.holdings()
    draft = port(cloud, HTTP, False)
    assert draft.steps[0].action.operation == "security_rules.begin_create_or_update"
    assert outside.rules(cloud, "wall")["rule-0"]["destinationPortRanges"] == ["443", "8000-8080"]
    cloud.undo()
    assert cloud.holdings() == before


def test_a_wider_rule_gets_one_before_it_that_turns_away(cloud: Any) -> None:
    guarded(cloud, {"destinationPortRange": "*"})
    before = cloud.holdings()
    draft = port(cloud, SSH, False)
    deny = outside.rules(cloud, "wall")["deny-tcp-22"]
    assert (deny["access"], deny["priority"], deny["destinationPortRange"]) == ("Deny", 299, "22")
    assert any("lets in more than that" in d for d in draft.defaults)
    assert cloud.draft(SetPort(what=WEB, rule=SSH, open=False)).steps == ()
    opened = port(cloud, SSH, True)
    assert ids(opened) == ["open-allow-tcp-22-in-wall"]
    assert outside.rules(cloud, "wall")["allow-tcp-22"]["priority"] < 299
    cloud.undo()
    assert cloud.holdings() == before


def test_where_no_priority_is_free_the_wider_rule_is_named(cloud: Any) -> None:
    guarded(cloud, {"destinationPortRange": "*", "priority": 100})
    with pytest.raises(Unsupported, match="rule-0"):
        cloud.draft(SetPort(what=WEB, rule=SSH, open=False))


def test_nothing_guards_and_nothing_can_be_closed(cloud: Any) -> None:
    cloud.outside("web-1")
    with pytest.raises(Unsupported, match="no security group guards"):
        cloud.draft(SetPort(what=WEB, rule=SSH, open=False))


def test_a_load_balancer_listens_on_a_port_more_and_no_longer(cloud: Any) -> None:
    guarded(cloud)
    outside.balancer(cloud, "front", "web-1-nic")
    before = cloud.holdings()
    front = Selection(kind=Kind.LOAD_BALANCER, names=("front",))
    draft = port(cloud, Rule(first_port=8080, last_port=8080), True, front)
    assert ids(draft) == ["listen-on-8080-of-front", "open-allow-tcp-8080-in-wall"]
    told = cloud.get(Kind.LOAD_BALANCER, "front")["properties"]
    assert {r["properties"]["frontendPort"] for r in told["loadBalancingRules"]} == {80, 8080}
    assert [p["name"] for p in told["probes"]] == ["health", "tcp-8080"]
    pools = cloud.get(Kind.NIC, "web-1-nic")["properties"]["ipConfigurations"][0]["properties"]
    assert len(pools["loadBalancerBackendAddressPools"]) == 1, "its member stays"
    assert cloud.draft(SetPort(what=front, rule=HTTP, open=True)).steps != ()
    cloud.undo()
    assert cloud.holdings() == before
    closed = port(cloud, HTTP, False, front)
    assert "answers no more" in closed.steps[0].disrupts
    told = cloud.get(Kind.LOAD_BALANCER, "front")["properties"]
    assert (told["loadBalancingRules"], told["probes"]) == ([], [])
    cloud.undo()
    assert cloud.holdings() == before
