"""What every store must do, whatever it is made of (conftest.py names them)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest

from cloudops.request import Goal
from cloudops.state.clock import Clock
from cloudops.state.contract import Event, FenceLost, Run, Sighting, Store, StoreError
from cloudops.state.trial import Tally, Trial, TrialEnd
from fakes.clock import SetClock
from modalities.action import SdkCall
from modalities.claim import Claim, Lease, Mode
from modalities.codec import sealed
from modalities.plan import ModalityName, Plan
from modalities.resource import Kind, Link, Provider, Resource, ResourceRef
from modalities.step import Effect, Step
from modalities.target import Identity, Realm

START = datetime(2031, 5, 4, 3, 0, 0, tzinfo=UTC)
Factory = Callable[[Clock], Store]
A, B, C = "aws:1/us:vm/a", "aws:1/us:vm/b", "aws:1/us"


class Ticking(SetClock):
    """Goes on with every question."""

    tick = 0.0

    def uptime(self) -> float:
        self.pass_by(self.tick)
        return super().uptime()


def a_run(id: str = "run-1", minutes: int = 0, **other: Any) -> Run:
    at = START + timedelta(minutes=minutes)
    made = Run(id, "make a VM", "sandbox", "1/us", "ann", "running", at, at)
    return replace(made, **other)


def event(what: str, body: Mapping[str, Any] | None = None, *, run: str = "run-1") -> Event:
    return Event(run, 0, START, "execute", what, body or {})


def exclusive(*keys: str) -> tuple[Claim, ...]:
    return tuple(Claim(key, Mode.EXCLUSIVE) for key in keys)


def shared(*keys: str) -> tuple[Claim, ...]:
    return tuple(Claim(key, Mode.SHARED) for key in keys)


def take(store: Store, holder: str, *claims: Claim, ttl: float = 30, place: float = 0) -> Lease:
    got = store.claim(holder, claims, ttl=ttl, who="ann", why="to test", place=place)
    assert isinstance(got, Lease), got
    return got


def blockers(store: Store, holder: str, *claims: Claim, place: float = 0) -> list[tuple[str, str]]:
    got = store.claim(holder, claims, ttl=30, who="ann", why="to test", place=place)
    assert not isinstance(got, Lease)
    return [(held.key, held.holder) for held in got]


def vm(name: str, id: str, attributes: Mapping[str, Any], **other: Any) -> Resource:
    ref = ResourceRef(Provider.AWS, "1/us", Kind.VM, name)
    return Resource(ref, id, attributes, **other)


def written(store: Store, ref: ResourceRef) -> dict[str, tuple[Any, str | None, str]]:
    return {p.attribute: (p.value, p.run, p.modality) for p in store.provenance(ref)}


class TestRuns:
    def test_a_run_comes_back_as_it_was(self, store: Store) -> None:
        run = a_run(request="3 VMs for Zoë, 数据\ncenter", undoes="run-0", digest="sha256:1")
        store.begin_run(run)
        assert store.run("run-1") == run

    def test_times_of_any_zone_are_the_same_moment(self, store: Store) -> None:
        there = START.astimezone(timezone(timedelta(hours=5, minutes=30)))
        store.begin_run(a_run(started_at=there))
        run = store.run("run-1")
        assert run is not None
        assert run.started_at == START
        assert run.started_at.utcoffset() == timedelta(0)

    def test_status_changes_keep_what_is_not_given(self, store: Store, clock: SetClock) -> None:
        store.begin_run(a_run())
        store.set_status("run-1", "parked", digest="sha256:1", scope="2/eu")
        store.set_status("run-1", "done", exit_code=0)
        assert store.run("run-1") == a_run(
            status="done", digest="sha256:1", scope="2/eu", exit_code=0, changed_at=clock.now()
        )

    def test_a_status_may_be_left_as_it_is(self, store: Store) -> None:
        store.begin_run(a_run(status="undone"))
        store.set_status("run-1", "done", exit_code=0, unless={"undone", "failed"})
        assert store.run("run-1") == a_run(status="undone")
        store.set_status("run-1", "done", unless={"failed"})
        assert store.runs()[0].status == "done"
        with pytest.raises(StoreError, match="no run run-9"):
            store.set_status("run-9", "done", unless={"undone"})

    def test_unknown_runs_are_named(self, store: Store) -> None:
        assert store.run("run-1") is None
        assert store.run("") is None
        with pytest.raises(StoreError, match="no run run-9"):
            store.set_status("run-9", "done")
        with pytest.raises(StoreError, match="no run run-9"):
            store.append("run-9", (event("x"),))

    def test_an_id_is_used_once(self, store: Store) -> None:
        store.begin_run(a_run())
        with pytest.raises(StoreError, match="a run run-1 already"):
            store.begin_run(a_run(request="another"))
        assert store.run("run-1") == a_run()

    def test_a_prefix_finds_the_only_one(self, store: Store) -> None:
        for id in ("ab-1", "ab-12", "ac-1", "AB-3", "a%-1"):
            store.begin_run(a_run(id))
        found = store.run("ac")
        assert found is not None
        assert found.id == "ac-1"
        whole = store.run("ab-1")
        assert whole is not None
        assert whole.id == "ab-1"
        assert store.run("%") is None
        with pytest.raises(StoreError, match="ab-1, ab-12") as caught:
            store.run("ab")
        assert caught.value.remedy

    def test_many_matches_are_not_all_named(self, store: Store) -> None:
        for n in range(9):
            store.begin_run(a_run(f"r{n}"))
        with pytest.raises(StoreError, match=r"r0, r1, r2, r3, r4, \.\.\.$"):
            store.run("r")

    def test_latest_first_and_by_status(self, store: Store) -> None:
        for n, status in enumerate(("done", "parked", "failed", "done")):
            store.begin_run(a_run(f"run-{n}", minutes=n, status=status))
        assert [r.id for r in store.runs()] == ["run-3", "run-2", "run-1", "run-0"]
        assert [r.id for r in store.runs(limit=2)] == ["run-3", "run-2"]
        assert [r.id for r in store.runs(status=("parked", "done"), limit=2)] == ["run-3", "run-1"]

    def test_the_undos_of_one_run(self, store: Store) -> None:
        for n, undoes in enumerate((None, "run-0", None, "run-0", "run-2")):
            store.begin_run(a_run(f"run-{n}", minutes=n, undoes=undoes))
        assert [r.id for r in store.runs(undoes="run-0")] == ["run-3", "run-1"]
        assert [r.id for r in store.runs(undoes="run-0", limit=1)] == ["run-3"]
        assert store.runs(undoes="run-1") == ()

    def test_half_a_character_does_no_harm(self, store: Store) -> None:
        store.begin_run(a_run(request="make \ud800 VM"))
        run = store.run("run-1")
        assert run is not None
        assert run.request == "make ? VM"


class TestJournal:
    def test_events_are_numbered_in_order_per_run(self, store: Store) -> None:
        store.begin_run(a_run())
        store.begin_run(a_run("run-2"))
        store.append("run-1", (event("a"), event("b")))
        store.append("run-2", (event("x", run="run-2"),))
        store.append("run-1", ())
        store.append("run-1", (event("c"),))
        assert [(e.seq, e.what) for e in store.journal("run-1")] == [(1, "a"), (2, "b"), (3, "c")]
        assert [(e.seq, e.what) for e in store.journal("run-2")] == [(1, "x")]
        assert store.journal("run-9") == ()

    def test_bodies_come_back_as_they_were(self, store: Store) -> None:
        body = {"n": 10, "text": "10", "big": 2**70, "x": [1.5, None, True, {"ü": "\ud800"}]}
        store.begin_run(a_run())
        store.append("run-1", (event("a", body),))
        (kept,) = store.journal("run-1")
        assert kept == Event("run-1", 1, START, "execute", "a", body)

    def test_no_secret_is_kept(self, store: Store) -> None:
        store.begin_run(a_run())
        body = {
            "outputs": {"id": "key-1", "KeyMaterial": "-----BEGIN"},
            "argv": ["--password", "x"],
        }
        store.append("run-1", (event("receipt", body),))
        text = json.dumps(store.journal("run-1")[0].body)
        assert "key-1" in text
        assert "BEGIN" not in text
        assert '"x"' not in text

    def test_all_events_or_none(self, store: Store) -> None:
        store.begin_run(a_run())
        store.append("run-1", (event("before"),))
        with pytest.raises(Exception, match="JSON"):
            store.append("run-1", (event("a"), event("b", {"n": float("nan")})))
        assert [e.what for e in store.journal("run-1")] == ["before"]


def a_plan() -> Plan:
    step = Step(
        id="make",
        effect=Effect.CREATE,
        action=SdkCall("ec2", "RunInstances", {"MinCount": 1, "SubnetId": {"$output": "net.id"}}),
        why="asked for",
        changes=(ResourceRef(Provider.AWS, "1/us", Kind.VM, "a"),),
    )
    plan = Plan(
        id="plan-1",
        created_at=START,
        expires_at=START + timedelta(hours=1),
        request="Zoë",
        goal="provision",
        target="t",
        identity=Identity(Provider.AWS, "1", "us", "ann"),
        steps=(step,),
    )
    return sealed(plan)


class TestPlans:
    def test_a_plan_comes_back_as_it_was(self, store: Store) -> None:
        plan = a_plan()
        store.put_plan(plan)
        store.put_plan(plan)
        assert store.plan(plan.digest) == plan
        assert store.plan("sha256:0") is None

    def test_a_plan_under_another_digest_is_refused(self, store: Store) -> None:
        plan = replace(a_plan(), goal="another")
        with pytest.raises(ValueError, match="digest of plan plan-1"):
            store.put_plan(plan)
        assert store.plan(plan.digest) is None


class TestClaims:
    def test_exclusive_keeps_others_out_and_shared_does_not(self, store: Store) -> None:
        take(store, "one", *exclusive(A), *shared(C))
        take(store, "two", *exclusive(B), *shared(C))
        assert blockers(store, "three", *shared(A)) == [(A, "one")]
        assert blockers(store, "three", *exclusive(C)) == [(C, "one"), (C, "two")]

    def test_all_or_none(self, store: Store) -> None:
        take(store, "one", *exclusive(B))
        assert blockers(store, "two", *exclusive(A, B)) == [(B, "one")]
        take(store, "three", *exclusive(A))

    def test_of_two_claims_on_a_key_the_stronger_counts(self, store: Store) -> None:
        lease = take(store, "one", *shared(A), *exclusive(A), *shared(A))
        assert lease.claims == exclusive(A)

    def test_what_is_held_is_told(self, store: Store, clock: SetClock) -> None:
        lease = take(store, "one", *exclusive(B), *shared(A))
        first, second = store.claims()
        assert (first.key, first.mode, second.key, second.mode) == (A, "shared", B, "exclusive")
        assert (first.holder, first.who, first.why) == ("one", "ann", "to test")
        assert first.fence == lease.fence
        assert (first.since, first.until) == (clock.now(), lease.expires_at)
        assert lease.expires_at == clock.now() + timedelta(seconds=30)

    def test_release_lets_others_in_once(self, store: Store) -> None:
        lease = take(store, "one", *exclusive(A))
        store.release(lease)
        store.release(lease)
        take(store, "two", *exclusive(A))
        store.release(lease)
        assert [held.holder for held in store.claims()] == ["two"]

    def test_fences_only_rise(self, store: Store) -> None:
        fences = []
        for n in range(5):
            lease = take(store, f"h{n % 2}", *exclusive(A if n % 2 else B))
            fences.append(lease.fence)
            store.release(lease)
        assert fences == sorted(set(fences))

    def test_quiet_tells_whether_anybody_wrote_since(self, store: Store) -> None:
        before = store.quiet()
        assert before is not None
        lease = take(store, "one", *exclusive(A))
        assert lease.fence == before + 1
        assert store.quiet() is None
        store.release(lease)
        assert store.quiet() == lease.fence
        assert take(store, "two", *exclusive(B)).fence == lease.fence + 1

    def test_a_lease_ends_by_itself(self, store: Store, clock: SetClock) -> None:
        old = take(store, "one", *exclusive(A, B))
        clock.pass_by(29.5)
        assert store.check_fence(old) == pytest.approx(0.5)
        clock.pass_by(0.5)
        assert store.claims() == ()
        with pytest.raises(FenceLost, match="ran out"):
            store.check_fence(old)
        with pytest.raises(FenceLost):
            store.renew(old, ttl=30)
        new = take(store, "two", *exclusive(A))
        assert new.fence > old.fence
        store.release(old)
        assert store.check_fence(new) == 30

    def test_renewing_keeps_the_fence_and_moves_the_end(
        self, store: Store, clock: SetClock
    ) -> None:
        lease = take(store, "one", *exclusive(A))
        clock.pass_by(20)
        renewed = store.renew(lease, ttl=30)
        assert renewed == replace(lease, expires_at=clock.now() + timedelta(seconds=30))
        clock.pass_by(20)
        assert store.check_fence(lease) == 10, "the lease is the same, whichever copy is asked for"

    @pytest.mark.parametrize("jump", [-86400, 86400], ids=["back", "forth"])
    def test_setting_the_time_of_day_changes_no_lease(
        self, store: Store, clock: SetClock, jump: float
    ) -> None:
        lease = take(store, "one", *exclusive(A))
        clock.pass_by(10)
        clock.set_wall(jump)
        assert store.check_fence(lease) == 20
        assert blockers(store, "two", *exclusive(A)) == [(A, "one")]
        clock.pass_by(20)
        take(store, "two", *exclusive(A))

    def test_after_a_reboot_the_time_of_day_tells(self, store: Store, clock: SetClock) -> None:
        take(store, "one", *exclusive(A))
        clock.reboot("boot-2")
        clock.set_wall(29)
        assert blockers(store, "two", *exclusive(A)) == [(A, "one")]
        clock.set_wall(1)
        take(store, "two", *exclusive(A))

    def test_without_a_boot_id_the_time_of_day_tells(
        self, opener: Callable[[Clock], Store]
    ) -> None:
        clock = SetClock(boot="")
        store = opener(clock)
        lease = take(store, "one", *exclusive(A))
        clock.set_wall(12)
        assert store.check_fence(lease) == 18
        store.close()

    def test_claiming_again_extends_under_a_new_fence(self, store: Store, clock: SetClock) -> None:
        old = take(store, "one", *exclusive(A), *shared(C))
        clock.pass_by(5)
        new = take(store, "one", *shared(A), *exclusive(B))
        assert new.claims == (*shared(C), *exclusive(A, B))
        assert new.fence > old.fence
        assert {held.since for held in store.claims()} == {clock.now() - timedelta(seconds=5)}
        with pytest.raises(FenceLost, match="goes on with one"):
            store.check_fence(old)
        with pytest.raises(FenceLost):
            store.renew(old, ttl=30)
        store.release(old)
        assert store.check_fence(new) == 30

    def test_shared_becomes_exclusive_when_nobody_else_shares(self, store: Store) -> None:
        mine = take(store, "one", *shared(A))
        other = take(store, "two", *shared(A))
        assert blockers(store, "one", *exclusive(A)) == [(A, "two")]
        assert store.check_fence(mine) == 30, "what was held is still held"
        store.release(other)
        take(store, "one", *exclusive(A))

    def test_a_lease_over_nothing(self, store: Store) -> None:
        lease = take(store, "one")
        assert lease.claims == ()
        assert store.check_fence(store.renew(lease, ttl=5)) == 5
        store.release(lease)
        with pytest.raises(FenceLost):
            store.check_fence(lease)

    def test_more_claims_than_a_statement_takes_values(self, store: Store) -> None:
        keys = [f"k{n:05d}" for n in range(3000)]
        take(store, "one", *exclusive(keys[2500]))
        assert blockers(store, "two", *exclusive(*keys)) == [("k02500", "one")]
        assert len(take(store, "three", *exclusive(*keys[:2500])).claims) == 2500

    @pytest.mark.parametrize("ttl", [0, -1, float("nan"), float("inf")])
    def test_a_lease_lives_for_a_while(self, store: Store, ttl: float) -> None:
        with pytest.raises(ValueError, match="seconds"):
            store.claim("one", exclusive(A), ttl=ttl, who="ann", why="")

    @pytest.mark.parametrize("holder", ["run-1", "run-1@host:17:123.45"])
    def test_breaking_ends_the_lease_and_is_journalled(self, store: Store, holder: str) -> None:
        store.begin_run(a_run())
        lease = take(store, holder, *exclusive(A, B))
        take(store, "other", *exclusive("z"))
        broken = store.break_claims(holder, who="bob", reason="it hangs")
        assert [held.key for held in broken] == [A, B]
        with pytest.raises(FenceLost, match="broken"):
            store.check_fence(lease)
        assert [held.holder for held in store.claims()] == ["other"]
        (kept,) = store.journal("run-1")
        assert (kept.stage, kept.what) == ("execute", "lock_broken")
        assert kept.body == {"who": "bob", "reason": "it hangs", "keys": [A, B]}

    def test_breaking_what_is_not_held_breaks_nothing(self, store: Store) -> None:
        store.begin_run(a_run())
        assert store.break_claims("run-1", who="bob", reason="?") == ()
        assert store.journal("run-1") == ()
        take(store, "no-run", *exclusive(A))
        assert len(store.break_claims("no-run", who="bob", reason="?")) == 1


class TestQueue:
    def test_who_came_first_goes_first(self, store: Store) -> None:
        lease = take(store, "one", *exclusive(A))
        assert blockers(store, "two", *exclusive(A), place=5) == [(A, "one")]
        assert blockers(store, "three", *exclusive(A), place=5) == [(A, "one"), (A, "two")]
        store.release(lease)
        assert blockers(store, "three", *exclusive(A), place=5) == [(A, "two")]
        take(store, "two", *exclusive(A), place=5)

    def test_sharers_do_not_starve_one_who_wants_it_alone(self, store: Store) -> None:
        lease = take(store, "one", *shared(A))
        assert blockers(store, "alone", *exclusive(A), place=5) == [(A, "one")]
        assert blockers(store, "two", *shared(A)) == [(A, "alone")]
        store.release(lease)
        take(store, "alone", *exclusive(A), place=5)

    def test_who_wants_something_else_passes(self, store: Store) -> None:
        take(store, "one", *exclusive(A))
        blockers(store, "two", *exclusive(A), *shared(C), place=5)
        take(store, "three", *exclusive(B), *shared(C))

    def test_a_holder_need_not_wait_for_those_who_wait_for_it(self, store: Store) -> None:
        take(store, "one", *exclusive(A))
        blockers(store, "two", *exclusive(A, B), place=5)
        take(store, "one", *exclusive(B))

    def test_a_place_is_lost_when_nobody_asks_for_it(self, store: Store, clock: SetClock) -> None:
        lease = take(store, "one", *exclusive(A))
        blockers(store, "two", *exclusive(A), place=5)
        store.release(lease)
        clock.pass_by(4.9)
        assert blockers(store, "three", *exclusive(A)) == [(A, "two")]
        clock.pass_by(0.1)
        take(store, "three", *exclusive(A))

    def test_asking_again_keeps_the_place(self, store: Store, clock: SetClock) -> None:
        take(store, "one", *exclusive(A), ttl=100)
        blockers(store, "two", *exclusive(A), place=5)
        blockers(store, "three", *exclusive(A), place=5)
        for _ in range(4):
            clock.pass_by(4)
            assert blockers(store, "three", *exclusive(A), place=5)[1:] == [(A, "two")]
            assert blockers(store, "two", *exclusive(A), place=5) == [(A, "one")]

    def test_asking_for_something_else_keeps_the_place_for_that(self, store: Store) -> None:
        take(store, "one", *exclusive(A, B))
        blockers(store, "two", *exclusive(A), place=5)
        blockers(store, "two", *exclusive(B), place=5)
        assert blockers(store, "three", *exclusive(A)) == [(A, "one")]
        assert blockers(store, "three", *exclusive(B)) == [(B, "one"), (B, "two")]

    def test_a_last_try_gives_the_place_up(self, store: Store) -> None:
        lease = take(store, "one", *exclusive(A))
        blockers(store, "two", *exclusive(A), place=5)
        blockers(store, "two", *exclusive(A), place=0)
        store.release(lease)
        take(store, "three", *exclusive(A))

    def test_breaking_takes_the_place_too(self, store: Store) -> None:
        lease = take(store, "one", *exclusive(A))
        blockers(store, "two", *exclusive(A), place=5)
        store.break_claims("two", who="bob", reason="it hangs")
        store.release(lease)
        take(store, "three", *exclusive(A))

    def test_a_place_may_end_while_it_is_looked_at(self, opener: Factory) -> None:
        """Between any two questions to the clock: on a machine that is starved it happened."""
        clock = Ticking()
        with closing(opener(clock)) as store:
            take(store, "run-1", *exclusive(A), ttl=10_000)
            for tick in range(1, 40):
                clock.tick = tick / 20
                assert blockers(store, "run-2", *exclusive(A), place=3) == [(A, "run-1")]

    def test_those_who_wait_hold_nothing(self, store: Store) -> None:
        take(store, "one", *exclusive(A))
        blockers(store, "two", *exclusive(A, B), place=5)
        assert [(held.key, held.holder) for held in store.claims()] == [(A, "one")]
        got = store.claim("three", exclusive(B), ttl=5, who="", why="")
        assert not isinstance(got, Lease)
        assert [held.fence for held in got] == [0]


class TestResources:
    def test_a_resource_comes_back_as_it_was(self, store: Store) -> None:
        one = vm(
            "a",
            "i-1",
            {"state": "running", "spot": False, "gib": 1.5, "devices": {"/dev/sda": "v-1"}},
            tags={"Name": "a", "ünïcode": "数", "": ""},
            links=(
                Link("uses", Kind.DISK, "v-2"),
                Link("uses", Kind.DISK, "v-1"),
                Link("in", Kind.SUBNET, "s-1"),
            ),
        )
        store.record([one], run=None, modality="outside", whole=None)
        (kept,) = store.resources()
        assert kept == one
        assert kept.fingerprint == one.fingerprint

    def test_by_scope(self, store: Store) -> None:
        here = vm("a", "i-1", {})
        there = replace(here, ref=replace(here.ref, scope="1/eu"))
        store.record([here, there], run=None, modality="sdk", whole=None)
        assert store.resources("1/us") == (here,)
        assert store.resources("1/eu") == (there,)
        assert store.resources("1") == ()
        assert len(store.resources()) == 2

    def test_what_a_whole_reading_lacks_is_gone(self, store: Store) -> None:
        elsewhere = replace(vm("x", "i-9", {}), ref=ResourceRef(Provider.AWS, "1/eu", Kind.VM, "x"))
        first, second = vm("a", "i-1", {"size": "s"}), vm("b", "i-2", {})
        store.record([first, second, elsewhere], run="run-1", modality="sdk", whole=None)
        store.record([second], run="run-2", modality="cli", whole="1/us")
        assert store.resources() == (elsewhere, second)
        assert written(store, first.ref) == {
            "size": ("s", "run-1", "sdk"),
            "(gone)": (True, "run-2", "cli"),
        }
        store.record([], run=None, modality="sdk", whole="1/us")
        assert store.resources() == (elsewhere,)

    def test_what_was_written_since_a_whole_reading_began_stands(
        self, store: Store, clock: SetClock
    ) -> None:
        first, second, third = (vm(n, f"i-{n}", {"size": "s"}) for n in "abc")
        store.record([first, second, third], run=None, modality="outside", whole="1/us")
        clock.pass_by(1)
        began = store.moment()
        assert began == clock.now()
        clock.pass_by(1)
        changed, new = replace(first, attributes={"size": "m"}), vm("d", "i-d", {"size": "s"})
        store.record([changed, new], run="run-1", modality="sdk", whole=None)
        clock.pass_by(1)
        # read before that: the first was as it had been, the second was gone, the third another
        other = replace(third, attributes={"size": "l"})
        read = partial(store.record, [first, other], run=None, modality="outside", whole="1/us")
        read(since=began)
        assert store.resources() == (changed, other, new)
        assert written(store, first.ref) == {"size": ("m", "run-1", "sdk")}
        read(since=store.moment())
        assert store.resources() == (first, other)

    def test_of_kinds_that_were_not_read_nothing_is_gone(self, store: Store) -> None:
        machine, kept = vm("a", "i-1", {}), vm("b", "i-2", {})
        disk = Resource(ResourceRef(Provider.AWS, "1/us", Kind.DISK, "d"), "v-1", {"gib": 1})
        store.record([machine, kept, disk], run=None, modality="sdk", whole="1/us")
        store.record([kept], run=None, modality="outside", whole="1/us", kinds=[Kind.VM])
        assert store.resources() == (disk, kept)
        store.record([], run=None, modality="outside", whole="1/us", kinds=[])
        assert store.resources() == (disk, kept)

    def test_where_a_target_was_found(self, store: Store) -> None:
        assert store.scopes("staging") == ()
        store.located("staging", "1/us")
        store.located("staging", "1/us")
        store.begin_run(a_run("run-1", target="staging", scope="2/us"))
        store.begin_run(a_run("run-2", target="staging", scope=""))
        store.begin_run(a_run("run-3", target="other", scope="3/us"))
        assert store.scopes("staging") == ("1/us", "2/us")

    def test_what_is_near_is_a_link_away(self, store: Store) -> None:
        def made(kind: Kind, id: str, *links: Link) -> Resource:
            return Resource(ResourceRef(Provider.AWS, "1/us", kind, id), id, {}, {}, links)

        disk, nic, subnet = made(Kind.DISK, "v"), made(Kind.NIC, "e"), made(Kind.SUBNET, "s")
        address = made(Kind.PUBLIC_IP, "p", Link("assigned_to", Kind.NIC, "e"))
        group = made(Kind.TARGET_GROUP, "t", Link("targets", Kind.VM, "i-1"))
        links = (
            Link("uses", Kind.DISK, "v"),
            Link("uses", Kind.NIC, "e"),
            Link("in", Kind.SUBNET, "s"),
            Link("uses", Kind.KEY_PAIR, "unknown"),
        )
        machine, other = vm("a", "i-1", {}, links=links), vm("b", "i-2", {}, links=links[2:])
        everything = [machine, other, disk, nic, subnet, address, group]
        store.record(everything, run=None, modality="sdk", whole=None)
        for ref in (machine.ref, replace(machine.ref, name="i-1")):
            found = {r.id for r in store.near([ref])}
            assert found == {"i-1", "v", "e", "s", "p", "t"}
        assert {r.id for r in store.near([subnet.ref])} == {"s", "i-1", "i-2"}
        assert store.near([replace(machine.ref, name="nobody")]) == ()
        assert store.near([]) == ()

    def test_a_part_reading_takes_nothing_away(self, store: Store) -> None:
        first, second = vm("a", "i-1", {}), vm("b", "i-2", {})
        store.record([first], run=None, modality="sdk", whole=None)
        store.record([second], run=None, modality="sdk", whole=None)
        assert store.resources() == (first, second)

    def test_forgotten(self, store: Store) -> None:
        first, second = vm("a", "i-1", {"size": "s"}), vm("b", "i-2", {})
        store.record([first, second], run="run-1", modality="sdk", whole=None)
        store.forget([first.ref, ResourceRef(Provider.AWS, "1/us", Kind.DISK, "never seen")])
        assert store.resources() == (second,)
        assert written(store, first.ref)["size"] == ("s", "run-1", "sdk")

    def test_a_rename_is_the_same_resource(self, store: Store) -> None:
        old, new = vm("a", "i-1", {"size": "s"}), vm("b", "i-1", {"size": "s"})
        store.record([old], run="run-1", modality="sdk", whole=None)
        store.record([new], run="run-2", modality="sdk", whole=None)
        assert store.resources() == (new,)
        assert written(store, new.ref) == {"size": ("s", "run-1", "sdk")}

    def test_two_that_change_names(self, store: Store) -> None:
        before = [vm("a", "i-1", {}), vm("b", "i-2", {})]
        after = [vm("b", "i-1", {}), vm("a", "i-2", {})]
        store.record(before, run=None, modality="sdk", whole="1/us")
        store.record(after, run=None, modality="sdk", whole="1/us")
        assert [(r.name, r.id) for r in store.resources()] == [("a", "i-2"), ("b", "i-1")]

    def test_a_name_that_comes_with_another_id_is_another_resource(self, store: Store) -> None:
        old, new = vm("a", "i-1", {"size": "s"}), vm("a", "i-2", {"size": "m"})
        store.record([old], run="run-1", modality="sdk", whole=None)
        store.record([new], run="run-2", modality="sdk", whole=None)
        assert store.resources() == (new,)
        assert written(store, new.ref) == {"size": ("m", "run-2", "sdk")}

    def test_two_of_one_name_are_both_kept(self, store: Store) -> None:
        twins = [vm("a", "i-1", {}), vm("a", "i-2", {})]
        store.record(twins, run=None, modality="sdk", whole="1/us")
        assert len(store.resources()) == 2

    def test_strings_of_a_cloud_are_only_data(self, store: Store) -> None:
        nasty = "'; DROP TABLE runs; --\x00\ud800\n"
        one = vm(nasty, nasty, {"x": nasty}, tags={nasty: nasty})
        store.record([one], run=None, modality="sdk", whole="1/us")
        (kept,) = store.resources()
        assert kept.attributes == {"x": nasty}
        assert kept.id == nasty.replace("\ud800", "?").replace("\0", "?")
        store.record([one], run="run-2", modality="cli", whole="1/us")
        assert {p.modality for p in store.provenance(kept.ref)} == {"sdk"}


class TestProvenance:
    def test_only_what_changed_has_a_new_writer(self, store: Store) -> None:
        old = vm("a", "i-1", {"size": "s", "state": "running"}, tags={"x": "1", "y": "1"})
        new = vm("a", "i-1", {"size": "m", "state": "running"}, tags={"x": "2", "z": "1"})
        store.record([old], run=None, modality="outside", whole=None)
        store.record([new], run="run-2", modality="sdk", whole=None)
        assert written(store, new.ref) == {
            "size": ("m", "run-2", "sdk"),
            "state": ("running", None, "outside"),
            "tag:x": ("2", "run-2", "sdk"),
            "tag:y": (None, "run-2", "sdk"),
            "tag:z": ("1", "run-2", "sdk"),
        }

    def test_an_attribute_not_known_this_time_was_not_changed(self, store: Store) -> None:
        store.record([vm("a", "i-1", {"size": "s"})], run="run-1", modality="sdk", whole=None)
        store.record([vm("a", "i-1", {})], run="run-2", modality="cli", whole=None)
        store.record([vm("a", "i-1", {"size": "s"})], run="run-3", modality="cli", whole=None)
        assert written(store, vm("a", "i-1", {}).ref) == {"size": ("s", "run-1", "sdk")}
        store.record([vm("a", "i-1", {})], run="run-4", modality="cli", whole=None)
        store.record([vm("a", "i-1", {"size": "m"})], run="run-5", modality="cli", whole=None)
        assert written(store, vm("a", "i-1", {}).ref) == {"size": ("m", "run-5", "cli")}

    def test_a_tag_is_removed_once(self, store: Store) -> None:
        ref = vm("a", "i-1", {}).ref
        readings = [({}, {"x": "1"}), ({}, {}), ({"size": "s"}, {})]
        for n, (attributes, tags) in enumerate(readings):
            one = vm("a", "i-1", attributes, tags=tags)
            store.record([one], run=f"run-{n}", modality="sdk", whole=None)
        assert written(store, ref)["tag:x"] == (None, "run-1", "sdk")

    def test_null_is_a_value(self, store: Store) -> None:
        store.record([vm("a", "i-1", {"public_ip": None})], run=None, modality="sdk", whole=None)
        assert written(store, vm("a", "i-1", {}).ref) == {"public_ip": (None, None, "sdk")}

    def test_found_by_the_provider_s_id_too(self, store: Store, clock: SetClock) -> None:
        store.record([vm("a", "i-1", {"size": "s"})], run=None, modality="sdk", whole=None)
        by_id = store.provenance(ResourceRef(Provider.AWS, "1/us", Kind.VM, "i-1"))
        assert [(p.attribute, p.at) for p in by_id] == [("size", clock.now())]

    def test_one_that_comes_back_begins_anew(self, store: Store) -> None:
        one = vm("a", "i-1", {"size": "s"})
        store.record([one], run="run-1", modality="sdk", whole="1/us")
        store.record([], run="run-2", modality="sdk", whole="1/us")
        store.record([one], run="run-3", modality="sdk", whole="1/us")
        assert written(store, one.ref) == {"size": ("s", "run-3", "sdk")}

    def test_since_when_something_is_otherwise(self, store: Store, clock: SetClock) -> None:
        """Between the last look that saw it as the state has it and the first that did not."""
        store.record([vm("a", "i-1", {"size": "s"})], run=None, modality="sdk", whole="1/us")
        recorded = clock.now()
        found = Sighting("aws:1/us:vm/i-1", Kind.VM, "size", "m")
        clock.pass_by(60)
        assert store.sighted("1/us", tuple(Kind), ()) == ()
        unchanged = clock.now()
        clock.pass_by(60)
        first = clock.now()
        (dated,) = store.sighted("1/us", [Kind.VM], [found])
        assert (dated.last_old, dated.first_new) == (unchanged, first)
        clock.pass_by(60)
        assert store.sighted("1/us", [Kind.VM], [found]) == (dated,)  # a later look knows it
        clock.pass_by(60)
        assert store.sighted("1/us", [Kind.DISK], []) == ()  # others say nothing of it
        moved = replace(found, value="l")
        (dated,) = store.sighted("1/us", [Kind.VM], [moved])
        assert (dated.last_old, dated.first_new) == (first + timedelta(seconds=60), clock.now())
        clock.pass_by(60)
        store.sighted("1/us", [Kind.VM], [])  # it was as the state has it once more
        back = clock.now()
        clock.pass_by(60)
        (dated,) = store.sighted("1/us", [Kind.VM], [moved])
        assert (dated.last_old, dated.first_new) == (back, clock.now())
        assert recorded < back

    def test_what_is_written_is_not_sighted_any_more(self, store: Store, clock: SetClock) -> None:
        store.record([vm("a", "i-1", {"size": "s"})], run=None, modality="sdk", whole="1/us")
        found = Sighting("aws:1/us:vm/i-1", Kind.VM, "size", "m")
        for whole in (None, "1/us"):
            clock.pass_by(60)
            store.sighted("1/us", [Kind.VM], [found])
            clock.pass_by(60)
            store.record([vm("a", "i-1", {"size": "x"})], run=None, modality="cli", whole=whole)
            written_at = clock.now()
            clock.pass_by(60)
            (dated,) = store.sighted("1/us", [Kind.VM], [found])
            assert (dated.last_old, dated.first_new) == (written_at, clock.now())
            store.record([vm("a", "i-1", {"size": "s"})], run=None, modality="sdk", whole="1/us")

    def test_what_a_run_left_alone_is_otherwise_since_before_it(
        self, store: Store, clock: SetClock
    ) -> None:
        one = vm("a", "i-1", {"size": "s", "state": "on"})
        store.record([one], run=None, modality="sdk", whole="1/us")
        recorded = clock.now()
        off = replace(one, attributes={**one.attributes, "state": "off"})
        found = Sighting("aws:1/us:vm/i-1", Kind.VM, "size", "m")
        clock.pass_by(60)
        store.record([off], run="run-1", modality="sdk", whole=None)
        clock.pass_by(60)
        (dated,) = store.sighted("1/us", [Kind.VM], [found])
        assert (dated.last_old, dated.first_new) == (recorded, clock.now())
        clock.pass_by(60)
        store.record([one], run="run-2", modality="sdk", whole=None)
        assert store.sighted("1/us", [Kind.VM], [found]) == (dated,)

    def test_of_nothing_known(self, store: Store) -> None:
        assert store.provenance(vm("a", "i-1", {}).ref) == ()


SDK, CLI = ModalityName.SDK, ModalityName.CLI


def a_trial(run: str = "run-1", hand: ModalityName = SDK, **other: Any) -> Trial:
    made = Trial(
        run=run,
        hand=hand,
        goal=Goal.UPDATE,
        changes=("attach",),
        kinds=(Kind.DISK, Kind.VM),
        provider=Provider.AWS,
        realm=Realm.SANDBOX,
        ending=TrialEnd.DONE,
        steps=2,
        seconds=1.5,
    )
    return replace(made, **other)


def noted(store: Store, *trials: Trial) -> None:
    """Each with the run it is of."""
    for trial in trials:
        if store.run(trial.run) is None:
            store.begin_run(a_run(trial.run))
        store.note(trial)


def tallies(store: Store, *, last: int = 20, **other: Any) -> tuple[Tally, ...]:
    asked = {"goal": Goal.UPDATE, "provider": Provider.AWS, "realm": Realm.SANDBOX, **other}
    return store.trials(last=last, **asked)


class TestRecord:
    def test_nothing_is_known_at_first(self, store: Store) -> None:
        assert tallies(store) == ()

    def test_trials_are_added_up_by_hand_and_change(self, store: Store, clock: SetClock) -> None:
        noted(
            store,
            a_trial("r1", steps=2, seconds=1.0),
            a_trial("r2", steps=4, seconds=2.0),
            a_trial("r3", steps=90, seconds=60.0, ending=TrialEnd.FAILED),
            a_trial("r4", CLI),
            a_trial("r5", changes=("set_tags",)),
        )
        assert tallies(store) == (
            Tally(
                hand=CLI,
                changes=("attach",),
                trials=1,
                successes=1,
                steps=2.0,
                seconds=1.5,
                at=clock.now(),
            ),
            Tally(
                hand=SDK,
                changes=("attach",),
                trials=3,
                successes=2,
                steps=3.0,
                seconds=1.5,
                at=clock.now(),
            ),
            Tally(
                hand=SDK,
                changes=("set_tags",),
                trials=1,
                successes=1,
                steps=2.0,
                seconds=1.5,
                at=clock.now(),
            ),
        )

    @pytest.mark.parametrize("ending", [TrialEnd.FAILED, TrialEnd.REFUSED, TrialEnd.UNDONE])
    def test_only_done_is_a_success(self, store: Store, ending: TrialEnd) -> None:
        noted(store, a_trial(ending=ending))
        (tally,) = tallies(store)
        assert (tally.trials, tally.successes) == (1, 0)
        assert (tally.steps, tally.seconds) == (None, None)

    def test_a_trial_that_was_not_measured_moves_no_mean(self, store: Store) -> None:
        noted(store, a_trial("r1"), a_trial("r2", steps=None, seconds=None))
        (tally,) = tallies(store)
        assert (tally.successes, tally.steps, tally.seconds) == (2, 2.0, 1.5)

    def test_the_order_of_changes_does_not_matter(self, store: Store) -> None:
        noted(store, a_trial("r1", changes=("attach", "create")))
        noted(store, a_trial("r2", changes=("create", "attach")))
        (tally,) = tallies(store)
        assert (tally.changes, tally.trials) == (("attach", "create"), 2)

    def test_goals_clouds_and_realms_are_told_apart(self, store: Store) -> None:
        noted(
            store,
            a_trial("r1"),
            a_trial("r2", goal=Goal.DELETE),
            a_trial("r3", provider=Provider.AZURE),
            a_trial("r4", realm=Realm.PRODUCTION),
        )
        for other in (
            {},
            {"goal": Goal.DELETE},
            {"provider": Provider.AZURE},
            {"realm": Realm.PRODUCTION},
        ):
            (tally,) = tallies(store, **other)
            assert tally.trials == 1
        assert tallies(store, goal=Goal.MONITOR) == ()

    def test_only_the_latest_of_each_hand_count(self, store: Store, clock: SetClock) -> None:
        for n in range(5):
            clock.pass_by(60)
            ending = TrialEnd.FAILED if n < 3 else TrialEnd.DONE
            noted(store, a_trial(f"r{n}", ending=ending), a_trial(f"r{n}", CLI))
        cli, sdk = tallies(store, last=2)
        assert (sdk.trials, sdk.successes) == (2, 2)
        assert (cli.trials, cli.successes) == (2, 2)
        assert sdk.at == clock.now()
        cli, sdk = tallies(store, last=4)
        assert (sdk.trials, sdk.successes, cli.successes) == (4, 2, 4)

    def test_a_run_says_one_thing_of_a_hand(self, store: Store) -> None:
        noted(
            store, a_trial(ending=TrialEnd.FAILED), a_trial(ending=TrialEnd.DONE), a_trial(hand=CLI)
        )
        cli, sdk = tallies(store)
        assert (sdk.trials, sdk.successes) == (1, 0)
        assert (cli.trials, cli.successes) == (1, 1)

    def test_of_a_run_that_is_not_there(self, store: Store) -> None:
        with pytest.raises(StoreError, match="no run run-9"):
            store.note(a_trial("run-9"))

    @pytest.mark.parametrize(
        "wrong", [{"seconds": float("nan")}, {"seconds": -1.0}, {"steps": -1}], ids=str
    )
    def test_numbers_that_are_none(self, store: Store, wrong: dict[str, Any]) -> None:
        store.begin_run(a_run())
        with pytest.raises(ValueError, match="a trial of"):
            store.note(a_trial(**wrong))
        assert tallies(store) == ()


class TestDurability:
    def test_all_of_it_is_there_when_opened_again(
        self, opener: Callable[[Clock], Store], clock: SetClock
    ) -> None:
        store = opener(clock)
        store.begin_run(a_run())
        store.append("run-1", (event("a"),))
        store.put_plan(a_plan())
        lease = take(store, "run-1", *exclusive(A))
        one = vm("a", "i-1", {"size": "s"})
        store.record([one], run="run-1", modality="sdk", whole=None)
        store.note(a_trial())
        store.close()
        again = opener(clock)
        assert again.run("run-1") == a_run()
        assert [e.what for e in again.journal("run-1")] == ["a"]
        assert again.plan(a_plan().digest) == a_plan()
        assert again.check_fence(lease) == 30
        assert take(again, "two", *exclusive(B)).fence > lease.fence
        assert again.resources() == (one,)
        assert [t.trials for t in tallies(again)] == [1]
        again.close()
