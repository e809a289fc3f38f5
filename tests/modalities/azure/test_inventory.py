"""A resource group's world, read from the sandbox: one of every kind that Azure has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from modalities.azure import ids, session
from modalities.azure.inventory import KINDS, SOURCES, read
from modalities.azure.surveying import survey
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Resource, World
from modalities.survey import Passed
from modalities.target import Target
from sandbox.azure.daemon import AzureSandbox

DOCUMENTED = Path(__file__).parents[3] / "docs" / "attributes.md"
RARE = {"zone", "max_price", "dns_name", "snapshot", "network", "source"}
"""What the furnished group has none of."""


def the(world: World, kind: Kind, name: str) -> Resource:
    (found,) = [r for r in world.of(kind) if r.name == name]
    return found


def entries(resource: Resource, name: str) -> list[dict[str, Any]]:
    found = resource.attributes[name]
    assert isinstance(found, list)
    return [entry for entry in found if isinstance(entry, dict)]


def look(target: Target, *kinds: Kind) -> World:
    return read(target, session.identify(target), kinds)


def test_one_of_every_kind_by_its_own_name(world: World) -> None:
    assert {r.kind for r in world} == set(ids.TYPES)
    assert all(ids.kind_of(r.id) is r.kind for r in world)
    assert {r.ref.scope for r in world} == {world.scope}
    assert the(world, Kind.RESOURCE_GROUP, "Furnished").tags == {"owner": "team-a"}


def test_a_machine_and_what_it_is_made_of(world: World) -> None:
    vm = the(world, Kind.VM, "web")
    assert vm.attributes["state"] == "running"
    assert vm.attributes["deallocated"] is False
    assert vm.attributes["spot"] is False
    assert vm.attributes["monitoring"] is True
    assert vm.attributes["public_ip"] == the(world, Kind.PUBLIC_IP, "ip").attributes["address"]
    system, data = the(world, Kind.DISK, "web-os"), the(world, Kind.DISK, "data")
    assert vm.attributes["devices"] == {"os": system.id, "lun0": data.id}
    assert (system.attributes["boot"], data.attributes["boot"]) == (True, False)
    assert (system.attributes["delete_with_vm"], data.attributes["delete_with_vm"]) == (True, False)
    assert data.attributes["attached_to"] == vm.id
    assert data.attributes["state"] == "in-use"
    needed = {r.kind for r in world.needs(vm)}
    assert needed == {Kind.SUBNET, Kind.SECURITY_GROUP, Kind.DISK, Kind.NIC}


def test_a_rule_is_one_for_each_range_of_ports(world: World) -> None:
    rules = entries(the(world, Kind.SECURITY_GROUP, "guard"), "rules")
    assert [(r["first_port"], r["last_port"], r["source"]) for r in rules] == [
        (22, 22, "10.0.0.0/8"),
        (8000, 8080, "10.0.0.0/8"),
    ]


def test_a_balancer_and_whom_it_serves(world: World) -> None:
    balancer, vm = the(world, Kind.LOAD_BALANCER, "front"), the(world, Kind.VM, "web")
    (backend,) = entries(balancer, "backends")
    assert backend["vm"] == vm.id
    assert vm in world.needs(balancer)
    address = the(world, Kind.PUBLIC_IP, "front-ip")
    assert address.attributes["load_balancer"] == balancer.id
    assert balancer.attributes["addresses"] == [address.attributes["address"]]


def test_each_kind_alone_is_as_in_the_whole(world: World, furnished: Target) -> None:
    """A plan's basis is taken from the whole and compared with a few kinds later."""
    for kind in Kind:
        alone = look(furnished, kind)
        assert {r.ref: r.fingerprint for r in alone} == {
            r.ref: r.fingerprint for r in world.of(kind)
        }, kind


def test_attributes_and_links_are_the_documented_ones(world: World) -> None:
    text = DOCUMENTED.read_text().partition("\n## On Azure")[2]
    rows = re.findall(r"^\| (\w+) \| (.*?) \|\s*(.*?)\s*\|$", text, re.MULTILINE)
    documented = {kind: names_in(names) for kind, names, _ in rows[1:]}
    roles = {kind: set(re.findall(r"`(\w+)` → (\w+)", links)) for kind, _, links in rows[1:]}
    assert documented.keys() == {kind.value for kind in ids.TYPES}
    for resource in world:
        assert set(resource.attributes) <= documented[resource.kind], resource.kind
        assert {(x.role, x.kind.value) for x in resource.links} <= roles[resource.kind]
    for kind, names in documented.items():
        seen = set().union(*(r.attributes for r in world.of(Kind(kind))))
        assert not names - seen - RARE, kind


def names_in(cell: str) -> set[str]:
    """Attributes in a cell of the table, without what is said of their values."""
    return set(re.findall(r"`(\w+)`", re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", "", cell)))


def test_every_kind_can_be_asked_for_and_only_what_it_needs_is(furnished: Target) -> None:
    assert set(KINDS) == set(Kind)
    look(furnished)
    before = session.traffic(furnished).requests
    look(furnished, Kind.NETWORK, Kind.SUBNET)
    assert session.traffic(furnished).requests == before + 1
    look(furnished, Kind.LISTENER, Kind.GATEWAY)
    assert session.traffic(furnished).requests == before + 1


def test_a_group_that_is_not_there_holds_nothing(empty: Target) -> None:
    assert look(empty).resources == ()


def test_casing_of_the_target_is_the_casing_of_ids(furnished: Target) -> None:
    from dataclasses import replace

    other = look(replace(furnished, resource_group="FURNISHED"), Kind.VM)
    assert "/resourceGroups/FURNISHED/" in other.resources[0].id
    assert all("/Furnished/" not in link.id for link in other.resources[0].links)


def test_a_survey_names_what_may_not_be_seen(
    azure_running: AzureSandbox, furnished: Target
) -> None:
    azure_running.ask(
        "POST",
        "faults",
        [
            {
                "operation": "Microsoft.Network/loadBalancers/read",
                "kind": "error",
                "times": 0,
                "status": 403,
                "code": "AuthorizationFailed",
                "message": "no",
            }
        ],
    )
    passed: list[Passed] = []
    try:
        found = survey(furnished, session.identify(furnished), passed.append)
        with pytest.raises(CloudError) as caught:
            look(furnished)
    finally:
        azure_running.ask("DELETE", "faults")
    (unread,) = found.unread
    assert unread.kinds == (Kind.LOAD_BALANCER,)
    assert unread.why.trouble is Trouble.PERMISSION
    assert caught.value.trouble is Trouble.PERMISSION
    assert set(found.kinds) == set(Kind) - {Kind.LOAD_BALANCER}
    assert {p.part for p in passed if p.over} == set(SOURCES)
