"""What one undo has taken back, the next leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloudops.engine.doubts import LAST_WORD
from cloudops.engine.fitting import fitting
from cloudops.engine.progress import Progress
from cloudops.engine.recall import Recalled
from cloudops.engine.undoing import reversal
from cloudops.engine.undone_before import Earlier, earlier, without
from cloudops.errors import Misused
from cloudops.state.contract import Event, Run, Store
from cloudops.state.sql import open_store
from fakes.plans import call, ref, step, world
from fakes.plans import plan as planned
from modalities.action import IacChange
from modalities.codec import encode, sealed
from modalities.plan import Plan
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind
from modalities.step import Effect, Expect, Reversal, Step

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VOLUME = ref(Kind.DISK, "vol-1")
BACK = Reversal(call("AttachVolume", VolumeId="vol-1"), Effect.UPDATE, "attach it again")
FLAGS = Reversal(call("ModifyInstanceAttribute"), Effect.UPDATE, "its flag again")
DETACH = step("detach", Effect.UPDATE, call("DetachVolume"), VOLUME, undo=(BACK, FLAGS))
STOP = step(
    "stop",
    Effect.UPDATE,
    call("StopInstances"),
    ref(Kind.VM, "i-1"),
    undo=(Reversal(call("StartInstances"), Effect.UPDATE, "start it again"),),
)
PLAN = sealed(planned(DETACH, STOP))


def receipt(id: str, outcome: Outcome = Outcome.DONE) -> Receipt:
    return Receipt(step=id, outcome=outcome, started_at=NOW, finished_at=NOW)


def ran() -> Recalled:
    return Recalled(Progress(receipts={s.id: receipt(s.id) for s in PLAN.steps}))


def way_back(id: str, *expects: Expect) -> Step:
    return step(id, Effect.UPDATE, call("StartInstances"), undo=LAST_WORD, expects=expects)


SHOWS = Expect(Kind.VM, "i-1", "is", "state", "running")
UNDO = replace(
    planned(way_back("undo-stop"), way_back("undo-detach"), way_back("undo-detach-2")),
    undoes="run-1",
)


def noted(recalled: Recalled, undo: Plan, done: Recalled, **before: list[str]) -> tuple[str, ...]:
    run = Run("undo-1", "x", "t", "s", "ann", "running", NOW, NOW, undoes="run-1")
    return without(PLAN, recalled, **Earlier(run, undo, done, before, 0).found())


def left_to_do(recalled: Recalled) -> list[str]:
    draft = reversal(PLAN, recalled.progress, world(), lambda _: ())
    return [each.id for each in draft.steps]


def test_what_was_taken_back_is_not_taken_back_again() -> None:
    recalled, done = ran(), Recalled(Progress(receipts={"undo-stop": receipt("undo-stop")}))
    assert left_to_do(recalled) == ["undo-stop", "undo-detach", "undo-detach-2"]
    assert noted(recalled, UNDO, done) == ()
    assert left_to_do(recalled) == ["undo-detach", "undo-detach-2"]


def test_of_a_step_with_two_ways_back_the_second_is_left() -> None:
    recalled, done = ran(), Recalled(Progress(receipts={"undo-detach": receipt("undo-detach")}))
    assert noted(recalled, UNDO, done) == ()
    assert left_to_do(recalled) == ["undo-stop", "undo-detach-2"]


def test_what_failed_or_does_not_show_is_tried_again() -> None:
    recalled = ran()
    failed = Progress(receipts={"undo-detach": receipt("undo-detach", Outcome.FAILED)})
    shown = replace(UNDO, steps=(way_back("undo-stop", SHOWS), *UNDO.steps[1:]))
    assert noted(recalled, shown, Recalled(failed, {"undo-stop"})) == ()
    assert left_to_do(recalled) == ["undo-stop", "undo-detach", "undo-detach-2"]


def test_what_nobody_can_look_for_is_told_and_not_tried_again() -> None:
    recalled = ran()
    (told,) = noted(recalled, UNDO, Recalled(doubtful={"undo-stop"}))
    assert told.endswith("not known whether it was taken back")
    assert left_to_do(recalled) == ["undo-detach", "undo-detach-2"]


def test_what_the_one_before_had_found_is_not_asked_of_the_cloud_again() -> None:
    """It may have changed the same since: a machine that had been stopped runs again."""
    recalled, done = ran(), Recalled(Progress(receipts={"undo-stop": receipt("undo-stop")}))
    (told,) = noted(recalled, UNDO, done, gone=["undo-detach"], unclear=["undo-detach-2"])
    assert told.endswith("not known whether it was taken back")
    assert left_to_do(recalled) == []


def test_what_its_own_tool_finds_half_done_is_tried_again() -> None:
    recalled = ran()
    ends = [{"address": a, "actions": ["delete"]} for a in ("aws_ebs_volume.a", "aws_vpc.b")]
    terraform = IacChange({}, ("aws_ebs_volume.a", "aws_vpc.b"), tuple(ends))
    undo = replace(UNDO, steps=(replace(way_back("undo-stop", SHOWS), action=terraform),))
    assert noted(recalled, undo, Recalled(doubtful={"undo-stop"})) == ()
    assert left_to_do(recalled) == ["undo-stop", "undo-detach", "undo-detach-2"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path / "state.db")) as opened:
        begun(opened, "run-1", "undone", PLAN, 0)
        yield opened


def begun(store: Store, id: str, status: str, plan: Plan, minute: int, *receipts: Receipt) -> None:
    at = NOW + timedelta(minutes=minute)
    store.begin_run(Run(id, "x", "t", "s", "ann", "running", at, at, undoes=plan.undoes))
    store.put_plan(plan)
    bodies = [{"receipt": encode(each)} for each in receipts]
    store.append(id, [Event(id, 0, at, "execute", "receipt", body) for body in bodies])
    store.set_status(id, status, digest=plan.digest)


def test_the_latest_that_did_something(store: Store) -> None:
    run = store.run("run-1")
    assert run is not None
    begun(store, "undo-1", "partly_applied", sealed(UNDO), 1, receipt("undo-stop"))
    begun(store, "undo-2", "interrupted", sealed(UNDO), 2, receipt("undo-detach"))
    begun(store, "declined", "declined", sealed(UNDO), 3)
    begun(store, "taken back", "undone", sealed(UNDO), 4, receipt("undo-stop"))
    begun(store, "other", "done", sealed(replace(UNDO, undoes="run-2")), 5, receipt("undo-stop"))
    latest = earlier(store, run)
    assert latest is not None
    assert (latest.run.id, latest.found()["gone"]) == ("undo-2", ["undo-detach"])


def test_what_was_left_can_be_undone_by_name_until_nothing_is(store: Store) -> None:
    with pytest.raises(Misused, match="run-1 is undone"):
        fitting(store, "run-1", "undo")
    begun(store, "undo-1", "partly_applied", sealed(UNDO), 1, receipt("undo-stop"))
    assert fitting(store, "run-1", "undo").id == "run-1"
    begun(store, "undo-2", "blocked", sealed(UNDO), 2)
    assert fitting(store, "run-1", "undo").id == "run-1"
    begun(store, "undo-3", "interrupted", sealed(UNDO), 3, receipt("undo-detach"))
    assert fitting(store, "run-1", "undo").id == "run-1"
    begun(store, "undo-4", "no_op", sealed(UNDO), 4)
    with pytest.raises(Misused, match="run-1 is undone"):
        fitting(store, "run-1", "undo")
    begun(store, "undo-5", "done", sealed(UNDO), 5, receipt("undo-detach"))
    with pytest.raises(Misused, match="run-1 is undone"):
        fitting(store, "run-1", "undo")


def test_what_is_taken_back_is_not_resumed(store: Store) -> None:
    begun(store, "run-2", "interrupted", PLAN, 1, receipt("stop"))
    assert fitting(store, None, "resume").id == "run-2"
    mine = sealed(replace(UNDO, undoes="run-2"))
    begun(store, "undo-1", "interrupted", mine, 2, receipt("undo-stop"))
    begun(store, "undo-2", "declined", mine, 3)
    assert fitting(store, None, "resume").id == "undo-1"
    with pytest.raises(Misused, match="run-2 is taken back by undo-1"):
        fitting(store, "run-2", "resume")
    begun(store, "undo-3", "interrupted", mine, 4, receipt("undo-detach"))
    assert fitting(store, None, "resume").id == "undo-3"
    with pytest.raises(Misused, match="run-2 is taken back by undo-3"):
        fitting(store, "undo-1", "resume")


def test_where_none_is_named_what_was_left_comes_before_older_runs(store: Store) -> None:
    """To go one run further back would delete what nobody spoke of."""
    begun(store, "run-0", "done", PLAN, -1, receipt("stop"))
    assert fitting(store, None, "undo").id == "run-0"
    begun(store, "undo-1", "partly_applied", sealed(UNDO), 1, receipt("undo-stop"))
    assert fitting(store, None, "undo").id == "run-1"
    begun(store, "undo-2", "done", sealed(UNDO), 2, receipt("undo-detach"))
    assert fitting(store, None, "undo").id == "run-0"
