from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.specimens import call, delete_vm, ref, resource, step, subject, world
from modalities.resource import Kind
from modalities.step import Effect
from modalities.target import Realm
from policies.blast_radius import evaluate
from policies.finding import Severity

VMS = [f"web-{n}" for n in range(1, 8)]
WORLD = world(*(resource(Kind.VM, name) for name in VMS))


def test_as_many_as_allowed_pass() -> None:
    assert not tuple(evaluate(subject(*map(delete_vm, VMS[:5]), holds=WORLD)))


@pytest.mark.parametrize("realm", Realm)
def test_one_more_is_denied_with_count_and_names(realm: Realm) -> None:
    asked = subject(*map(delete_vm, VMS[:6]), holds=WORLD, realm=realm)
    (finding,) = evaluate(asked)
    assert finding.severity is Severity.DENY
    assert finding.reason == (
        "6 resources are deleted or replaced, 5 are allowed at once: "
        "vm/web-1, vm/web-2, vm/web-3, vm/web-4, vm/web-5, vm/web-6"
    )
    assert "max_deletes" in finding.remedy


def test_the_limit_is_a_setting() -> None:
    assert tuple(evaluate(subject(delete_vm("web-1"), holds=WORLD, max_deletes=0)))
    assert not tuple(evaluate(subject(*map(delete_vm, VMS), holds=WORLD, max_deletes=7)))


def test_one_call_that_takes_many() -> None:
    ids = [f"vm-{name}" for name in VMS]
    action = call("TerminateInstances", InstanceIds=ids)
    one = step("delete", Effect.UPDATE, action, ref(Kind.VM, "web-1"))
    (finding,) = evaluate(subject(one, holds=WORLD))
    assert finding.reason.startswith("7 resources")


def test_a_vm_that_several_steps_replace_counts_once() -> None:
    steps = [
        step(f"s{n}", Effect.REPLACE, call("ModifyThing"), ref(Kind.VM, "web-1")) for n in range(9)
    ]
    assert not tuple(evaluate(subject(*steps, holds=WORLD)))


def test_creating_and_tidying_up_count_for_nothing() -> None:
    makes = [
        step(f"make-{n}", Effect.CREATE, call("CreateSnapshot"), ref(Kind.SNAPSHOT, f"s-{n}"))
        for n in range(9)
    ]
    drops = [
        step(
            f"drop-{n}",
            Effect.DELETE,
            call("DeleteSnapshot", SnapshotId={"$output": f"make-{n}.id"}),
            ref(Kind.SNAPSHOT, f"s-{n}"),
        )
        for n in range(9)
    ]
    assert not tuple(evaluate(subject(*makes, *drops, holds=WORLD)))


def test_what_the_world_does_not_show_counts_too() -> None:
    ghosts = [delete_vm(f"ghost-{n}") for n in range(6)]
    (finding,) = evaluate(subject(*ghosts, holds=world()))
    assert "vm/ghost-5" in finding.reason


def test_taking_back_a_run_is_a_warning() -> None:
    (finding,) = evaluate(subject(*map(delete_vm, VMS), holds=WORLD, undoes="run-1"))
    assert finding.severity is Severity.WARN


@pytest.mark.parametrize(
    ("realm", "severity"), [(Realm.SANDBOX, Severity.WARN), (Realm.PRODUCTION, Severity.DENY)]
)
def test_code_that_is_there_is_tried_out_where_nothing_is_real(
    realm: Realm, severity: Severity
) -> None:
    asked = subject(*map(delete_vm, VMS), holds=WORLD, realm=realm)
    (finding,) = evaluate(replace(asked, as_it_stands=True))
    assert finding.severity is severity
    assert finding.reason.endswith("; a production target refuses this") is (realm is Realm.SANDBOX)
