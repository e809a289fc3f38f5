"""A run that stopped half way can be taken up again, whatever stopped it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from cloudops.engine.fitting import fitting
from cloudops.engine.passage import Passage
from cloudops.engine.progress import Progress
from cloudops.engine.report import Options
from cloudops.engine.settle import settle
from cloudops.engine.troubles import stop_of
from cloudops.errors import Blocked, CannotEvaluate, Denied, Misused, Stale, Stop
from cloudops.request import Request
from cloudops.state.contract import Store, StoreError
from cloudops.state.sql import open_store
from fakes.clock import SetClock
from fakes.cloud import created, receipt
from modalities.receipt import Failure, Outcome, Trouble
from modalities.resource import Kind

if TYPE_CHECKING:
    from cloudops.engine.execute import Executor
    from cloudops.engine.journal import Journal

VM = created(Kind.VM, "web-1")
STOPS = (CannotEvaluate("no answer"), Misused("the disk is full"), Denied("not any more"))


def passage(store: Store | Leaving) -> Passage:
    return Passage(cast("Store", store), None, Request(text="x", target="t", actor="me"), Options())


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: type(stop).__name__)
def test_what_was_begun_can_be_resumed_and_undone(store: Store, stop: Stop) -> None:
    begun = passage(store)
    begun.journal.mark("execute", "intended", step=VM.id)
    assert begun.standing() == (VM.id,)
    begun.stopped(stop)
    assert fitting(store, begun.run, "resume").status == "interrupted"


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: type(stop).__name__)
def test_what_did_nothing_ends_as_it_did(store: Store, stop: Stop) -> None:
    idle = passage(store)
    idle.stopped(stop)
    with pytest.raises(Misused, match="nothing to resume"):
        fitting(store, idle.run, "resume")


def test_what_takes_a_run_back_says_so_when_it_is_taken_up_again(store: Store) -> None:
    """What only a file says of itself does not count: the state knows which runs are undos."""
    request = Request(text="x", target="t", actor="me")
    back = Passage(store, None, request, Options(), undoes="run-1")
    again = Passage(store, None, request, Options(), run=store.run(back.run))
    assert (back.undoes, again.undoes, passage(store).undoes) == ("run-1", "run-1", None)


def test_a_plan_that_will_not_be_done_any_more_is_told_from_a_lock(store: Store) -> None:
    assert passage(store).stopped(Stale("the cloud moved")).stale
    assert not passage(store).stopped(Blocked("a lock is held")).stale


@pytest.mark.parametrize(("code", "stale"), [("PlanMoved", True), ("StateLocked", False)])
def test_what_a_tool_refuses_for_good_is_stale(code: str, stale: bool) -> None:
    moved = Progress(failures=[(VM.id, Failure(Trouble.CONFLICT, code, "moved"))])
    executor = cast("Executor", SimpleNamespace(progress=moved, undo=lambda: None))
    with pytest.raises(Blocked) as stopped:
        settle(executor, cast("Journal", None))
    assert isinstance(stopped.value, Stale) is stale


def test_what_was_taken_back_does_not_stand(store: Store) -> None:
    gone = passage(store)
    done = receipt(VM, Outcome.DONE, outputs={"id": "vm-1"})
    gone.journal.mark("execute", "receipt", receipt=done)
    gone.journal.mark("execute", "undone", receipt=done, undoes=VM.id)
    assert gone.standing() == ()


class Leaving:
    """A store that, from a moment on, can be neither read nor written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.gone = False

    def __getattr__(self, name: str) -> Any:
        if self.gone:
            raise StoreError("nobody answers there", "start the server")
        return getattr(self._store, name)


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.UNKNOWN])
def test_what_took_effect_when_the_store_was_gone_is_told(store: Store, outcome: Outcome) -> None:
    leaving = Leaving(store)
    begun = passage(leaving)
    begun.journal.mark("execute", "intended", step=VM.id)
    leaving.gone = True
    with pytest.raises(StoreError) as away:
        begun.journal.mark("execute", "receipt", receipt=receipt(VM, outcome))
    assert begun.standing() == (VM.id,)
    report = begun.stopped(stop_of(away.value, begun.run, begun.standing()))
    assert (report.exit_code, report.left) == (7, (VM.id,))
    assert report.error is not None
    assert report.error.detail == "nobody answers there"
    assert report.error.remedy.startswith(f"start the server; then `cloudops resume {begun.run}`")


def test_what_was_announced_to_nobody_was_not_sent(store: Store) -> None:
    leaving = Leaving(store)
    idle = passage(leaving)
    leaving.gone = True
    with pytest.raises(StoreError):
        idle.journal.mark("execute", "intended", step=VM.id)
    assert idle.standing() == ()


def test_a_run_is_dated_by_the_store_s_clock(tmp_path: Path) -> None:
    """Which of two runs is the latest, no client's clock may say."""
    clock = SetClock()
    with closing(open_store(tmp_path / "clock.db", clock=clock)) as store:
        first = passage(store)
        clock.pass_by(60.0)
        second = passage(store)
        assert [run.id for run in store.runs()] == [second.run, first.run]
        assert store.runs()[0].started_at == clock.now()
