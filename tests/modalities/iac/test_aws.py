"""The IaC hand on AWS is a hand like every other, and does with the real Terraform what it says.

Each apply costs the provider's own start and waits: they are few.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from conformance.hand import HandConformance, Sent
from fakes.aws import keys_of, sandbox_target
from fakes.terraform import needs_terraform
from modalities.acting import Call
from modalities.action import IacChange, SdkCall
from modalities.change import Create
from modalities.contract import Modality
from modalities.iac.aws import AwsIac
from modalities.receipt import Outcome, Receipt, Trouble
from modalities.resource import Kind
from modalities.step import Effect, Fidelity, Reversal, Step
from modalities.target import Target
from modalities.wanted import Network, Vm

LAB = Create(wanted=(Network(name="lab", cidr="10.7.0.0/16"),))


@pytest.fixture(scope="module")
def place(moto: str) -> Target:
    keys = keys_of(moto, "200000000007")
    return sandbox_target(moto, environment=keys, writable=True)


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> AwsIac:
    return AwsIac(tmp_path_factory.mktemp("iac"))


@pytest.fixture(scope="module")
def lab(terraform: AwsIac, place: Target) -> Step:
    """The step that makes one network, as the hand expresses it."""
    (step,) = terraform.express([LAB], terraform.read(place), place, "run-1").steps
    return step


def done(hand: AwsIac, step: Step, target: Target) -> Receipt:
    return hand.apply(step, target, Call("cloudops-test", hand.takes(step)))


def undone(hand: AwsIac, step: Step, target: Target) -> Receipt:
    assert isinstance(step.undo, tuple)
    for number, back in enumerate(step.undo):
        taken = replace(step, id=f"undo-{number}", action=back.action, effect=back.effect)
        receipt = done(hand, replace(taken, outputs={}, undo=()), target)
        assert receipt.outcome is Outcome.DONE, receipt.error
    return receipt


@needs_terraform
class TestConformance(HandConformance):
    @pytest.fixture
    def hand(self, terraform: AwsIac) -> Modality:
        return terraform

    @pytest.fixture
    def target(self, place: Target) -> Target:
        return replace(place)

    @pytest.fixture
    def dead(self, nobody: str) -> Target:
        return sandbox_target(nobody, name="dead", writable=True)

    @pytest.fixture
    def makes(self, lab: Step) -> Step:
        return lab

    @pytest.fixture
    def broken(self, lab: Step) -> tuple[Step, ...]:
        assert isinstance(lab.action, IacChange)
        (change,) = lab.action.changes
        undo = Reversal(replace(lab.action, files={"x.tf": "}"}), Effect.DELETE, "back")

        def differently(**more: object) -> Step:
            return replace(lab, action=replace(lab.action, **more))  # type: ignore[arg-type]

        return (
            differently(files={"main.tf": 'resource "aws_vpc" {{'}),
            differently(files={"../main.tf": ""}),
            differently(changes=({**change, "actions": ["invent"]},)),
            differently(changes=({**change, "address": "aws_vpc.other"},)),
            differently(changes=({**change, "actions": ["delete"]},)),
            replace(lab, action=SdkCall("ec2", "CreateVpc", {"CidrBlock": "10.9.0.0/16"})),
            replace(lab, outputs={"id": "Vpc..VpcId["}),
            replace(lab, undo=(undo,)),
        )

    @pytest.fixture
    def sent(self, terraform: AwsIac, place: Target) -> Sent:
        return lambda: terraform.traffic(place).requests


@needs_terraform
def test_a_step_says_all_beforehand(terraform: AwsIac, lab: Step) -> None:
    assert lab.fidelity is Fidelity.EXACT
    assert lab.effect is Effect.CREATE
    assert [str(ref) for ref in lab.changes] == ["network/lab"]
    (call,) = [step.action for step in terraform.meant(lab) if isinstance(step.action, SdkCall)]
    assert (call.operation, call.parameters["CidrBlock"]) == ("CreateVpc", "10.7.0.0/16")
    assert terraform.takes(lab) > 10


@needs_terraform
def test_a_run_that_was_killed_in_apply_makes_nothing_twice(tmp_path: Path, target: Target) -> None:
    hand = AwsIac(tmp_path / "iac")
    wanted = Create(wanted=(Vm(name="web-1"),))
    (step,) = hand.express([wanted], hand.read(target), target, "run-1").steps
    process = multiprocessing.get_context("fork").Process(target=done, args=(hand, step, target))
    process.start()
    assert _soon(lambda: bool(hand.read(target, (Kind.VM,)).of(Kind.VM)), 90)
    family = psutil.Process(process.pid).children(recursive=True)
    for pid in (process.pid, *(child.pid for child in family)):
        os.kill(pid or 0, signal.SIGKILL)
    process.join()

    again = AwsIac(tmp_path / "iac")
    receipt = done(again, step, target)
    assert receipt.outcome in (Outcome.DONE, Outcome.NO_OP), receipt.error
    (vm,) = again.read(target, (Kind.VM,))
    assert receipt.outputs["id"] == vm.id
    assert any("taken into the state" in note for note in receipt.evidence["notes"])
    assert again.kept(target)[vm.id] == "aws_instance.web_1"
    assert again.ahead(target) == ()


@needs_terraform
class TestAPersonsOwnDirectory:
    CODE = (
        "# mine, oddly formatted\nterraform {\n  required_providers {\n"
        '   aws = { source = "hashicorp/aws" }\n  }\n}\nprovider "aws" {\n'
        '    region = "us-east-1"\n}\nmodule "net" {\n   source = "../net"\n}\n'
    )
    MODULE = 'resource "aws_vpc" "this" {\n  cidr_block = "10.9.0.0/16"\n}\n'

    @pytest.fixture
    def own(self, tmp_path: Path) -> Path:
        for name, text in (("live", self.CODE), ("net", self.MODULE)):
            (tmp_path / "mine" / name).mkdir(parents=True)
            (tmp_path / "mine" / name / "main.tf").write_text(text)
        return tmp_path / "mine" / "live"

    def test_is_edited_by_the_least_and_gets_what_was_asked_for(
        self, own: Path, tmp_path: Path, target: Target
    ) -> None:
        hand = AwsIac(tmp_path / "iac", homes={target.name: own})
        draft = hand.express([LAB], hand.read(target), target, "run-1")
        (step,) = draft.steps
        assert any("module.net.aws_vpc.this as well" in a.text for a in draft.advisories)
        assert (own / "main.tf").read_text() == self.CODE
        assert sorted(path.name for path in own.iterdir()) == ["main.tf"]

        (own / "main.tf").write_text(self.CODE + "# not committed\n")
        refused = done(hand, step, target)
        assert refused.error is not None
        assert refused.error.trouble is Trouble.CONFLICT
        (own / "main.tf").write_text(self.CODE)

        receipt = done(hand, step, target)
        assert receipt.outcome is Outcome.DONE, receipt.error
        assert (own / "main.tf").read_text().startswith(self.CODE)
        names = {r.name for r in hand.read(target, (Kind.NETWORK,))}
        assert "lab" in names

        undone(AwsIac(tmp_path / "iac"), step, target)  # by one that was not told of it
        assert (own / "main.tf").read_text() == self.CODE
        assert "lab" not in {r.name for r in hand.read(target, (Kind.NETWORK,))}


@needs_terraform
def test_code_follows_what_another_hand_did(tmp_path: Path, target: Target) -> None:
    from modalities.aws import session

    hand = AwsIac(tmp_path / "iac")
    (step,) = hand.express([LAB], hand.read(target), target, "run-1").steps
    receipt = done(hand, step, target)
    assert receipt.outcome is Outcome.DONE, receipt.error
    id = receipt.outputs["id"]
    assert hand.kept(target)[id] == "aws_vpc.lab"
    tags = [{"Key": "owner", "Value": "ann"}]
    session.client(target, "ec2").create_tags(Resources=[id], Tags=tags)  # type: ignore[arg-type]
    lines = hand.reconciled(target, [id])
    assert lines
    assert all(": edited" in line for line in lines), lines
    code = "".join(p.read_text() for p in (tmp_path / "iac" / target.name).glob("*.tf"))
    assert '"ann"' in code
    assert hand.ahead(target) == ()
    assert hand.reconciled(target, ["vpc-of-nobody"]) == ()


@needs_terraform
def test_data_sources_show_what_is_there(terraform: AwsIac, place: Target) -> None:
    seen = terraform.observe(place, (Kind.NETWORK, Kind.SUBNET))
    read = terraform.read(place, (Kind.NETWORK, Kind.SUBNET))
    assert {r.id for r in seen} == {r.id for r in read}
    assert seen.scope == read.scope


def _soon(so: Callable[[], bool], seconds: float) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if so():
            return True
        time.sleep(0.2)
    return False
