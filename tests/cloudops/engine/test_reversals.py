"""What takes a run back: told by the plan in the store, and in the order of what stands on what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.progress import Progress
from cloudops.engine.reversals import is_reversal
from cloudops.engine.undoing import reversal
from cloudops.state.contract import Run, Store
from cloudops.state.sql import open_store
from fakes.plans import call, ref, resource, step, world
from fakes.plans import plan as planned
from modalities.action import SdkCall
from modalities.codec import sealed
from modalities.plan import Plan
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind, Refusal
from modalities.step import Effect, Expect, Irreversible, Reversal, Step

NOW = datetime.now(UTC)


def made(id: str, undone_by: SdkCall, **more: Any) -> Step:
    back = Reversal(undone_by, Effect.DELETE, f"delete {id}")
    it, run = ref(Kind.VM, id), call("RunInstances")
    return step(id, Effect.CREATE, run, it, undo=(back,), outputs={"id": "Id"}, **more)


VM = made("vm", call("TerminateInstances", InstanceIds=[{"$output": "vm.id"}], DryRun=False))
ORIGINAL = sealed(planned(VM))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "state.db")) as opened:
        opened.begin_run(Run("run-1", "x", "t", "s", "ann", "done", NOW, NOW))
        opened.put_plan(ORIGINAL)
        opened.set_status("run-1", "done", digest=ORIGINAL.digest)
        yield opened


def undo(action: SdkCall, undoes: str | None = "run-1") -> Plan:
    back = step("undo-vm", Effect.DELETE, action, undo=Irreversible("is itself an undo"))
    return sealed(replace(planned(back), undoes=undoes))


def test_it_is_told_by_the_plan_that_the_state_has(store: Store) -> None:
    true = call("TerminateInstances", InstanceIds=["i-1"], DryRun=False)
    assert is_reversal(undo(true), store)
    assert not is_reversal(undo(true, "run-2"), store)
    assert not is_reversal(undo(true, "run"), store)
    assert not is_reversal(undo(true, None), store)


@pytest.mark.parametrize(
    "other",
    [
        call("TerminateInstances", InstanceIds=["i-1", "i-2"], DryRun=False),
        call("TerminateInstances", InstanceIds=["i-1"], DryRun=True),
        call("TerminateInstances", InstanceIds=["i-1"]),
        call("TerminateInstances", InstanceIds=[{"all": True}], DryRun=False),
        call("AuthorizeSecurityGroupIngress", GroupId="sg-1"),
    ],
    ids=str,
)
def test_a_plan_that_only_calls_itself_an_undo_is_none(store: Store, other: SdkCall) -> None:
    assert not is_reversal(undo(other), store)


def test_what_stands_on_a_step_by_way_of_one_without_a_way_back_is_undone_first() -> None:
    waits = step("wait", Effect.READ, call("DescribeInstances"), needs=("vm",))
    disk = made("disk", call("DeleteVolume", VolumeId="v"), needs=("wait",))
    plan = planned(VM, waits, disk)
    progress = Progress()
    for each in (VM, waits, disk):
        done = Receipt(
            step=each.id,
            outcome=Outcome.DONE,
            started_at=NOW,
            finished_at=NOW,
            outputs={"id": f"i-{each.id}"},
        )
        progress.receipts[each.id] = done
    here = world(resource(Kind.VM, "vm", "i-vm"), resource(Kind.DISK, "disk", "i-disk"))
    back = {s.id: s.needs for s in reversal(plan, progress, here, lambda s: s.changes).steps}
    assert back == {"undo-disk": (), "undo-vm": ("undo-disk",)}


@pytest.mark.parametrize("unread", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_what_is_gone_needs_no_way_back_unless_it_cannot_be_seen(there: bool, unread: bool) -> None:
    """Somebody deleted the disk after an undo had taken it off."""
    back = Reversal(call("DetachVolume", VolumeId="vol-1"), Effect.UPDATE, "take it off")
    held = Expect(Kind.DISK, "vol-1", "is", "attached_to", "i-1")
    disk, vm, run = ref(Kind.DISK, "data"), ref(Kind.VM, "web"), call("AttachVolume")
    attach = step("attach", Effect.UPDATE, run, disk, vm, undo=(back,), expects=(held,))
    done = Receipt(step="attach", outcome=Outcome.DONE, started_at=NOW, finished_at=NOW)
    here = [resource(Kind.DISK, "data", "vol-1", attached_to="i-1")] if there else []
    refused = {Kind.DISK: Refusal("Denied", "not yours")} if unread else {}
    seen = replace(world(*here), unread=refused)
    draft = reversal(planned(attach), Progress({"attach": done}), seen, lambda s: s.changes)
    assert bool(draft.steps) == (there or unread)
    assert draft.defaults == (() if draft.steps else (f"{disk} is gone already",))
