"""What lies in a resource group that the run which made the group did not make.

A run is taken back without what came after it: to delete its group would delete that, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cloudops.engine.things import known_things
from cloudops.engine.worlds import part_of
from cloudops.state.contract import Store
from modalities.contract import Draft
from modalities.drafting import RUN_TAG
from modalities.plan import Advisory, Plan
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Effect, Step

TOLD = 5
"""Names that are told of what is in a group."""


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """What a run's plan made, and who else wrote what, as the state has it."""

    run: str
    plan: Plan
    store: Store

    def leave(self, draft: Draft, world: World) -> Draft:
        """The way back without the end of groups in which others have something; it is said.
        Raises StoreError."""
        staying = {step.id: names for step in draft.steps if (names := self._others(step, world))}
        kept = (step for step in draft.steps if step.id not in staying)
        said = (self._said(step, staying) for step in draft.steps if step.id in staying)
        return replace(
            draft,
            steps=tuple(_without(step, staying) for step in kept),
            advisories=(*draft.advisories, *said),
        )

    def _others(self, step: Step, world: World) -> tuple[str, ...]:
        """What is in the group that a step deletes, and not of the run; nothing of any other."""
        if step.effect is not Effect.DELETE or not step.changes:
            return ()
        group = step.changes[0]
        if group.kind is not Kind.RESOURCE_GROUP:
            return ()
        there = [r for r in part_of(world, group.provider) if r.kind is not group.kind]
        there += known_things(self.store, group.scope)
        own = self._own(there)
        return tuple(str(r.ref) for r in there if r.id not in own)

    def _own(self, there: Sequence[Resource]) -> Mapping[str, Resource]:
        """What the run made, by id, with the disks and interfaces of its machines."""
        own = {r.id: r for r in there if self._is_own(r)}
        return own | {r.id: r for r in there if r.attributes.get("attached_to") in own}

    def _is_own(self, resource: Resource) -> bool:
        if resource.tags.get(RUN_TAG) == self.run or set(resource.refs()) & set(self._made()):
            return True
        return any(one.run == self.run for one in self.store.provenance(resource.ref))

    def _made(self) -> Iterator[ResourceRef]:
        for step in self.plan.steps:
            yield from step.changes if step.effect is Effect.CREATE else ()

    def _said(self, step: Step, staying: Mapping[str, Sequence[str]]) -> Advisory:
        names = staying[step.id]
        more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
        what = f"{', '.join(names[:TOLD])}{more}"
        return Advisory("warning", f"{step.changes[0]} stays: others have {what} in it")


def _without(step: Step, staying: Mapping[str, object]) -> Step:
    return replace(step, needs=tuple(need for need in step.needs if need not in staying))
