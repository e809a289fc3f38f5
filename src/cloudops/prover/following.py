"""The steps of a plan followed through, from what a target holds to what it will hold.

A vendor's call is read from its parameters; of any other step counts what it says it leaves
behind, in the words of docs/attributes.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cloudops.prover.ahead import Ahead, Thing, now
from cloudops.prover.aws_calls import CALLS, HARMLESS, SERVICES
from cloudops.prover.naming import REMOVES, name_of, removed_by
from modalities.action import SdkCall
from modalities.resource import Kind, Provider, World
from modalities.step import Effect, Step


def ahead_of(world: World, steps: Iterable[tuple[Step, tuple[Step, ...]]]) -> Ahead:
    """``steps`` in an order in which they may be done, each with its calls."""
    ahead = now(world)
    for step, calls in steps:
        for call in calls:
            _follow(ahead, step, call)
        if not calls and step.effect is not Effect.READ:
            ahead.blind.append(step.id)
    return ahead


def _follow(ahead: Ahead, step: Step, call: Step) -> None:
    action = call.action
    if _is_azures(call):
        _as_azure_has_it(ahead, step, call)
        return
    if not isinstance(action, SdkCall) or action.service not in SERVICES:
        _by_words(ahead, step, call)
        return
    for id in removed_by(action):
        ahead.drop(REMOVES[action.operation][0], id.partition("=")[2] or id)
    follow = CALLS.get(action.operation)
    if follow is not None:
        follow(ahead, call, action.parameters)
    elif call.effect is Effect.CREATE:
        _made(ahead, call)
    known = follow is not None or action.operation in HARMLESS or action.operation in REMOVES
    if not known and call.effect is not Effect.READ and action.service != "s3":
        ahead.unread.append(step.id)


def _is_azures(call: Step) -> bool:
    return any(ref.provider is Provider.AZURE for ref in (*call.changes, *call.uses))


def _as_azure_has_it(ahead: Ahead, step: Step, call: Step) -> None:
    from cloudops.prover import azure_calls

    if not azure_calls.follow(ahead, call):
        _by_words(ahead, step, call)


def _made(ahead: Ahead, call: Step) -> None:
    if call.changes:
        ref = call.changes[0]
        ahead.make(ref.kind, f"{call.id}.id", ref.name, call.id, call.after)


def _by_words(ahead: Ahead, step: Step, call: Step) -> None:
    """What a step says of itself: enough for ranges and numbers, not for who lets whom in."""
    if call.effect is not Effect.READ:
        ahead.unread.append(step.id)
    for ref in call.changes:
        thing = ahead.called(ref.kind, ref.name)
        match call.effect:
            case Effect.CREATE:
                ahead.make(ref.kind, f"{call.id}.id", ref.name, call.id, _plain(ahead, call.after))
            case Effect.DELETE if thing is not None:
                ahead.drop(thing.kind, thing.id)
            case Effect.UPDATE | Effect.REPLACE if thing is not None:
                thing.revise(**_plain(ahead, call.after))
            case _:
                pass


def _plain(ahead: Ahead, after: Mapping[str, Any]) -> dict[str, Any]:
    """With the network by its id, whether it was told by that, by name or as an output."""
    plain = {str(name): value for name, value in after.items()}
    if "network" in plain:
        told = name_of(plain["network"])
        network = ahead.called(Kind.NETWORK, told)
        plain["network"] = network.id if network is not None else told
    return plain


def machines(ahead: Ahead) -> tuple[Thing, ...]:
    """Those that are not on their way out."""
    return tuple(vm for vm in ahead.of(Kind.VM) if vm.text("state") != "terminated")
