"""The browser hand on AWS is a hand like every other. Real pages in a real browser, few of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.hand import HandConformance, Sent, call
from fakes.aws import keys_of, sandbox_target
from modalities.action import BrowserScript, SdkCall, bind
from modalities.browser.access import Access
from modalities.browser.aws import AwsBrowser
from modalities.change import Create
from modalities.contract import Modality, Portal
from modalities.receipt import CloudError, Outcome, Trouble
from modalities.step import Effect, Reversal, Step
from modalities.target import Target
from modalities.wanted import Network
from sandbox.console.daemon import Console, down
from sandbox.console.settings import Settings


@pytest.fixture(scope="module")
def home(moto: str) -> Target:
    keys = keys_of(moto, "200000000005")
    return sandbox_target(moto, environment=keys, writable=True)


@pytest.fixture(scope="module")
def shared(
    chromium: None, home: Target, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AwsBrowser]:
    folder = tmp_path_factory.mktemp("console")
    status = Console(folder, home, Settings(provisioning=0.1, polling=0.5)).up()
    access = Access(status.url, status.user, status.password)
    hand = AwsBrowser(lambda _: access, evidence=folder / "evidence")
    yield hand
    hand.close()
    down(folder)


@pytest.fixture(scope="module")
def lab(home: Target) -> Step:
    """A bound step that makes a network."""
    hand = AwsBrowser(_nowhere)
    world = hand.read(home)
    draft = hand.express([Create(wanted=(Network(name="lab"),))], world, home, "run-1")
    (step,) = draft.steps
    return replace(step, action=bind(step.action, lambda _: "unknown", "token"))


def _nowhere(_: Target) -> Access:
    raise AssertionError("a plan by learned workflows needs no browser")


def _script(step: Step) -> BrowserScript:
    assert isinstance(step.action, BrowserScript)
    return step.action


def _with(step: Step, **more: Any) -> Step:
    return replace(step, action=replace(_script(step), **more))


class TestConformance(HandConformance):
    @pytest.fixture
    def hand(self, shared: AwsBrowser) -> Modality:
        assert isinstance(shared, Portal)
        return shared

    @pytest.fixture
    def target(self, home: Target) -> Target:
        return home

    @pytest.fixture
    def dead(self, nobody: str) -> Target:
        return sandbox_target(nobody, writable=True)

    @pytest.fixture
    def makes(self, lab: Step) -> Step:
        return lab

    @pytest.fixture
    def broken(self, lab: Step) -> tuple[Step, ...]:
        script = _script(lab)
        (meant,) = script.meaning
        typo = {"CidrBlok": "10.9.0.0/16"}
        undo = Reversal(SdkCall("ec2", "DeleteVpc", {"VpcId": "vpc-1"}), Effect.DELETE, "back")
        return (
            replace(lab, action=meant),
            _with(lab, meaning=(replace(meant, operation="CreateVpcs"),)),
            _with(lab, meaning=(replace(meant, parameters=typo),)),
            _with(lab, meaning=()),
            _with(lab, mutations=()),
            _with(lab, mutations=({"method": "POST", "path": "elsewhere"},)),
            _with(lab, actions=(*script.actions[:-1], {"verb": "hack"}, script.actions[-1])),
            _with(lab, actions=script.actions[:-1]),
            _with(
                replace(lab, effect=Effect.UPDATE),
                meaning=(SdkCall("ec2", "DeleteVpc", {"VpcId": "vpc-12345678"}),),
            ),
            replace(lab, outputs={"id": "Vpc..VpcId["}),
            replace(lab, undo=(undo,)),
        )

    @pytest.fixture
    def sent(self, home: Target, shared: AwsBrowser) -> Sent:
        return lambda: shared.traffic(home).requests


def test_what_was_done_is_not_done_again(shared: AwsBrowser, home: Target, lab: Step) -> None:
    receipt = shared.apply(lab, home, call(60))
    again = shared.apply(lab, home, call(60))
    assert again.outcome is Outcome.DONE
    assert again.outputs == receipt.outputs
    assert again.evidence == {"found_by": "reading the cloud, before anything was sent"}


def test_a_console_that_is_not_there(
    chromium: None, target: Target, lab: Step, nobody: str, tmp_path: Path
) -> None:
    hand = AwsBrowser(lambda _: Access(f"{nobody}/", "me", "secret"), evidence=tmp_path)
    receipt = hand.apply(lab, target, call(60))
    hand.close()
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.trouble is Trouble.UNAVAILABLE
    assert "secret" not in str(receipt)


def test_no_console_at_all(target: Target, lab: Step) -> None:
    def none(_: Target) -> Access:
        raise CloudError(Trouble.UNAVAILABLE, "NoConsole", "there is none", sent=False, remedy="x")

    receipt = AwsBrowser(none).apply(lab, target, call(60))
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.code == "NoConsole"
