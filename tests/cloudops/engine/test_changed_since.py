"""What others have changed since is neither taken back nor written over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.changed_since import changed_since, latest_of, require_unmoved
from cloudops.engine.progress import Progress
from cloudops.engine.recall import Recalled
from cloudops.engine.undoing import reversal, with_what_it_undoes
from cloudops.engine.ways_back import ways_back
from cloudops.errors import Stale
from cloudops.state.contract import Event, Run
from cloudops.state.sql import open_store
from fakes.plans import call, ref, resource, step, world
from fakes.plans import plan as planned
from modalities.action import IacChange, SdkCall, payload
from modalities.codec import encode, sealed
from modalities.contract import Moved
from modalities.plan import Advisory
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind, World
from modalities.step import Effect, Expect, Reversal, Step

NOW = datetime.now(UTC)
RUN = Run("run-1", "x", "t", "s", "ann", "running", NOW, NOW)


def size(value: str) -> Expect:
    return Expect(Kind.VM, "i-vm", "is", "size", value)


def resized(id: str, was: str, now: str) -> Step:
    back = Reversal(call("ModifyInstanceAttribute", Size=was), Effect.UPDATE, "b", (size(was),))
    to = call("ModifyInstanceAttribute", Size=now)
    vm = ref(Kind.VM, "vm")
    expects, after = (size(now),), {"size": now}
    return step(id, Effect.UPDATE, to, vm, undo=(back,), expects=expects, after=after)


def at_size(value: str) -> World:
    return world(resource(Kind.VM, "vm", "i-vm", size=value))


def done(*steps: Step) -> Progress:
    receipts = {
        each.id: Receipt(step=each.id, outcome=Outcome.DONE, started_at=NOW, finished_at=NOW)
        for each in steps
    }
    return Progress(receipts)


@pytest.mark.parametrize(("now", "moved"), [("large", False), ("small", False), ("huge", True)])
@pytest.mark.parametrize("awaited", [0.0, 60.0])
@pytest.mark.parametrize("later", [True, False])
def test_what_others_have_set_again_is_not_set_back(
    now: str, moved: bool, later: bool, awaited: float
) -> None:
    """What was awaited between two steps is nothing that the run left so."""
    resize = resized("resize", "small", "large")
    resize = replace(resize, expects=(replace(size("large"), within=awaited),))
    steps = (resize, replace(resize, id="again", expects=())) if later else (resize,)

    def back() -> int:
        draft = reversal(planned(*steps), done(*steps), at_size(now), lambda s: s.changes)
        assert not draft.advisories
        return len(draft.steps)

    if moved and not (later and awaited):
        with pytest.raises(Moved, match="vm/vm: size is huge now, that run had left large"):
            back()
    else:
        assert back() == len(steps)


@pytest.mark.parametrize("now", ["small", "large", "huge", None])
def test_nor_where_nobody_knows_whether_it_was_set(now: str | None) -> None:
    """A disk that moves from one machine to another is on neither in between."""
    resize = resized("resize", "small", "large")
    progress = done(resize)
    receipts = progress.receipts
    receipts["resize"] = replace(receipts["resize"], outcome=Outcome.UNKNOWN)
    there = world(resource(Kind.VM, "vm", "i-vm", size=now))

    def back() -> int:
        return len(reversal(planned(resize), progress, there, lambda s: s.changes).steps)

    if now == "huge":
        with pytest.raises(Moved):
            back()
    else:
        assert back() == 1


@pytest.mark.parametrize("settled", [True, False])
def test_what_is_still_on_its_way_when_the_run_fails_is_nobody_else_s_doing(settled: bool) -> None:
    state = partial(Expect, Kind.VM, "i-vm", "is", "state")
    back = Reversal(call("StartInstances"), Effect.UPDATE, "b", (state("running"),))
    vm, goal = ref(Kind.VM, "vm"), state("stopped", within=60.0)
    stop = step("stop", Effect.UPDATE, call("StopInstances"), vm, undo=(back,), expects=(goal,))
    there = world(resource(Kind.VM, "vm", "i-vm", state="stopping"))

    def told() -> list[Advisory]:
        return list(changed_since(stop, done(stop), there, {vm: "stop"}, settled=settled))

    if settled:
        with pytest.raises(Moved, match="state is stopping now"):
            told()
    else:
        assert told() == []


@pytest.mark.parametrize("awaited", [True, False])
def test_what_others_took_away_while_the_run_failed_is_theirs(awaited: bool) -> None:
    """A tag is there at once, or somebody has taken it away; a disk may be on its way."""
    resize = resized("resize", "small", "large")
    resize = replace(resize, expects=(replace(size("large"), within=60.0 if awaited else 0.0),))
    there = world(resource(Kind.VM, "vm", "i-vm", size=None))

    def told() -> list[Advisory]:
        latest = latest_of([resize])
        return list(changed_since(resize, done(resize), there, latest, settled=False))

    if awaited:
        assert told() == []
    else:
        with pytest.raises(Moved, match="size is nothing now, that run had left large"):
            told()


def test_what_the_step_did_not_change_is_nobody_s() -> None:
    """A bucket's tags are written all at once, and all are looked for."""
    resize = resized("resize", "large", "large")
    draft = reversal(planned(resize), done(resize), at_size("huge"), lambda s: s.changes)
    assert (len(draft.steps), draft.advisories) == (1, ())
    other = step("other", Effect.CREATE, call("CreateVolume"), ref(Kind.DISK, "d"), undo=())
    recalled = Recalled(progress=done(other))
    require_unmoved(RUN, planned(other, resize), recalled, as_it_was, nothing)


