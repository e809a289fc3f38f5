"""Calls that Terraform makes by itself when one argument changes: they are said as that.

A machine is stopped and started to change its size; to change its capacity it is made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from modalities.action import SdkCall, outputs_in
from modalities.contract import Unsupported
from modalities.step import Effect, Step

CONVERTING = frozenset(
    {
        "AssociateAddress",
        "AttachVolume",
        "CreateImage",
        "DeleteSnapshot",
        "DeregisterImage",
        "DeregisterTargets",
        "DescribeImages",
        "DetachVolume",
        "ModifyInstanceAttribute",
        "RegisterTargets",
        "RunInstances",
        "StopInstances",
        "TerminateInstances",
    }
)
"""What the SDK hand needs to make a machine again (modalities.aws.express.spot)."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A machine that is made again on spot capacity, or back on standard: ``steps`` are all
    that the calls for it come to, ``run`` is the one that makes the new machine."""

    machine: str
    name: str
    spot: bool
    run: Step
    steps: tuple[Step, ...]


def call_of(step: Step) -> SdkCall:
    """Raises Unsupported where the draft speaks no SDK."""
    if not isinstance(step.action, SdkCall):
        raise Unsupported(f"{step.id} is no call that Terraform could say otherwise")
    return step.action


def folded(steps: Sequence[Step]) -> tuple[tuple[Step, ...], tuple[Conversion, ...]]:
    """The calls that remain to be said, and the machines that are made again."""
    conversions = tuple(_conversions(steps))
    done = {step.id for c in conversions for step in c.steps}
    rest = [step for step in steps if step.id not in done]
    for step in tuple(rest):
        call = call_of(step)
        if call.operation == "ModifyInstanceAttribute" and "InstanceType" in call.parameters:
            rest = [s for s in rest if not _switches(s, call.parameters["InstanceId"])]
    return tuple(rest), conversions


def _switches(step: Step, machine: Any) -> bool:
    call = call_of(step)
    turns = call.operation in ("StopInstances", "StartInstances")
    return turns and call.parameters["InstanceIds"] == [machine]


def _conversions(steps: Sequence[Step]) -> Iterator[Conversion]:
    for last in steps:
        call = call_of(last)
        if call.operation != "TerminateInstances" or last.effect is not Effect.REPLACE:
            continue
        (machine,) = call.parameters["InstanceIds"]
        image = next(s for s in steps if _is(s, "CreateImage", "InstanceId", machine))
        own = {image.id}
        for step in steps:  # what is made from the image, and what is read of it
            if call_of(step).operation in ("RunInstances", "DescribeImages") and own & _told(step):
                own.add(step.id)
        run = next(s for s in steps if s.id in own and call_of(s).operation == "RunInstances")
        mine = tuple(s for s in steps if s.id in own or _part(s, machine, own))
        yield Conversion(machine, last.changes[0].name, bool(last.after.get("spot")), run, mine)


def _is(step: Step, operation: str, parameter: str, value: str) -> bool:
    call = call_of(step)
    return call.operation == operation and call.parameters.get(parameter) == value


def _told(step: Step) -> set[str]:
    return {o.step for o in outputs_in(call_of(step).parameters)}


def _part(step: Step, machine: str, own: set[str]) -> bool:
    call = call_of(step)
    if call.operation not in CONVERTING or "InstanceType" in call.parameters:
        return False
    return bool(own & _told(step)) or machine in _texts(call.parameters)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
