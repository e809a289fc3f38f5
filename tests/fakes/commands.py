"""Steps of the CLI hand in few words, as tests need them."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import pytest

from modalities.acting import Call
from modalities.action import CliCommand
from modalities.cli.aws import AwsCli
from modalities.cli.awscli import tool
from modalities.receipt import Receipt
from modalities.resource import Kind, Provider, ResourceRef
from modalities.step import Effect, Expect, Step
from modalities.target import Target

HAND = AwsCli()
SCOPE = "200000000003/us-east-1"

needs_aws = pytest.mark.skipif(
    tool.search().tool is None, reason="there is no aws command (`make tools` sets one up)"
)


def ref(kind: Kind, name: str) -> ResourceRef:
    return ResourceRef(Provider.AWS, SCOPE, kind, name)


def step(line: str, effect: Effect = Effect.UPDATE, **more: Any) -> Step:
    """One command line, as a person types it."""
    fields = {"changes": (), "why": "a test", **more}
    return Step(id="do-it", effect=effect, action=CliCommand(tuple(shlex.split(line))), **fields)


def create_vpc(cidr: str = "10.9.0.0/16") -> Step:
    return step(
        f"aws ec2 create-vpc --cidr-block {cidr} --output json",
        Effect.CREATE,
        changes=(ref(Kind.NETWORK, "lab"),),
        outputs={"id": "Vpc.VpcId", "state": "Vpc.State", "nothing": "Vpc.NoSuchThing"},
        expects=(Expect(Kind.NETWORK, {"$output": "do-it.id"}),),
    )


def call(deadline: float = 20.0, **more: Any) -> Call:
    return Call("cloudops-test", deadline, **more)


def do(target: Target, doing: Step, asked: Call | None = None, hand: AwsCli = HAND) -> Receipt:
    return hand.apply(doing, replace(target, writable=True), asked or call())