def test_only_what_the_step_changed_is_looked_for_when_it_is_taken_back() -> None:
    resize = resized("resize", "small", "large")
    owner = Expect(Kind.VM, "i-vm", "is", "tag:owner", "ann")
    undo = resize.undo if isinstance(resize.undo, tuple) else ()
    both = tuple(replace(back, expects=(*back.expects, owner)) for back in undo)
    resize = replace(resize, undo=both, expects=(*resize.expects, replace(owner, within=9.0)))
    draft = reversal(planned(resize), done(resize), at_size("large"), lambda s: s.changes)
    assert draft.steps[0].expects == (size("small"),)


@pytest.mark.parametrize("now", ["large", "huge"])
def test_what_is_not_as_the_run_made_it_goes_all_the_same_and_is_said(now: str) -> None:
    back = Reversal(call("TerminateInstances"), Effect.DELETE, "b")
    vm = ref(Kind.VM, "vm")
    make = step(
        "make", Effect.CREATE, call("RunInstances"), vm, undo=(back,), expects=(size("large"),)
    )
    draft = reversal(planned(make), done(make), at_size(now), lambda s: s.changes)
    told = ["vm/vm: size is huge now, that run had left large"]
    assert [each.text for each in draft.advisories] == (told if now == "huge" else [])
    assert len(draft.steps) == 1


def merged(now: str) -> Callable[[Step, Step], Step]:
    """Of a hand that writes a list whole: what is there stays in it."""

    def rebase(done: Step, back: Step) -> Step:
        assert isinstance(back.action, SdkCall)
        if now == "both":
            raise Moved("it was changed by both")
        groups = [*back.action.parameters["Groups"], *([now] if now else [])]
        return replace(back, action=call("ModifyInstanceAttribute", Groups=groups))

    return rebase


def nothing(steps: Sequence[Step]) -> World:
    raise AssertionError(f"nobody asked what {steps} stand on")


@pytest.mark.parametrize("now", ["", "sg-theirs", "both"])
@pytest.mark.parametrize("begun", ["", "group", "guard", "guard, not shown"])
def test_a_run_that_is_gone_on_with_writes_nothing_over_what_others_did(
    now: str, begun: str
) -> None:
    back = Reversal(call("ModifyInstanceAttribute", Groups=["sg-1"]), Effect.UPDATE, "back")
    sg = ref(Kind.SECURITY_GROUP, "group")
    group = step("group", Effect.CREATE, call("CreateSecurityGroup"), sg, undo=())
    guard = step(
        "guard",
        Effect.UPDATE,
        call("ModifyInstanceAttribute", Groups=["sg-1", "sg-2"]),
        ref(Kind.VM, "web"),
        undo=(back,),
    )
    seen = Expect(Kind.VM, "i-web", "contains", "security_groups", "sg-2")
    if begun == "guard, not shown":
        guard, begun = replace(guard, expects=(seen,), after={"groups": 2}), "again"
    recalled = Recalled(doubtful={"guard"} if begun == "again" else {begun} - {""})

    def resume() -> None:
        require_unmoved(RUN, planned(group, guard), recalled, merged(now), nothing)

    if now and begun != "guard":
        with pytest.raises(Stale, match="others have changed") as caught:
            resume()
        assert caught.value.remedy is not None
        assert "cloudops undo run-1" in caught.value.remedy
    else:
        resume()


