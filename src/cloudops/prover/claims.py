"""No two steps that may run at once change one resource, or one and what lies in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cloudops.prover.contract import Counterexample, Premise, Shown, broken, proved
from modalities.resource import Kind, Resource, ResourceRef
from modalities.step import Effect

LOOSE = (Kind.TARGET_GROUP,)
"""What says in which network it is, and does not hinder that network's end."""

ENDS = (Effect.DELETE, Effect.REPLACE)


def claims(premise: Premise) -> Shown:
    changed = _changed(premise)
    found = (*_same(premise, changed), *_inside(premise, changed), *_ending(premise, changed))
    if found:
        return broken(*found)
    steps = premise.plan.steps
    return proved(f"{len(changed)} names changed by {len(steps)} steps, no two of them at once")


def _changed(premise: Premise) -> dict[ResourceRef, list[str]]:
    changed: dict[ResourceRef, list[str]] = defaultdict(list)
    for step in premise.plan.steps:
        if step.effect is not Effect.READ:
            for ref in step.changes:
                changed[ref].append(step.id)
    return changed


def _same(premise: Premise, changed: dict[ResourceRef, list[str]]) -> Iterator[Counterexample]:
    told: set[tuple[str, str]] = set()
    for ref, ids in changed.items():
        clash = premise.ordering.clash(ids)
        if clash is not None and clash not in told:
            told.add(clash)
            yield _at_once(*clash, f"both change {ref}")


def _inside(premise: Premise, changed: dict[ResourceRef, list[str]]) -> Iterator[Counterexample]:
    """Of a container and what its path says lies in it (a resource group, a virtual network)."""
    containers = {f"{ref.provider}:{ref.scope}/{ref.name}": ref for ref in changed}
    for ref, ids in changed.items():
        for key in ref.ancestors():
            outer = containers.get(key)
            if outer is not None and outer != ref:
                yield from _crossing(premise, changed[outer], outer, ids, ref)


def _ending(premise: Premise, changed: dict[ResourceRef, list[str]]) -> Iterator[Counterexample]:
    """Of what is deleted and what the cloud shows to lie in it."""
    if premise.world is None or premise.begun:
        return
    ended = _ended(premise)
    if not ended:
        return
    for resource in premise.world:
        ids = [id for ref in resource.refs() for id in changed.get(ref, ())]
        for link in resource.links if ids else ():
            held = link.role == "in" and resource.kind not in LOOSE
            outer = premise.world.get(link.kind, link.id) if held else None
            for ref in outer.refs() if outer else ():
                if ref in ended and not _let_go(premise, resource, ids, ended[ref]):
                    yield from _crossing(premise, ended[ref], ref, ids, resource.ref)


def _let_go(premise: Premise, inner: Resource, its: list[str], ends: list[str]) -> bool:
    """Whether an earlier step takes it out: a gateway is no part of the network that it was
    attached to."""
    if inner.kind is not Kind.GATEWAY:
        return False
    return any(
        all(premise.ordering.precedes(id, later) for later in (*its, *ends) if later != id)
        for id in its
    )


def _ended(premise: Premise) -> dict[ResourceRef, list[str]]:
    ended: dict[ResourceRef, list[str]] = defaultdict(list)
    for step in premise.plan.steps:
        if step.effect in ENDS:
            for ref in step.changes:
                ended[ref].append(step.id)
    return ended


def _crossing(
    premise: Premise, outer: list[str], container: ResourceRef, inner: list[str], ref: ResourceRef
) -> Iterator[Counterexample]:
    for one in outer:
        for other in inner:
            if not premise.ordering.apart(one, other):
                yield _at_once(one, other, f"the one changes {container}, the other {ref} in it")
                return


def _at_once(one: str, other: str, what: str) -> Counterexample:
    return Counterexample(
        f"{one} and {other} may run at the same time, and {what}",
        other,
        f"let {other} need {one}",
    )
