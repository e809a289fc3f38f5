"""What a killed run's own tool may have made in part is taken back, whatever there is of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloudops.engine.doubts import open_ends, taken_in_part
from cloudops.engine.recall import Recalled
from cloudops.engine.undoing import reversal
from fakes.plans import plan as planned
from modalities.action import IacChange, Output, SdkCall
from modalities.receipt import Outcome
from modalities.resource import Kind, Provider, ResourceRef, World
from modalities.step import Effect, Expect, Irreversible, Reversal, Step

SCOPE = "123456789012/us-east-1"
ME = Output("apply-terraform", "id").as_json()


def change(action: str) -> IacChange:
    entry = {"address": "aws_vpc.lab", "type": "aws_vpc", "actions": [action]}
    return IacChange(files={}, addresses=("aws_vpc.lab",), changes=(entry,), basis="")


STEP = Step(
    id="apply-terraform",
    effect=Effect.CREATE,
    action=change("create"),
    why="create network lab",
    changes=(ResourceRef(Provider.AWS, SCOPE, Kind.NETWORK, "lab"),),
    outputs={"id": 'ids."aws_vpc.lab"'},
    expects=(Expect(Kind.NETWORK, ME), Expect(Kind.SUBNET, ME)),
    undo=(
        Reversal(
            change("delete"), Effect.DELETE, "take it back", (Expect(Kind.NETWORK, ME, "absent"),)
        ),
    ),
)


@pytest.mark.parametrize("effect", [Effect.CREATE, Effect.UPDATE])
def test_what_terraform_was_at_when_it_was_killed_is_taken_back(effect: Effect) -> None:
    plan, recalled = planned(replace(STEP, effect=effect)), Recalled(doubtful={STEP.id})
    taken_in_part(plan, recalled)
    assert recalled.doubtful == set()
    assert recalled.progress.receipts[STEP.id].partial
    world = World(Provider.AWS, SCOPE, ())
    (back,) = reversal(plan, recalled.progress, world, lambda _: ()).steps
    assert back.action == change("delete")
    assert [(e.test, e.id) for e in back.expects] == [("absent", "")]
    assert all(ref.name for ref in back.changes)


@pytest.mark.parametrize(
    "other",
    [
        {"action": SdkCall("ec2", "CreateVpc", {})},
        {"effect": Effect.DELETE, "action": change("delete")},
        {"effect": Effect.UPDATE, "undo": Irreversible("how it was before is not known")},
    ],
)
def test_of_others_only_a_look_tells(other: dict[str, Any]) -> None:
    plan = planned(replace(STEP, **other))
    recalled = Recalled(doubtful={STEP.id})
    taken_in_part(plan, recalled)
    assert recalled.progress.receipts == {}
    assert recalled.doubtful == {STEP.id}
    assert open_ends(plan, recalled) == ()


def test_several_things_of_which_some_are_for_good_may_have_been_done_in_part() -> None:
    """A machine that Terraform takes over and makes anew is destroyed first."""
    replaced = {"address": "aws_instance.web", "type": "aws_instance"}
    anew = {**replaced, "actions": ["delete", "create"]}
    action = IacChange(files={}, addresses=("aws_instance.web",), changes=(anew,), basis="")
    lost = Irreversible("aws_instance.web is destroyed, with what it holds")
    step = replace(STEP, effect=Effect.REPLACE, action=action, undo=lost)
    plan, recalled = planned(step), Recalled(doubtful={step.id})
    taken_in_part(plan, recalled)
    assert open_ends(plan, recalled) == (step,)
    assert open_ends(plan, Recalled()) == ()


def test_it_is_neither_done_nor_sent_again() -> None:
    plan, recalled = planned(STEP), Recalled(doubtful={STEP.id})
    taken_in_part(plan, recalled)
    assert recalled.progress.receipts[STEP.id].outcome is Outcome.UNKNOWN
