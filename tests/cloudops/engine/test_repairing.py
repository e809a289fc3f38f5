"""Tries that fail in copies of the real sandbox are mended: by rule, by a model, or handed back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("openai", reason="the extra `models` is not installed")

from cloudops.app import App
from cloudops.config import load
from cloudops.engine.contract import Copies
from cloudops.engine.journey import Journey
from cloudops.engine.report import Options, Report
from cloudops.request import Constraints, Request
from cloudops.views.asking import NobodyAsker
from fakes.model_server import ModelServer, Turn
from modalities.resource import World
from modalities.target import Target
from sandbox import control


class Silent:
    def event(self, seq: int, stage: str, what: str, body: Any) -> None:
        """Nobody looks."""


class Faulty:
    """Copies of which the first refuse a call, one each."""

    def __init__(self, copies: Copies, home: Path, *orders: Mapping[str, Any]) -> None:
        self._copies = copies
        self._home = home
        self._orders = list(orders)

    @contextmanager
    def copy(self, target: Target, world: World) -> Iterator[Target]:
        with self._copies.copy(target, world) as copy:
            if self._orders:
                port = urlsplit(copy.endpoint_url or "").port or 0
                control.ask(self._home, port, "POST", "faults", [self._orders.pop(0)])
            yield copy


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[App]:
    home = tmp_path_factory.mktemp("repairing")
    file = home / "own.toml"
    file.write_text(f'[models.expert]\nbase_url = "{model.base_url}"\nmodel = "m"\n')
    flags = {"state_dir": str(home / "state"), "config": str(file)}
    config = load(flags, {"XDG_CONFIG_HOME": str(home)}, home)
    with App.open(config, target="sandbox", asker=NobodyAsker(), observer=Silent()) as opened:
        yield opened
        opened.sandbox.down()


def explored(app: App, text: str, *orders: Mapping[str, Any], resume: str = "") -> Report:
    parts = app._parts
    copies = Faulty(parts.copies, app.sandbox.home, *orders)
    journey = Journey(replace(parts, copies=copies, hands=parts.hands[:1]))
    if resume:
        return journey.resume(resume, Options())
    wish = Constraints(modality="sdk")
    return journey.explore(
        Request(text=text, target="sandbox", actor="ann", constraints=wish), Options()
    )


def refusing(code: str, message: str, call: str = "ec2:RunInstances") -> dict[str, Any]:
    return {"call": call, "code": code, "message": message}


def scripted(model: ModelServer, answers: Sequence[dict[str, Any]]) -> None:
    empty = {"changes": [], "told": "", "hopeless": ""}
    model.script[:] = [Turn(json.dumps({**empty, **answer})) for answer in answers]
    model.asked.clear()


UNSUPPORTED = refusing("Unsupported", "The instance type t3.micro is not supported here.")
OPAQUE = refusing("InvalidParameterCombination", "That does not go together.")


def test_by_rule_another_size_and_the_plan_says_so(app: App, model: ModelServer) -> None:
    scripted(model, [])
    report = explored(app, "create a VM named r-1", UNSUPPORTED)
    assert report.outcome == "explored", report.error
    (tried,) = report.candidates
    assert "which nobody named, is refused" in tried.mended[0]
    assert report.plan is not None
    assert tried.mended[0] in report.plan.defaults
    assert model.asked == [], "no model for what a rule says"


def test_by_model_what_no_rule_knows(app: App, model: ModelServer) -> None:
    vm = {"kind": "vm", "name": "r-2", "size": "t3.small"}
    scripted(model, [{"changes": [{"change": "create", "wanted": [vm]}]}] * 2)
    report = explored(app, "create a VM named r-2", OPAQUE)
    assert report.outcome == "explored", report.error
    (tried,) = report.candidates
    assert tried.mended == ("size t3.small for VM r-2 (by model m)",)
    assert report.plan is not None
    sent = json.dumps([step.action.parameters for step in report.plan.steps])  # type: ignore[union-attr]
    assert "t3.small" in sent
    assert report.usage.model_calls == 2


def test_what_nobody_can_mend_is_handed_back_and_can_be_taken_up(
    app: App, model: ModelServer
) -> None:
    scripted(model, [{"hopeless": "it needs a permission"}] * 2)
    report = explored(app, "create a VM named r-3", OPAQUE)
    assert (report.outcome, report.exit_code) == ("handed_back", 1)
    assert report.error is not None
    assert "model m says: it needs a permission" in report.error.detail
    assert f"cloudops resume {report.run}" in report.error.remedy

    again = explored(app, "", resume=report.run)
    assert again.outcome == "explored", again.error
    assert not app._parts.hands[0].read(app.target).named(None, "r-3"), "it was only tried"


def test_a_name_that_is_spelt_otherwise(app: App, model: ModelServer) -> None:
    scripted(model, [])
    wish = Constraints(modality="sdk")
    request = Request(
        text="create a VM named web-1", target="sandbox", actor="ann", constraints=wish
    )
    assert Journey(app._parts).run(request, Options(yes=True)).outcome == "done"
    report = explored(app, "stop VM web1")
    assert report.outcome == "explored", report.error
    assert report.candidates[0].mended == ("web1 is taken for web-1",)


def test_a_network_that_is_not_there_is_made_as_well_in_the_try_and_the_plan_says_so(
    app: App, model: ModelServer
) -> None:
    scripted(model, [])
    report = explored(app, "create a VM named r-5 in network quarry")
    assert report.outcome == "explored", report.error
    (tried,) = report.candidates
    assert tried.mended == ("network quarry is made as well, since there is none of that name",)
    assert report.plan is not None
    assert tried.mended[0] in report.plan.defaults
    assert any(step.id == "create-network-quarry" for step in report.plan.steps)
    assert not app._parts.hands[0].read(app.target).named(None, "quarry"), "it was only tried"
    assert model.asked == []