@pytest.mark.parametrize("other", [False, True])
def test_code_that_the_run_has_written_and_not_yet_brought_about_is_its_own(other: bool) -> None:
    """It died in the middle: the code is as it wrote it, only what it stands on is another."""
    back = IacChange({"main.tf": "was"}, (), basis="sha256:was")
    to = IacChange({"main.tf": "goal"}, (), basis="sha256:before")
    undo = (Reversal(back, Effect.UPDATE, "back"),)
    apply = step("apply", Effect.UPDATE, to, ref(Kind.VM, "web"), undo=undo, expects=(size("x"),))

    def rebase(before: Step, there: Step) -> Step:
        assert isinstance(there.action, IacChange)
        files = {"main.tf": "goal, and others'"} if other else there.action.files
        return replace(there, action=replace(there.action, files=files, basis="sha256:now"))

    def resume() -> None:
        recalled = Recalled(doubtful={"apply"})
        require_unmoved(RUN, planned(apply), recalled, rebase, lambda _: world())

    if other:
        with pytest.raises(Stale, match="others have changed"):
            resume()
    else:
        resume()


GROUP, OTHER = {"$output": "group.id"}, {"$output": "other.id"}


def guarded(id: str, was: list[Any], now: list[Any]) -> Step:
    back = Reversal(call("ModifyInstanceAttribute", Groups=was), Effect.UPDATE, "back")
    to = call("ModifyInstanceAttribute", Groups=now)
    return step(id, Effect.UPDATE, to, ref(Kind.VM, "web"), undo=(back,))


@pytest.mark.parametrize(("outcome", "asked"), [(Outcome.DONE, True), (Outcome.UNKNOWN, False)])
def test_what_the_run_has_written_itself_is_gone_on_from(outcome: Outcome, asked: bool) -> None:
    """As it left it, with what its steps have told; where it may have written it, nobody knows."""
    plan = planned(
        step("group", Effect.CREATE, call("CreateSecurityGroup"), ref(Kind.SECURITY_GROUP, "g")),
        guarded("first", ["sg-1"], ["sg-1", GROUP]),
        guarded("second", ["sg-1", GROUP], ["sg-1", GROUP, OTHER]),
    )
    recalled = Recalled(progress=done(*plan.steps[:2]))
    receipts = recalled.progress.receipts
    receipts["group"] = replace(receipts["group"], outputs={"id": "sg-9"})
    receipts["first"] = replace(receipts["first"], outcome=outcome)
    seen: list[Any] = []

    def rebase(before: Step, there: Step) -> Step:
        for each in (before, there):
            assert isinstance(each.action, SdkCall)
            seen.append(each.action.parameters["Groups"])
        return there

    require_unmoved(RUN, plan, recalled, rebase, nothing)
    assert seen == ([["sg-1", "sg-9"], ["sg-1", "sg-9", OTHER]] if asked else [])


