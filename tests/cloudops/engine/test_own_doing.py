"""What a run writes of resources that have a kind: its own doing, and not that of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from cloudops.engine.compose import basis_of
from cloudops.engine.course import Course
from cloudops.engine.drift import drift
from cloudops.engine.execute import REHEARSAL
from cloudops.engine.hands import Hands
from cloudops.engine.own_doing import own_doing, own_doings
from cloudops.engine.passage import Passage
from cloudops.engine.report import Options
from cloudops.request import Request
from cloudops.state.contract import Store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, switched
from fakes.plans import plan as planned
from fakes.specimens import resource, world
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.resource import Kind, Provider
from modalities.target import Approval, Realm, Target
from policies.settings import PolicySettings

if TYPE_CHECKING:
    from cloudops.engine.parts import Parts

TARGET = Target(name="t", provider=Provider.AWS, realm=Realm.SANDBOX, region="us-east-1")
REQUEST = Request(text="x", target="t", actor="me")
KNOWN = resource(Kind.VM, "web", tags={"a": "1", "gone": "1"}, size="s", state="on", old=1)
FOUND = replace(
    KNOWN, attributes={"size": "l", "state": "on", "rack": 2}, tags={"a": "2", "theirs": "1"}
)


def test_only_what_became_otherwise_is_written() -> None:
    now = replace(
        FOUND,
        attributes={**FOUND.attributes, "state": "off", "new": 1},
        tags={"a": "2", "ours": "1"},
    )
    own = own_doing(KNOWN, FOUND, now)
    assert own.attributes == {"size": "s", "state": "off", "old": 1, "new": 1}
    assert own.tags == {"a": "1", "gone": "1", "ours": "1"}


def test_what_was_there_and_not_known_is_others_first() -> None:
    now = replace(FOUND, tags={"ours": "1"})
    assert own_doings((now,), world(), world(FOUND)) == ((now,), (FOUND,))
    assert own_doings((now,), world(), world()) == ((now,), ())


def test_what_others_made_of_a_machine_before_a_run_is_told_after_it(store: Store) -> None:
    cloud = FakeCloud()
    id = cloud.create("vm", "web-1")["Id"]
    hand = FakeHand(cloud, lambda _: Draft(()))
    parts = SimpleNamespace(secrets_dir=None, patience=REHEARSAL, settings=PolicySettings())
    passage = Passage(store, None, REQUEST, Options())
    course = Course(cast("Parts", parts), passage, Hands((hand,), hand), TARGET)
    known = course.look()  # the first look at a target goes into the state
    there = cloud.resources[id]
    cloud.resources[id] = replace(there, attributes={**there.attributes, "size": "l"})
    seen = course.look()
    steps = (switched(cloud.resources[id], "stopped"),)
    plan = sealed(replace(planned(*steps), identity=IDENTITY, basis=basis_of(steps, seen)))
    until = datetime.now(UTC) + timedelta(hours=1)
    course.executed(plan, Approval(plan.digest, IDENTITY, "me", "asked", until))

    (kept,) = store.resources()
    by = {p.attribute: p.run for p in store.provenance(kept.ref)}
    assert by["state"] == passage.run
    assert by["near"] is None
    found = drift(known.with_resources(store.resources()), cloud.world())
    assert [(d.attribute, d.before, d.now) for d in found] == [("size", None, "l")]
