"""Every step of every plan specimen is broken once, in every way, and the run taken up again.

FAILED, a lost answer (before and after the effect) and a dying process: afterwards the cloud
holds the whole goal or the start, never something twice, never an orphan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloudops.engine.doubts import open_ends, settled
from cloudops.engine.execute import Executor, Patience
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.journal import Journal
from cloudops.engine.progress import Progress
from cloudops.engine.reading import Reader
from cloudops.engine.recall import recall, recalled_of
from cloudops.engine.settle import settle
from cloudops.engine.undoing import reversal
from cloudops.errors import ExecutionFailed, PartlyApplied
from cloudops.state.contract import Run, Store
from cloudops.state.sql import open_store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, Killed, created, deleted, switched
from modalities.action import SdkCall
from modalities.codec import sealed
from modalities.contract import Draft
from modalities.plan import Plan
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind, Provider, World
from modalities.step import Effect, Step
from modalities.target import Approval, Realm, Target

TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)
PATIENCE = Patience(dependency=0.05, doubt=0.02, read_back=0.05, polls=0.01)
FAULTS = ("fail", "lost-before", "lost-after", "kill-before", "kill-after")


def tier(_: World) -> tuple[Step, ...]:
    network = created(Kind.NETWORK, "net")
    subnets = [created(Kind.SUBNET, f"subnet-{n}", network.id) for n in (1, 2)]
    vms = [created(Kind.VM, f"web-{n}", subnets[n % 2].id, gate=True) for n in (1, 2, 3)]
    balancer = created(Kind.LOAD_BALANCER, "front", *(s.id for s in subnets))
    listener = created(Kind.LISTENER, "front-80", balancer.id, *(v.id for v in vms))
    return (network, *subnets, *vms, balancer, listener)


def one(_: World) -> tuple[Step, ...]:
    return (created(Kind.VM, "web-1", gate=True),)


def disk_and_switch(world: World) -> tuple[Step, ...]:
    (vm,) = world.named(Kind.VM, "old")
    return (created(Kind.DISK, "data"), switched(vm, "stopped", "create-disk-data"))


def replaced(world: World) -> tuple[Step, ...]:
    (vm,) = world.named(Kind.VM, "old")
    stop = switched(vm, "stopped", gate=True)
    again = created(Kind.VM, "new", gate=True)
    again = replace(again, needs=(stop.id,))
    return (stop, again, deleted(vm, again.id))


@dataclass(frozen=True)
class Specimen:
    steps: Callable[[World], tuple[Step, ...]]
    goal: frozenset[tuple[str, str]]
    """Name and state of everything when all is done."""
    start: frozenset[tuple[str, str]] = frozenset()


TIER = ["net", "subnet-1", "subnet-2", "web-1", "web-2", "web-3", "front", "front-80"]
OLD = ("old", "running")
SPECIMENS = {
    "one": Specimen(one, frozenset({("web-1", "running")})),
    "tier": Specimen(tier, frozenset((name, "running") for name in TIER)),
    "update": Specimen(
        disk_and_switch, frozenset({("data", "running"), ("old", "stopped")}), frozenset({OLD})
    ),
    "replace": Specimen(replaced, frozenset({("new", "running")}), frozenset({OLD})),
}


class Bench:
    """One run of a specimen, its process dying as often as its cloud says."""

    def __init__(self, specimen: Specimen, store: Store, faults: dict[int, str]) -> None:
        self.cloud = FakeCloud()
        for name, _ in sorted(specimen.start):
            self.cloud.create("vm", name)
        world = self.cloud.world()
        self.cloud.faults = faults
        self.hand = FakeHand(self.cloud, lambda _: Draft(()))
        self.store = store
        now = datetime.now(UTC)
        self.plan = sealed(
            Plan(
                id="plan-1",
                created_at=now,
                expires_at=now + timedelta(hours=1),
                request="specimen",
                goal="provision",
                target="t",
                identity=IDENTITY,
                steps=specimen.steps(world),
                existing=tuple(r.id for r in world),
            )
        )
        store.begin_run(
            Run(
                id="r1",
                request="specimen",
                target="t",
                scope="",
                actor="test",
                status="running",
                started_at=now,
                changed_at=now,
            )
        )

    def executor(
        self, progress: Progress | None = None, doubtful: set[str] | None = None
    ) -> Executor:
        journal = Journal("r1", self.store, None)
        soon = datetime.now(UTC) + timedelta(hours=1)
        leave = Leave(TARGET, Approval(self.plan.digest, IDENTITY, "t", "test", soon))
        return Executor(
            self.plan,
            Gateway(self.plan, Hands((self.hand,), self.hand), leave, Alone(), journal),
            self.reader(),
            journal,
            progress=progress,
            doubtful=frozenset(doubtful or ()),
            patience=PATIENCE,
        )

    def reader(self) -> Reader:
        return Reader(lambda kinds: self.hand.read(TARGET, kinds))

    def attempt(self) -> str:
        """Run or resume to an end: ``done``, ``failed``, ``partly`` or ``killed``."""
        recalled = recall(self.store.journal("r1"))
        executor = self.executor(recalled.progress, recalled.doubtful)
        journal = Journal("r1", None, None)
        try:
            if not recalled.undoing:
                executor.run()
            settle(executor, journal, undoing=recalled.undoing)
        except Killed:
            return "killed"
        except ExecutionFailed:
            return "failed"
        except PartlyApplied:
            return "partly"
        return "done"

    def holds(self) -> list[tuple[str, str]]:
        return sorted((r.name, str(r.attributes["state"])) for r in self.cloud.world())


CASES = [
    pytest.param(name, number, fault, id=f"{name}-{number}-{fault}")
    for name, specimen in SPECIMENS.items()
    for number in range({"one": 1, "tier": 8, "update": 2, "replace": 3}[name])
    for fault in FAULTS
]


@pytest.mark.parametrize(("name", "number", "fault"), CASES)
def test_one_fault_ends_at_the_goal_or_at_the_start(
    name: str, number: int, fault: str, store: Store
) -> None:
    specimen = SPECIMENS[name]
    bench = Bench(specimen, store, {number: fault})
    outcome = bench.attempt()
    assert (outcome == "killed") == fault.startswith("kill")
    if outcome == "killed":
        outcome = bench.attempt()
    if outcome == "done":
        assert bench.holds() == sorted(specimen.goal)
    elif outcome == "failed":
        assert bench.holds() == sorted(specimen.start)
    else:
        pytest.fail(f"{outcome}: {bench.holds()}")
    if fault != "fail":
        assert outcome == "done", "a lost answer or a death must not fail a run"


@pytest.mark.parametrize(("name", "number", "fault"), CASES)
def test_after_a_death_undo_reaches_the_start(
    name: str, number: int, fault: str, store: Store
) -> None:
    if not fault.startswith("kill") or name == "replace":
        return
    specimen = SPECIMENS[name]
    bench = Bench(specimen, store, {number: fault})
    assert bench.attempt() == "killed"
    recalled = recall(store.journal("r1"))
    settled(bench.plan, recalled, bench.reader())
    back = reversal(bench.plan, recalled.progress, bench.cloud.world(), bench.hand.claims)
    for step in back.steps:
        assert not any(n not in {s.id for s in back.steps} for n in step.needs)
    bench.plan = sealed(replace(bench.plan, id="plan-2", steps=back.steps))
    executor = bench.executor()
    executor.run()
    assert bench.holds() == sorted(specimen.start)


@pytest.mark.parametrize("name", ["one", "tier", "update"])
def test_a_death_while_undoing_is_made_good(name: str, tmp_path: Path) -> None:
    specimen = SPECIMENS[name]
    steps = len(specimen.goal)
    for when in range(steps, 2 * steps - 1):
        store = open_store(tmp_path / f"{when}.db")
        bench = Bench(specimen, store, {steps - 1: "fail", when: "kill-after"})
        if bench.attempt() == "killed":
            assert bench.attempt() == "failed"
        assert bench.holds() == sorted(specimen.start)
        store.close()


def test_a_finished_run_does_nothing_when_taken_up_again(store: Store) -> None:
    bench = Bench(SPECIMENS["tier"], store, {})
    assert bench.attempt() == "done"
    writes = len(bench.cloud.writes)
    assert bench.attempt() == "done"
    assert len(bench.cloud.writes) == writes


def test_what_replaced_something_that_is_gone_is_never_taken_back(store: Store) -> None:
    bench = Bench(SPECIMENS["replace"], store, {})
    assert bench.attempt() == "done"
    recalled = recall(store.journal("r1"))
    world = bench.cloud.world()
    back = reversal(bench.plan, recalled.progress, world, bench.hand.claims)
    assert back.steps == ()
    assert any("stays" in advisory.text for advisory in back.advisories)


def test_a_failure_after_the_point_of_no_return_keeps_what_stands_in(store: Store) -> None:
    specimen = Specimen(replaced_and_then_more, frozenset(), frozenset({OLD}))
    bench = Bench(specimen, store, {3: "fail"})
    assert bench.attempt() == "partly"
    assert ("new", "running") in bench.holds()


def replaced_and_then_more(world: World) -> tuple[Step, ...]:
    steps = replaced(world)
    return (*steps, replace(created(Kind.DISK, "data"), needs=(steps[-1].id,)))


def test_what_was_done_but_had_not_settled_is_awaited_again(store: Store) -> None:
    """Death between a machine's receipt and its running: what stands on it still waits."""
    bench = Bench(Specimen(machine_and_disk, frozenset()), store, {})

    def dies() -> None:
        raise Killed

    def runs() -> None:
        bench.cloud.set(machine.id, "running")
        bench.cloud.writes.append("runs")

    bench.cloud.on_read = dies
    assert bench.attempt() == "killed"
    (machine,) = bench.cloud.resources.values()
    bench.cloud.set(machine.id, "pending")
    bench.cloud.on_read = runs
    assert bench.attempt() == "done"
    assert bench.cloud.writes == ["create-vm-web-1", "runs", "create-disk-data"]


