from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.specimens import LOST, call, delete_vm, ref, resource, step, subject, world
from modalities.resource import Kind, Link, World
from modalities.step import Effect, Irreversible, Step, Undo
from policies.finding import Finding, Severity
from policies.irreversible_delete import evaluate
from policies.judge import evaluate as judge
from policies.registry import POLICIES

WORLD = world(
    resource(Kind.NETWORK, "lab-net"),
    resource(Kind.SUBNET, "lab-a", links=(Link("in", Kind.NETWORK, "network-lab-net"),)),
    *(
        resource(
            Kind.VM,
            name,
            tags={"env": "dev"} if name.startswith("app") else {"env": "prod"},
            links=(
                Link("in", Kind.SUBNET, "subnet-lab-a"),
                *((Link("uses", Kind.DISK, "disk-data-1"),) if name == "web-1" else ()),
                *((Link("uses", Kind.DISK, "disk-root-1"),) if name == "web-1" else ()),
            ),
        )
        for name in ("web-1", "web-2", "web-10", "app-1", "app-2", "app-3", "db")
    ),
    resource(Kind.DISK, "data-1", attached_to="vm-web-1"),
    resource(Kind.LOAD_BALANCER, "front", links=(Link("has", Kind.LISTENER, "listener-front:80"),)),
    resource(
        Kind.LISTENER,
        "front:80",
        links=(Link("forwards_to", Kind.TARGET_GROUP, "target_group-front-targets"),),
    ),
    resource(Kind.TARGET_GROUP, "front-targets", links=(Link("targets", Kind.VM, "vm-web-2"),)),
    resource(Kind.TARGET_GROUP, "lone"),
    resource(Kind.DISK, "root-1", attached_to="vm-web-1", delete_with_vm=True),
)


def delete(kind: Kind, name: str, undo: Undo = LOST) -> Step:
    return step(
        f"delete-{kind}-{name}",
        Effect.DELETE,
        call("DeleteIt", Id=f"{kind}-{name}"),
        ref(kind, name),
        undo=undo,
    )


def found(*steps: Step, explicit: str = "", holds: World = WORLD) -> tuple[Finding, ...]:
    return tuple(evaluate(subject(*steps, holds=holds, explicit=(explicit,) if explicit else ())))


