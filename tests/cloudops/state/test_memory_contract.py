"""What every store must do with what is remembered, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudops.request import Goal
from cloudops.state.contract import Run, Store, StoreError
from cloudops.state.workflow import Choice, Parameter, Preference, Thing, Use, UseEnd, Workflow
from modalities.plan import ModalityName
from modalities.resource import Kind, Provider

START = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)


def a_workflow(id: str = "wf-1", **other: Any) -> Workflow:
    made = Workflow(
        id=id,
        structure="s1",
        title="create a VM (name)",
        goal=Goal.PROVISION,
        hand=ModalityName.SDK,
        provider=Provider.AWS,
        parameters=(
            Parameter(place="changes.0.wanted.0.name", type="text"),
            Parameter(place="changes.0.wanted.0.vcpus", type="number", fixed=True, value=2),
        ),
        things=(Thing(kind=Kind.NETWORK, by="default", holds={"cidr": "10.0.0.0/16"}),),
        choices=(Choice(type="range", prefix=24, within={"$thing": 0, "take": "cidr"}),),
        steps=({"id": {"$text": ["create-vm-", {"$parameter": 0}]}, "why": "Zoë, 数据"},),
        form="f1",
        versions={"botocore": "1.44.8"},
        learnt_at=START,
    )
    return replace(made, **other)


def a_use(store: Store, plan: str, *, minutes: int = 0, **other: Any) -> Use:
    if store.run("run-1") is None:
        at = START
        store.begin_run(Run("run-1", "make a VM", "sandbox", "1/us", "ann", "running", at, at))
    made = Use(
        plan=plan,
        workflow="wf-1",
        form="f1",
        run="run-1",
        at=START + timedelta(minutes=minutes),
        versions={"botocore": "1.44.8"},
        candidate=a_workflow(),
    )
    return replace(made, **other)


class TestWorkflows:
    def test_one_comes_back_as_it_was(self, store: Store) -> None:
        store.keep(a_workflow())
        assert store.workflow("wf-1") == a_workflow()
        assert store.workflow("wf") == a_workflow()
        assert store.workflow("") is None
        assert store.workflow("wf-2") is None

    def test_there_is_one_of_each_id(self, store: Store) -> None:
        store.keep(a_workflow())
        store.keep(a_workflow(form="f2"))
        (found,) = store.workflows()
        assert found.form == "f2"

    def test_they_are_found_by_structure(self, store: Store) -> None:
        store.keep(a_workflow("wf-1"))
        store.keep(a_workflow("wf-2", structure="s2"))
        assert [w.id for w in store.workflows("s2")] == ["wf-2"]
        assert {w.id for w in store.workflows()} == {"wf-1", "wf-2"}
        assert store.workflows("s3") == ()

    def test_a_prefix_of_several_is_said(self, store: Store) -> None:
        for id in ("wf-1", "wf-12"):
            store.keep(a_workflow(id))
        assert store.workflow("wf-1") == a_workflow("wf-1")
        with pytest.raises(StoreError, match="several workflows begin with wf"):
            store.workflow("wf")

    def test_it_goes_with_its_uses(self, store: Store) -> None:
        store.keep(a_workflow())
        store.begin_use(a_use(store, "sha256:1"))
        store.end_use("sha256:1", UseEnd.DONE)
        assert store.drop("wf-1")
        assert not store.drop("wf-1")
        assert store.workflows() == ()
        assert store.uses("wf-1") == ()


class TestUses:
    def test_one_ends_once_and_gives_back_its_candidate(self, store: Store) -> None:
        use = a_use(store, "sha256:1", recalled=True)
        store.begin_use(use)
        assert store.uses("wf-1") == ()
        assert store.end_use("sha256:1", UseEnd.DONE) == replace(use, ending=UseEnd.DONE)
        assert store.end_use("sha256:1", UseEnd.FAILED) is None
        assert store.uses("wf-1") == (replace(use, ending=UseEnd.DONE, candidate=None),)

    def test_a_plan_is_put_down_once(self, store: Store) -> None:
        store.begin_use(a_use(store, "sha256:1"))
        store.begin_use(a_use(store, "sha256:1", form="f2"))
        ended = store.end_use("sha256:1", UseEnd.DONE)
        assert ended is not None
        assert ended.form == "f1"

    def test_the_latest_comes_first(self, store: Store) -> None:
        for n in range(3):
            store.begin_use(a_use(store, f"sha256:{n}", minutes=n))
            store.end_use(f"sha256:{n}", UseEnd.FAILED if n == 2 else UseEnd.DONE)
        ends = [u.ending for u in store.uses("wf-1")]
        assert ends == [UseEnd.FAILED, UseEnd.DONE, UseEnd.DONE]
        assert all(isinstance(end, UseEnd) for end in ends)

    def test_what_never_ended_is_forgotten(self, store: Store) -> None:
        store.begin_use(a_use(store, "sha256:1"))
        store.begin_use(a_use(store, "sha256:2", minutes=60 * 49))
        assert store.end_use("sha256:1", UseEnd.DONE) is None
        assert store.end_use("sha256:2", UseEnd.DONE) is not None

    def test_its_run_must_be_known(self, store: Store) -> None:
        with pytest.raises(StoreError, match="no run run-9"):
            store.begin_use(a_use(store, "sha256:1", run="run-9"))


class TestPreferences:
    SIZE = Preference(project="/home/ann/shop", question="Which size?", answer="t3.small", at=START)

    def test_the_last_answer_counts(self, store: Store) -> None:
        store.prefer(self.SIZE)
        store.prefer(replace(self.SIZE, answer="m5.large"))
        assert store.preferences() == (replace(self.SIZE, answer="m5.large"),)

    def test_the_same_again_is_counted(self, store: Store) -> None:
        for _ in range(3):
            store.prefer(self.SIZE)
        assert store.preference("/home/ann/shop", "Which size?") == replace(self.SIZE, times=3)

    def test_projects_do_not_see_each_other(self, store: Store) -> None:
        store.prefer(self.SIZE)
        assert store.preference("/home/ann/other", "Which size?") is None
        assert store.preferences("/home/ann/other") == ()
        assert not store.unprefer("/home/ann/other", "Which size?")
        assert store.unprefer("/home/ann/shop", "Which size?")
        assert store.preferences() == ()
