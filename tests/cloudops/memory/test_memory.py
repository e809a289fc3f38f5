"""What the memory learns, says and forgets, on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cloudops.memory.memory import Memory, Witness
from cloudops.state.contract import Run, Store
from cloudops.state.sql import open_store
from cloudops.state.workflow import UseEnd
from fakes.ground import IDENTITY, NOW, VERSIONS, draft, intent, named, workflow, world
from modalities.change import Attach, Change
from modalities.contract import Draft
from modalities.plan import ModalityName
from modalities.wanted import Disk


def disk(name: str, gib: int = 40, to: str = "api-1") -> Change:
    return Attach(what=Disk(name=name, gib=gib), to=named(to))


class Day:
    """A memory on a day on which things come through or fail, one after the other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.versions = dict(VERSIONS)
        self.now = NOW
        self.memory = Memory(store, lambda _: self.versions, lambda: self.now)
        store.begin_run(Run("run-1", "x", "lab", "s", "ann", "running", NOW, NOW))
        self._plans = 0

    def seen(self, change: Change, drafted: Draft | None = None) -> Witness:
        return self.memory.witness(
            intent(change),
            drafted or draft((change,), world()),
            ModalityName.SDK,
            world(),
            IDENTITY,
            "run-1",
        )

    def ends(self, change: Change, ending: UseEnd, drafted: Draft | None = None) -> str:
        witness = self.seen(change, drafted)
        assert witness.candidate is not None
        self._plans += 1
        self.now += timedelta(minutes=1)
        self.memory.begun(witness.candidate, f"plan-{self._plans}", "run-1", recalled=False)
        return self.memory.ended(f"plan-{self._plans}", ending)

    def recalls(self, change: Change, *, watched: bool = True) -> tuple[Draft | None, str]:
        found = self.memory.recall(
            intent(change), ModalityName.SDK, world(), IDENTITY, "run-1", watched=watched
        )
        told = (*found.unfit, *((found.advisory.text,) if found.advisory else ()))
        return found.draft, "; ".join(told)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    store = open_store(tmp_path / "state.db")
    yield Day(store)
    store.close()


def test_what_came_through_is_remembered_and_recognised(day: Day) -> None:
    assert day.seen(disk("data-1")).notes == ()
    assert day.ends(disk("data-1"), UseEnd.DONE).startswith("remembered as workflow wf-")
    assert day.ends(disk("logs", 55, "db-9"), UseEnd.DONE) == ""
    (known,) = day.store.workflows()
    (note,) = day.seen(disk("more", 60)).notes
    assert note == f"as in workflow {known.id}, which came through 2 times, last on 2031-05-04"


def test_what_failed_is_not(day: Day) -> None:
    assert day.ends(disk("data-1"), UseEnd.FAILED) == ""
    assert day.store.workflows() == ()


def test_a_plan_that_never_ended_teaches_nothing(day: Day) -> None:
    witness = day.seen(disk("data-1"))
    assert witness.candidate is not None
    day.memory.begun(witness.candidate, "plan-1", "run-1", recalled=False)
    assert day.store.workflows() == ()
    assert day.memory.ended("plan-2", UseEnd.DONE) == ""


def test_two_failures_in_a_row_drop_it(day: Day) -> None:
    day.ends(disk("data-1"), UseEnd.DONE)
    assert day.ends(disk("data-2"), UseEnd.FAILED) == ""
    assert "its last 2 uses failed" in day.ends(disk("data-3"), UseEnd.FAILED)
    assert day.store.workflows() == ()


def test_too_few_of_five_drop_it(day: Day) -> None:
    day.ends(disk("data-1"), UseEnd.DONE)
    ends = (UseEnd.FAILED, UseEnd.DONE, UseEnd.FAILED, UseEnd.DONE, UseEnd.FAILED)
    said = [day.ends(disk(f"d-{n}"), end) for n, end in enumerate(ends)]
    assert said[:4] == [""] * 4
    assert "only 2 of its last 5 uses came through" in said[4]


def test_another_version_is_said_until_it_came_through_again(day: Day) -> None:
    day.ends(disk("data-1"), UseEnd.DONE)
    day.versions["botocore"] = "1.45.0"
    (note,) = day.seen(disk("data-2")).notes
    assert note.endswith("but since: botocore was 1.44.8, now 1.45.0")
    day.ends(disk("data-2"), UseEnd.DONE)
    (note,) = day.seen(disk("data-3")).notes
    assert "since" not in note


def test_another_form_takes_its_place_with_a_record_of_its_own(day: Day) -> None:
    change = disk("data-1")
    fresh = draft((change,), world())
    other = replace(fresh, steps=(replace(fresh.steps[0], why="otherwise"), *fresh.steps[1:]))
    day.ends(change, UseEnd.DONE)
    day.ends(change, UseEnd.DONE)
    (note,) = day.seen(change, other).notes
    assert note.startswith("otherwise than workflow wf-")
    assert "is learnt anew" in day.ends(change, UseEnd.DONE, other)
    (note,) = day.seen(change, other).notes
    assert "came through once" in note


def test_one_that_would_have_come_out_otherwise_drafts_no_more(day: Day) -> None:
    day.ends(disk("data-1"), UseEnd.DONE)
    (known,) = day.store.workflows()
    wrong = ({**known.steps[0], "why": "something else"}, *known.steps[1:])
    day.store.keep(replace(known, steps=wrong))
    assert day.recalls(disk("data-2"))[0] is not None
    day.seen(disk("data-2"))
    recalled, why = day.recalls(disk("data-2"))
    assert recalled is None
    assert "drafted afresh, it came out otherwise" in why


class TestRecalling:
    def test_the_same_plan_without_drafting(self, day: Day) -> None:
        day.ends(disk("data-1"), UseEnd.DONE)
        recalled, said = day.recalls(disk("logs", 60, "db-9"), watched=False)
        assert recalled == draft((disk("logs", 60, "db-9"),), world())
        assert said.startswith("drafted from memory: workflow wf-")
        assert "came through once" in said

    def test_why_it_does_not_fit_is_said(self, day: Day) -> None:
        day.ends(disk("data-1"), UseEnd.DONE)
        recalled, why = day.recalls(disk("logs", 60, "gone-1"))
        assert recalled is None
        assert "there is no VM named gone-1" in why

    def test_an_imported_one_needs_a_person_until_it_came_through(self, day: Day) -> None:
        day.store.keep(workflow(disk("data-1"), trusted=False, origin="theirs.json"))
        assert day.recalls(disk("d-1"), watched=False)[0] is None
        recalled, said = day.recalls(disk("d-1"))
        assert recalled is not None
        assert "from theirs.json: not proven here" in said
        assert "not proven here" in day.seen(disk("d-1")).notes[0]
        assert "it is trusted now" in day.ends(disk("d-1"), UseEnd.DONE, recalled)
        assert day.recalls(disk("d-2"), watched=False)[0] is not None

    def test_what_becomes_trusted_is_what_came_through(self, day: Day) -> None:
        theirs = workflow(disk("data-1"), trusted=False, origin="theirs.json")
        planted = ({**theirs.steps[0], "why": "planted"}, *theirs.steps[1:])
        day.store.keep(replace(theirs, steps=planted))  # under the form of an honest one
        day.ends(disk("d-1"), UseEnd.DONE)
        (known,) = day.store.workflows()
        assert known.trusted
        assert known.steps == theirs.steps
