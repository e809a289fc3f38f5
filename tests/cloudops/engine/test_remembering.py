"""A plan from memory passes the very same gates, on the real sandbox: what a hand cannot draft
(any more), memory can, and never past a policy, an approval or a rehearsal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudops.app import App
from cloudops.config import load
from cloudops.engine.journey import Journey
from cloudops.engine.report import Options, Report, Risk
from cloudops.request import Constraints, Request
from cloudops.views.asking import NobodyAsker
from modalities.contract import Draft, Unsupported
from modalities.sdk.aws import AwsSdk


class Mute(AwsSdk):
    """An SDK hand that has forgotten how to say anything."""

    def express(self, *_: Any) -> Draft:
        raise Unsupported("it cannot be said")


class Silent:
    def event(self, seq: int, stage: str, what: str, body: Any) -> None:
        """Nobody looks."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("memory")
    environment = {"XDG_CONFIG_HOME": str(home)}
    config = load({"state_dir": str(home / "state")}, environment, home)
    with App.open(config, target="sandbox", asker=NobodyAsker(), observer=Silent()) as opened:
        yield opened
        opened.sandbox.down()


def asked(app: App, text: str, *, mute: bool, yes: bool = True) -> Report:
    parts = app._parts
    hands: Sequence[Any] = (Mute(parts.prices),) if mute else parts.hands[:1]
    request = Request(
        text=text, target="sandbox", actor="ann", constraints=Constraints(modality="sdk")
    )
    options = Options(yes=yes, max_risk=Risk.MEDIUM)
    return Journey(replace(parts, hands=tuple(hands))).run(request, options)


def test_the_whole_way_without_drafting(app: App, tmp_path: Path) -> None:
    learnt = asked(app, "Create a bucket named first-7f3a", mute=False)
    assert learnt.outcome == "done", learnt.error
    (workflow,) = app.store.workflows()

    parked = asked(app, "Create a bucket named second-7f3a", mute=True, yes=False)
    assert parked.exit_code == 3, "memory gives no approval"

    again = asked(app, "Create a bucket named second-7f3a", mute=True)
    assert again.outcome == "done", again.error
    plan = again.plan
    assert plan is not None
    assert plan.evidence is not None
    assert plan.evidence.rehearsed == tuple(step.id for step in plan.steps)
    assert any("drafted from memory" in a.text for a in plan.advisories)
    uses = app.store.uses(workflow.id)
    assert [use.recalled for use in uses] == [True, False]
    assert {use.run for use in uses} == {learnt.run, again.run}

    taken = asked(app, "Create a bucket named second-7f3a", mute=True)
    assert taken.exit_code != 0
    said = [e for e in app.store.journal(taken.run) if e.what == "unfit"]
    assert "is there already" in said[0].body["text"]

    app.store.keep(replace(workflow, trusted=False, origin="theirs.json"))
    alone = asked(app, "Create a bucket named third-7f3a", mute=True)
    assert alone.exit_code != 0, "nobody is there to look at what came from elsewhere"
    assert alone.plan is None
