"""The drawing board: ids that are known beforehand, and what waits for what."""

from __future__ import annotations

from typing import Any

import pytest

from modalities import cidrs
from modalities.azure.express import calls, groups, names
from modalities.azure.express.board import Board
from modalities.azure.images import Image
from modalities.contract import Unresolved, Unsupported
from modalities.prices import table
from modalities.resource import Kind, Provider, Resource, World
from modalities.step import Effect, Step
from modalities.wanted import Rule

SCOPE = "11111111-2222-4333-8444-555555555555/lab"
BASE = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/lab"


def resource(kind: Kind, *path: str, **attributes: Any) -> Resource:
    id = Board.id_of(board(), kind, *path)
    return Resource(World(Provider.AZURE, SCOPE).ref(kind, path[-1]), id, attributes)


def board(*resources: Resource, **documents: Any) -> Board:
    return Board(
        world=World(Provider.AZURE, SCOPE, resources),
        region="eastus",
        label="run-1",
        pick_image=lambda wanted, architecture: Image("a:b:c:latest", "an image", "linux", 30),
        prices=table.load(),
        look=lambda id: documents[id.rpartition("/")[2]],
    )


def group() -> Resource:
    return Resource(World(Provider.AZURE, SCOPE).ref(Kind.RESOURCE_GROUP, "lab"), BASE, {})


def test_what_is_made_has_its_id_before_it_is_there() -> None:
    b = board(group())
    disk = b.create(Kind.DISK, "data", {"location": "eastus"}, "make it", tags=b.tags())
    assert disk.id == f"{BASE}/providers/Microsoft.Compute/disks/data"
    step = b.steps["create-disk-data"]
    assert [ref.name for ref in step.changes] == ["data", disk.id]
    assert step.action == calls.put(
        disk.id, {"location": "eastus", "tags": {"cloudops:run": "run-1"}}
    )
    assert step.probe is not None
    assert step.probe.where == {"id": disk.id, "tag:cloudops:run": "run-1"}
    (back,) = step.undo if isinstance(step.undo, tuple) else ()
    assert (back.effect, back.action) == (Effect.DELETE, calls.delete(disk.id))
    assert b.made_here(disk)


def test_a_group_that_is_not_there_is_made_first_and_once() -> None:
    b = board()
    for name in ("one", "two"):
        b.create(Kind.DISK, name, {"location": "eastus"}, "make it", tags=b.tags())
    first, *rest = b.draft().steps
    assert first.id == "create-resource-group-lab"
    assert first.action == calls.put(
        BASE, {"location": "eastus", "tags": {"cloudops:run": "run-1"}}
    )
    assert [step.needs for step in rest] == [(first.id,), (first.id,)]
    assert first.expects[0].attribute == "region"


def test_a_part_of_what_is_made_waits_for_the_whole() -> None:
    b = board(group())
    net = b.create(Kind.NETWORK, "net", {"location": "eastus"}, "make it", tags={})
    body = {"properties": {"subnets": [{"id": f"{net.id}/subnets/a"}]}}
    step = b.add(
        Step(
            id="use",
            effect=Effect.UPDATE,
            action=calls.put(b.id_of(Kind.NIC, "n"), body),
            why="",
            changes=(b.world.ref(Kind.NIC, "n"),),
        )
    )
    assert step.needs == ("create-network-net",)


def test_a_subnet_of_a_name_that_another_has_is_called_by_both() -> None:
    b = board(group(), resource(Kind.SUBNET, "one", "default"))
    made = b.create(Kind.SUBNET, ("two", "default"), {}, "make it")
    assert made.name == "two/default"
    assert made.id.endswith("/virtualNetworks/two/subnets/default")
    alone = b.create(Kind.SUBNET, ("two", "back"), {}, "make it")
    assert alone.name == "back"


def test_what_is_written_whole_is_read_once_and_then_known() -> None:
    nic = resource(Kind.NIC, "n")
    b = board(group(), nic, n={"properties": {"a": 1}})
    assert b.document(nic) == {"properties": {"a": 1}}
    b.written(nic, {"properties": {"a": 2}})
    assert b.document(nic) == {"properties": {"a": 2}}


