"""What strangers made of what the state has: since when, and by whom as far as a trail tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.drift import Drift, Drifted
from cloudops.engine.outside import attributed, outside
from cloudops.engine.refresh import refresh
from cloudops.state.contract import Store
from cloudops.state.sql import open_store
from fakes.clock import SetClock
from fakes.cloud import IDENTITY, FakeCloud, FakeHand
from modalities.contract import Draft
from modalities.receipt import Failure, Trouble
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef, World
from modalities.survey import Survey, Told, Unread
from modalities.target import Realm, Target
from modalities.trail import MADE, REMOVED, Asked, Deed, Statement

TARGET = Target(name="t", provider=Provider.AWS, realm=Realm.SANDBOX, region="us-east-1")


def made(
    kind: Kind, id: str, *links: Link, tags: dict[str, str] | None = None, **facts: Any
) -> Resource:
    return Resource(
        ResourceRef(Provider.AWS, IDENTITY.scope, kind, id), id, facts, tags or {}, links
    )


@dataclass
class Watched:
    """A hand that may not see all, and reads a trail."""

    cloud: FakeCloud = field(default_factory=FakeCloud)
    hidden: tuple[Kind, ...] = ()
    deeds: dict[str, tuple[Deed, ...]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def hand(self) -> FakeHand:
        watched = self

        class Hand(FakeHand):
            def survey(self, target: Target, told: Told) -> Survey:
                world = watched.cloud.world()
                seen = tuple(kind for kind in Kind if kind not in watched.hidden)
                why = Failure(Trouble.PERMISSION, "Denied", "no permission for x", "ask for x")
                unread = (Unread(watched.hidden, why),) if watched.hidden else ()
                return Survey(world.with_resources(world.of(*seen)), seen, unread)

            def statement(
                self, target: Target, asked: Sequence[Asked], told: Callable[[int, int], None]
            ) -> Statement:
                watched.asked = list(asked)
                silent = {a.id: "the trail is silent" for a in asked if a.id not in watched.deeds}
                return Statement("Trail", watched.deeds, silent)

        return Hand(self.cloud, lambda _: Draft(()))

    def put(self, *resources: Resource) -> None:
        self.cloud.resources = {r.id: r for r in resources}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    opened = open_store(tmp_path / "state.db", clock=clock)
    yield opened
    opened.close()


def test_since_when_and_by_whom(store: Store, clock: SetClock) -> None:
    watched = Watched()
    watched.put(made(Kind.VM, "i-1", size="s"), made(Kind.DISK, "vol-1", gib=1))
    refresh(watched.hand(), TARGET, store, None)
    then = clock.now()
    clock.pass_by(3600)
    at = clock.now() - timedelta(seconds=30)
    bob = Deed("e-1", "ModifyInstanceAttribute", at, "bob", concerns=("size",))
    watched.deeds = {"i-1": (bob,)}
    watched.put(made(Kind.VM, "i-1", size="l"), made(Kind.DISK, "vol-1", gib=2))
    seen = outside(watched.hand(), TARGET, store, None)
    disk, vm = seen.found
    assert (vm.attribute, vm.before, vm.now, vm.deed) == ("size", "s", "l", bob)
    assert (vm.last_before, vm.first_now) == (then, clock.now())
    assert (disk.deed, disk.not_known) == (None, "the trail is silent")
    assert [(a.id, a.since) for a in watched.asked] == [("vol-1", then), ("i-1", then)]
    first = clock.now()
    clock.pass_by(3600)
    again = outside(watched.hand(), TARGET, store, None)
    assert {(d.last_before, d.first_now) for d in again.found} == {(then, first)}
    assert outside(watched.hand(), TARGET, store, None).survey.unread == ()


def test_what_was_not_read_is_neither_gone_nor_compared(store: Store) -> None:
    watched = Watched()
    vm, disk = made(Kind.VM, "i-1", size="s"), made(Kind.DISK, "vol-1", gib=1)
    watched.put(vm, disk)
    refresh(watched.hand(), TARGET, store, None)
    watched.put()
    watched.hidden = (Kind.DISK,)
    seen = outside(watched.hand(), TARGET, store, None)
    assert [(d.id, d.what) for d in seen.found] == [("i-1", Drifted.VANISHED)]
    (unread,) = seen.survey.unread
    assert unread.kinds == (Kind.DISK,)
    read = refresh(watched.hand(), TARGET, store, None)
    assert (read.vanished, read.appeared, read.changed) == (1, 0, 0)
    assert store.resources() == (disk,)


def test_hidden_tags_are_not_taken_for_removed(store: Store) -> None:
    watched = Watched()
    watched.put(made(Kind.BUCKET, "logs", tags={"owner": "ann"}, versioning=True))
    refresh(watched.hand(), TARGET, store, None)
    watched.put(made(Kind.BUCKET, "logs", hidden=["tags", "versioning"]))
    assert outside(watched.hand(), TARGET, store, None).found == ()
    refresh(watched.hand(), TARGET, store, None)
    (kept,) = store.resources()
    assert kept.tags == {"owner": "ann"}


class TestAttributed:
    AT = SetClock().now()
    VM = made(Kind.VM, "i-1", Link("uses", Kind.DISK, "vol-1"))
    DISK = made(Kind.DISK, "vol-1", attached_to="i-1")
    KNOWN = World(Provider.AWS, IDENTITY.scope, (VM, DISK))
    EMPTY = World(Provider.AWS, IDENTITY.scope)

    def of(self, drift: Drift, *deeds: Deed) -> Drift:
        (found,) = attributed((drift,), self.KNOWN, self.KNOWN, Statement("T", {"i-1": deeds}, {}))
        return found

    def deed(self, name: str, seconds: float, *concerns: str) -> Deed:
        return Deed(name, name, self.AT + timedelta(seconds=seconds), name, concerns=concerns)

    def changed(self, attribute: str = "tag:owner") -> Drift:
        then, now = self.AT, self.AT + timedelta(hours=1)
        ref = self.VM.ref
        return Drift(ref, "i-1", Drifted.CHANGED, attribute, 1, 2, last_before=then, first_now=now)

    def test_the_latest_that_fits(self) -> None:
        early, late = self.deed("ann", 5, "tag:owner"), self.deed("bob", 9, "tag:owner")
        other, vague = self.deed("cat", 20, "tag:team"), self.deed("dog", 30)
        assert self.of(self.changed(), vague, other, late, early).deed == late
        assert self.of(self.changed(), vague, other).deed == vague
        nobody = self.of(self.changed(), other)
        assert nobody.deed is None
        assert "none that does this" in nobody.not_known

    @pytest.mark.parametrize("seconds", [-2, 3700])
    def test_not_what_was_done_at_another_time(self, seconds: float) -> None:
        assert self.of(self.changed(), self.deed("ann", seconds, "tag:owner")).deed is None

    def test_the_second_counts(self) -> None:
        """A trail knows no fractions."""
        whole = self.deed("ann", 0, "tag:owner")
        drift = replace(self.changed(), last_before=self.AT + timedelta(milliseconds=300))
        assert self.of(drift, whole).deed == whole

    def test_a_disk_that_went_with_its_machine(self) -> None:
        deed = self.deed("bob", 5, REMOVED)
        gone = tuple(Drift(r.ref, r.id, Drifted.VANISHED) for r in (self.VM, self.DISK))
        found = attributed(gone, self.KNOWN, self.EMPTY, Statement("T", {"i-1": (deed,)}, {}))
        assert [(d.deed, d.along_with) for d in found] == [(deed, ""), (deed, "vm/i-1")]

    def test_a_disk_that_came_with_its_machine(self) -> None:
        deed = self.deed("bob", 5, MADE)
        new = tuple(Drift(r.ref, r.id, Drifted.APPEARED) for r in (self.VM, self.DISK))
        found = attributed(new, self.EMPTY, self.KNOWN, Statement("T", {"i-1": (deed,)}, {}))
        assert [d.deed for d in found] == [deed, deed]

    def test_a_tag_follows_from_nothing(self) -> None:
        deed = self.deed("bob", 5, REMOVED)
        tag = Drift(self.DISK.ref, "vol-1", Drifted.CHANGED, "tag:x", 1, 2)
        free = Drift(self.DISK.ref, "vol-1", Drifted.CHANGED, "attached_to", "i-1", None)
        gone = Drift(self.VM.ref, "i-1", Drifted.VANISHED)
        found = attributed(
            (gone, tag, free), self.KNOWN, self.KNOWN, Statement("T", {"i-1": (deed,)}, {})
        )
        assert [d.deed for d in found] == [deed, None, deed]