def restarted(world: World) -> tuple[Step, ...]:
    """What shows is as it was before."""
    (vm,) = world.named(Kind.VM, "old")
    return (replace(switched(vm, "running"), id="restart-old", before={}, after={}, undo=()),)


@pytest.mark.parametrize("fault", ["kill-before", "kill-after"])
def test_what_leaves_no_trace_is_neither_sent_again_nor_called_done(
    store: Store, fault: str
) -> None:
    bench = Bench(Specimen(restarted, frozenset(), frozenset({OLD})), store, {0: fault})
    assert bench.attempt() == "killed"
    assert bench.attempt() == "partly"
    assert bench.cloud.writes == ["restart-old"]
    recalled = recall(store.journal("r1"))
    assert [step.id for step in open_ends(bench.plan, recalled)] == ["restart-old"]


@pytest.mark.parametrize("fault", ["kill-before", "kill-after"])
def test_a_cloud_that_cannot_be_read_is_not_one_that_holds_nothing(
    store: Store, fault: str
) -> None:
    bench = Bench(SPECIMENS["one"], store, {0: fault})
    assert bench.attempt() == "killed"
    bench.cloud.on_read = deaf = Deaf(bench.cloud)
    with pytest.raises(CloudError):
        bench.attempt()
    assert bench.cloud.writes == ["create-vm-web-1"]
    deaf.over = True
    assert bench.attempt() == "done"
    assert bench.holds() == [("web-1", "running")]