def test_names_that_are_taken() -> None:
    b = board(group(), resource(Kind.VM, "web"))
    with pytest.raises(Unresolved, match="there is a VM WEB already"):
        b.refuse_existing(Kind.VM, "WEB")
    assert b.free_name(Kind.VM, "web") == "web-2"


def test_calls_are_found_by_path() -> None:
    nic = f"{BASE}/providers/Microsoft.Network/networkInterfaces/n"
    assert str(calls.patch(nic, {})) == "network:network_interfaces.update_tags"
    stop = calls.post(f"{BASE}/providers/Microsoft.Compute/virtualMachines/v", "powerOff")
    assert str(stop) == "compute:virtual_machines.begin_power_off"
    assert dict(stop.parameters) == {"resourceGroupName": "lab", "vmName": "v"}
    with pytest.raises(LookupError):
        calls.put(f"{BASE}/providers/Microsoft.Nothing/things/t", {})


@pytest.mark.parametrize(
    ("space", "taken", "free"),
    [
        (["10.0.0.0/16"], [], "10.0.0.0/24"),
        (["10.0.0.0/16"], ["10.0.0.0/24", "10.0.2.0/23"], "10.0.1.0/24"),
        (["10.0.0.0/24"], [], "10.0.0.0/25"),
        (["10.0.0.0/24"], ["10.0.0.0/25"], "10.0.0.128/25"),
        (["10.0.0.0/24", "10.9.0.0/16"], ["10.0.0.0/24"], "10.9.0.0/24"),
        (["10.0.0.0/28"], [], "10.0.0.0/29"),
    ],
)
def test_free_ranges(space: list[str], taken: list[str], free: str) -> None:
    found = cidrs.free_subnet(map(cidrs.parsed, space), map(cidrs.parsed, taken), 29)
    assert str(found) == free


def test_a_full_network_has_no_range_left() -> None:
    with pytest.raises(Unsupported, match="no range is free"):
        cidrs.free_subnet([cidrs.parsed("10.0.0.0/24")], [cidrs.parsed("10.0.0.0/24")], 29)
    with pytest.raises(Unsupported, match="IPv6"):
        cidrs.parsed("fd00::/8")


def rule(priority: int, access: str, first: int, last: int, source: str = "0.0.0.0/0") -> Any:
    return {
        "name": f"r{priority}",
        "direction": "in",
        "protocol": "tcp",
        "first_port": first,
        "last_port": last,
        "source": source,
        "priority": priority,
        "access": access,
    }


@pytest.mark.parametrize(
    ("rules", "open"),
    [
        ([], False),
        ([rule(100, "allow", 80, 80)], True),
        ([rule(100, "allow", 0, 65535)], True),
        ([rule(100, "allow", 80, 80, "10.0.0.0/8")], False),
        ([rule(200, "allow", 80, 80), rule(100, "deny", 1, 100)], False),
        ([rule(100, "allow", 80, 80), rule(200, "deny", 1, 100)], True),
        ([rule(100, "deny", 443, 443), rule(200, "allow", 80, 80)], True),
    ],
)
def test_the_first_rule_that_fits_decides(rules: Any, open: bool) -> None:
    door = resource(Kind.SECURITY_GROUP, "door", rules=rules)
    assert groups.lets_in(door, Rule(first_port=80, last_port=80)) is open


def test_a_new_rule_comes_before_what_turns_it_away() -> None:
    wish = Rule(first_port=80, last_port=80)
    assert groups.priority_for([], wish) == 1000
    assert groups.priority_for([rule(1000, "allow", 22, 22)], wish) == 1010
    assert groups.priority_for([rule(300, "deny", 1, 100)], wish) == 299
    with pytest.raises(Unsupported):
        groups.priority_for([rule(100, "deny", 1, 100)], wish)


def test_names() -> None:
    assert names.host("my_host") == "my-host"
    assert [names.zone(word) for word in (None, "1", "eastus-2", "zone 3")] == [None, "1", "2", "3"]
    for kind, name in (
        (Kind.VM, "-web"),
        (Kind.VM, "web."),
        (Kind.VM, "a" * 65),
        (Kind.BUCKET, "UPPER"),
        (Kind.NIC, "a/b"),
    ):
        with pytest.raises(Unsupported, match="is no name for"):
            names.check(kind, name)