def test_a_way_back_is_held_to_what_it_takes_back(tmp_path: Path) -> None:
    """It was laid on what was there when it was planned; what others did since is not in it."""
    vm, resize = guarded("vm", ["sg-1"], ["sg-1", GROUP]), resized("resize", "small", "large")
    group = step("group", Effect.CREATE, call("CreateSecurityGroup"), ref(Kind.SECURITY_GROUP, "g"))
    original = sealed(planned(group, vm, resize))
    backs = tuple(
        replace(back, after={"was": 1}) for each in (resize, vm) for back in ways_back(each)
    )
    plan = replace(planned(*backs), undoes="run-1")
    told = Receipt(
        step="group",
        outcome=Outcome.DONE,
        started_at=NOW,
        finished_at=NOW,
        outputs={"id": "sg-9"},
    )
    with closing(open_store(tmp_path / "state.db")) as store:
        assert with_what_it_undoes(plan, store) == plan
        store.begin_run(RUN)
        store.put_plan(original)
        store.set_status("run-1", "done", digest=original.digest)
        line = Event("run-1", 1, NOW, "execute", "receipt", {"receipt": encode(told)})
        store.append("run-1", [line])
        held = with_what_it_undoes(plan, store)
        assert with_what_it_undoes(original, store) == original
    (first,), (second,) = (each.undo for each in held.steps if isinstance(each.undo, tuple))
    assert first.expects == (size("large"),)
    assert payload(second.action) == {"Groups": ["sg-1", "sg-9"]}
    recalled = Recalled(progress=done(held.steps[1]))
    with pytest.raises(Stale) as caught:
        require_unmoved(RUN, held, recalled, as_it_was, lambda _: at_size("huge"))
    assert "cloudops undo run-1" in str(caught.value.remedy)
    require_unmoved(RUN, held, recalled, as_it_was, lambda _: at_size("large"))


def as_it_was(_: Step, back: Step) -> Step:
    return back


@pytest.mark.parametrize(
    ("now", "moved"), [("small", False), ("large", False), ("huge", True), ("gone", False)]
)
@pytest.mark.parametrize("begun", ["other", "tag", "resize", "both"])
@pytest.mark.parametrize("lost", [False, True])
def test_a_run_that_is_gone_on_with_sets_nothing_that_others_have_set(
    now: str, moved: bool, begun: str, lost: bool
) -> None:
    """What is gone says so itself; what the run has set was not so before."""
    other = step("other", Effect.CREATE, call("CreateVolume"), ref(Kind.DISK, "d"), undo=())
    tag = step("tag", Effect.UPDATE, call("CreateTags"), ref(Kind.VM, "vm"), undo=())
    resize = resized("resize", "small", "large")
    steps = (other, tag, resize)
    names = {"other", "resize"} if begun == "both" else {begun}
    recalled = Recalled(progress=done(*(s for s in steps if s.id in names)))
    if lost and "resize" not in names:
        recalled.doubtful.add("resize")
    there = world() if now == "gone" else at_size(now)

    def resume() -> None:
        require_unmoved(RUN, planned(*steps), recalled, as_it_was, lambda _: there)

    if moved and begun in ("other", "tag"):
        with pytest.raises(Stale) as caught:
            resume()
        assert caught.value.detail == "resize: vm/vm: size is huge now"
    else:
        resume()


@pytest.mark.parametrize("lost", [False, True])
def test_a_machine_that_the_run_may_be_stopping_is_not_moved_by_others(lost: bool) -> None:
    def power(value: str) -> Expect:
        return Expect(Kind.VM, "i-vm", "is", "state", value)

    back = Reversal(call("StartInstances"), Effect.UPDATE, "b", (power("running"),))
    vm = ref(Kind.VM, "vm")
    stop = step(
        "stop",
        Effect.UPDATE,
        call("StopInstances"),
        vm,
        undo=(back,),
        expects=(power("stopped"),),
        after={"state": "stopped"},
    )
    there = world(resource(Kind.VM, "vm", "i-vm", state="stopping"))

    def resume() -> None:
        recalled = Recalled(doubtful={"stop"} if lost else set())
        require_unmoved(RUN, planned(stop), recalled, as_it_was, lambda _: there)

    if lost:
        resume()
    else:
        with pytest.raises(Stale, match="others have changed"):
            resume()


def test_only_the_first_of_two_that_set_a_value_is_held_to_what_was_there() -> None:
    other = step("other", Effect.CREATE, call("CreateVolume"), ref(Kind.DISK, "d"), undo=())
    two = (resized("first", "small", "large"), resized("second", "large", "huge"))
    recalled = Recalled(progress=done(other))

    def resume(now: str) -> None:
        plan = planned(other, *two)
        require_unmoved(RUN, plan, recalled, as_it_was, lambda _: at_size(now))

    resume("small")
    with pytest.raises(Stale):
        resume("huge")
