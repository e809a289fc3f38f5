"""Plans of commands, each done on an emulated cloud."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from fakes.aws import keys_of, sandbox_target
from fakes.commands import HAND, call, needs_aws
from modalities.action import CliCommand, Output, bind
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Power,
    Selection,
    SetPower,
    SetPriority,
)
from modalities.resource import Kind, World
from modalities.sdk.aws import AwsSdk
from modalities.target import Target
from modalities.wanted import Bucket, Disk, KeyPair, LoadBalancer, Network, Vm

ON_ONE = Selection(kind=Kind.VM, names=("web-1",))
NAMES = ("web-1", "web-2")
BLOB = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(range(32))
PUBLIC_KEY = f"ssh-ed25519 {base64.b64encode(BLOB).decode()} nobody@nowhere"

pytestmark = needs_aws


@pytest.fixture(scope="module")
def account(moto: str) -> Target:
    keys = keys_of(moto, "200000000004")
    return sandbox_target(moto, environment=keys, writable=True)


def carry_out(account: Target, *changes: Change) -> World:
    """Express, check and do; what the target holds then."""
    world = HAND.read(account)
    draft = HAND.express(changes, world, account, "run-1")
    assert [p for p in HAND.check(draft.steps, world) if p.blocking] == []
    outputs: dict[Output, Any] = {}
    for each in draft.steps:
        bound = replace(each, action=bind(each.action, outputs.__getitem__, f"t-{each.id}"))
        assert HAND.admits(bound) == ()
        receipt = HAND.apply(bound, account, call())
        assert receipt.error is None, (each.id, receipt.error)
        outputs |= {Output(each.id, name): value for name, value in receipt.outputs.items()}
    return HAND.read(account)


def test_machines_behind_a_load_balancer_then_changes(account: Target) -> None:
    world = carry_out(
        account,
        Create(
            wanted=(
                Network(name="lab"),
                *(Vm(name=name, network="lab") for name in NAMES),
                LoadBalancer(name="front", port=80, targets=NAMES),
                KeyPair(name="mine", public_key=PUBLIC_KEY),
                Bucket(name="logs-of-200000000004"),
            )
        ),
    )
    (group,) = world.of(Kind.TARGET_GROUP)
    assert len(group.attributes["targets"]) == 2  # type: ignore[arg-type]
    assert {r.name for r in world.of(Kind.VM)} == {*NAMES}
    assert world.named(Kind.KEY_PAIR, "mine")
    world = carry_out(
        account,
        Attach(what=Disk(name="data", gib=8), to=ON_ONE),
        Delete(what=Selection(kind=Kind.VM, names=("web-2",)), explicit="delete"),
    )
    (disk,) = world.named(Kind.DISK, "data")
    assert disk.attributes["state"] == "in-use"
    assert world.named(Kind.VM, "web-2") == ()


def test_a_command_means_what_it_was_expressed_as(account: Target) -> None:
    world = HAND.read(account)
    for change in (
        Create(wanted=(Vm(name="new", public_ip=True, spot=True),)),
        SetPower(what=ON_ONE, power=Power.STOP),
        SetPriority(what=ON_ONE, spot=True),
        Delete(what=ON_ONE, explicit="delete"),
    ):
        expressed = AwsSdk().express((change,), world, account, "run-1").steps
        said = HAND.express((change,), world, account, "run-1").steps
        assert [HAND.meant(each) for each in said] == [(each,) for each in expressed]
        assert all(isinstance(each.action, CliCommand) for each in said)
