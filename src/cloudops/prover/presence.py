"""What a step stands on is there when it begins: it was, or a step before has made it; and
nothing is used that a step may have taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from cloudops.prover.contract import Counterexample, Premise, Shown, broken, neither, proved
from cloudops.prover.naming import kind_of, named, removed_by
from modalities.action import BrowserScript, IacChange, SdkCall, outputs_in, payload
from modalities.resource import Kind, Resource, ResourceRef
from modalities.step import Effect, Step

ABSENT = "absent"
OTHERS = (Kind.IMAGE, Kind.SNAPSHOT, Kind.OTHER)
"""Kinds of which other accounts give what a look here does not show; and what no kind names,
for which the hand that drafts has looked: what is put there (a parameter) need not be there."""


def presence(premise: Premise) -> Shown:
    if premise.begun:
        return neither(premise.unseen)
    missing = (*_unmade(premise), *_unknown(premise))
    if premise.reversal:  # somebody took it away meanwhile: the rest is still to be taken back
        missing = tuple(replace(each, hard=each.remedy != "") for each in missing)
    found = (*missing, *_gone(premise))
    if found:
        return broken(*found)
    by = "by what is there" if premise.world is not None else "by the plan's own basis"
    return proved(f"all that is used is there when it is used, {by} or by a step before")


def _unmade(premise: Premise) -> Iterator[Counterexample]:
    """Refs that nothing establishes."""
    makers = _makers(premise)
    there = _there(premise)
    for step, calls in zip(premise.plan.steps, premise.calls, strict=True):
        for ref in _stands_on(step):
            if ref not in there and ref.kind not in OTHERS:
                yield from _of(premise, step, calls, ref, makers.get(ref, []))


def _of(
    premise: Premise,
    step: Step,
    calls: tuple[Step, ...],
    ref: ResourceRef,
    makers: list[str],
) -> Iterator[Counterexample]:
    """A step that names what it changes by its id, or by what another gives, may call it
    otherwise than the target does."""
    if any(premise.ordering.precedes(maker, step.id) for maker in makers):
        return
    if makers:
        yield Counterexample(
            f"{step.id} uses {ref} and may run before {makers[0]} has made it",
            step.id,
            f"let {step.id} need {makers[0]}",
        )
    elif isinstance(step.action, IacChange):
        return  # its own plan was made from what is there
    elif ref in step.uses or not _by_id(step, calls):
        yield Counterexample(
            f"{step.id} uses {ref}, which is not there and which no step makes",
            step.id,
        )


def _by_id(step: Step, calls: tuple[Step, ...]) -> bool:
    if any(True for _ in outputs_in(payload(step.action))):
        return True
    return any(kind_of(name) for call in calls for name in named(payload(call.action)))


def _makers(premise: Premise) -> dict[ResourceRef, list[str]]:
    makers: dict[ResourceRef, list[str]] = defaultdict(list)
    for step, calls in zip(premise.plan.steps, premise.calls, strict=True):
        if step.effect in (Effect.CREATE, Effect.REPLACE) or len(calls) > 1:
            for ref in step.changes:
                makers[ref].append(step.id)
    return makers


def _there(premise: Premise) -> set[ResourceRef]:
    """What is there before: as it was read, else as the plan has it, which `apply` compares."""
    if premise.world is not None:
        return {ref for resource in premise.world for ref in resource.refs()}
    basis = premise.plan.basis
    refs = (ref for step in premise.plan.steps for ref in (*step.changes, *step.uses))
    return {ref for ref in refs if basis.get(ref.key, ABSENT) != ABSENT}


def _stands_on(step: Step) -> tuple[ResourceRef, ...]:
    """A tool's or a page's batch may itself make what it changes, in an order of its own."""
    batch = isinstance(step.action, IacChange | BrowserScript)
    if batch or step.effect in (Effect.CREATE, Effect.READ):
        own = set(step.changes)
        return tuple(ref for ref in step.uses if ref not in own)
    return (*step.uses, *step.changes)


def _unknown(premise: Premise) -> Iterator[Counterexample]:
    """Ids that stand in an action and that the target does not have."""
    if premise.world is None:
        return
    for step, calls in zip(premise.plan.steps, premise.calls, strict=True):
        for id in dict.fromkeys(id for call in calls for id in named(payload(call.action))):
            kind = kind_of(id)
            if kind is not None and premise.world.get(kind, id) is None:
                text = f"{step.id} names {id}, and the target holds no such {kind.words}"
                yield Counterexample(text, step.id)


def _gone(premise: Premise) -> Iterator[Counterexample]:
    """Uses of what another step takes away, unless they are over by then."""
    takers = takers_of(premise)
    if not takers:
        return
    shown = _people_call(premise)
    for step, calls in zip(premise.plan.steps, premise.calls, strict=True):
        for name in uses_of(premise, step, calls):
            for taker in takers.get(name, ()):
                if taker != step.id and not premise.ordering.precedes(step.id, taker):
                    after = premise.ordering.precedes(taker, step.id)
                    how = "after" if after else "and may run after"
                    yield Counterexample(
                        f"{step.id} uses {shown.get(name, name)} {how} {taker} has deleted it",
                        step.id,
                        f"let {taker} need {step.id}, or leave one of them out",
                    )


def takers_of(premise: Premise) -> dict[str, list[str]]:
    """Steps by what they take away: an id, or ``step.output`` of what the plan itself makes."""
    takers: dict[str, list[str]] = defaultdict(list)
    for step, calls in zip(premise.plan.steps, premise.calls, strict=True):
        for call in calls:
            if isinstance(call.action, SdkCall):
                for name in removed_by(call.action):
                    takers[name].append(step.id)
        if not calls and step.effect is Effect.DELETE:
            for ref in step.changes:
                takers[ref.key].append(step.id)
    return takers


def uses_of(premise: Premise, step: Step, calls: tuple[Step, ...]) -> set[str]:
    """All that a step names: in its calls, and by the id of what is there in its refs."""
    names = {name for call in calls for name in named(payload(call.action)) if not _new(call, name)}
    for ref in (*step.uses, *step.changes):
        names.add(ref.key)
        if premise.world is not None and premise.world.get(ref.kind, ref.name) is not None:
            names.add(ref.name)
    return names


def _new(call: Step, name: str) -> bool:
    """Whether the call gives this name to what it makes, in the place of what had it."""
    return (
        call.effect is Effect.CREATE
        and name.startswith(("KeyName=", "Bucket="))
        and (
            isinstance(call.action, SdkCall)
            and call.action.operation in ("CreateKeyPair", "ImportKeyPair", "CreateBucket")
        )
    )


def _people_call(premise: Premise) -> dict[str, str]:
    def said(resource: Resource) -> str:
        own = resource.name == resource.id
        return str(resource.ref) if own else f"{resource.ref} ({resource.id})"

    return {resource.id: said(resource) for resource in premise.world or ()}
