"""What Azure's own calls do to networks and to who is let in is followed from their bodies."""

from __future__ import annotations

from typing import Any

import pytest

from cloudops.prover.ahead import Ahead
from cloudops.prover.contract import Shown
from cloudops.prover.exposure import exposure
from cloudops.prover.following import ahead_of
from cloudops.prover.prove import premise_of
from fakes.azure_plans import ME, arm, ref, step, world
from fakes.azure_plans import resource as there
from fakes.proofs import plan_of
from modalities.azure.express import calls
from modalities.resource import Kind, Resource
from modalities.step import Effect, Step
from policies.finding import Standing

NET, SUBNET, GROUP = (
    arm(Kind.NETWORK, "net"),
    arm(Kind.SUBNET, "net/inner"),
    arm(Kind.SECURITY_GROUP, "nsg"),
)
NIC, IP, VM = arm(Kind.NIC, "nic"), arm(Kind.PUBLIC_IP, "ip"), arm(Kind.VM, "web")


def put(kind: Kind, id: str, **properties: Any) -> Step:
    name = id.rpartition("/")[2]
    body = {"location": "westeurope", "properties": properties}
    return step(f"put-{name}", Effect.CREATE, calls.put(id, body), ref(kind, name))


def rule(access: str, priority: int, source: str = "*", ports: str = "22") -> dict[str, Any]:
    told = {
        "access": access,
        "priority": priority,
        "direction": "Inbound",
        "protocol": "Tcp",
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": ports,
    }
    return {"name": f"{access}-{priority}", "properties": told}


def group(*rules: dict[str, Any], id: str = GROUP) -> Step:
    return put(Kind.SECURITY_GROUP, id, securityRules=list(rules))


def machine(*, public: bool = True, guarded: bool = True) -> tuple[Step, ...]:
    """A network, and a machine in it with an interface of its own."""
    first = {"subnet": {"id": SUBNET}, "primary": True}
    address = {"publicIPAddress": {"id": IP}} if public else {}
    guard = {"networkSecurityGroup": {"id": GROUP}} if guarded else {}
    held = [{"id": NIC, "properties": {"primary": True}}]
    inner = [{"name": "inner", "properties": {"addressPrefix": "10.0.0.0/24"}}]
    return (
        put(Kind.NETWORK, NET, addressSpace={"addressPrefixes": ["10.0.0.0/16"]}, subnets=inner),
        put(Kind.PUBLIC_IP, IP),
        put(
            Kind.NIC,
            NIC,
            ipConfigurations=[{"name": "a", "properties": {**first, **address}}],
            **guard,
        ),
        put(Kind.VM, VM, networkProfile={"networkInterfaces": held}),
    )


def ahead(*steps: Step, before: tuple[Resource, ...] = ()) -> Ahead:
    return ahead_of(world(*before), [(one, (one,)) for one in steps])


def shown(*steps: Step, before: tuple[Resource, ...] = ()) -> Shown:
    made = plan_of(steps, world(*before), identity=ME)
    return exposure(premise_of(made, [(one,) for one in steps], world(*before)))


def test_a_way_that_the_bodies_open_is_found_and_told() -> None:
    found = shown(group(rule("Allow", 100)), *machine())
    assert found.standing is Standing.VIOLATED
    assert "security group nsg lets 0.0.0.0/0 in -> port 22 of VM web" in found.says


@pytest.mark.parametrize(
    "steps",
    [
        (group(rule("Deny", 90), rule("Allow", 100)), *machine()),
        (group(rule("Allow", 100, source="203.0.113.7/32")), *machine()),
        (group(rule("Allow", 100, ports="443")), *machine()),
        (group(rule("Allow", 100)), *machine(public=False)),
    ],
    ids=["denied before", "one address", "another port", "no public address"],
)
def test_what_lets_nobody_in_is_proved(steps: tuple[Step, ...]) -> None:
    assert shown(*steps).standing is Standing.PROVED


def test_each_group_on_the_way_must_agree() -> None:
    outer = arm(Kind.SECURITY_GROUP, "outer")
    inner = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": outer}}
    subnet = step(
        "subnet", Effect.UPDATE, calls.put(SUBNET, {"properties": inner}), ref(Kind.SUBNET, "inner")
    )
    shut = (group(id=outer), group(rule("Allow", 100)), *machine(), subnet)
    assert shown(*shut).standing is Standing.PROVED
    wide = (group(rule("Allow", 9), id=outer), *shut[1:])
    assert shown(*wide).standing is Standing.VIOLATED


def test_one_rule_is_laid_into_the_group_that_is_there() -> None:
    old = {"name": "old", "direction": "in", "protocol": "tcp", "first_port": 80, "last_port": 80}
    nsg = there(
        Kind.SECURITY_GROUP, "nsg", rules=[{**old, "source": "10.0.0.0/8", "priority": 200}]
    )
    more = rule("Allow", 100)
    action = calls.put(f"{GROUP}/securityRules/more", {"properties": more["properties"]})
    opened = step("open", Effect.CREATE, action, ref(Kind.SECURITY_GROUP, "nsg"))
    closed = step(
        "close",
        Effect.DELETE,
        calls.delete(f"{GROUP}/securityRules/MORE"),
        ref(Kind.SECURITY_GROUP, "nsg"),
    )
    after = ahead(opened, before=(nsg,)).get(Kind.SECURITY_GROUP, GROUP)
    assert after is not None
    assert [one["name"] for one in after.entries("rules")] == ["old", "more"]
    assert shown(opened, *machine(), before=(nsg,)).standing is Standing.VIOLATED
    assert shown(opened, closed, *machine(), before=(nsg,)).standing is Standing.PROVED


def test_what_goes_is_gone_with_its_parts() -> None:
    gone = step("gone", Effect.DELETE, calls.delete(NET), ref(Kind.NETWORK, "net"))
    left = ahead(*machine(), gone)
    assert not list(left.of(Kind.NETWORK, Kind.SUBNET))
    assert [vm.name for vm in left.of(Kind.VM)] == ["web"]


@pytest.mark.parametrize(
    "path", ["Microsoft.Network/routeTables/r", "Microsoft.Network/natGateways/n"]
)
def test_what_is_not_followed_is_said(path: str) -> None:
    id = f"{NET.partition('/providers/')[0]}/providers/{path}"
    other = step("other", Effect.CREATE, calls.put(id, {}), ref(Kind.ROUTE_TABLE, "r"))
    found = shown(other)
    assert found.standing is Standing.NEITHER
    assert "other" in found.says


def test_a_group_that_is_taken_off_guards_no_longer() -> None:
    before = (
        there(Kind.SECURITY_GROUP, "nsg", rules=[]),
        there(Kind.SUBNET, "net/inner", security_groups=[]),
        there(Kind.NIC, "nic", security_groups=[GROUP], subnet=SUBNET, public_ips=[IP]),
        there(Kind.VM, "web", security_groups=[GROUP], nics=[NIC], public_ip="203.0.113.9"),
    )
    assert shown(before=before).standing is Standing.PROVED
    first = {"subnet": {"id": SUBNET}, "publicIPAddress": {"id": IP}}
    bare = put(Kind.NIC, NIC, ipConfigurations=[{"name": "a", "properties": first}])
    assert shown(bare, before=before).standing is not Standing.PROVED


def test_a_load_balancer_is_not_followed_and_that_is_said() -> None:
    front = put(Kind.LOAD_BALANCER, arm(Kind.LOAD_BALANCER, "front"))
    found = shown(group(rule("Allow", 100)), *machine(public=False), front)
    assert found.standing is Standing.NEITHER
    assert "front" in found.says
