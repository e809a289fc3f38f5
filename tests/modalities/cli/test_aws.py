"""The CLI hand on AWS is a hand like every other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.hand import HandConformance, Sent
from fakes.aws import keys_of, sandbox_target
from fakes.commands import HAND, create_vpc, needs_aws, ref, step
from modalities.action import CliCommand, SdkCall
from modalities.contract import Modality
from modalities.receipt import CloudError
from modalities.resource import Kind
from modalities.step import Effect, Reversal, Step
from modalities.target import Target


@pytest.fixture(scope="module")
def home(moto: str) -> Target:
    keys = keys_of(moto, "200000000003")
    return sandbox_target(moto, environment=keys, writable=True)


@needs_aws
class TestConformance(HandConformance):
    @pytest.fixture
    def hand(self) -> Modality:
        return HAND

    @pytest.fixture
    def target(self, home: Target) -> Target:
        return home

    @pytest.fixture
    def dead(self, nobody: str) -> Target:
        return sandbox_target(nobody, writable=True)

    @pytest.fixture
    def makes(self) -> Step:
        return create_vpc()

    @pytest.fixture
    def broken(self) -> tuple[Step, ...]:
        good = create_vpc()
        undo = Reversal(CliCommand(("aws", "ec2", "delete-vpc", "--vpc")), Effect.DELETE, "back")
        return (
            step("aws ec2 create-vpcs --cidr-block 10.9.0.0/16", Effect.CREATE),
            step("aws ec2 create-vpc --cidr-bloc 10.9.0.0/16", Effect.CREATE),
            step("aws ec2 create-vpc --instance-tenancy alone", Effect.CREATE),
            step("aws ec2 delete-vpc --vpc-id vpc-12345678", Effect.UPDATE),
            step("aws ec2 create-vpc --cidr-block 10.9.0.0/16 --debug", Effect.CREATE),
            replace(good, action=SdkCall("ec2", "CreateVpc", {"CidrBlock": "10.9.0.0/16"})),
            replace(good, outputs={"id": "Vpc..VpcId["}),
            replace(good, undo=(undo,)),
        )

    @pytest.fixture
    def sent(self, home: Target) -> Sent:
        return lambda: HAND.traffic(home).requests


def test_a_sandbox_never_leaves_this_machine() -> None:
    with pytest.raises(CloudError) as caught:
        HAND.read(sandbox_target("https://ec2.us-east-1.amazonaws.com"))
    assert caught.value.code == "NotLoopback"


def test_what_a_command_touches_is_read_from_its_parameters() -> None:
    deleting = step("aws ec2 delete-vpc --vpc-id vpc-12345678", changes=(ref(Kind.VM, "x"),))
    assert HAND.claims(deleting) == (ref(Kind.NETWORK, "vpc-12345678"),)
    assert HAND.claims(step("aws ec2 describe-vpcs --vpc-ids vpc-12345678")) == ()


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        ("aws ec2 terminate-instances --instance-ids i-12345678", Effect.UPDATE),
        ("aws ec2 run-instances --image-id ami-12345678", Effect.READ),
        ("aws iam create-user --user-name x", Effect.READ),
    ],
)
def test_what_a_command_does_is_not_what_the_step_says(line: str, effect: Effect) -> None:
    (problem,) = HAND.admits(step(line, effect))
    assert problem.path == "effect"
