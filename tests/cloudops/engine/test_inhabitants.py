"""A resource group stays where others have something in it, when the run that made it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloudops.engine.inhabitants import Inhabitants
from cloudops.state.contract import Run, Store
from cloudops.state.sql import open_store
from fakes.plans import call, step
from fakes.plans import plan as planned
from modalities.contract import Draft
from modalities.resource import Json, Kind, Provider, Resource, ResourceRef, World
from modalities.step import Effect, Expect, Step

SCOPE = "s/lab"
NOW = datetime.now(UTC)


def ref(kind: Kind, name: str) -> ResourceRef:
    return ResourceRef(Provider.AZURE, SCOPE, kind, name)


def there(kind: Kind, name: str, run: str = "", **facts: Json) -> Resource:
    return Resource(ref(kind, name), f"id-{name}", facts, {"cloudops:run": run} if run else {})


GROUP, WEB = ref(Kind.RESOURCE_GROUP, "lab"), ref(Kind.VM, "web")
PLAN = planned(
    step("make-group", Effect.CREATE, call("resource_groups.create_or_update"), GROUP),
    step("make-web", Effect.CREATE, call("virtual_machines.begin_create_or_update"), WEB),
)


def gone(of: ResourceRef, *needs: str) -> Step:
    """The end of what a run made."""
    return step(
        f"undo-{of.name}",
        Effect.DELETE,
        call("begin_delete"),
        of,
        needs=needs,
        expects=(Expect(of.kind, f"id-{of.name}", "absent"),),
    )


BACK = Draft((gone(WEB), gone(GROUP)))
OWN = (
    there(Kind.RESOURCE_GROUP, "lab"),
    there(Kind.VM, "web"),
    there(Kind.DISK, "web-os", attached_to="id-web", boot=True),
    there(Kind.NETWORK, "net", "run-1"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "state.db")) as opened:
        for id in ("run-1", "run-2"):
            opened.begin_run(Run(id, "x", "t", SCOPE, "ann", "done", NOW, NOW))
        yield opened


def left(store: Store, *resources: Resource) -> tuple[list[str], list[str]]:
    """Steps, and what is said."""
    world = World(Provider.AZURE, SCOPE, resources)
    draft = Inhabitants("run-1", PLAN, store).leave(BACK, world)
    return [one.id for one in draft.steps], [one.text for one in draft.advisories]


def test_where_all_is_the_run_s_own_the_group_goes(store: Store) -> None:
    known = there(Kind.SUBNET, "inner", state="available")  # without tags, as parts have none
    store.record((known,), run="run-1", modality="iac", whole=None)
    assert left(store, *OWN, known) == (["undo-web", "undo-lab"], [])


@pytest.mark.parametrize("run", ["run-2", ""])
def test_what_others_have_in_it_keeps_it(store: Store, run: str) -> None:
    steps, said = left(store, *OWN, there(Kind.VM, "db", run))
    assert steps == ["undo-web"]
    assert said == ["resource_group/lab stays: others have vm/db in it"]


def test_what_no_kind_names_counts(store: Store) -> None:
    gateway = there(Kind.OTHER, "network nat gateway egress")
    store.record((gateway,), run="run-2", modality="sdk", whole=None)
    assert left(store, *OWN)[0] == ["undo-web"]
    store.record((replace(gateway, attributes={"a": 1}),), run="run-1", modality="sdk", whole=None)
    assert left(store, *OWN)[0] == ["undo-web", "undo-lab"]


def test_names_are_some_of_many(store: Store) -> None:
    many = (there(Kind.VM, f"vm-{n}", "run-2") for n in range(7))
    assert left(store, *OWN, *many)[1][0].endswith("vm/vm-4 and 2 more in it")


@pytest.mark.parametrize("run", ["run-2", ""])
@pytest.mark.parametrize("goes", [True, False])
def test_what_others_attached_is_not_the_machine_s_own(store: Store, run: str, goes: bool) -> None:
    disk = there(Kind.DISK, "data", run, attached_to="id-web", delete_with_vm=goes)
    steps, said = left(store, *OWN, disk)
    if goes:
        assert steps == []
        assert said[0] == "vm/web stays: others have disk/data on it, to be deleted with it"
    else:
        assert steps == ["undo-web"]
    assert "resource_group/lab stays: others have disk/data in it" in said


def test_what_stands_on_what_stays_stays(store: Store) -> None:
    net, nic = ref(Kind.NETWORK, "net"), ref(Kind.NIC, "nic")
    back = Draft(
        (
            gone(WEB),
            gone(nic, "undo-web"),
            gone(ref(Kind.KEY_PAIR, "key")),
            gone(net, "undo-nic", "undo-key"),
        )
    )
    disk = there(Kind.DISK, "data", attached_to="id-web", delete_with_vm=True)
    world = World(Provider.AZURE, SCOPE, (*OWN, disk))
    draft = Inhabitants("run-1", PLAN, store).leave(back, world)
    assert [one.id for one in draft.steps] == ["undo-key"]
    assert [(one.severity, one.text) for one in draft.advisories] == [
        ("danger", "vm/web stays: others have disk/data on it, to be deleted with it"),
        ("danger", "nic/nic stays: vm/web may stand on it"),
        ("danger", "network/net stays: vm/web may stand on it"),
    ]


def test_a_network_stays_with_the_subnets_of_others(store: Store) -> None:
    back = Draft((gone(ref(Kind.NETWORK, "net")),))
    mine = there(Kind.SUBNET, "mine", network="id-net")
    store.record((mine,), run="run-1", modality="sdk", whole=None)
    inhabitants = Inhabitants("run-1", PLAN, store)
    world = World(Provider.AZURE, SCOPE, (*OWN, mine))
    assert inhabitants.leave(back, world) == back
    theirs = there(Kind.SUBNET, "theirs", network="id-net")
    draft = inhabitants.leave(back, World(Provider.AZURE, SCOPE, (*OWN, mine, theirs)))
    assert draft.steps == ()
    assert draft.advisories[0].text == "network/net stays: others have subnet/theirs in it"


@pytest.mark.parametrize("boot", [True, False])
def test_what_a_machine_that_was_made_again_starts_from_is_its_own(
    store: Store, boot: bool
) -> None:
    """It has the tags of the disk before it, with the run that had made that one."""
    disk = there(Kind.DISK, "os", "run-2", attached_to="id-web", delete_with_vm=True, boot=boot)
    assert left(store, *OWN, disk)[0] == (["undo-web", "undo-lab"] if boot else [])


@pytest.mark.parametrize("by", ["run-1", "run-2", None, "nobody knows", "not read yet"])
def test_rules_of_others_go_with_the_group_and_are_said(store: Store, by: str | None) -> None:
    group = there(Kind.SECURITY_GROUP, "guard", rules=[{"first_port": 443}])
    theirs = replace(group, attributes={"rules": [{"first_port": 443}, {"first_port": 80}]})
    if by != "nobody knows":
        store.record((group,), run="run-1", modality="sdk", whole=None)
    if by in ("run-2", None):
        store.record((theirs,), run=by, modality="sdk" if by else "outside", whole=None)
    now = group if by == "run-1" else theirs
    back = Draft((gone(group.ref),))
    draft = Inhabitants("run-1", PLAN, store).leave(back, World(Provider.AZURE, SCOPE, (now,)))
    assert draft.steps == back.steps
    told = [("warning", "security_group/guard goes with rules that others have put into it")]
    said = [(one.severity, one.text) for one in draft.advisories]
    assert said == ([] if by in ("run-1", "nobody knows") else told)


def test_what_the_run_itself_put_on_its_machine_goes_back_before(store: Store) -> None:
    moved = there(Kind.DISK, "moved", "run-2", attached_to="id-web", delete_with_vm=True)
    attach = step("attach", Effect.UPDATE, call("attach_disks"), moved.ref, WEB)
    back = Draft((gone(WEB),))
    world = World(Provider.AZURE, SCOPE, (*OWN, moved))
    with_it = replace(PLAN, steps=(*PLAN.steps, attach))
    assert Inhabitants("run-1", with_it, store).leave(back, world) == back
    assert Inhabitants("run-1", PLAN, store).leave(back, world).steps == ()
