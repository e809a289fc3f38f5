"""How long a run that died takes until its next step goes out, by the number of its steps.

    python benchmarks/recovery.py [--steps 100,1000,10000] [--left 10]

The run made a network and machines in it, each with a read back, and died with --left machines to
make. Its journal is in the store as the engine writes it. Measured, on SQLite and on a PostgreSQL
that this script starts: the plan read and decoded, the journal read, what it says of each step,
what is left held to what is there, all claims taken, and the engine going over what is done until
it sends. The cloud answers at once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from cloudops.engine.changed_since import require_unmoved
from cloudops.engine.claim import claim
from cloudops.engine.execute import Executor
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.journal import Journal
from cloudops.engine.reading import Reader
from cloudops.engine.recall import recall
from cloudops.state.contract import Event, Run, Store
from cloudops.state.sql import open_store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created, receipt
from fakes.postgres import programs, running
from modalities.acting import Call
from modalities.codec import encode, sealed
from modalities.contract import Draft
from modalities.plan import Plan
from modalities.receipt import Outcome, Receipt
from modalities.resource import Kind, Provider
from modalities.step import Step
from modalities.target import Approval, Realm, Target

NOW = datetime.now(UTC)
SOON = NOW + timedelta(days=1)
TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)


class Timing(FakeHand):
    """Notes when the first step goes out, and how often one does."""

    first = 0.0

    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        self.first = self.first or time.perf_counter()
        return super().apply(step, target, call)


def plan_of(count: int) -> Plan:
    network = created(Kind.NETWORK, "net")
    machines = (created(Kind.VM, f"vm-{n}", network.id, gate=True) for n in range(count - 1))
    return sealed(
        Plan(
            id=f"plan-{count}",
            created_at=NOW,
            expires_at=SOON,
            request="many machines",
            goal="provision",
            target="t",
            identity=IDENTITY,
            steps=(network, *machines),
        )
    )


def died(store: Store, plan: Plan, cloud: FakeCloud, left: int) -> str:
    """The run, as it is found: everything is there but the last steps."""
    run = f"run-{len(plan.steps)}"
    store.begin_run(Run(run, plan.request, "t", "s", "ann", "running", NOW, NOW, plan.digest))
    store.put_plan(plan)
    approval = Approval(plan.digest, IDENTITY, "ann", "asked", SOON)
    events = [Event(run, 0, NOW, "confirm", "approved", encode({"approval": approval}))]
    for step in plan.steps[:-left]:
        made = cloud.create(step.changes[0].kind, step.changes[0].name)
        done = receipt(step, Outcome.DONE, outputs={"id": made["Id"]})
        intended = {"step": step.id, "why": step.why, "effect": step.effect, "token": "t" * 49}
        body = encode({**intended, "action": step.action})
        events.append(Event(run, 0, NOW, "execute", "intended", body))
        events.append(Event(run, 0, NOW, "execute", "receipt", encode({"receipt": done})))
    store.append(run, events)
    return run


def resumed(store: Store, run: str, digest: str, cloud: FakeCloud) -> Iterator[tuple[str, float]]:
    begun = last = time.perf_counter()
    plan = store.plan(digest)
    assert plan is not None
    yield "plan", -last + (last := time.perf_counter())
    journal = store.journal(run)
    yield "journal", -last + (last := time.perf_counter())
    recalled = recall(journal)
    yield "recalled", -last + (last := time.perf_counter())
    hand, found = Timing(cloud, lambda _: Draft(())), store.run(run)
    assert found is not None
    require_unmoved(found, plan, recalled, lambda _, back: back, lambda _: hand.read(TARGET))
    yield "held to what is there", -last + (last := time.perf_counter())
    approval = Approval(plan.digest, IDENTITY, "ann", "asked", SOON)
    log = Journal(run, store, None)
    with claim(store, plan, run, log, 0) as held:
        yield "claimed", -last + (last := time.perf_counter())
        executor = Executor(
            plan,
            Gateway(plan, Hands((hand,), hand), Leave(TARGET, approval), held, log),
            Reader(lambda kinds: hand.read(TARGET, kinds)),
            log,
            progress=recalled.progress,
        )
        executor.run()
        ended = time.perf_counter()
        yield "gone over", hand.first - last
        yield "until the next step", hand.first - begun
        yield "the steps that were left", ended - hand.first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", default="100,1000,10000")
    parser.add_argument("--left", type=int, default=10)
    given = parser.parse_args()
    bin = programs()
    if bin is None:
        sys.exit("this needs a PostgreSQL: neither on PATH nor in /usr/lib/postgresql")
    with tempfile.TemporaryDirectory() as folder, running(bin) as server:
        places = (Path(folder) / "state.db", server.url(server.database()))
        for count in map(int, given.steps.split(",")):
            plan = plan_of(count)
            for place in places:
                cloud = FakeCloud()
                with closing(open_store(place)) as store:
                    run = died(store, plan, cloud, given.left)
                    found = resumed(store, run, plan.digest, cloud)
                    told = "  ".join(f"{what} {spent:.3f} s" for what, spent in found)
                name = "sqlite" if isinstance(place, Path) else "postgresql"
                print(f"{count:6} steps  {name:10}  {told}", flush=True)


if __name__ == "__main__":
    main()
