"""What the steps of a plan would make, as blocks of azurerm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modalities.action import IacChange, SdkCall
from modalities.azure import ids
from modalities.azure.templates.meaning import meant
from modalities.azure.templates.parts import is_group, parts_of
from modalities.azure.terraform.blocks import Block
from modalities.azure.terraform.saying import blocks_of
from modalities.contract import Draft, Unsupported
from modalities.resource import Provider, World
from modalities.step import Effect, Step


def wanted(steps: Sequence[Step], scope: str) -> tuple[Block, ...]:
    """All of it, each after what it needs. Raises Unsupported where a step does anything but make
    what is not there, or something of it has no words."""
    calls = tuple(call for step in steps for call in _calls(step))
    groups = tuple(block for call in calls if is_group(call) for block in _group(call, scope))
    parts = parts_of(Draft(calls), World(Provider.AZURE, scope), _unknown)
    return groups + tuple(block for part in parts for block in blocks_of(part.id, part.body))


def _calls(step: Step) -> Iterator[Step]:
    """A template is what it comes to."""
    match step.action:
        case SdkCall():
            found: tuple[Step, ...] = (step,)
        case IacChange():
            found = meant(step)
        case _:
            raise Unsupported(f"{step.why}: only what the SDK or the IaC hand would do is code")
    for call in found:
        if call.effect is not Effect.CREATE:
            raise Unsupported(f"{step.why}: that is not a new resource, and the rest is not known")
        yield call


def _group(call: Step, scope: str) -> tuple[Block, ...]:
    body = call.action.parameters["body"] if isinstance(call.action, SdkCall) else {}
    return blocks_of(ids.group_id(scope), body)


def _unknown(id: str) -> Mapping[str, Any]:
    raise Unsupported(f"{ids.name_of(id)} is there already, and what it is like is not asked")
