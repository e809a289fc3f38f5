"""A long run that is taken up again: the work grows with its steps and no faster."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloudops.engine.execute import Executor
from cloudops.engine.gateway import Gateway, Leave
from cloudops.engine.hands import Hands
from cloudops.engine.holding import Alone
from cloudops.engine.journal import Journal
from cloudops.engine.reading import Reader
from cloudops.engine.recall import recall
from cloudops.state.contract import Event, Run
from cloudops.state.sql import open_store
from fakes.cloud import IDENTITY, FakeCloud, FakeHand, created, receipt
from modalities.codec import encode
from modalities.contract import Draft
from modalities.plan import Plan
from modalities.receipt import Outcome
from modalities.resource import Kind, Provider
from modalities.target import Approval, Realm, Target

MANY = 3_000
NOW = datetime.now(UTC)
TARGET = Target(
    name="t", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", writable=True
)


def test_what_is_done_is_gone_over_once(tmp_path: Path) -> None:
    """Looking through all steps for each of them took twenty times as long as is allowed here."""
    network = created(Kind.NETWORK, "net")
    steps = (network, *(created(Kind.VM, f"vm-{n}", network.id) for n in range(MANY)))
    soon = NOW + timedelta(hours=1)
    plan = Plan(
        id="p",
        created_at=NOW,
        expires_at=soon,
        request="many",
        goal="provision",
        target="t",
        identity=IDENTITY,
        steps=steps,
        digest="d",
    )
    cloud = FakeCloud()
    hand = FakeHand(cloud, lambda _: Draft(()))
    with closing(open_store(tmp_path / "state.db")) as store:
        store.begin_run(Run("r", "many", "t", "s", "ann", "running", NOW, NOW))
        lines = []
        for step in steps[:-1]:
            made = cloud.create(step.changes[0].kind, step.changes[0].name)
            done = receipt(step, Outcome.DONE, outputs={"id": made["Id"]})
            lines.append(Event("r", 0, NOW, "execute", "intended", {"step": step.id}))
            lines.append(Event("r", 0, NOW, "execute", "receipt", encode({"receipt": done})))
        store.append("r", lines)
        recalled = recall(store.journal("r"))
        assert len(recalled.progress.receipts) == MANY
        journal = Journal("r", store, None)
        leave = Leave(TARGET, Approval("d", IDENTITY, "ann", "asked", soon))
        executor = Executor(
            plan,
            Gateway(plan, Hands((hand,), hand), leave, Alone(), journal),
            Reader(lambda kinds: hand.read(TARGET, kinds)),
            journal,
            progress=recalled.progress,
        )
        begun = time.process_time()
        executor.run()
        spent = time.process_time() - begun
    assert cloud.writes == [steps[-1].id]
    assert spent < 1.0