class Deaf:
    """A cloud that answers no question until it is ``over``."""

    def __init__(self, cloud: FakeCloud) -> None:
        self._cloud = cloud
        self.over = False

    def __call__(self) -> None:
        if not self.over:
            self._cloud.on_read = self
            raise CloudError(Trouble.UNAVAILABLE, "Down", "not now")


def test_two_things_that_could_be_the_effect_stop_the_run(store: Store) -> None:
    bench = Bench(SPECIMENS["one"], store, {0: "kill-after"})
    assert bench.attempt() == "killed"
    bench.cloud.create("vm", "web-1")
    assert bench.attempt() == "partly"
    assert bench.cloud.writes == ["create-vm-web-1"]


def test_an_effect_that_arrives_after_its_process_died_is_undone(store: Store) -> None:
    """What was on its way when the process died is waited for, not only looked for."""
    bench = Bench(SPECIMENS["one"], store, {0: "kill-before"})
    assert bench.attempt() == "killed"
    arrived: list[object] = []
    bench.cloud.on_read = lambda: arrived.append(bench.cloud.create("vm", "web-1"))
    recalled = recall(store.journal("r1"))
    settled(bench.plan, recalled, bench.reader(), 5.0, lambda _: None)
    assert arrived
    assert recalled.progress.took_effect == ("create-vm-web-1",)


@pytest.mark.parametrize(("number", "fault"), [(2, "kill-after"), (3, "kill-before")])
def test_a_death_between_two_reversals_of_one_step_leaves_none_out(
    store: Store, number: int, fault: str
) -> None:
    specimen = Specimen(twice_reversed, frozenset(), frozenset({OLD}))
    bench = Bench(specimen, store, {1: "fail", number: fault})
    assert bench.attempt() == "killed"
    assert bench.attempt() == "failed"
    assert bench.holds() == [OLD]


def twice_reversed(world: World) -> tuple[Step, ...]:
    (vm,) = world.named(Kind.VM, "old")
    step = switched(vm, "stopped")
    assert isinstance(step.undo, tuple)
    halfway = switched(vm, "running").action
    assert isinstance(halfway, SdkCall)
    first = replace(halfway, parameters={**halfway.parameters, "state": "starting"})
    undo = (replace(step.undo[0], action=first, expects=()), *step.undo)
    return (replace(step, undo=undo), replace(created(Kind.DISK, "data"), needs=(step.id,)))