def denied(*steps: Step, explicit: str = "", holds: World = WORLD) -> bool:
    return any(f.severity is Severity.DENY for f in found(*steps, explicit=explicit, holds=holds))


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("delete web-1", Kind.VM, "web-1"),
        ("Please get rid of WEB-1.", Kind.VM, "web-1"),
        ("terminate web-1, web-2 and db", Kind.VM, "db"),
        ("delete vm-web-1", Kind.VM, "web-1"),
        ("delete app-1..app-3", Kind.VM, "app-2"),
        ("remove app-1 to app-3", Kind.VM, "app-3"),
        ("remove app-1..3", Kind.VM, "app-3"),
        ("delete everything tagged env=dev", Kind.VM, "app-2"),
        ("delete all VMs", Kind.VM, "web-1"),
        ("delete my three virtual machines", Kind.VM, "app-1"),
        ("terminate all instances in lab-net", Kind.VM, "web-2"),
        ("delete everything", Kind.NETWORK, "lab-net"),
        ("delete it", Kind.VM, "web-1"),
        ("delete the load balancer", Kind.LOAD_BALANCER, "front"),
        ("delete the load-balancer in eu-west-1", Kind.LOAD_BALANCER, "front"),
        ("now delete the second one", Kind.VM, "web-2"),
        ("delete web-1 but keep its disks", Kind.VM, "web-1"),
        ("delete the load balancer", Kind.TARGET_GROUP, "front-targets"),
        ("delete all networks", Kind.SUBNET, "lab-a"),
        ("delete front", Kind.LISTENER, "front:80"),
        ("delete front", Kind.TARGET_GROUP, "front-targets"),
        ("delete the network lab-net", Kind.SUBNET, "lab-a"),
        ("delete web-1", Kind.DISK, "root-1"),
        ("delete web-1 and its disks", Kind.DISK, "data-1"),
        ("delete the disk of web-1", Kind.DISK, "data-1"),
        ("delete the network lab-net and everything in it", Kind.VM, "web-1"),
        ("delete all VMs except web-2", Kind.VM, "web-1"),
    ],
)
def test_words_that_ask_for_it(words: str, kind: Kind, name: str) -> None:
    assert not denied(delete(kind, name), explicit=words)


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("delete web-1", Kind.VM, "web-2"),
        ("delete web-1", Kind.VM, "web-10"),
        ("delete web-1", Kind.NETWORK, "lab-net"),
        ("delete web-1", Kind.DISK, "data-1"),
        ("delete the disk of web-1", Kind.VM, "web-1"),
        ("delete web-1's data disk", Kind.VM, "web-1"),
        ("delete app-1..app-3", Kind.VM, "web-1"),
        ("delete everything tagged env=dev", Kind.VM, "web-1"),
        ("delete all VMs", Kind.NETWORK, "lab-net"),
        ("delete all VMs in lab-net", Kind.SUBNET, "lab-a"),
        ("delete all VMs except web-2", Kind.VM, "web-2"),
        ("delete everything but not db", Kind.VM, "db"),
        ("delete VM foo", Kind.VM, "db"),
        ("delete the VM blue-7", Kind.VM, "db"),
        ("delete the VM called blue", Kind.VM, "db"),
        ("delete the load balancer", Kind.TARGET_GROUP, "lone"),
        ("delete front", Kind.TARGET_GROUP, "lone"),
        ("delete front", Kind.VM, "web-2"),
        ("delete web-2", Kind.TARGET_GROUP, "front-targets"),
        ("delete web-1", Kind.SUBNET, "lab-a"),
        ("delete the network lab-net", Kind.VM, "web-1"),
        ("delete the subnet", Kind.NETWORK, "lab-net"),
        ("delete web-1 but keep its disks", Kind.DISK, "data-1"),
        ("x" * 100_000 + " delete web-1", Kind.VM, "web-1"),
        ("all " * 490 + "networks", Kind.VM, "web-1"),
        ("1" * 100_000, Kind.VM, "web-1"),
        ("stop", Kind.VM, "web-1"),
        ("", Kind.VM, "web-1"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_words_that_do_not(words: str, kind: Kind, name: str) -> None:
    assert denied(delete(kind, name), explicit=words)


def test_the_finding_says_what_where_and_what_to_do() -> None:
    assert found(delete_vm("web-1"), explicit="restart web-2") == (
        Finding(
            "irreversible-delete",
            Severity.DENY,
            "vm/web-1 would be lost, and nobody asked for that: the data on it is lost",
            "delete-vm-web-1",
            "say in the request that it is to be deleted, with its name",
        ),
    )


def test_a_reversible_deletion_is_not_its_business() -> None:
    rule = step("close", Effect.DELETE, call("DeleteListener"), ref(Kind.LISTENER, "front:80"))
    assert found(rule) == ()


def test_a_deletion_without_any_undo_is_irreversible() -> None:
    assert denied(delete(Kind.NETWORK, "lab-net", undo=()))


def test_a_step_that_claims_to_be_harmless_is_seen_through() -> None:
    sly = step(
        "tidy",
        Effect.UPDATE,
        call("TerminateInstances", InstanceIds=["vm-db"]),
        ref(Kind.VM, "web-1"),
    )
    assert denied(sly, explicit="delete web-1")
    assert "vm/db" in found(sly, explicit="delete web-1")[0].reason


def test_a_claimed_way_back_does_not_bring_back_a_disk() -> None:
    drop = step(
        "drop",
        Effect.DELETE,
        call("DeleteVolume", VolumeId="disk-data-1"),
        ref(Kind.DISK, "data-1"),
    )
    assert denied(drop)
    assert not denied(drop, explicit="delete the disk data-1")


def test_one_call_that_deletes_more_than_its_step_says() -> None:
    both = step(
        "delete-web-1",
        Effect.DELETE,
        call("TerminateInstances", InstanceIds=["vm-web-1", "vm-db"]),
        ref(Kind.VM, "web-1"),
        undo=LOST,
    )
    assert "vm/db" in found(both, explicit="delete web-1")[0].reason


def test_what_the_plan_itself_makes_may_go_again() -> None:
    image = step("image", Effect.CREATE, call("CreateImage"), ref(Kind.IMAGE, "tmp"))
    tidy = step(
        "tidy",
        Effect.DELETE,
        call("DeregisterImage", ImageId={"$output": "image.id"}),
        ref(Kind.IMAGE, "tmp"),
        undo=(),
    )
    assert found(image, tidy) == ()


def test_what_a_read_tells_of_what_the_plan_makes_may_go_too() -> None:
    """An image's snapshot: making the image does not say which one it is."""
    image = step("image", Effect.CREATE, call("CreateImage"), ref(Kind.IMAGE, "tmp"))
    look = step("look", Effect.READ, call("DescribeImages", ImageIds=[{"$output": "image.id"}]))
    tidy = step(
        "tidy",
        Effect.DELETE,
        call("DeleteSnapshot", SnapshotId={"$output": "look.id"}),
        ref(Kind.SNAPSHOT, "tmp"),
        undo=(),
    )
    assert found(image, look, tidy) == ()
    anybodys = step("look", Effect.READ, call("DescribeImages", Owners=["self"]))
    assert denied(image, anybodys, tidy)


def test_a_replacement_is_a_warning() -> None:
    gone = step(
        "terminate",
        Effect.REPLACE,
        call("TerminateInstances", InstanceIds=["vm-web-1"]),
        ref(Kind.VM, "web-1"),
        undo=LOST,
    )
    again = step("run", Effect.CREATE, call("RunInstances"), ref(Kind.VM, "web-1"))
    assert [f.severity for f in found(gone, again)] == [Severity.WARN]
    assert denied(gone), "a deletion dressed up as a replacement"


def test_undo_asks_for_all_that_the_run_made() -> None:
    steps = (delete_vm("web-1"),)
    asked = subject(*steps, holds=WORLD, explicit=("undo run-7: create a VM",), undoes="run-7")
    other = subject(*steps, holds=WORLD, explicit=("undo run-8: create a VM",), undoes="run-7")
    assert not tuple(evaluate(asked))
    assert tuple(evaluate(other))


def test_tags_and_routes_are_no_destruction() -> None:
    untag = step(
        "untag",
        Effect.UPDATE,
        call("DeleteTags", Resources=["vm-web-1"], Tags=[{"Key": "x"}]),
        ref(Kind.VM, "web-1"),
    )
    assert found(untag) == ()


OPERATIONS = ("TerminateInstances", "DeleteVolume", "DeleteVpc", "ModifyThing", "RunInstances")


@given(
    deletions=st.lists(
        st.tuples(
            st.sampled_from(["web-1", "web-2", "db", "data-1", "ghost"]),
            st.sampled_from([Kind.VM, Kind.DISK, Kind.NETWORK]),
            st.sampled_from(OPERATIONS),
        ),
        min_size=1,
        max_size=5,
    ),
    severity=st.sampled_from(Severity),
)
def test_an_irreversible_delete_without_words_is_never_allowed(
    deletions: list[tuple[str, Kind, str]], severity: Severity
) -> None:
    """Whatever else is in the plan, whatever the operation is called, whatever the settings."""
    steps = [
        step(
            f"s{n}",
            Effect.DELETE,
            call(operation, Id=f"{kind}-{name}"),
            ref(kind, name),
            undo=Irreversible("gone"),
        )
        for n, (name, kind, operation) in enumerate(deletions)
    ]
    asked = subject(
        *steps,
        holds=WORLD,
        severities={"irreversible-delete": severity, "blast-radius": Severity.INFO},
        max_deletes=100,
    )
    assert not judge(asked, POLICIES).allowed
