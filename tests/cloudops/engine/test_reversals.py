"""What takes a run back: told by the plan in the store, and in the order of what stands on what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.progress import Progress
from cloudops.engine.recall import Recalled
from cloudops.engine.returning import _require_unmoved
from cloudops.engine.reversals import is_reversal
from cloudops.engine.undoing import reversal
from cloudops.errors import Stale
from cloudops.state.contract import Run, Store
from cloudops.state.sql import open_store
from fakes.plans import call, ref, resource, step, world
from fakes.plans import plan as planned
from modalities.action import SdkCall
from modalities.codec import sealed
from modalities.contract import Moved
from modalities.plan import Plan
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind
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


@pytest.mark.parametrize(("size", "said"), [("large", 0), ("huge", 1)])
@pytest.mark.parametrize("later", [True, False])
def test_what_is_not_as_the_run_left_it_is_said(size: str, said: int, later: bool) -> None:
    it = resource(Kind.VM, "vm", "i-vm", size=size)
    back = Reversal(call("ModifyInstanceAttribute", Size="small"), Effect.UPDATE, "back")
    resize = step(
        "resize",
        Effect.UPDATE,
        call("ModifyInstanceAttribute", Size="large"),
        it.ref,
        undo=(back,),
        expects=(Expect(Kind.VM, "i-vm", "is", "size", "large"),),
    )
    again = replace(resize, id="again", expects=())
    steps = (resize, again) if later else (resize,)
    receipts = {
        each.id: Receipt(step=each.id, outcome=Outcome.DONE, started_at=NOW, finished_at=NOW)
        for each in steps
    }
    draft = reversal(planned(*steps), Progress(receipts), world(it), lambda s: s.changes)
    texts = [each.text for each in draft.advisories]
    told = ["vm/vm: size is huge now, that run had left large"]
    assert texts == (told if said and not later else [])
    assert draft.steps


def merged(now: str) -> Callable[[Step, Step], Step]:
    """Of a hand that writes a list whole: what is there stays in it."""

    def rebase(done: Step, back: Step) -> Step:
        assert isinstance(back.action, SdkCall)
        if now == "both":
            raise Moved("it was changed by both")
        groups = [*back.action.parameters["Groups"], *([now] if now else [])]
        return replace(back, action=call("ModifyInstanceAttribute", Groups=groups))

    return rebase


@pytest.mark.parametrize("now", ["", "sg-theirs", "both"])
@pytest.mark.parametrize("begun", ["", "group", "guard"])
def test_a_run_that_is_gone_on_with_writes_nothing_over_what_others_did(
    now: str, begun: str
) -> None:
    back = Reversal(call("ModifyInstanceAttribute", Groups=["sg-1"]), Effect.UPDATE, "back")
    group = made("group", call("DeleteSecurityGroup", GroupId="sg-2"))
    guard = step(
        "guard",
        Effect.UPDATE,
        call("ModifyInstanceAttribute", Groups=["sg-1", "sg-2"]),
        ref(Kind.VM, "web"),
        undo=(back,),
    )
    plan = planned(replace(group, undo=()), guard)
    run = Run("run-1", "x", "t", "s", "ann", "running", NOW, NOW)
    recalled = Recalled(doubtful={begun} if begun else set())
    if now and begun != "guard":
        with pytest.raises(Stale, match="others have changed") as caught:
            _require_unmoved(merged(now), run, plan, recalled)
        assert caught.value.remedy is not None
        assert "cloudops undo run-1" in caught.value.remedy
    else:
        _require_unmoved(merged(now), run, plan, recalled)
