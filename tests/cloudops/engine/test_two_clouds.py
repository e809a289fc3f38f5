"""One plan over two clouds that give out the same ids: every step goes to its own, and what failed
on one is taken back on both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.execute import Executor, Patience
from cloudops.engine.fitting import fitting
from cloudops.engine.gateway import Gateway, Leave, Refused
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.journal import Journal
from cloudops.engine.judging import worst
from cloudops.engine.reading import Reader
from cloudops.engine.recall import recall
from cloudops.engine.renaming import renamed
from cloudops.engine.settle import settle
from cloudops.engine.side_by_side import side_by_side
from cloudops.engine.site import alone, parts_of
from cloudops.engine.undoing import reversal
from cloudops.engine.worlds import part_of, united
from cloudops.errors import ExecutionFailed, Misused
from cloudops.planner.cost import of_cloud, summed
from cloudops.request import Answer, Table
from cloudops.state.contract import Run, Store
from cloudops.state.sql import open_store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, Killed, created
from fakes.plans import cost
from fakes.plans import plan as planned
from modalities.action import CliCommand, Output
from modalities.claim import claims_of
from modalities.codec import decode, encode, sealed
from modalities.contract import Draft, Unsupported
from modalities.plan import Also, CostLine, Plan, digest_of, without_empty
from modalities.resource import Kind, Provider, World
from modalities.step import Step
from modalities.target import Approval, Identity, Realm, Target
from policies.finding import Property, Standing

SCOPE = "sub/rg"
THERE = Identity(Provider.AZURE, "sub", "eastus", "someone", resource_group="rg")
AWS = Target(name="here", provider=Provider.AWS, realm=Realm.SANDBOX, region="r", writable=True)
AZURE = replace(AWS, name="there", provider=Provider.AZURE)
PATIENCE = Patience(dependency=0.05, doubt=0.02, read_back=0.05, polls=0.01)


class Azure(FakeCloud):
    """The same cloud on other ground."""

    def world(self) -> World:
        resources = (
            replace(r, ref=replace(r.ref, provider=Provider.AZURE, scope=SCOPE))
            for r in super().world()
        )
        return World(Provider.AZURE, SCOPE, tuple(resources))


class AzureHand(FakeHand):
    provider = Provider.AZURE


def share(steps: tuple[Step, ...], cloud: Provider) -> tuple[Step, ...]:
    if cloud is Provider.AZURE:
        steps = tuple(replace(step, changes=there(step)) for step in steps)
    name = "there" if cloud is Provider.AZURE else ""
    return renamed(Draft(steps), f"{cloud}-", name).steps


def there(step: Step) -> tuple:  # type: ignore[type-arg]
    return tuple(replace(ref, provider=Provider.AZURE, scope=SCOPE) for ref in step.changes)


def two() -> tuple[Step, ...]:
    network = created(Kind.NETWORK, "web-net")
    vm = created(Kind.VM, "web-1", network.id, gate=True)
    return (network, vm)


@dataclass
class Bench:
    store: Store
    here: FakeCloud = field(default_factory=FakeCloud)
    there: Azure = field(default_factory=Azure)

    def __post_init__(self) -> None:
        self.hands = (
            FakeHand(self.here, lambda _: Draft(())),
            AzureHand(self.there, lambda _: Draft(())),
        )
        now = datetime.now(UTC)
        self.plan = sealed(
            Plan(
                id="plan-1",
                created_at=now,
                expires_at=now + timedelta(hours=1),
                request="one on each",
                goal="provision",
                target="here",
                identity=IDENTITY,
                steps=(*share(two(), Provider.AWS), *share(two(), Provider.AZURE)),
                also=(Also("there", THERE),),
            )
        )
        self.store.begin_run(
            Run(
                id="r1",
                request="one on each",
                target="here",
                scope="",
                actor="test",
                status="running",
                started_at=now,
                changed_at=now,
            )
        )

    def all_hands(self) -> Hands:
        aws, azure = self.hands
        return Hands((aws,), aws).beside({"there": Hands((azure,), azure)})

    def executor(self, *, workers: int = 8) -> Executor:
        aws, azure = self.hands
        journal = Journal("r1", self.store, None)
        soon = datetime.now(UTC) + timedelta(hours=1)
        approval = Approval(self.plan.digest, IDENTITY, "t", "test", soon)
        recalled = recall(self.store.journal("r1"))
        return Executor(
            self.plan,
            Gateway(
                self.plan,
                self.all_hands(),
                Leave(AWS, approval, {"there": AZURE}),
                Alone(),
                journal,
            ),
            Reader(
                lambda kinds: aws.read(AWS, kinds),
                {"there": Reader(lambda kinds: azure.read(AZURE, kinds))},
            ),
            journal,
            progress=recalled.progress,
            doubtful=frozenset(recalled.doubtful),
            patience=PATIENCE,
            workers=workers,
        )

    def names(self) -> tuple[set[str], set[str]]:
        return {r.name for r in self.here.world()}, {r.name for r in self.there.world()}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(tmp_path / "state.db")
    yield Bench(store)
    store.close()


BOTH = ({"web-net", "web-1"}, {"web-net", "web-1"})
NEITHER: tuple[set[str], set[str]] = (set(), set())


def test_every_step_is_done_and_read_back_where_it_belongs(bench: Bench) -> None:
    executor = bench.executor()
    executor.run()
    world = settle(executor, Journal("r1", bench.store, None))
    assert bench.names() == BOTH
    assert bench.here.world().resources[0].id == bench.there.world().resources[0].id
    assert {r.ref.provider for r in world} == {Provider.AWS, Provider.AZURE}
    sent = {
        e.body["step"]: e.body.get("target") for e in bench.store.journal("r1") if "step" in e.body
    }
    assert sent["azure-create-vm-web-1"] == "there"
    assert sent["aws-create-vm-web-1"] is None


@pytest.mark.parametrize("fails", [0, 1])
def test_what_fails_on_one_is_taken_back_on_both(bench: Bench, fails: int) -> None:
    bench.there.faults = {fails: "fail"}
    executor = bench.executor(workers=1)
    executor.run()
    with pytest.raises(ExecutionFailed):
        settle(executor, Journal("r1", bench.store, None))
    assert bench.names() == NEITHER


@pytest.mark.parametrize("cloud", ["here", "there"])
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("fault", ["kill-before", "kill-after"])
def test_killed_anywhere_it_is_resumed_and_undone_on_both(
    bench: Bench, cloud: str, number: int, fault: str
) -> None:
    getattr(bench, cloud).faults = {number: fault}
    with pytest.raises(Killed):
        bench.executor(workers=1).run()
    again = bench.executor()
    again.run()
    settle(again, Journal("r1", bench.store, None))
    assert bench.names() == BOTH
    assert bench.here.made == bench.there.made == 2
    world = united((bench.here.world(), bench.there.world()))
    back = reversal(bench.plan, again.progress, world, bench.all_hands().claims)
    assert {step.target for step in back.steps} == {"", "there"}
    for step in back.steps:
        assert {ref.provider for ref in step.changes} == {
            Provider.AZURE if step.target else Provider.AWS
        }
    again.undo()
    assert bench.names() == NEITHER


def test_claims_of_both_are_one_order_and_never_the_same(bench: Bench) -> None:
    keys = [claim.key for claim in claims_of(bench.plan.steps)]
    assert keys == sorted(set(keys))
    assert {key.partition(":")[0] for key in keys} == {"aws", "azure"}


def test_a_step_for_a_target_without_leave_is_sent_nowhere(bench: Bench) -> None:
    step = bench.plan.steps[-1]
    soon = datetime.now(UTC) + timedelta(hours=1)
    leave = Leave(AWS, Approval(bench.plan.digest, IDENTITY, "t", "test", soon))
    gateway = Gateway(
        bench.plan, bench.all_hands(), leave, Alone(), Journal("r1", bench.store, None)
    )
    with pytest.raises(Refused, match="target there"):
        gateway.send(step, lambda wanted: f"{wanted.step}-id")
    assert bench.here.writes == bench.there.writes == []
    with pytest.raises(Unsupported, match="elsewhere"):
        bench.all_hands().of(replace(step, target="elsewhere"))


def test_a_part_of_the_plan_is_that_clouds_alone(bench: Bench) -> None:
    mine, part = parts_of(bench.plan)
    assert part == alone(bench.plan, "there")
    assert (mine.target, mine.identity) == ("here", IDENTITY)
    assert (part.target, part.identity, part.digest) == ("there", THERE, bench.plan.digest)
    assert [step.id for step in part.steps] == [
        "azure-create-network-web-net",
        "azure-create-vm-web-1",
    ]
    assert {step.target for step in part.steps} == {""}


def test_references_follow_the_new_ids_and_stay_references() -> None:
    _, vm = share(two(), Provider.AZURE)
    assert vm.needs == ("azure-create-network-web-net",)
    network = Output("azure-create-network-web-net").as_json()
    own = Output("azure-create-vm-web-1").as_json()
    assert vm.action.parameters["near"] == network  # type: ignore[union-attr]
    assert vm.expects[0].id == own
    assert vm.undo[0].expects[0].id == own  # type: ignore[index]
    word = Output("create-network-web-net").as_json()
    typed = replace(two()[1], action=CliCommand(("az", "vm", "create", "--subnet", word)))
    (_, renamed_one) = renamed(Draft((two()[0], typed)), "azure-", "there").steps
    assert renamed_one.action.argv[-1] == network  # type: ignore[union-attr]


def test_a_plan_for_one_target_has_the_digest_it_always_had() -> None:
    """As it was written before there were two: without ``also``, its steps without ``target``."""
    plan = planned(created(Kind.VM, "web-1"))
    data = json.loads(json.dumps(encode(plan)))
    old = without_empty(data)
    assert "also" not in old
    assert "target" not in old["steps"][0]
    assert digest_of(old) == digest_of(data) == plan.digest == as_ever(old)
    assert decode(Plan, old) == plan
    assert digest_of({**old, "also": [encode(Also("there", THERE))]}) != plan.digest
    aimed: list[Any] = [{**old["steps"][0], "target": "there"}]
    assert digest_of({**old, "steps": aimed}) != plan.digest


def as_ever(plan_json: dict[str, object]) -> str:
    """The digest by the rule that saved plans were made by."""

    def number(text: str) -> int | float:
        return int(float(text)) if float(text).is_integer() else float(text)

    body = {k: v for k, v in plan_json.items() if k != "digest"}
    body = json.loads(json.dumps(body), parse_float=number)
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_a_run_that_was_begun_on_two_targets_is_found_by_its_own(bench: Bench) -> None:
    now = datetime.now(UTC)
    bench.store.begin_run(
        Run(
            id="r2",
            request="one on each",
            target="a,b",
            scope="",
            actor="test",
            status="parked",
            started_at=now,
            changed_at=now,
        )
    )
    for target in ("a", "a,b", None):
        assert fitting(bench.store, "r2", "resume", target).id == "r2"
    with pytest.raises(Misused, match="on target a,b, not b"):
        fitting(bench.store, "r2", "resume", "b")


def test_worlds_are_told_apart_by_cloud(bench: Bench) -> None:
    bench.here.create("vm", "a")
    bench.there.create("vm", "b")
    world = united((bench.here.world(), bench.there.world()))
    assert [r.name for r in world] == ["a", "b"]
    assert [r.name for r in part_of(world, Provider.AZURE)] == ["b"]
    assert part_of(world, Provider.AZURE).scope == SCOPE
    more = world.with_resources((*world, *bench.there.world()))
    assert [r.name for r in part_of(more, Provider.AZURE)] == ["b", "b"]
    one = bench.here.world()
    assert united((one,)) is one
    assert part_of(one, Provider.AWS) is one


def test_of_a_property_the_worst_is_told_and_what_is_alike_of_both() -> None:
    def of(standing: Standing, says: str) -> Property:
        return Property("order", "title", standing, says)

    proved, neither = of(Standing.PROVED, "1 step"), of(Standing.NEITHER, "not seen")
    assert worst([proved, neither]) == worst([neither, proved]) == (neither,)
    assert worst([proved, of(Standing.PROVED, "2 steps")]) == (
        of(Standing.PROVED, "1 step; 2 steps"),
    )
    assert worst([proved, proved]) == (proved,)


def test_costs_are_told_by_cloud_and_unknown_stays_unknown() -> None:
    here, there = cost(CostLine("vm", 2.0)), cost(CostLine("vm", None, 9.0), CostLine("disk", 1.0))
    whole = summed({Provider.AWS: here, Provider.AZURE: there})
    assert [line.what for line in whole.lines] == ["AWS: vm", "Azure: vm", "Azure: disk"]
    assert whole.change is None
    assert of_cloud(whole, Provider.AWS) == here
    assert of_cloud(whole, Provider.AZURE) == there
    assert summed({Provider.AWS: here}) is here


def test_one_table_tells_the_clouds_apart() -> None:
    answer = side_by_side(
        {
            Provider.AWS: Answer(text="One.", table=Table(columns=("name",), rows=(("a",),))),
            Provider.AZURE: Answer(
                text="Two.", table=Table(columns=("name", "size"), rows=(("b", "B1"),))
            ),
        }
    )
    assert answer.text == "AWS: One. Azure: Two."
    assert answer.table is not None
    assert answer.table.columns == ("cloud", "name", "size")
    assert answer.table.rows == (("AWS", "a", "-"), ("Azure", "b", "B1"))
