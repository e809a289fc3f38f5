"""Load balancers on the sandbox: made with their members, and put before those that are there."""

from __future__ import annotations

from typing import Any

import pytest

from modalities import wanted
from modalities.change import Create
from modalities.contract import Unresolved, Unsupported
from modalities.resource import Kind
from modalities.wanted import LoadBalancer, Vm


def ids(draft: Any) -> list[str]:
    return [step.id for step in draft.steps]


def members(cloud: Any, name: str) -> set[str]:
    """Machines whose interfaces a pool of the load balancer has, as Azure's own list says."""
    balancer = cloud.get(Kind.LOAD_BALANCER, name)
    pools = balancer["properties"]["backendAddressPools"]
    owners = (
        c["id"].partition("/ipConfigurations/")[0]
        for pool in pools
        for c in pool["properties"].get("backendIPConfigurations", ())
    )
    machines = (cloud.ask("GET", owner)["properties"]["virtualMachine"]["id"] for owner in owners)
    return {id.rpartition("/")[2] for id in machines}


def three(**more: Any) -> tuple[Vm, ...]:
    return tuple(Vm(name=f"web-{n}", **more) for n in (1, 2, 3))


def test_three_machines_behind_a_load_balancer(nothing: Any) -> None:
    lb = LoadBalancer(name="front", targets=("web-1", "web-2", "web-3"))
    draft = nothing.make(Create(wanted=(*three(), lb)))
    assert ids(draft) == [
        "create-resource-group-cloudops",
        "create-network-webVNET",
        "create-subnet-webSubnet",
        "create-public-ip-PublicIPfront",
        "create-load-balancer-front",
        "create-security-group-webNSG",
        *(f"create-{kind}" for n in (1, 2, 3) for kind in (f"nic-web-{n}VMNic", f"vm-web-{n}")),
    ]
    assert members(nothing, "front") == {"web-1", "web-2", "web-3"}
    told = nothing.get(Kind.LOAD_BALANCER, "front")["properties"]
    (rule,) = told["loadBalancingRules"]
    assert (rule["properties"]["frontendPort"], rule["properties"]["backendPort"]) == (80, 80)
    (probe,) = told["probes"]
    assert (probe["properties"]["protocol"], probe["properties"]["requestPath"]) == ("Http", "/")
    (allowed,) = nothing.get(Kind.SECURITY_GROUP, "webNSG")["properties"]["securityRules"]
    assert allowed["properties"]["destinationPortRange"] == "80"
    (seen,) = nothing.world().of(Kind.LOAD_BALANCER)
    assert {link.role for link in seen.links} == {"uses", "targets"}
    assert len(seen.attributes["backends"]) == 3
    nothing.undo()
    assert nothing.holdings() == {}


def test_tcp_on_other_ports(cloud: Any) -> None:
    lb = LoadBalancer(name="l4", port=443, target_port=8443, targets=("web-1",))
    draft = cloud.make(Create(wanted=(Vm(name="web-1"), lb)))
    told = cloud.get(Kind.LOAD_BALANCER, "l4")["properties"]
    (rule,) = told["loadBalancingRules"]
    assert (rule["properties"]["frontendPort"], rule["properties"]["backendPort"]) == (443, 8443)
    assert told["probes"][0]["properties"]["protocol"] == "Tcp"
    assert "load balancer l4: TCP" in draft.defaults


def test_before_machines_that_are_there(cloud: Any) -> None:
    cloud.outside("web-1")
    cloud.outside("web-2")
    before = cloud.holdings()
    lb = LoadBalancer(name="front", targets=("web-1", "web-2"))
    draft = cloud.make(Create(wanted=(lb,)))
    assert ids(draft) == [
        "create-public-ip-PublicIPfront",
        "create-load-balancer-front",
        "create-security-group-frontNSG",
        "guard-web-1-by-frontNSG",
        "put-web-1-behind-front",
        "guard-web-2-by-frontNSG",
        "put-web-2-behind-front",
    ]
    assert [a.severity for a in draft.advisories] == ["warning", "warning"]
    assert members(cloud, "front") == {"web-1", "web-2"}
    assert {tuple(vm.attributes["security_groups"]) for vm in cloud.world().of(Kind.VM)} == {
        (cloud.world().named(Kind.SECURITY_GROUP, "frontNSG")[0].id,)
    }
    cloud.undo()
    assert cloud.holdings() == before


def test_a_group_that_guards_a_member_is_opened(cloud: Any) -> None:
    cloud.make(Create(wanted=(Vm(name="web-1", public_ip=True),)))
    before = cloud.holdings()
    cloud.done.clear()
    draft = cloud.make(Create(wanted=(LoadBalancer(name="front", targets=("web-1",)),)))
    assert "open-allow-tcp-80-in-web-1NSG" in ids(draft)
    assert members(cloud, "front") == {"web-1"}
    cloud.undo()
    assert cloud.holdings() == before


def test_an_internal_one_has_an_address_beside_its_members(cloud: Any) -> None:
    before = cloud.holdings()
    lb = LoadBalancer(name="inner", port=5432, protocol="tcp", public=False, targets=("db-1",))
    cloud.make(Create(wanted=(Vm(name="db-1"), lb)))
    (front,) = cloud.get(Kind.LOAD_BALANCER, "inner")["properties"]["frontendIPConfigurations"]
    assert front["properties"]["privateIPAddress"].startswith("10.0.0.")
    assert not cloud.world(Kind.PUBLIC_IP).of(Kind.PUBLIC_IP)
    cloud.undo()
    assert cloud.holdings() == before


def test_one_without_members_is_said(cloud: Any) -> None:
    draft = cloud.make(Create(wanted=(LoadBalancer(name="front"),)))
    assert [a.text for a in draft.advisories] == ["load balancer front has no targets yet"]


def test_members_of_two_networks_are_refused(cloud: Any) -> None:
    cloud.outside("web-1", "one")
    cloud.network("two", "10.8.0.0/16", "default")
    cloud.outside("web-2", "two")
    lb = LoadBalancer(name="front", targets=("web-1", "web-2"))
    with pytest.raises(Unsupported, match="must be in one network"):
        cloud.draft(Create(wanted=(lb,)))
    with pytest.raises(Unresolved):
        cloud.draft(Create(wanted=(LoadBalancer(name="front", targets=("web-9",)),)))


def test_machines_that_differ_in_what_reaches_them_have_groups_of_their_own(cloud: Any) -> None:
    vms = (Vm(name="web-1"), Vm(name="db-1"), wanted.Network(name="net"))
    cloud.make(Create(wanted=(*vms, LoadBalancer(name="front", targets=("web-1",)))))
    groups = {
        g.name: [r["name"] for r in g.attributes["rules"]]
        for g in cloud.world().of(Kind.SECURITY_GROUP)
    }
    assert groups == {"web-1NSG": ["allow-tcp-80"], "db-1NSG": []}