@pytest.mark.parametrize("fault", ["lost-before", "lost-after"])
@pytest.mark.parametrize("name", ["one", "tier", "update"])
def test_a_reversal_that_never_arrived_is_sent_again(name: str, fault: str, store: Store) -> None:
    specimen = SPECIMENS[name]
    bench = Bench(Specimen(further(specimen), frozenset(), specimen.start), store, {})
    steps = len(bench.plan.steps)
    bench.cloud.faults = {steps - 1: "fail", steps: fault}
    assert bench.attempt() == "failed"
    assert bench.holds() == sorted(specimen.start)
    assert bench.cloud.writes.count(bench.cloud.writes[steps]) == (2 if "before" in fault else 1)


def further(specimen: Specimen) -> Callable[[World], tuple[Step, ...]]:
    """The specimen and one step more, which fails."""

    def steps(world: World) -> tuple[Step, ...]:
        first = specimen.steps(world)
        last = replace(created(Kind.KEY_PAIR, "last"), needs=tuple(s.id for s in first))
        return (*first, last)

    return steps


@pytest.mark.parametrize("fault", ["kill-before", "kill-after", "lost-before", "lost-after"])
def test_an_undo_of_what_was_only_added_shows_by_its_being_gone(store: Store, fault: str) -> None:
    """A rule that was put in: nothing was there before, and nothing is after its undo."""
    bench = Bench(Specimen(added, frozenset(), frozenset({OLD})), store, {})
    assert bench.attempt() == "done"
    recalled = recall(store.journal("r1"))
    back = reversal(bench.plan, recalled.progress, bench.cloud.world(), bench.hand.claims)
    assert [(s.before, s.after) for s in back.steps] == [({}, {})]
    bench.plan = sealed(replace(bench.plan, id="plan-2", steps=back.steps))
    bench.cloud.faults = {1: fault}
    journal = Journal("r1", store, None)
    soon = datetime.now(UTC) + timedelta(hours=1)
    approval = Approval(bench.plan.digest, IDENTITY, "t", "test", soon)
    journal.mark("confirm", "approved", approval=replace(approval, digest="another"))
    journal.mark("confirm", "approved", approval=approval)
    outcome = bench.attempt()
    if fault.startswith("kill"):
        assert outcome == "killed"
        outcome = bench.attempt()
    assert outcome == "done"
    assert bench.holds() == [OLD]


def added(world: World) -> tuple[Step, ...]:
    (vm,) = world.named(Kind.VM, "old")
    return (replace(switched(vm, "open"), before={}),)


def test_what_an_earlier_plan_of_the_run_did_is_not_taken_for_this_one(store: Store) -> None:
    """Death after the next hand's plan was kept, and before it was approved."""
    bench = Bench(SPECIMENS["one"], store, {0: "fail"})
    assert bench.attempt() == "failed"
    soon = datetime.now(UTC) + timedelta(hours=1)
    approval = Approval(bench.plan.digest, IDENTITY, "t", "test", soon)
    Journal("r1", store, None).mark("confirm", "approved", approval=approval)
    later = sealed(replace(bench.plan, id="plan-2"))
    assert recalled_of(bench.plan, store.journal("r1")).approval == approval
    assert recalled_of(later, store.journal("r1")).approval is None


def test_what_is_doubtful_when_a_run_takes_itself_back_is_taken_back_too(store: Store) -> None:
    bench = Bench(SPECIMENS["one"], store, {0: "kill-after"})
    assert bench.attempt() == "killed"
    journal = Journal("r1", store, None)
    journal.mark("execute", "undoing", step="undo-another", undoes="another")
    assert bench.attempt() == "failed"
    assert bench.holds() == []


@pytest.mark.parametrize("fault", ["kill-before", "kill-after"])
def test_a_question_is_simply_asked_again(store: Store, fault: str) -> None:
    bench = Bench(Specimen(asked, frozenset(), frozenset({OLD})), store, {0: fault})
    assert bench.attempt() == "killed"
    assert bench.attempt() == "done"


def asked(world: World) -> tuple[Step, ...]:
    (vm,) = world.named(Kind.VM, "old")
    step = switched(vm, "running")
    return (replace(step, effect=Effect.READ, expects=(), undo=(), before={}, after={}),)


def machine_and_disk(_: World) -> tuple[Step, ...]:
    machine = created(Kind.VM, "web-1", gate=True)
    return (machine, created(Kind.DISK, "data", machine.id))
